"""Briefs upward: what the viewer wrote, and what was written to them (R-224)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F

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


def briefs(viewer: Viewer, *, undertaking: str = "") -> Sequence[BriefRow]:
    """The viewer's own and those to them: unanswered first, then the newest; of one task or project, if one is asked
    for. Three queries at most.
    """
    order = (F("answered_at").asc(nulls_first=True), "-at", "-id")
    rows = Brief.objects.visible_to(viewer)
    found = list((rows.filter(undertaking=undertaking) if undertaking else rows).order_by(*order)[:SHOWN])
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


@dataclass(frozen=True)
class Tied:
    """How many briefs were written of a task or project, and how many of them were answered."""

    written: int
    answered: int


NONE = Tied(0, 0)


def tied(viewer: Viewer, undertakings: Collection[str]) -> Mapping[str, Tied]:
    """Of some tasks and projects how many briefs there are: numbers only, whoever asks. One query, none for none."""
    rows = Brief.objects.filter(undertaking__in=list(undertakings)).values_list("undertaking").order_by()
    found = rows.annotate(written=Count("id"), answered=Count("answered_at")) if undertakings else ()
    return {name: Tied(written, answered) for name, written, answered in found}


def waiting(viewer: Viewer) -> int:
    """How many briefs to the viewer are unanswered."""
    return Brief.objects.visible_to(viewer).filter(to_id__in=viewer.persons, answered_at__isnull=True).count()
