"""Relief is written down household by household; a line that was a mistake is struck, and stays as struck."""

from datetime import date, datetime
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions.categories import screened
from huiyin.register.events import ReliefGiven, ReliefStruck
from huiyin.register.models import Household, Relief, ReliefList
from huiyin.register.queries.days import today
from huiyin.register.rules import relief as rules

WORDS_MOST = 60


@action
def give(*, by: Viewer, at: datetime, what: str, source: str, lines: str, day: date | None = None) -> UUID:
    """Write down what some households in scope got on a day, an amount for each as it was given. Returns the list's id.

    Raises Refused: not_allowed, needs_relief_what, needs_purse, day_ahead, words_refused, relief_unknown (whom), and
    as `rules.relief.read`.
    """
    by.need("register.correct")
    now = today(by, at)
    what, source = screened(what, most=WORDS_MOST, field="what"), screened(source, most=WORDS_MOST, field="source")
    if not what:
        raise Refused("needs_relief_what", field="what")
    if not source:
        raise Refused("needs_purse", field="source")
    if day is not None and day > now:
        raise Refused("day_ahead", field="day")
    parts = rules.read(lines)
    seen = Household.objects.visible_to(by, now).filter(code__in=[code for code, _ in parts], until=None)
    homes = dict(seen.values_list("code", "pk"))
    if lost := [code for code, _ in parts if code not in homes]:
        raise Refused("relief_unknown", field="lines", codes="、".join(lost[:10]))
    row = ReliefList(day=day or now, what=what, source=source, at=at, by_id=by.person_id)
    row.save(force_insert=True)
    Relief.objects.bulk_create([Relief(list=row, household_id=homes[code], cents=cents) for code, cents in parts])
    record(ReliefGiven(subject=str(row.pk), households=len(parts)), by=by, at=at)
    return row.pk


@action
def strike(*, by: Viewer, at: datetime, relief_id: UUID) -> None:
    """Say that a household got nothing of a list; said twice, it is said once. Raises Missing, Refused(not_allowed)."""
    by.need("register.correct")
    seen = Household.objects.visible_to(by, today(by, at))
    row = Relief.objects.select_for_update(of=("self",)).filter(pk=relief_id, household__in=seen).first()
    if row is None:
        raise Missing
    if row.struck_at is not None:
        return
    row.struck_at, row.struck_by_id = at, by.person_id
    row.save()
    record(ReliefStruck(subject=str(row.household_id), relief=str(row.pk)), by=by, at=at)
