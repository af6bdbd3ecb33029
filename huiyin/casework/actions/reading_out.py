"""An answer read out to the resident counts once the person named as present says at their own desk that it was so
(R-209). Whoever is named may say it or deny it, nobody else, nobody for them, and never who read it.
"""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.actions.feedback import latest, undelivered
from huiyin.casework.actions.steps import advance, find, standing
from huiyin.casework.events import ReadingEnded, ReplyDelivered, ReplyReadOut
from huiyin.casework.models import Matter, Reply
from huiyin.casework.queries import reading_out
from huiyin.casework.queries.books import actor_of
from huiyin.casework.rules import flow
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import staff

STEP = "deliver"
NAMED, DENIED, TAKEN_BACK = "read_out", reading_out.DENIED, "read_taken_back"


@action
def read_out(
    *, by: Viewer, at: datetime, matter_id: UUID, second: UUID | None, note: str = "", seen: int | None = None
) -> Matter:
    """Write down that the answer was read out just now, and who else was there. It is not delivered by that.

    Raises Missing; Refused: needs_answer, reply_already_delivered, read_out_waits, read_out_needs_second,
    read_out_sealed, conflict_excluded and what `rules.flow.take_step` refuses.
    """
    matter = find(by, matter_id, seen)
    said = text.normalise(note, most=2000, field="note")
    reply = undelivered(matter)
    if reply.read_out_at is not None:
        raise Refused("read_out_waits")
    page = version(matter.rulebook_id).matters(matter.programme)
    flow.take_step(matters=page, standing=standing(by, matter, {}, at), name=STEP, actor=actor_of(by), given={})
    reply.second_id, reply.read_out_at = _present(by, at, matter, second), at
    reply.delivered_by_id, reply.meaning = by.person_id, "read_out"
    reply.save()
    books.note_move(by=by, at=at, matter=matter, step=NAMED, note=said, data={"second": str(reply.second_id)})
    record(ReplyReadOut(subject=str(matter.id), reply=str(reply.id)), by=by, at=at)
    return matter


@action
def confirm(*, by: Viewer, at: datetime, reply_id: UUID) -> Matter:
    """Whoever was named says that they were there: the answer reached the resident when it was read, and what that
    began begins now. Raises Missing (nothing waits for them); Refused: read_out_own.
    """
    matter, reply = _waiting(by, reply_id)
    had = {reply.delivered_by_id} | four_eyes.acted(ReplyReadOut, matter.id, when=reply.read_out_at)
    four_eyes.need_another(by, had, "read_out_own")
    reply.delivered_at = reply.read_out_at
    reply.save()
    record(ReplyDelivered(subject=str(matter.id), reply=str(reply.id), meaning="read_out"), by=by, at=at)
    taken = version(matter.rulebook_id).flow(matter.programme, matter.kind).taking(STEP, matter.state)
    if taken is None or reply != latest(matter):
        books.note_move(by=by, at=at, matter=matter, step=STEP)  # it went on meanwhile; that it was read stays true
        return matter
    verbs = frozenset({taken.by} if taken.by else ())
    return advance(by=by, at=at, matter=matter, step=STEP, given={}, verbs=verbs, met=reply.read_out_at)


@action
def deny(*, by: Viewer, at: datetime, reply_id: UUID, words: str) -> Matter:
    """Whoever was named was not there, and says what they know: who read is told, and so is the auditor.

    Raises Missing (nothing waits for them); Refused: needs_reason, text_too_long.
    """
    matter, reply = _waiting(by, reply_id)
    said = text.normalise(words, most=500, field="reason")
    if not said:
        raise Refused("needs_reason", field="reason")
    data = {"reader": str(reply.delivered_by_id)} if reply.delivered_by_id else {}
    _end(by, at, matter, reply, why="denied")
    books.note_move(by=by, at=at, matter=matter, step=DENIED, reason=said, data=data)
    # The words stand with the step, where an erasure and a seal reach them; a look is for ever.
    look(by=by, at=at, kind="read_out.denied", subject=str(matter.id))
    return matter


@action
def take_back(*, by: Viewer, at: datetime, matter_id: UUID, seen: int | None = None) -> Matter:
    """Whoever read it, or handles the matter, takes back whom they named, to name another or deliver it otherwise.

    Raises Missing (nothing waits); Refused: not_allowed.
    """
    matter = find(by, matter_id, seen)
    reply = latest(matter)
    if reply.read_out_at is None or reply.delivered_at is not None:
        raise Missing
    readers = {reply.delivered_by_id, matter.handler_id}
    if not by.persons & readers:
        raise Refused("not_allowed", verb="matter.deliver")
    _end(by, at, matter, reply, why="taken_back")
    books.note_move(by=by, at=at, matter=matter, step=TAKEN_BACK)
    return matter


def _present(by: Viewer, at: datetime, matter: Matter, second: UUID | None) -> UUID:
    """Who was there: somebody else in service, from whom the matter is not kept; of a sealed one somebody who has a
    part in it, so that nobody learns by this that there is one."""
    if second is None or second in by.persons or not staff.bodies_of(by, [second], at).get(second):
        raise Refused("read_out_needs_second", field="second")
    if matter.sealed and second not in (matter.handler_id, matter.supervisor_id):
        raise Refused("read_out_sealed", field="second")
    if second in books.excluded(by, matter, at):
        raise Refused("conflict_excluded", field="second")
    return second


def _waiting(by: Viewer, reply_id: UUID) -> tuple[Matter, Reply]:
    """The matter, locked, and its answer that waits for exactly this person. Raises Missing."""
    found = reading_out.waiting_for(by).filter(id=reply_id).values_list("matter_id", flat=True).first()
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=found).first() if found else None
    if matter is None:
        raise Missing
    reply = reading_out.waiting_for(by).filter(id=reply_id).first()
    if reply is None:
        raise Missing
    return matter, reply


def _end(by: Viewer, at: datetime, matter: Matter, reply: Reply, *, why: str) -> None:
    reply.second_id = reply.read_out_at = reply.delivered_by_id = None
    reply.meaning = ""
    reply.save()
    record(ReadingEnded(subject=str(matter.id), reply=str(reply.id), why=why), by=by, at=at)
