"""Whether a place may stand in a grid beside those that stand there already (R-025)."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from huiyin.register.rules import codes

_BRACKETS = re.compile(r"[(（)）]")


@dataclass(frozen=True)
class Held:
    """A place that is part of a grid of the same kind, for a period (null: still)."""

    grid: str
    code: str
    since: date
    until: date | None


def meet(one: str, other: str) -> bool:
    """Whether two places share ground: they are one, or one lies in the other. A village holds its groups."""
    return codes.inside(one, other) or codes.inside(other, one)


def met(wanted: Mapping[str, date | None], since: date, held: Iterable[Held]) -> tuple[str, str] | None:
    """The first wanted place that stands in another grid while it is to be in this, with that grid; None for none.

    `wanted` says up to which day each place is in this one from `since` on (null: still). A village in one grid keeps
    its groups out of a second, and a group its village.
    """
    for one in sorted(held, key=lambda row: (row.code, row.grid)):
        if one.until is not None and one.until <= since:
            continue
        for code, until in sorted(wanted.items()):
            if meet(code, one.code) and (until is None or one.since < until):
                return code, one.grid
    return None


def gone_and_new(standing: Collection[str], wanted: Collection[str]) -> tuple[list[str], list[str]]:
    """What a grid loses and what it gains, by code."""
    return sorted(set(standing) - set(wanted)), sorted(set(wanted) - set(standing))


def words(title: str) -> frozenset[str]:
    """The words a kind of grid is called by: what stands before brackets, and what stands in them."""
    return frozenset(one.strip() for one in _BRACKETS.split(title) if one.strip())
