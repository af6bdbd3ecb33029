"""Petition figures of areas by class, by half-years, against the same half of the year before (R-223, SG-03)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from huiyin.casework.models import PetitionCount
from huiyin.casework.rules.petitions import Half, change
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.early import Petitions
from huiyin.register.queries import places, staff


@dataclass(frozen=True)
class Compared:
    """A figure and the one of the same half a year before."""

    now: int
    before: int

    @property
    def change(self) -> float | None:
        """By what share it rose or fell; None where there was none before."""
        return change(self.now, self.before)


@dataclass(frozen=True)
class Figures:
    """A half-year: over all by kind, and by town; of how many of its months anything was entered, and a year before."""

    half: Half
    whole: Mapping[str, Compared]
    towns: Sequence[tuple[str, str, Mapping[str, Compared]]]
    """Code, name, and the figures by kind."""
    months: int
    months_before: int


def page_of(viewer: Viewer, at: datetime) -> Petitions | None:
    """What the programme in force says of petition figures; None where nobody keeps them here."""
    book = current(at).rulebook
    return book.matters(book.county.intake.programme).petitions


def keeps(viewer: Viewer, at: datetime) -> bool:
    """Whether the viewer serves in the office that keeps these figures; one query at most."""
    page = page_of(viewer, at)
    return page is not None and staff.serves_in(viewer, page.body)


def towns(viewer: Viewer, at: datetime) -> Sequence[tuple[str, str]]:
    """Code and name of every place that has figures of its own: the towns, and the county for what is of none."""
    county = current(at).rulebook.county.code
    return (*places.towns_and_villages(viewer, county)[0], (county, ""))


def figures(viewer: Viewer, at: datetime, half: Half) -> Figures:
    """The figures of a half-year and of the one a year before. Five queries; everybody sees the same.

    Doors decide who sees them: at the desk who may see figures, in public only through `publication.queries`.
    """
    now, before = _sums(half), _sums(half.year_before)
    kinds = page.titles if (page := page_of(viewer, at)) else {}
    told = [
        (code, name, {kind: Compared(now[code][kind], before[code][kind]) for kind in kinds})
        for code, name in towns(viewer, at)
    ]
    whole = {
        kind: Compared(sum(now[code][kind] for code in now), sum(before[code][kind] for code in before))
        for kind in kinds
    }
    return Figures(half, whole, told, _months(half), _months(half.year_before))


def _months(half: Half) -> int:
    rows = PetitionCount.objects.filter(month__gte=half.from_, month__lt=half.until)
    return rows.values("month").distinct().count()


def entered(viewer: Viewer, place_code: str, month: date) -> Mapping[str, int]:
    """What stands for a town and month, by kind."""
    rows = PetitionCount.objects.filter(place_code=place_code, month=month)
    return dict(rows.values_list("kind", "number"))


def missing(viewer: Viewer, at: datetime, month: date) -> Sequence[str]:
    """The names of the towns for which nothing was entered in a month."""
    there = set(PetitionCount.objects.filter(month=month).values_list("place_code", flat=True))
    return [name for code, name in towns(viewer, at) if name and code not in there]


def _sums(half: Half) -> dict[str, dict[str, int]]:
    rows = PetitionCount.objects.filter(month__gte=half.from_, month__lt=half.until).order_by()
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for code, kind, number in rows.values_list("place_code", "kind").annotate(n=Sum("number")):
        found[code][kind] = number
    return found
