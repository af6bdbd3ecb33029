"""What time alone does to clocks: warn, run out, and end a pause; each exactly once (R-188, R24)."""

from datetime import datetime

from django.db.models import QuerySet

from huiyin.casework.actions.steps import advance
from huiyin.casework.events import ClockWarned, MatterEscalated, MatterOverdue
from huiyin.casework.models import Alarm, Clock, Matter
from huiyin.casework.queries.books import PAUSE_OVER
from huiyin.casework.rules import levels
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Clock as Rule

SLICE = 200


@action
def warn(*, by: Viewer, at: datetime) -> int:
    """Tell of clocks that have used their programme's share of the time. Returns how many."""
    rows = _running().filter(warn_at__lte=at, due_at__gt=at, warned_at__isnull=True).order_by("warn_at")
    taken = _take(rows)
    for row in taken:
        row.warned_at = at
        row.save()
        _alarm(row, "warned", at)
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
        _alarm(row, "overdue", at)
        _escalate(by, at, row)
    return len(taken)


def _escalate(by: Viewer, at: datetime, row: Clock) -> None:
    """The programme's role is told; and where the clock says so, the matter climbs a level or comes back from the
    leader it lay before (R-188, R-192, R-186).

    In the transaction that marks the clock: four schedulers at once do it once.
    """
    matter = Matter.objects.select_for_update(of=("self",)).get(id=row.matter_id)
    clock = _clock_of(matter, row)
    if clock is None:
        return
    _alarm(row, "escalated", at)
    told = {"clock": str(row.id), "name": row.name, "role": clock.escalate_to, "rulebook": str(matter.rulebook_id)}
    record(MatterEscalated(subject=str(matter.id), **told), by=by, at=at)
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    ladder = version(matter.rulebook_id).county.ladder
    if clock.climbs and flow.taking("climb", matter.state) and levels.following(ladder, matter.level):
        advance(by=by, at=at, matter=matter, step="climb", given={"clock": row.name})
        _alarm(row, "climbed", at)
    if clock.returns and flow.taking("come_back", matter.state):
        advance(by=by, at=at, matter=matter, step="come_back", given={"clock": row.name})
        _alarm(row, "came_back", at)


def _alarm(row: Clock, kind: str, at: datetime) -> None:
    """What a clock told, kept with its reason and the version of the rulebook it was made under."""
    matter = row.matter
    clock = _clock_of(matter, row)
    share = round(clock.warn_at_share * 100) if clock and kind == "warned" else 100
    told = ",".join(clock.warn) if clock and kind == "warned" else clock.escalate_to if clock else ""
    data = {"limit": row.amount, "unit": row.unit, "percent": share, "due": row.due_at.isoformat()}
    Alarm(matter=matter, clock=row, kind=kind, at=at, rulebook_id=matter.rulebook_id, role=told, data=data).save(
        force_insert=True
    )


def _clock_of(matter: Matter, row: Clock) -> Rule | None:
    return version(matter.rulebook_id).matters(matter.programme).clocks.get(row.name)


def end_pauses(*, by: Viewer, at: datetime) -> int:
    """Resume matters whose pause has lasted as long as it may. Each is an action of its own. Returns how many."""
    ids = Clock.objects.filter(paused_at__isnull=False, pause_until__lte=at).values_list("matter_id", flat=True)
    return sum(_resume(by=by, at=at, matter_id=str(one)) for one in list(ids[:SLICE]))


@action
def _resume(*, by: Viewer, at: datetime, matter_id: str) -> int:
    matter = Matter.objects.select_for_update(of=("self",)).get(id=matter_id)
    for step in ("resume", "more_given"):
        try:
            advance(by=by, at=at, matter=matter, step=step, given={"note": PAUSE_OVER, PAUSE_OVER: "1"})
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
    # Lock in one order, matters before their clocks as every action does, then look again: who waited for the lock may
    # find a clock already told.
    matters = Matter.objects.filter(clocks__in=ids).order_by("id")
    list(matters.select_for_update(of=("self",)).values_list("id"))
    list(Clock.objects.filter(id__in=ids).select_for_update(of=("self",)).order_by("id").values_list("id"))
    return list(rows.filter(id__in=ids).select_related("matter"))
