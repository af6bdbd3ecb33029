"""Outlines of places, taken from a file, dated like the places themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.sheets import Fault
from huiyin.register.events import ShapesImported
from huiyin.register.models import Place, PlaceShape
from huiyin.register.queries.days import today
from huiyin.register.rules import codes
from huiyin.register.rules.shapes import Shape, whole_numbers

BATCH = 500


@dataclass(frozen=True)
class Imported:
    """What a batch did: outlines added, changed, unchanged; and the features refused."""

    added: int
    changed: int
    same: int
    faults: tuple[Fault, ...]


@action
def import_shapes(*, by: Viewer, at: datetime, shapes: Sequence[Shape], source: str) -> Imported:
    """Take at most 500 outlines of places that stand and are in the importer's scope. Idempotent.

    A new outline holds for as long as its place has; one that differs from before begins today. Raises ValueError
    for more.
    """
    by.need("register.import")
    if len(shapes) > BATCH:
        raise ValueError(f"at most {BATCH} outlines at once")
    wanted = [one.code for one in shapes]
    places = dict(Place.objects.filter(code__in=wanted, until=None).values_list("code", "since"))
    standing = {row.place_code: row for row in PlaceShape.objects.filter(place_code__in=wanted, until=None)}
    faults = [
        Fault(one.number, "place_outside" if one.code in places else "place_unknown", "code")
        for one in shapes
        if one.code not in places or not by.sees(one.code)
    ]
    refused, day, ended, fresh = {fault.number for fault in faults}, today(by, at), [], []
    for one in (one for one in shapes if one.number not in refused):
        coordinates = whole_numbers(one.geometry)
        former = standing.get(one.code)
        if former is not None and former.coordinates == coordinates:
            continue
        if former is not None:
            former.until = max(day, former.since or day)
            former.save()
            ended.append(former)
        since = day if former is not None else places[one.code]
        fresh.append(PlaceShape(place_code=one.code, coordinates=coordinates, source=source[:100], since=since))
    if fresh:
        PlaceShape.objects.bulk_create(fresh)
        added = len(fresh) - len(ended)
        record(ShapesImported(subject=codes.county(fresh[0].place_code), added=added, changed=len(ended)), by=by, at=at)
    return Imported(len(fresh) - len(ended), len(ended), len(shapes) - len(faults) - len(fresh), tuple(faults))
