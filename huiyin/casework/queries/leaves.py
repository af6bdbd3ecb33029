"""Leave to take long lists away: what waits for somebody, and what became of one's own; never a row of the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from huiyin.casework.events import MattersExported
from huiyin.casework.events.leaves import ExportLeaveAsked
from huiyin.casework.models import ExportLeave
from huiyin.core import four_eyes
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

WAITS = timedelta(days=7)
LASTS = timedelta(hours=24)
MOST = 50
ROUND = 100


@dataclass(frozen=True)
class LeaveRow:
    """One of them; `mine` where the viewer asked, `lent` where somebody asked in their name. To anybody else `rows` is
    told in full hundreds: beside a count of their own it would say that there is something they are kept from (SG-01).
    """

    id: UUID
    by: str
    asked_at: datetime
    rows: int
    query: str
    reason: str
    mine: bool
    allowed: bool | None
    used: bool
    lent: bool = False


def leaves(viewer: Viewer, at: datetime) -> Sequence[LeaveRow]:
    """What waits for this viewer to decide, and their own of a week, newest first; three queries."""
    mine = Q(asked_by_id__in=viewer.persons)
    waits = Q(decided_at__isnull=True) if viewer.may("matter.approve") else Q(pk__in=[])
    rows = list(ExportLeave.objects.filter(mine | waits, asked_at__gte=at - WAITS).order_by("-asked_at")[:MOST])
    names = staff.persons(viewer, {row.asked_by_id for row in rows})
    undecided = [row.id for row in rows if row.decided_at is None and row.asked_by_id not in viewer.persons]
    lent = {one["subject"] for one in four_eyes.in_ones_stead(viewer, ExportLeaveAsked, undecided)}
    return [
        LeaveRow(
            row.id,
            names.get(row.asked_by_id, ""),
            row.asked_at,
            row.rows if row.asked_by_id in viewer.persons else -(-row.rows // ROUND) * ROUND,
            row.query,
            row.reason,
            row.asked_by_id in viewer.persons,
            row.allowed,
            bool(row.number),
            str(row.id) in lent,
        )
        for row in rows
    ]


def taken(viewer: Viewer, at: datetime) -> int:
    """How many rows of matters and ledgers this viewer has taken away within a day without anybody's leave, or others
    in their stead or for whom they act: a long list in many pieces is a long list."""
    # What happened since then was recorded since then: by that the log has an index.
    told = Event.objects.filter(name=MattersExported.NAME, at__gt=at - LASTS, recorded_at__gt=at - LASTS)
    theirs = told.filter(Q(by_id__in=viewer.persons) | Q(on_behalf_of_id__in=viewer.persons))
    return sum(int(one["rows"]) for one in theirs.values_list("data", flat=True) if not one.get("leave"))


def given(viewer: Viewer, query: str, at: datetime) -> ExportLeave | None:
    """Leave that was given to this viewer for these filters and is still good; None otherwise."""
    if viewer.person_id is None:
        return None
    rows = ExportLeave.objects.filter(asked_by_id=viewer.person_id, query=query, allowed=True, number="")
    return rows.filter(decided_at__gte=at - LASTS).order_by("-decided_at").first()
