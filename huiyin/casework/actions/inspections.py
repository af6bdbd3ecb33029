"""Inspections are planned and ended, findings written, circulated and answered, improvements set and done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.events.oversight import (
    FindingAnswered,
    FindingCirculated,
    FindingWritten,
    ImprovementDone,
    ImprovementSet,
    InspectionEnded,
    InspectionPlanned,
)
from huiyin.casework.models import Finding, Improvement, Inspection, InspectionArea, InspectionMember
from huiyin.casework.rules import complaints
from huiyin.casework.rules import inspections as rules
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import places, staff
from huiyin.register.queries.days import today

SUPERVISE = "matter.supervise"


@dataclass(frozen=True)
class Plan:
    """What an inspection is to be: what it looks at, where, from when until when, with whom beside its leader."""

    title: str
    task: str
    from_on: date | None
    until_on: date | None
    areas: Sequence[str]
    members: Sequence[UUID] = ()


@dataclass(frozen=True)
class Task:
    """What is to change: because of what, by which unit, until when, and the figure by which one will see it."""

    because: str
    text: str
    body: UUID
    due_on: date | None
    place_code: str = ""
    topic: str = ""
    person: UUID | None = None
    figure: str = ""


@action
def plan(*, by: Viewer, at: datetime, plan: Plan) -> Inspection:
    """Send a group out, led by who plans it; its members may be of any body (R-395).

    Raises Refused: not_allowed, official_unknown, place_unknown, and as `rules.inspections.plan`.
    """
    by.need(SUPERVISE)
    days = {"from_on": plan.from_on, "until_on": plan.until_on}
    for wrong in rules.plan(title=plan.title, task=plan.task, areas=plan.areas, today=today(by, at), **days):
        raise wrong
    if by.person_id is None or plan.from_on is None or plan.until_on is None:
        raise Refused("not_allowed", verb=SUPERVISE)
    areas = list(dict.fromkeys(plan.areas))
    if not all(by.sees(code) and places.exists(by, code) for code in areas):
        raise Refused("place_unknown", field="areas")
    seats = list(dict.fromkeys([by.person_id, *plan.members]))
    if set(staff.persons(by, seats)) != set(seats):
        raise Refused("official_unknown", field="members")
    row = Inspection(
        title=text.line(plan.title, most=200, least=1, field="title"),
        task=text.normalise(plan.task, most=5000, least=1, field="task"),
        from_on=plan.from_on,
        until_on=plan.until_on,
        by_id=by.person_id,
        at=at,
    )
    row.save(force_insert=True)
    for code in areas:
        InspectionArea(inspection=row, place_code=code[:12]).save(force_insert=True)
    for person in seats:
        InspectionMember(inspection=row, person_id=person, leads=person == by.person_id).save(force_insert=True)
    record(InspectionPlanned(subject=str(row.id), members=len(seats), areas=len(areas)), by=by, at=at)
    return row


@action
def end(*, by: Viewer, at: datetime, inspection_id: UUID, summary: str) -> Inspection:
    """Its leader says what came of it; after that nothing is added. Raises Missing; Refused: inspection_leader,
    already_done, text_empty."""
    row = _group(by, inspection_id)
    if not row.members.filter(person_id__in=by.persons, leads=True).exists():
        raise Refused("inspection_leader")
    if row.ended_on is not None:
        raise Refused("already_done")
    row.summary = text.normalise(summary, most=5000, least=1, field="summary")
    row.ended_on = today(by, at)
    row.save()
    record(InspectionEnded(subject=str(row.id)), by=by, at=at)
    return row


@action
def find(
    *, by: Viewer, at: datetime, inspection_id: UUID, place_code: str, body: UUID, said: str, severity: str
) -> Finding:
    """A member writes down what was found about a unit: the matter, never a person; whoever is of that unit does not.

    Raises Missing; Refused: inspection_member, inspection_over, inspection_own_body, body_unknown, place_unknown,
    value_unknown, text_empty, finding_names_person.
    """
    row = _group(by, inspection_id)
    if not row.members.filter(person_id__in=by.persons).exists():
        raise Refused("inspection_member")
    if row.ended_on is not None:
        raise Refused("inspection_over")
    if place_code not in set(row.areas.values_list("place_code", flat=True)):
        raise Refused("place_unknown", field="place_code")
    _unit(by, body)
    if severity not in rules.SEVERITIES:
        raise Refused("value_unknown", field="severity")
    words = text.normalise(said, most=5000, least=1, field="said")
    if complaints.look(words, books.roll(by, place_code, at)).persons:
        raise Refused("finding_names_person", field="said")
    found = Finding(
        inspection=row,
        place_code=place_code,
        body_id=body,
        text=words,
        severity=severity,
        found_on=today(by, at),
        by_id=by.person_id,
        at=at,
    )
    found.save(force_insert=True)
    record(FindingWritten(subject=str(found.id), severity=severity), by=by, at=at)
    return found


@action
def circulate(*, by: Viewer, at: datetime, finding_id: UUID, paper: str) -> Finding:
    """Tell the unit, with the number of the paper; from now on it may read the finding and answer (R-403).

    Raises Missing; Refused: not_allowed, already_done, text_empty.
    """
    by.need(SUPERVISE)
    row = _finding(by, finding_id)
    if row.circulated_at is not None:
        raise Refused("already_done")
    row.paper = text.line(paper, most=120, least=1, field="paper")
    row.circulated_at, row.circulated_by_id = at, by.person_id
    row.save()
    record(FindingCirculated(subject=str(row.id)), by=by, at=at)
    return row


@action
def answer(*, by: Viewer, at: datetime, finding_id: UUID, said: str) -> Finding:
    """The unit says what it has to say, once. Raises Missing; Refused: finding_not_yours, already_done, text_empty."""
    row = _finding(by, finding_id)
    if row.body_id not in by.body_ids:
        raise Refused("finding_not_yours")
    if row.word_at is not None:
        raise Refused("already_done")
    row.word = text.normalise(said, most=5000, least=1, field="said")
    row.word_at, row.word_by_id = at, by.person_id
    row.save()
    record(FindingAnswered(subject=str(row.id)), by=by, at=at)
    return row


@action
def improve(*, by: Viewer, at: datetime, task: Task, finding_id: UUID | None = None) -> Improvement:
    """Set what is to change, because of a finding that was circulated or of what the figures say (R-403, R-421).

    By who supervises or, without a finding, who assigns. Raises Missing; Refused: not_allowed, finding_not_circulated,
    body_unknown, official_unknown, place_unknown, topic_unknown, and as `rules.inspections.task`.
    """
    finding = _finding(by, finding_id) if finding_id else None
    if finding is not None or not by.may("matter.assign"):
        by.need(SUPERVISE)
    if finding is not None and finding.circulated_at is None:
        raise Refused("finding_not_circulated")
    day = today(by, at)
    for wrong in rules.task(because=task.because, text=task.text, due_on=task.due_on, figure=task.figure, today=day):
        raise wrong
    if task.due_on is None:
        raise Refused("not_a_date", field="due_on")
    _unit(by, task.body, own=True)
    if task.person is not None and task.person not in staff.persons(by, {task.person}):
        raise Refused("official_unknown", field="person")
    book = current(at).rulebook
    place = task.place_code or (finding.place_code if finding else book.county.code)
    if not (by.sees(place) and places.exists(by, place)):
        raise Refused("place_unknown", field="place_code")
    if task.topic and task.topic not in book.matters(book.county.intake.programme).topics:
        raise Refused("topic_unknown", field="topic")
    row = Improvement(
        finding=finding,
        because=text.normalise(task.because, most=5000, least=1, field="because"),
        task=text.normalise(task.text, most=2000, least=1, field="task"),
        place_code=place,
        topic=task.topic,
        body_id=task.body,
        person_id=task.person,
        set_on=day,
        due_on=task.due_on,
        figure=task.figure,
        by_id=by.person_id,
        at=at,
    )
    row.save(force_insert=True)
    record(ImprovementSet(subject=str(row.id)), by=by, at=at)
    return row


@action
def done(*, by: Viewer, at: datetime, improvement_id: UUID, changed: str) -> Improvement:
    """The unit says what it changed; the figure is looked at by itself afterwards. By the unit's people or the person
    named, or who supervises. Raises Missing; Refused: not_allowed, already_done, text_empty."""
    row = Improvement.objects.visible_to(by).select_for_update(of=("self",)).filter(id=improvement_id).first()
    if row is None:
        raise Missing
    if row.body_id not in by.body_ids and row.person_id not in by.persons:
        by.need(SUPERVISE)
    if row.done_on is not None:
        raise Refused("already_done")
    row.changed = text.normalise(changed, most=5000, least=1, field="changed")
    row.done_on, row.done_by_id = today(by, at), by.person_id
    row.save()
    record(ImprovementDone(subject=str(row.id)), by=by, at=at)
    return row


def _group(by: Viewer, inspection_id: UUID) -> Inspection:
    row = Inspection.objects.visible_to(by).select_for_update(of=("self",)).filter(id=inspection_id).first()
    if row is None:
        raise Missing
    return row


def _finding(by: Viewer, finding_id: UUID) -> Finding:
    row = Finding.objects.visible_to(by).select_for_update(of=("self",)).filter(id=finding_id).first()
    if row is None:
        raise Missing
    return row


def _unit(by: Viewer, body: UUID, *, own: bool = False) -> None:
    """A body that is there; an inspection never writes of its writer's own."""
    if body not in staff.body_names(by, {body}):
        raise Refused("body_unknown", field="body")
    if not own and (body in by.body_ids or body in staff.own_bodies(by)):
        raise Refused("inspection_own_body", field="body")
