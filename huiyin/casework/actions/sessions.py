"""Joint sessions: called, voted in, ended with minutes and tasks (R-174, R-195 to R-197)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.events import BodyCalled, SessionCalled, SessionEnded, SessionVoted, TaskDone
from huiyin.casework.models import Matter, Session, SessionMatter, SessionMember, SessionTask, SessionVote, Share
from huiyin.casework.queries import sessions as queries
from huiyin.casework.rules import sessions as rules
from huiyin.casework.rules.sessions import Given
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries.days import today


@dataclass(frozen=True)
class Ending:
    """What a session ends with: decisions by item, who was there, tasks by item."""

    minutes: str
    decisions: Mapping[UUID, str]
    present: Sequence[UUID]
    tasks: Mapping[UUID, Sequence[Given]] = field(default_factory=dict)


@action
def call(
    *,
    by: Viewer,
    at: datetime,
    kind: str,
    title: str,
    where: str,
    meets_at: datetime,
    members: Sequence[UUID],
    matters: Sequence[UUID],
) -> Session:
    """Call a session of these members on these matters, chaired by who calls it. Members may read the matters.

    Whoever stands too near to one of them cannot sit in it, and sealed matters are on no list (SG-01).
    Raises Refused: not_allowed, apart_not_shared, conflict_excluded and what `rules.sessions.may_call` refuses.
    """
    by.need("matter.discuss")
    if by.person_id is None:
        raise Refused("not_allowed", verb="matter.discuss")
    name = text.line(title, most=200, field="title")
    seats = list(dict.fromkeys([by.person_id, *members]))
    rows = list(Matter.objects.visible_to(by).filter(id__in=set(matters)).order_by("opened_at", "id"))
    rules.may_call(kind, title=name, members=seats, matters=[row.id for row in rows])
    for row in rows:
        if books.excluded(by, row, at) & set(seats):
            raise Refused("conflict_excluded", field="members")
    session = Session(
        kind=kind,
        title=name,
        place_code=current(at).rulebook.county.code if not rows else rows[0].place_code[:12],
        where=text.line(where, most=200, field="where"),
        meets_at=meets_at,
        chair_id=by.person_id,
        body_id=min(by.body_ids, default=None),
        called_by_id=by.person_id,
        at=at,
    )
    session.save(force_insert=True)
    for person in seats:
        SessionMember(session=session, person_id=person).save(force_insert=True)
    for row in rows:
        SessionMatter(session=session, matter=row).save(force_insert=True)
        _let_read(by, at, session, row, seats)
    record(SessionCalled(subject=str(session.id), kind=kind, members=len(seats), matters=len(rows)), by=by, at=at)
    return session


@action
def vote(*, by: Viewer, at: datetime, item_id: UUID, word: str, dissent: str = "") -> SessionVote:
    """A member's own word on one matter; what they say against it stands in the minutes. A later word counts.

    Raises Missing; Refused: session_not_member, session_over, value_unknown, text_too_long.
    """
    item = _item(by, item_id)
    if by.person_id is None:
        raise Refused("session_not_member")
    member = item.session.members.filter(person_id=by.person_id).exists()
    rules.may_vote(word, member=member, ended=item.session.ended_at is not None)
    row = SessionVote.objects.select_for_update(of=("self",)).filter(item=item, person_id=by.person_id).first()
    row = row or SessionVote(item=item, person_id=by.person_id)
    row.word, row.dissent, row.at = word, text.normalise(dissent, most=2000, field="dissent"), at
    row.save()
    record(SessionVoted(subject=str(item.session_id), item=str(item.id)), by=by, at=at)
    return row


@action
def end(*, by: Viewer, at: datetime, session_id: UUID, ending: Ending) -> Session:
    """End it: minutes, a decision on each matter, who was there, tasks with owner and day. Written once.

    Raises Missing; Refused as `rules.sessions.may_end` and `may_give`.
    """
    session = Session.objects.select_for_update(of=("self",)).filter(id=session_id).first()
    if session is None or not queries.sits_in(by, session):
        raise Missing
    seen = Matter.objects.readable_by(by).filter(held=False, sealed=False)  # what was held since is decided elsewhere
    items = list(session.matters.filter(matter__in=seen.values("pk")).select_related("matter"))
    minutes = text.normalise(ending.minutes, most=20_000, field="minutes")
    said = {item.id: text.normalise(ending.decisions.get(item.id, ""), most=5000, field="decisions") for item in items}
    members = {row.person_id: row for row in session.members.all()}
    there = [person for person in ending.present if person in members]
    rules.may_end(
        chair=by.person_id == session.chair_id,
        ended=session.ended_at is not None,
        minutes=minutes,
        decisions=said.values(),
        present=there,
    )
    for person, row in members.items():
        row.present = person in there
        row.save()
    given = sum(_decide(by, at, item, said[item.id], ending.tasks.get(item.id, ())) for item in items)
    session.minutes, session.ended_at, session.ended_by_id = minutes, at, by.person_id
    session.save()
    record(SessionEnded(subject=str(session.id), tasks=given), by=by, at=at)
    return session


@action
def finish(*, by: Viewer, at: datetime, task_id: UUID, note: str) -> SessionTask:
    """Who was given a task says that it is done, and how. Raises Missing; Refused: already_done, needs_note."""
    task = SessionTask.objects.select_for_update(of=("self",)).filter(id=task_id, person_id__in=by.persons).first()
    if task is None or not Matter.objects.readable_by(by).filter(id=task.item.matter_id).exists():
        raise Missing
    if task.done_at is not None:
        raise Refused("already_done")
    said = text.normalise(note, most=2000, field="note")
    if not said:
        raise Refused("needs_note", field="note")
    task.done_at, task.done_note = at, said
    task.save()
    record(TaskDone(subject=str(task.item.matter_id), task=str(task.id)), by=by, at=at)
    return task


def _decide(by: Viewer, at: datetime, item: SessionMatter, decision: str, tasks: Sequence[Given]) -> int:
    """Keep the decision, note it in the matter's own history, and give out its tasks."""
    item.decision = decision
    item.save()
    kept_out = books.excluded(by, item.matter, at)
    for task in tasks:
        rules.may_give(task, today=today(by, at), kept_out=kept_out)
        row = SessionTask(item=item, person_id=task.person, text=task.text, due_on=task.due_on, at=at)
        row.save(force_insert=True)
        _let_read(by, at, item.session, item.matter, [task.person])
    data = {"minutes": decision, "session": str(item.session_id)}
    books.note_move(by=by, at=at, matter=item.matter, step="session", data=data)
    return len(tasks)


def _let_read(by: Viewer, at: datetime, session: Session, matter: Matter, persons: Sequence[UUID]) -> None:
    """Members and owners of tasks may read what the session is about."""
    known = set(Share.objects.filter(matter=matter, session_id=session.id).values_list("person_id", flat=True))
    for person in persons:
        if person in known:
            continue
        share = Share(matter=matter, part="session", person_id=person, session_id=session.id, by_id=by.person_id, at=at)
        share.save(force_insert=True)
        record(BodyCalled(subject=str(matter.id), share=str(share.id), part="session"), by=by, at=at)


def _item(by: Viewer, item_id: UUID) -> SessionMatter:
    item = SessionMatter.objects.select_related("session").filter(id=item_id).first()
    if item is None or not Matter.objects.readable_by(by).filter(id=item.matter_id).exists():
        raise Missing
    return item
