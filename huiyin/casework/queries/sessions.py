"""Joint sessions as their members see them: only the matters that each may read (SG-01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from huiyin.casework.models import Matter, Session, SessionMatter, SessionMember, SessionTask, SessionVote
from huiyin.casework.rules.sessions import result
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.queries import staff

MOST = 100


@dataclass(frozen=True)
class SessionRow:
    """A line of the list."""

    id: UUID
    kind: str
    title: str
    where: str
    meets_at: datetime
    chair: str
    chair_id: UUID
    ended_at: datetime | None


@dataclass(frozen=True)
class TaskRow:
    """What somebody is to do; `mine`: the viewer is."""

    id: UUID
    person: str
    text: str
    due_on: date
    done_at: datetime | None
    done_note: str
    mine: bool


@dataclass(frozen=True)
class VoteRow:
    """One member's word."""

    person: str
    word: str
    dissent: str


@dataclass(frozen=True)
class ItemRow:
    """A matter on the list: what was decided, how it was voted, who does what. `said`, `dissent`: the viewer's own."""

    id: UUID
    code: str
    title: str
    state: str
    text: str
    decision: str
    votes: Sequence[VoteRow]
    result: dict[str, int]
    tasks: Sequence[TaskRow]
    said: str
    dissent: str


@dataclass(frozen=True)
class SessionPage:
    """One session. The minutes speak of all its matters: they are empty for whom one of them is not."""

    row: SessionRow
    minutes: str
    members: Sequence[tuple[UUID, str, bool | None]]
    items: Sequence[ItemRow]
    chairs: bool
    sits: bool


def sits_in(viewer: Viewer, session: Session) -> bool:
    """Whether the viewer is a member."""
    return session.members.filter(person_id__in=viewer.persons).exists()


def mine(viewer: Viewer, *, ended: bool = False) -> Sequence[SessionRow]:
    """Sessions the viewer sits in, the next one first; or those that ended, the last one first. Three queries."""
    seats = SessionMember.objects.filter(person_id__in=viewer.persons).values("session_id")
    rows = Session.objects.filter(id__in=seats, ended_at__isnull=not ended)
    found = list(rows.order_by("-meets_at" if ended else "meets_at", "id")[:MOST])
    names = staff.persons(viewer, {row.chair_id for row in found})
    return [_row(row, names) for row in found]


def one(viewer: Viewer, session_id: UUID) -> SessionPage:
    """One session with the matters its reader may read; eight queries. Raises Missing for who does not sit in it."""
    session = Session.objects.filter(id=session_id).first()
    if session is None or not sits_in(viewer, session):
        raise Missing
    members = list(session.members.order_by("id"))
    seen = Matter.objects.readable_by(viewer).filter(held=False, sealed=False)
    matters = list(session.matters.select_related("matter"))
    known = set(seen.filter(id__in=[row.matter_id for row in matters]).values_list("id", flat=True))
    items = [row for row in matters if row.matter_id in known]
    votes = list(SessionVote.objects.filter(item__in=items).order_by("at"))
    tasks = list(SessionTask.objects.filter(item__in=items))
    ids = {session.chair_id, *(row.person_id for row in members), *(row.person_id for row in votes)}
    ids |= {row.person_id for row in tasks}
    names = staff.persons(viewer, ids)
    return SessionPage(
        row=_row(session, names),
        minutes=session.minutes if len(items) == len(matters) else "",
        members=[(row.person_id, names.get(row.person_id, ""), row.present) for row in members],
        items=[_item(viewer, one_, votes, tasks, names) for one_ in items],
        chairs=viewer.person_id == session.chair_id,
        sits=any(row.person_id == viewer.person_id for row in members),
    )


def my_tasks(viewer: Viewer) -> QuerySet[SessionTask]:
    """What sessions gave the viewer and is not done, in matters they may read."""
    seen = Matter.objects.readable_by(viewer).values("pk")
    return SessionTask.objects.filter(person_id__in=viewer.persons, done_at__isnull=True, item__matter__in=seen)


def _row(row: Session, names: dict[UUID, str]) -> SessionRow:
    chair = names.get(row.chair_id, "")
    return SessionRow(row.id, row.kind, row.title, row.where, row.meets_at, chair, row.chair_id, row.ended_at)


def _item(
    viewer: Viewer, item: SessionMatter, votes: list[SessionVote], tasks: list[SessionTask], names: dict[UUID, str]
) -> ItemRow:
    own = [row for row in votes if row.item_id == item.id]
    return ItemRow(
        id=item.id,
        code=item.matter.code,
        title=item.matter.title,
        state=item.matter.state,
        text=item.matter.text,
        decision=item.decision,
        votes=[VoteRow(names.get(row.person_id, ""), row.word, row.dissent) for row in own],
        result=result(row.word for row in own),
        tasks=[
            TaskRow(
                row.id,
                names.get(row.person_id, ""),
                row.text,
                row.due_on,
                row.done_at,
                row.done_note,
                row.person_id in viewer.persons,
            )
            for row in tasks
            if row.item_id == item.id
        ],
        said=next((row.word for row in own if row.person_id == viewer.person_id), ""),
        dissent=next((row.dissent for row in own if row.person_id == viewer.person_id), ""),
    )
