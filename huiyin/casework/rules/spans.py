"""What figures are asked about, their lines, and how days become weeks, months, quarters and years (R-416 to R-419)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from huiyin.casework.rules.figures import MEASURES, SHARES, Share, share

Sums = dict[str, int]
STEPS = ("day", "week", "month", "quarter", "year")
STAFF = ("staff", "1")
"""A condition beside the dimensions: what came from numbers of people in service, which is in no figure (SG-33)."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What figures are asked about: from_ <= day < until by the basis, a place and below, a body, further conditions.

    `only` are pairs of a dimension and a value.
    """

    from_: date
    until: date
    basis: str = "received"
    place: str
    body: UUID | None = None
    only: tuple[tuple[str, str], ...] = ()


def beside(wanted: Wanted) -> Wanted:
    """The same question of what came from numbers of people in service."""
    return replace(wanted, only=(*wanted.only, STAFF))


@dataclass(frozen=True)
class Behind:
    """A figure as a list of its matters: the measure, or with `lacking` what a share of this name lacks."""

    wanted: Wanted
    name: str
    lacking: bool = False


@dataclass(frozen=True)
class Line:
    """The sums of one value of a dimension; a day in ISO form, a place as its 12 or 15 digits, an id as text."""

    value: str
    sums: Sums

    def share(self, name: str) -> Share:
        """One of `rules.figures.SHARES` of this line."""
        return share(name, self.sums)


def total(lines: Iterable[Line]) -> Sums:
    """The sums of lines together."""
    found = dict.fromkeys(MEASURES, 0)
    for line in lines:
        for name in MEASURES:
            found[name] += line.sums[name]
    return found


def shares(sums: Sums) -> dict[str, Share]:
    """Every share of sums, by name."""
    return {name: share(name, sums) for name in SHARES}


def by_period(lines: Iterable[Line], step: str, first: date) -> list[Line]:
    """Lines by day put together by day, week (from Monday), month, quarter or year; each under its first day."""
    found: dict[date, Sums] = {}
    for line in lines:
        day = max(first, begins(date.fromisoformat(line.value), step))
        sums = found.setdefault(day, dict.fromkeys(MEASURES, 0))
        for name in MEASURES:
            sums[name] += line.sums[name]
    return [Line(day.isoformat(), sums) for day, sums in sorted(found.items())]


def without_gaps(lines: Iterable[Line], step: str, first: date, until: date) -> list[Line]:
    """Every period of first <= day < until in its turn, those with nothing in them too: as a plot needs them, where
    equal distances have to be equal times."""
    found = {line.value: line.sums for line in lines}
    none = dict.fromkeys(MEASURES, 0)
    days: list[date] = []
    while first < until:
        days.append(first)
        first = follows(begins(first, step), step)
    return [Line(day.isoformat(), found.get(day.isoformat(), none)) for day in days]


def begins(day: date, step: str) -> date:
    """The first day of the period a day lies in."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    if step == "month":
        return day.replace(day=1)
    if step == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1) if step == "year" else day


def follows(day: date, step: str) -> date:
    """The first day after the period that begins on a day."""
    if step in ("day", "week"):
        return day + timedelta(days=1 if step == "day" else 7)
    months = {"month": 1, "quarter": 3, "year": 12}[step]
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def before(wanted: Wanted, step: str) -> Wanted:
    """The same asked about the period before."""
    first = begins(wanted.from_ - timedelta(days=1), step)
    return replace(wanted, from_=first, until=follows(first, step))


def a_year_ago(wanted: Wanted, step: str) -> Wanted:
    """The same asked about the period of a year ago: the same month; of a day or week the one 52 weeks before."""
    if step in ("day", "week"):
        back = timedelta(weeks=52)
        return replace(wanted, from_=wanted.from_ - back, until=wanted.until - back)
    first = wanted.from_.replace(year=wanted.from_.year - 1)
    return replace(wanted, from_=first, until=follows(first, step))


def period(step: str, day: date, place: str) -> Wanted:
    """The question about the period of a step that a day lies in."""
    first = begins(day, step)
    return Wanted(from_=first, until=follows(first, step), place=place)
