"""What time alone does to clocks: warn, run out, and end a pause; each exactly once (R-188, R24)."""

from datetime import datetime

from django.db.models import QuerySet

from huiyin.casework.actions.steps import advance
from huiyin.casework.events import ClockWarned, MatterOverdue
from huiyin.casework.models import Clock, Matter
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused

SLICE = 200


@action
def warn(*, by: Viewer, at: datetime) -> int:
    """Tell of clocks that have used their programme's share of the time. Returns how many."""
    rows = _running().filter(warn_at__lte=at, due_at__gt=at, warned_at__isnull=True).order_by("warn_at")
    taken = _take(rows)
    for row in taken:
        row.warned_at = at
        row.save()
        record(ClockWarned(subject=str(row.matter_id), clock=str(row.id), name=row.name), by=by, at=at)
    return len(taken)


@action
def run_out(*, by: Viewer, at: datetime) -> int:
    """Tell of clocks that ran out. Returns how many."""
    taken = _take(_running().filter(due_at__lte=at, overdue_at__isnull=True).order_by("due_at"))
    for row in taken:
        row.overdue_at = at
        row.save()
        record(MatterOverdue(subject=str(row.matter_id), clock=str(row.id), name=row.name), by=by, at=at)
    return len(taken)


def end_pauses(*, by: Viewer, at: datetime) -> int:
    """Resume matters whose pause has lasted as long as it may. Each is an action of its own. Returns how many."""
    ids = Clock.objects.filter(paused_at__isnull=False, pause_until__lte=at).values_list("matter_id", flat=True)
    return sum(_resume(by=by, at=at, matter_id=str(one)) for one in list(ids[:SLICE]))


@action
def _resume(*, by: Viewer, at: datetime, matter_id: str) -> int:
    matter = Matter.objects.select_for_update(of=("self",)).get(id=matter_id)
    for step in ("resume", "more_given"):
        try:
            advance(by=by, at=at, matter=matter, step=step, given={"note": "pause ended"})
        except Refused:
            continue
        return 1
    return 0


def _running() -> QuerySet[Clock]:
    return Clock.objects.filter(met_at__isnull=True, ended_at__isnull=True, silent=False, paused_at__isnull=True)


def _take(rows: QuerySet[Clock]) -> list[Clock]:
    """A slice of rows, locked, so that four schedulers at once tell each clock once."""
    ids = list(rows.values_list("id", flat=True)[:SLICE])
    if not ids:
        return []
    # Lock in one order, then look again: who waited for the lock may find a clock already told.
    list(Clock.objects.filter(id__in=ids).select_for_update(of=("self",)).order_by("id").values_list("id"))
    return list(rows.filter(id__in=ids))
