"""What units said in public at meetings on unfulfilled work, and which of their matters such a meeting is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework.models import Clock, Matter, Pledge, Promise, SessionMatter
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

REACH = timedelta(days=183)
SHOWN = 50
MOST = 10
"""Matters of one unit that a meeting is proposed on."""


@dataclass(frozen=True)
class PledgeRow:
    """One of them, names filled in."""

    id: UUID
    session_id: UUID
    body: str
    who: str
    said: str
    until: date
    at: datetime


def pledges(viewer: Viewer) -> list[PledgeRow]:
    """Those in sight, the newest first; two queries."""
    return _rows(viewer, Pledge.objects.visible_to(viewer)[:SHOWN])


def public(viewer: Viewer, today: date) -> list[PledgeRow]:
    """Those of the last half year, for everybody."""
    return _rows(viewer, Pledge.objects.visible_to(viewer).filter(until__gte=today - REACH)[:SHOWN])


def of_session(viewer: Viewer, session_id: UUID) -> list[PledgeRow]:
    """What was said at one meeting; its reader sits in it."""
    return _rows(viewer, Pledge.objects.standing().filter(session_id=session_id))


def units_of(viewer: Viewer, session_id: UUID) -> list[tuple[str, str]]:
    """The units whose open matters a meeting has, that have said nothing yet: for choosing."""
    seen = Matter.objects.readable_by(viewer).filter(held=False, sealed=False, closed_at__isnull=True)
    items = SessionMatter.objects.filter(session_id=session_id, matter__in=seen.values("pk"))
    said = Pledge.objects.filter(session_id=session_id).values("body_id")
    owners = items.exclude(matter__owner_body_id__in=said).values_list("matter__owner_body_id", flat=True)
    ids = {one for one in owners if one is not None}
    return sorted(((str(one), name) for one, name in staff.body_names(viewer, ids).items()), key=lambda one: one[1])


def unfulfilled(viewer: Viewer, body: UUID, at: datetime) -> Sequence[str]:
    """The codes of a unit's open matters that are past their limit or whose promise was broken, the oldest first."""
    late = Clock.objects.filter(met_at__isnull=True, ended_at__isnull=True, paused_at__isnull=True, due_at__lt=at)
    broken = Promise.objects.filter(state="broken")
    rows = Matter.objects.visible_to(viewer).filter(owner_body_id=body, closed_at__isnull=True)
    rows = rows.filter(Q(id__in=late.values("matter_id")) | Q(id__in=broken.values("matter_id")))
    return list(rows.order_by("opened_at", "id").values_list("code", flat=True)[:MOST])


def _rows(viewer: Viewer, asked: QuerySet[Pledge]) -> list[PledgeRow]:
    rows = list(asked)
    names = staff.body_names(viewer, {row.body_id for row in rows})
    return [
        PledgeRow(row.id, row.session_id, names.get(row.body_id, ""), row.who, row.said, row.until, row.at)
        for row in rows
    ]
