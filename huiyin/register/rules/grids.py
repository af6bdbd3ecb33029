"""Whether a place may stand in a grid beside those that stand there already (R-025)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Held:
    """A place that is part of a grid of the same kind, for a period (null: still)."""

    grid: str
    code: str
    until: date | None


def met(wanted: Collection[str], since: date, held: Iterable[Held]) -> tuple[str, str] | None:
    """The first wanted place that stands in another grid on `since` or later, with that grid; None where none does.

    A village holds its groups: either in one grid keeps the other out of a second.
    """
    for one in sorted(held, key=lambda row: (row.code, row.grid)):
        if one.until is not None and one.until <= since:
            continue
        for code in sorted(wanted):
            if code.startswith(one.code) or one.code.startswith(code):
                return code, one.grid
    return None


def gone_and_new(standing: Collection[str], wanted: Collection[str]) -> tuple[list[str], list[str]]:
    """What a grid loses and what it gains, by code."""
    return sorted(set(standing) - set(wanted)), sorted(set(wanted) - set(standing))
