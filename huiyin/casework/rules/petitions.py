"""Petition figures of areas: which of them are whole, by half-years and against the half-year before (R-223, SG-03)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from huiyin.programme.refusal import Refused
from huiyin.programme.schema.early import WHOLE

MOST = 99_999
MONTHS = 6


@dataclass(frozen=True, order=True)
class Half:
    """A half-year: the shortest time petition figures are shown for."""

    year: int
    second: bool

    @property
    def from_(self) -> date:
        """Its first day."""
        return date(self.year, 7 if self.second else 1, 1)

    @property
    def until(self) -> date:
        """The day after its last."""
        return date(self.year + 1, 1, 1) if self.second else date(self.year, 7, 1)

    @property
    def year_before(self) -> "Half":
        """The same half of the year before."""
        return Half(self.year - 1, self.second)

    @property
    def earlier(self) -> "Half":
        """The half-year before."""
        return Half(self.year, second=False) if self.second else Half(self.year - 1, second=True)

    @property
    def before(self) -> "Half | None":
        """The half-year before, where an address can name it."""
        return read_half(self.earlier.key)

    @property
    def later(self) -> "Half":
        """The half-year after."""
        return Half(self.year + 1, second=False) if self.second else Half(self.year, second=True)

    @property
    def key(self) -> str:
        """As addresses carry it: 2026-1."""
        return f"{self.year}-{2 if self.second else 1}"


def half_of(day: date) -> Half:
    """The half-year a day lies in."""
    return Half(day.year, day.month > MONTHS)


def read_half(text: str) -> Half | None:
    """What `key` wrote; None for anything else."""
    year, _, part = text.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and 1900 < int(year) < 2200 and part in ("1", "2")):
        return None
    return Half(int(year), part == "2")


def last_whole(today: date) -> Half:
    """The last half-year that is over."""
    return half_of(today).earlier


def change(now: int, before: int) -> float | None:
    """By what share a figure rose or fell; None where there was none before to compare with."""
    return (now - before) / before if before else None


def faults(said: Mapping[str, int], kinds: Iterable[str]) -> Iterable[Refused]:
    """All that is wrong with the figures of a place and month: missing, unknown, too many, a part above the whole."""
    known = (WHOLE, *kinds)
    if set(said) - set(known):
        yield Refused("value_unknown", field=next(iter(set(said) - set(known))))
    for kind in known:
        if kind not in said or not 0 <= said[kind] <= MOST:
            yield Refused("number_wrong", field=kind)
    whole = said.get(WHOLE, 0)
    for kind in kinds:
        if whole < said.get(kind, 0) <= MOST:
            yield Refused("petition_part_above", field=kind)
