"""Briefs upward: what the viewer wrote, and what was written to them (R-224)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from huiyin.casework.models import Brief
from huiyin.core.viewer import Viewer
from huiyin.register.queries import places, staff

SHOWN = 50


@dataclass(frozen=True)
class BriefRow:
    """A brief with names; `to_me` where the viewer is to read and answer it."""

    row: Brief
    place: str
    by: str
    to: str
    to_me: bool


def briefs(viewer: Viewer) -> Sequence[BriefRow]:
    """The viewer's own and those to them: unanswered first, then the newest. Three queries at most."""
    order = (F("answered_at").asc(nulls_first=True), "-at", "-id")
    found = list(Brief.objects.visible_to(viewer).order_by(*order)[:SHOWN])
    names = staff.persons(viewer, {one for row in found for one in (row.by_id, row.to_id)})
    where = places.paths(viewer, {row.place_code for row in found})
    return [
        BriefRow(
            row=row,
            place=where.get(row.place_code, ""),
            by=names.get(row.by_id, ""),
            to=names.get(row.to_id, ""),
            to_me=row.to_id in viewer.persons,
        )
        for row in found
    ]


def waiting(viewer: Viewer) -> int:
    """How many briefs to the viewer are unanswered."""
    return Brief.objects.visible_to(viewer).filter(to_id__in=viewer.persons, answered_at__isnull=True).count()
