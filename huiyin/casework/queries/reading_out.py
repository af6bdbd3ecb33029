"""Answers read out that wait for the word of whoever was named as present (R-209)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.casework.models import Matter, Move, Reply
from huiyin.casework.models.feedback import WAITS
from huiyin.core.viewer import Viewer
from huiyin.register.queries import conflict, places, staff

MOST = 50
DENIED = "read_denied"
"""The step by which somebody says that they were not there."""


@dataclass(frozen=True)
class Reading:
    """One that waits for the viewer: its answer's id, who read it out and when. Place and title only of what is not
    sealed; `seen` whether they may open the matter."""

    id: UUID
    code: str
    reader: str
    at: datetime
    place: str
    title: str
    seen: bool


def denials(viewer: Viewer, matters: Collection[UUID]) -> dict[tuple[UUID, datetime], str]:
    """What those said who were named and had not been there, by matter and moment; of what is neither held nor sealed
    and not kept from the viewer. One query, none for none."""
    if not matters:
        return {}
    open_to = Matter.objects.filter(held=False, sealed=False, pk=OuterRef("matter_id")).unbound(conflict.stood(viewer))
    rows = Move.objects.filter(Exists(open_to), matter_id__in=matters, step=DENIED)
    return {(matter, at): said for matter, at, said in rows.values_list("matter_id", "at", "reason")}


def waiting_for(viewer: Viewer) -> QuerySet[Reply]:
    """What waits for the viewer's own word, whoever they act for: of matters that are not kept from them (SG-01)."""
    if viewer.person_id is None or viewer.on_behalf_of is not None:
        return Reply.objects.none()
    me = viewer.person_id
    open_to = Q(sealed=False) | Q(handler_id=me) | Q(supervisor_id=me)
    matters = Matter.objects.filter(open_to, pk=OuterRef("matter_id"), held=False).unbound(conflict.stood(viewer))
    return Reply.objects.filter(WAITS, Exists(matters), second_id=me)


def readings(viewer: Viewer) -> Sequence[Reading]:
    """What waits for the viewer's own word, the oldest first. At most four queries."""
    rows = list(waiting_for(viewer).select_related("matter").order_by("read_out_at", "id")[:MOST])
    if not rows:
        return ()
    readers = staff.persons(viewer, {row.delivered_by_id for row in rows if row.delivered_by_id})
    where = places.paths(viewer, {row.matter.place_code for row in rows if not row.matter.sealed})
    ids = [row.matter_id for row in rows]
    seen = set(Matter.objects.reachable_by(conflict.stood(viewer)).filter(id__in=ids).values_list("id", flat=True))
    return [
        Reading(
            id=row.id,
            code=row.matter.code,
            reader=readers.get(row.delivered_by_id, "") if row.delivered_by_id else "",
            at=row.read_out_at or row.at,
            place="" if row.matter.sealed else where.get(row.matter.place_code, ""),
            title=row.matter.title if row.matter_id in seen and not row.matter.sealed else "",
            seen=row.matter_id in seen,
        )
        for row in rows
    ]
