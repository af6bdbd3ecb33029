"""Common issues: registered once, owned, promised, reported on, and answered to everybody who raised them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from huiyin.casework.events import (
    IssueChanged,
    IssueGathered,
    IssuePromised,
    IssueRegistered,
    IssueReported,
    IssueSettled,
)
from huiyin.casework.models import Issue, IssueFigure, IssueMember, IssuePromise, IssueUnit, Matter
from huiyin.casework.queries.issues import faults
from huiyin.casework.rules import issues as rules
from huiyin.casework.rules.issues import About
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries.days import today

VERB = "matter.assign"
MOST = 500
"""Matters put under an issue in one go."""


@action
def register(*, by: Viewer, at: datetime, about: About) -> Issue:
    """Register a common issue. Raises Refused: not_allowed, and as `faults`."""
    by.need(VERB)
    issue = Issue(by_id=by.person_id, opened_at=at, **_columns(by, about, at))
    issue.save(force_insert=True)
    _units(issue, about, at)
    record(IssueRegistered(subject=str(issue.id)), by=by, at=at)
    return issue


@action
def change(*, by: Viewer, at: datetime, issue_id: UUID, about: About, seen: int | None = None) -> Issue:
    """Say something else about an issue; what stood before is in the log. Raises Missing; Refused: stale, as above."""
    by.need(VERB)
    issue = find(by, issue_id, seen)
    wanted = _columns(by, about, at)
    changed = [name for name, value in wanted.items() if getattr(issue, name) != value]
    if {one.body_id for one in issue.units.all()} != set(about.units):
        changed.append("units")
        _units(issue, about, at)
    if not changed:
        raise Refused("nothing_changed")
    for name in changed:
        if name != "units":
            setattr(issue, name, wanted[name])
    issue.version += 1
    issue.save()
    record(IssueChanged(subject=str(issue.id), fields=" ".join(sorted(changed))), by=by, at=at)
    return issue


@action
def gather(*, by: Viewer, at: datetime, issue_id: UUID, matters: Sequence[UUID]) -> int:
    """Put ordinary matters in sight under an issue; gives how many. One that stands under another issue stays there.

    Nothing else of them changes: each keeps its people, dates and answer. Raises Missing; Refused: not_allowed,
    none_chosen, too_many_chosen.
    """
    by.need(VERB)
    issue = find(by, issue_id)
    if not matters:
        raise Refused("none_chosen")
    if len(matters) > MOST:
        raise Refused("too_many_chosen", most=MOST)
    found = list(Matter.objects.visible_to(by).filter(id__in=matters).values_list("id", flat=True))
    taken = IssueMember.objects.filter(matter_id__in=found, out_at__isnull=True).values_list("matter_id", flat=True)
    fresh = [one for one in found if one not in set(taken)]
    if fresh:
        IssueMember.objects.bulk_create(
            [IssueMember(issue=issue, matter_id=one, by_id=by.person_id, at=at) for one in fresh]
        )
        record(IssueGathered(subject=str(issue.id), added=len(fresh), removed=0), by=by, at=at)
    return len(fresh)


@action
def take_out(*, by: Viewer, at: datetime, issue_id: UUID, matter_id: UUID, reason: str) -> IssueMember:
    """Take a matter out of an issue again, with a reason. Raises Missing; Refused: not_allowed, needs_reason."""
    by.need(VERB)
    issue = find(by, issue_id)
    row = IssueMember.objects.filter(issue=issue, matter_id=matter_id, out_at__isnull=True).first()
    if row is None or not Matter.objects.visible_to(by).filter(id=matter_id).exists():
        raise Missing
    why = text.normalise(reason, most=2000, field="reason")
    if not why:
        raise Refused("needs_reason", field="reason")
    row.out_at, row.out_by_id, row.out_reason = at, by.person_id, why
    row.save()
    record(IssueGathered(subject=str(issue.id), added=0, removed=1), by=by, at=at)
    return row


@action
def promise(
    *, by: Viewer, at: datetime, issue_id: UUID, said: str, until: date, who: str, reason: str = ""
) -> IssuePromise:
    """Write down what the head of the unit promised in public, and by which day (R-217).

    Raises Missing; Refused: not_allowed, text_empty, name_missing, promise_past, needs_reason (a later day).
    """
    by.need(VERB)
    issue = find(by, issue_id)
    why = text.normalise(reason, most=2000, field="reason")
    before = issue.promises.order_by("-at", "-id").values_list("until", flat=True).first()
    for wrong in rules.promise(until=until, today=today(by, at), before=before, reason=why):
        raise wrong
    name = text.name(who, field="who")
    if not name:
        raise Refused("name_missing", field="who")
    row = IssuePromise(
        issue=issue,
        text=text.normalise(said, most=5000, least=1, field="said"),
        until=until,
        who=name,
        reason=why,
        by_id=by.person_id,
        at=at,
    )
    row.save(force_insert=True)
    record(IssuePromised(subject=str(issue.id), until=until.isoformat(), moved=before is not None), by=by, at=at)
    return row


@action
def report(
    *,
    by: Viewer,
    at: datetime,
    issue_id: UUID,
    name: str,
    unit: str,
    target: Decimal,
    value: Decimal,
    note: str = "",
) -> IssueFigure:
    """Report how far it is, as a number of a target (R-218): by the owner's people or who registers issues.

    Raises Missing; Refused: not_allowed, text_empty, number_wrong.
    """
    issue = find(by, issue_id)
    mine = {issue.owner_body_id, *issue.units.values_list("body_id", flat=True)} & set(by.body_ids)
    if not mine:
        by.need(VERB)
    if not (Decimal(0) < target < Decimal(10) ** 11 and Decimal(0) <= value < Decimal(10) ** 11):
        raise Refused("number_wrong", field="value")
    row = IssueFigure(
        issue=issue,
        name=text.line(name, most=60, least=1, field="name"),
        unit=text.line(unit, most=20, least=1, field="unit"),
        target_hundredths=int(target * 100),
        value_hundredths=int(value * 100),
        on=today(by, at),
        note=text.normalise(note, most=2000, field="figure_note"),
        by_id=by.person_id,
        at=at,
    )
    row.save(force_insert=True)
    record(IssueReported(subject=str(issue.id)), by=by, at=at)
    return row


@action
def settle(*, by: Viewer, at: datetime, issue_id: UUID, note: str, seen: int | None = None) -> Issue:
    """Call an issue settled. Everybody who raised it must have an answer; it closes no matter.

    Raises Missing; Refused: not_allowed, already_done, issue_not_promised, issue_unanswered, needs_note.
    """
    by.need(VERB)
    issue = find(by, issue_id, seen)
    if issue.settled_at is not None:
        raise Refused("already_done")
    why = text.normalise(note, most=5000, field="note")
    # Also those the viewer does not see: nobody is left behind, and how many is not told. What lies aside has its own
    # way to an answer and is not hinted at, here or in the log (SG-01).
    members = IssueMember.objects.filter(issue=issue, out_at__isnull=True, matter__held=False, matter__sealed=False)
    unanswered = members.filter(matter__answered_at__isnull=True, matter__closed_at__isnull=True).exists()
    for wrong in rules.settle(unanswered=unanswered, promised=issue.promises.exists(), note=why):
        raise wrong
    issue.settled_at, issue.settled_note = at, why
    issue.version += 1
    issue.save()
    record(IssueSettled(subject=str(issue.id), members=members.count()), by=by, at=at)
    return issue


def find(by: Viewer, issue_id: UUID, seen: int | None = None) -> Issue:
    """The issue, locked. Raises Missing, Refused("stale")."""
    issue = Issue.objects.visible_to(by).select_for_update().filter(id=issue_id).first()
    if issue is None:
        raise Missing
    if seen is not None and seen != issue.version:
        raise Refused("stale")
    return issue


def _columns(by: Viewer, about: About, at: datetime) -> dict[str, Any]:
    for wrong in faults(by, about, at):
        raise wrong
    return {
        "title": text.line(about.title, most=200, least=1, field="title"),
        "text": text.normalise(about.text, most=5000, least=1, field="text"),
        "place_code": about.place_code or current(at).rulebook.county.code,
        "topic": about.topic,
        "urgency": about.urgency,
        "owner_body_id": about.owner,
        "plan": text.normalise(about.plan, most=5000, field="plan"),
        "funding_yuan": about.funding_yuan,
        "funding_from": text.line(about.funding_from, most=200, field="funding_from"),
    }


def _units(issue: Issue, about: About, at: datetime) -> None:
    wanted = set(about.units) - {about.owner}
    for row in issue.units.all():
        if row.body_id not in wanted:
            row.delete()
        wanted.discard(row.body_id)
    for body in wanted:
        IssueUnit(issue=issue, body_id=body, at=at).save(force_insert=True)
