"""Who judges and writes the lines of each kind of list."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Protocol

from huiyin.core.viewer import Viewer
from huiyin.register.actions.roster_people import People
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import Verdict


class Taker(Protocol):
    """Some lines of a list, with what is known of them."""

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order; with a plan where something is to be written."""


Made = Callable[[Viewer, datetime, str, Sequence[tuple[Line, str]], date], Taker]
_TAKERS: dict[str, Made] = {"households": People, "residents": People}


def taker(kind: str) -> Made:
    """The taker of a kind of list."""
    return _TAKERS[kind]
