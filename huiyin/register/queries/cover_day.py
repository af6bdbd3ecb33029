"""Coverage as it was on a day, for places small enough to be read while somebody waits.

Households stand where they were that day, also those that have moved, split off or ended since; links and posts as the
register knows them now to have been. What is kept of a day is not kept as counts, so a whole county is not offered.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Refused
from huiyin.register.models import Abode, Household, Link, LinkExclusion
from huiyin.register.models.periods import standing
from huiyin.register.queries import places, staff
from huiyin.register.queries.coverage import PlaceCover
from huiyin.register.queries.days import today
from huiyin.register.queries.drawing import LINKED

MOST = 8_000
"""Households of a place whose day is reckoned at once; more are answered by their parts."""
ENDED = ("merged", "left", "died_out", "twice")


def cover(viewer: Viewer, at: datetime, *, under: str, day: date) -> tuple[PlaceCover, tuple[PlaceCover, ...]]:
    """A place on a day, and its parts from the least covered on, in the viewer's scope. Seven questions.

    Raises Missing for no place; Refused: day_ahead, day_too_much.
    """
    viewer.need("register.see")
    if day > today(viewer, at):
        raise Refused("day_ahead", field="day")
    itself, below = places.with_children(viewer, under)
    width = len(subtree(below[0].code)[0]) if below else 15
    homes = dict(_homes(viewer, under, day))
    tables = _tables(viewer, homes, _leads(under, day), day, width)
    names = {subtree(one.code)[0]: (one.code, one.name) for one in below}
    parts = []
    for part in sorted({part for table in tables.values() for part in table}):
        code, name = names.get(part, (under, ""))
        parts.append(PlaceCover(code, name, **{key: table[part] for key, table in tables.items()}))
    whole = PlaceCover(under, itself.name, **{key: table.total() for key, table in tables.items()})
    return whole, tuple(sorted(parts, key=lambda one: (one.share, one.code)))


def _homes(viewer: Viewer, under: str, day: date) -> Iterator[tuple[UUID, str]]:
    """Households with a claim that day, with where they were. Raises Refused("day_too_much")."""
    low, high = subtree(under)
    stood = Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))
    now = Household.objects.filter(stood, viewer.scope("place_code"), place_code__gte=low, place_code__lt=high)
    if now.count() > MOST:
        raise Refused("day_too_much", field="day", most=MOST)
    then = Abode.objects.filter(standing(day))
    away = then.filter(viewer.scope("place_code"), place_code__gte=low, place_code__lt=high)
    found = {pk: (place, status) for pk, place, status in now.values_list("pk", "place_code", "status")}
    was = then.filter(Q(household__in=now) | Q(pk__in=away.values("pk")))
    for pk, place, status in was.values_list("household_id", "place_code", "status"):
        found[pk] = (place, status)
    for pk, (place, status) in found.items():
        if low <= place < high and viewer.sees(place) and (status in LINKED or status in ENDED):
            yield pk, place


def _leads(under: str, day: date) -> dict[UUID, list[UUID]]:
    """Who led that day for the households that are there now, or were there then."""
    low, high = subtree(under)
    then = Abode.objects.filter(standing(day), place_code__gte=low, place_code__lt=high)
    here = Q(household__place_code__gte=low, household__place_code__lt=high)
    here |= Q(household__in=then.values("household_id"))
    rows = Link.objects.filter(standing(day), here, kind="lead", household__isnull=False)
    found: dict[UUID, list[UUID]] = {}
    for home, official in rows.values_list("household__pk", "official_id"):
        found.setdefault(home, []).append(official)
    return found


def _tables(
    viewer: Viewer, homes: dict[UUID, str], leads: dict[UUID, list[UUID]], day: date, width: int
) -> dict[str, Counter[str]]:
    """Each figure by the beginnings of the parts' codes."""
    tables = {name: Counter[str]() for name in ("households", "covered", "gone", "double", "excluded")}
    left_out = LinkExclusion.objects.filter(standing(day), household__isnull=False)
    out = set(left_out.values_list("household_id", flat=True))
    serving = set(staff.serving(viewer, day))
    for home, place in homes.items():
        part, here = place[:width], leads.get(home, [])
        if home in out:
            tables["excluded"][part] += 1
            continue
        there = sum(one in serving for one in here)
        tables["households"][part] += 1
        tables["covered"][part] += there > 0
        tables["gone"][part] += bool(here) and not there
        tables["double"][part] += there > 1
    return tables
