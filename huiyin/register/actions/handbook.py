"""The handbook reaches households: who was handed a copy, group by group; and what was a mistake (R-141)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.events import HandbooksGiven, HandbooksTakenBack
from huiyin.register.models import HandbookCopy, Household, PrintRun
from huiyin.register.queries.days import today
from huiyin.register.rules import codes

MOST = 5_000


@dataclass(frozen=True)
class Round:
    """One delivery: the groups that were gone to, the codes of the households nobody was met at, the day."""

    groups: Sequence[str]
    but: Sequence[str] = ()
    on: date | None = None


@action
def hand_out(*, by: Viewer, at: datetime, run_id: UUID, done: Round) -> int:
    """Every household of some groups has its copy, but for those named; who had one already has no second.

    Gives how many were handed one. Raises Missing; Refused: needs_group, day_ahead, period_wrong before the run was
    made, household_unknown for a code that is not in these groups, nothing_changed.
    """
    run = _run(by, run_id)
    day, groups = today(by, at), list(dict.fromkeys(done.groups))
    on = done.on or day
    if not groups:
        raise Refused("needs_group", field="groups")
    if on > day:
        raise Refused("day_ahead", field="on")
    if run.made_at is None or on < today(by, run.made_at):
        raise Refused("period_wrong", field="on")
    inside = [one for one in groups if codes.inside(one, run.place_code)]
    homes = Household.objects.filter(place_code__in=inside, until=None)
    found = list(homes.order_by("place_code", "code").values_list("pk", "code", "place_code")[:MOST])
    unknown = set(done.but) - {code for _, code, _ in found}
    if unknown:
        raise Refused("handbook_unknown", field="but", codes="、".join(sorted(unknown)[:5]))
    held = set(HandbookCopy.objects.filter(run=run, taken_back_at=None).values_list("household_id", flat=True))
    row = {"run": run, "given_on": on, "by_id": by.person_id, "recorded_at": at}
    fresh = [
        HandbookCopy(household_id=pk, group_code=group, **row)
        for pk, code, group in found
        if pk not in held and code not in done.but
    ]
    if not fresh:
        raise Refused("nothing_changed")
    HandbookCopy.objects.bulk_create(fresh)
    record(HandbooksGiven(subject=str(run.pk), count=len(fresh), on=on.isoformat()), by=by, at=at)
    return len(fresh)


@action
def take_back(*, by: Viewer, at: datetime, run_id: UUID, group: str, on: date) -> int:
    """What was written down of a group for a day was a mistake. Gives how many; Raises Missing where there is none."""
    run = _run(by, run_id)
    rows = list(HandbookCopy.objects.filter(run=run, group_code=group, given_on=on, taken_back_at=None))
    if not rows:
        raise Missing
    for row in rows:
        row.taken_back_at = at
    HandbookCopy.objects.bulk_update(rows, ["taken_back_at"])
    record(HandbooksTakenBack(subject=str(run.pk), count=len(rows)), by=by, at=at)
    return len(rows)


def _run(by: Viewer, run_id: UUID) -> PrintRun:
    """A made run of handbooks, locked: two who write down the same delivery do it one after the other."""
    by.need("register.edit")
    run = PrintRun.objects.select_for_update().filter(pk=run_id, kind="handbook", state="made").first()
    if run is None or not by.sees(run.place_code):
        raise Missing
    return run
