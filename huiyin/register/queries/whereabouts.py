"""Households and who leads them, where they are today or were on the day a viewer looks back to.

Where a household is stands in its own row; where it was before, and how, in its abodes. Whatever is counted or listed
as of a day begins here, so that one that has moved, split off or ended since stands where it was.
"""

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When

from huiyin.core.viewer import Viewer
from huiyin.register.models import Abode, Household, Link, Resident
from huiyin.register.models.periods import open_on, standing
from huiyin.register.queries.drawing import LINKED, in_scope

ENDS = ("left", "died_out", "twice", "mistaken")
"""Why a household ends by itself: it left the county, nobody of it is alive, it was registered twice, it never was."""
ENDED = ("merged", *ENDS)
"""How households ended: until the day they did, they had a claim like any other."""
Under = str | tuple[str, str]
"""A place, or its range of codes; empty for all."""
PORTION = 30_000
LAST = ":"
"""Follows every digit."""


def homes(viewer: Viewer, under: str = "") -> QuerySet[Household]:
    """Households at or under a place, in scope, that have not ended; each with `there`, the place's code."""
    return _homes(viewer, under, ())


def portions(viewer: Viewer) -> list[Viewer]:
    """The machine as one who sees a part of all places, and the next: cut between villages, so that each part has some
    thousand households and every household stands in one of them."""
    villages = Counter[str]()
    for code, n in Household.objects.filter(until=None).order_by().values_list("place_code").annotate(n=Count("pk")):
        villages[code[:12]] += n
    cuts, sum_ = [""], 0
    for code, n in sorted(villages.items()):
        if sum_ and sum_ + n > PORTION:
            cuts.append(code)
            sum_ = 0
        sum_ += n
    return [viewer.but(everything=False, scopes=(one,)) for one in pairwise([*cuts, LAST])]


def claiming(viewer: Viewer, under: Under) -> QuerySet[Household]:
    """Those of them that have a claim to an official (AM-33)."""
    return _homes(viewer, under, LINKED)


def leads(viewer: Viewer, day: date, under: Under) -> QuerySet[Link]:
    """Lead links of a day of households that have a claim, also of those left out; each with `there`, where that is."""
    if viewer.back is None:
        here = viewer.scope("household__place_code") & in_scope(under, "household__place_code")
        rows = Link.objects.filter(standing(day), here, kind="lead", household__until=None)
        return placed(viewer, rows.filter(household__status__in=LINKED))
    there = _were(viewer, viewer.back, under, LINKED, "household__")
    return placed(viewer, Link.objects.filter(standing(day), there, kind="lead"))


def living(viewer: Viewer, under: str = "") -> QuerySet[Resident]:
    """Who lives on a day looked back to in the households of `homes`; each with `there`, where that is."""
    there = _were(viewer, viewer.back, under, (), "household__")
    return placed(viewer, Resident.objects.filter(standing(viewer.back), there))


def placed(viewer: Viewer, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that have a household, each with `there`, where that is or was."""
    now = F("household__place_code")
    there = now if viewer.back is None else _then(viewer, "household_id", "household__place_code")
    found: QuerySet[Any] = rows.annotate(there=there)
    return found


def where(row: Household) -> str:
    """Where a household found here is or was."""
    return str(vars(row)["there"])


def _homes(viewer: Viewer, under: Under, how: tuple[str, ...]) -> QuerySet[Household]:
    here = viewer.scope("place_code") & (in_scope(under) if under else Q())
    if viewer.back is None:
        rows = Household.objects.filter(here, until=None)
        return (rows.filter(status__in=how) if how else rows).annotate(there=F("place_code"))
    rows = Household.objects.filter(_were(viewer, viewer.back, under, how))
    return rows.annotate(there=_then(viewer, "pk", "place_code"))


def _were(viewer: Viewer, day: date | None, under: Under, how: tuple[str, ...], to: str = "") -> Q:
    """Households that were at or under a place on a day, in scope and in one of some states; `to` leads to them."""

    def here(to: str) -> Q:
        within = viewer.scope(f"{to}place_code") & (in_scope(under, f"{to}place_code") if under else Q())
        return within & (Q(**{f"{to}status__in": (*how, *ENDED)}) if how else Q())

    was = Abode.objects.filter(standing(day))
    stayed = here(to) & ~Q(**{f"{to}pk__in": was.values("household_id")})
    moved = Q(**{f"{to}pk__in": was.filter(here("")).values("household_id")})
    return open_on(day, to) & (stayed | moved)


def _then(viewer: Viewer, household: str, place: str) -> Case:
    """Where a household was on the day looked back to. Which of them were elsewhere is found out once: to look for the
    abode of each took as long as to count a county."""
    was = Abode.objects.filter(standing(viewer.back))
    there = was.filter(household=OuterRef(household)).order_by("pk").values("place_code")[:1]
    elsewhere = When(**{f"{household}__in": was.values("household_id")}, then=Subquery(there))
    return Case(elsewhere, default=F(place))
