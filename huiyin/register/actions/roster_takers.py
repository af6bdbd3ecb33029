"""Who judges and writes the lines of each kind of list."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from huiyin.core.viewer import Viewer
from huiyin.register.actions.roster_bodies import Bodies
from huiyin.register.actions.roster_categories import Entries
from huiyin.register.actions.roster_clients import Clients
from huiyin.register.actions.roster_grids import Grids
from huiyin.register.actions.roster_kin import Relatives
from huiyin.register.actions.roster_links import Links
from huiyin.register.actions.roster_people import People
from huiyin.register.actions.roster_remits import Remits
from huiyin.register.actions.roster_staff import Staff
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import Verdict


class Taker(Protocol):
    """Some lines of a list, with what is known of them."""

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order; with a plan where something is to be written."""


class Made(Protocol):
    """Makes a taker: of a kind, for lines with what was decided on them; with `planning` what would be written too."""

    def __call__(
        self, by: Viewer, at: datetime, kind: str, lines: Sequence[tuple[Line, str]], day: date, *, planning: bool
    ) -> Taker:
        """The taker."""


_TAKERS: dict[str, Made] = {
    "households": People,
    "residents": People,
    "bodies": Bodies,
    "staff": Staff,
    "links": Links,
    "relatives": Relatives,
    "clients": Clients,
    "grids": Grids,
    "remits": Remits,
    "categories": Entries,
}


def taker(kind: str) -> Made:
    """The maker of takers for a kind of list."""
    return _TAKERS[kind]
