"""Whom to go to: matters that stand kept, reopened or late, whose people left a number; and visits agreed (R-220).

In no ranking and no figure of a person: the list is by how long people have waited, and a no leaves it at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.casework.models import Matter, Party, Seeking
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.casework.rules.seeking import REST, Why, standing
from huiyin.core.viewer import Viewer
from huiyin.register.queries import places, staff

SHOWN = 40


@dataclass(frozen=True)
class Waiting:
    """A matter whose people may be offered a visit, and how it stands."""

    row: MatterRow
    why: Why


@dataclass(frozen=True)
class Visit:
    """A visit that was wanted: where, by whom, when; `mine` where the viewer goes."""

    row: Seeking
    code: str
    title: str
    place: str
    who: str
    mine: bool


def waiting(viewer: Viewer, at: datetime) -> Sequence[Waiting]:
    """Matters in sight whose people may be offered a visit, the longest waiting first; three queries at most."""
    named = Party.objects.filter(matter=OuterRef("pk"), role="reporter", phone__isnull=False)
    lately = Seeking.objects.filter(_counts(at), matter=OuterRef("pk"))
    stands = Q(state="retained") | (Q(closed_at__isnull=True) & (Q(reopened__gt=0) | Q(due_at__lt=at)))
    rows = Matter.objects.visible_to(viewer).filter(stands, Exists(named), ~Exists(lately), history=False)
    found = list(rows.order_by("opened_at", "id").values(*COLUMNS)[:SHOWN])
    return [Waiting(row, _why(raw, at)) for raw, row in zip(found, rows_of(viewer, found), strict=True)]


def visits(viewer: Viewer) -> Sequence[Visit]:
    """Visits that were wanted, of matters in sight or the viewer's own to make; those to come first."""
    seen = Matter.objects.visible_to(viewer).values("pk")
    rows = Seeking.objects.filter(Q(matter__in=seen) | Q(pk__in=mine(viewer).values("pk")), answer="accepted")
    found = list(rows.select_related("matter").order_by("ended_at", "-on", "-id")[:SHOWN])
    found.sort(key=lambda row: (row.ended_at is not None, row.on))
    names = staff.persons(viewer, {row.person_id for row in found if row.person_id})
    where = places.paths(viewer, {row.matter.place_code for row in found})
    return [
        Visit(
            row=row,
            code=row.matter.code,
            title=row.matter.title,
            place=where.get(row.matter.place_code, ""),
            who=names.get(row.person_id, "") if row.person_id else "",
            mine=row.person_id in viewer.persons,
        )
        for row in found
    ]


def mine(viewer: Viewer) -> QuerySet[Seeking]:
    """Visits the viewer is named for; none of a matter that is held, sealed or about them by now (SG-01)."""
    free = Matter.objects.filter(held=False, sealed=False).unbound(viewer)
    return Seeking.objects.filter(person_id__in=viewer.persons, answer="accepted", matter__in=free.values("pk"))


def offered_lately(viewer: Viewer, matter_id: UUID, at: datetime) -> bool:
    """Whether a visit is to come, or somebody said no not long ago."""
    return Seeking.objects.filter(_counts(at), matter_id=matter_id).exists()


def _counts(at: datetime) -> Q:
    return Q(ended_at__isnull=True) | Q(answer="declined", at__gt=at - REST) | Q(outcome="met", ended_at__gt=at - REST)


def _why(raw: dict[str, object], at: datetime) -> Why:
    due = raw["due_at"]
    return standing(
        state=str(raw["state"]),
        closed=raw["closed_at"] is not None,
        reopened=int(str(raw["reopened"])),
        late=isinstance(due, datetime) and due < at,
    )
