"""After the answer: whether it arrived, what the resident says, and the end (R-177, R-178, R-209 to R-214, SG-32)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.holding import hold_if_about_officials
from huiyin.casework.actions.steps import advance, find
from huiyin.casework.events import CallBackTakenBack, CallBackTried, ReplyDelivered, ResidentJudged
from huiyin.casework.models import CallBack, Judgement, Matter, Reply
from huiyin.casework.queries import calls
from huiyin.casework.rules import closing
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.matters import WORST
from huiyin.programme.words import phrase
from huiyin.register.queries import staff

MEANINGS = ("proof", "gateway", "letter")


@action
def deliver(
    *,
    by: Viewer,
    at: datetime,
    matter_id: UUID,
    meaning: str,
    note: str = "",
    seen: int | None = None,
) -> Matter:
    """Record that the answer reached the resident, in one of the settled meanings.

    `proof` and `gateway` come from the public door and the gateway, never from a click of staff; `letter` needs a
    signature, and `note` who signed for it and when, or the number of the registered letter; what is read out needs
    another person's word (`reading_out`), which this makes needless where it waits. Raises Missing; Refused:
    value_unknown, letter_needs_receipt, needs_answer, reply_already_delivered, text_too_long.
    """
    matter = find(by, matter_id, seen)
    if meaning not in MEANINGS or (meaning in ("proof", "gateway") and not by.everything):
        raise Refused("value_unknown", field="meaning")
    said = text.normalise(note, most=2000, field="note")
    if meaning == "letter" and not said:
        raise Refused("letter_needs_receipt", field="note")
    reply = undelivered(matter)
    _arrived(by, reply, meaning, at)
    record(ReplyDelivered(subject=str(matter.id), reply=str(reply.id), meaning=meaning), by=by, at=at)
    return advance(by=by, at=at, matter=matter, step="deliver", given={"note": said})


@looking_as(OPEN)
@action
def opened_by_resident(*, by: Viewer, at: datetime, matter_id: UUID) -> bool:
    """The resident opened the matter with its proof: an answer that waited is now delivered. True if it was."""
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    reply = matter.replies.order_by("-at", "-id").first()
    if reply is None or not _arrives(matter, reply):
        return False
    deliver(by=Viewer.system("resident"), at=at, matter_id=matter_id, meaning="proof")
    return True


@action
def call_back(
    *,
    by: Viewer,
    at: datetime,
    matter_id: UUID,
    outcome: str,
    note: str = "",
    contacted: bool | None = None,
    true: bool | None = None,
    solved: str = "",
    grade: int | None = None,
    words: str = "",
    unsure: Collection[str] = (),
    again_at: datetime | None = None,
    seen: int | None = None,
) -> Matter:
    """One attempt to reach the resident; when reached, their word, and what follows from it.

    `outcome` is one of the programme's own, or of the product's where it names none.
    The caller is neither handler nor supervisor, checked on persons, and of no body that handles it where the programme
    says so. "Not solved" reopens, "solved" closes, "does not know" leaves it to be asked again. After
    attempts enough without reaching anybody the matter may close by `close_unreached`.
    Raises Missing; Refused: value_unknown, handler_may_not_call, caller_same_body, same_person, conflict_excluded,
    attempt_too_soon, call_not_drawn, needs_answer, needs_outcome, needs_again_at, again_past, again_far, again_spent,
    grade_unknown, needs_caller_words.
    """
    matter = find(by, matter_id, seen)
    by.need("matter.call_back")
    reply, ended = _attempt(by, at, matter, outcome, note, again_at)
    matter = advance(
        by=by, at=at, matter=matter, step="call_back", given={"outcome": ended.meaning, "caller": matter.caller_id}
    )
    if ended.meaning != closing.REACHED:
        return matter
    if reply.delivered_at is None:
        matter = _read_out(by, at, matter, reply)
    return _judge(
        by=by,
        at=at,
        matter=matter,
        reply=reply,
        source="call",
        contacted=contacted,
        true=true,
        solved=solved,
        grade=grade,
        words=words,
        unsure=unsure,
        resident=False,
    )


@action
def take_back(*, by: Viewer, at: datetime, matter_id: UUID) -> Matter:
    """Take back the newest attempt, which this person wrote down by mistake a moment ago; the log keeps both.

    Raises Missing (no attempt of theirs is the newest); Refused: not_allowed, call_followed, call_back_late.
    """
    matter = find(by, matter_id)
    by.need("matter.call_back")
    row = calls.newest_attempt(by, matter)
    if row is None or row.caller_id != by.person_id:
        raise Missing
    closing.may_take_back(outcome=row.outcome, made_at=row.at, at=at, followed=calls.followed(by, matter, row))
    told = CallBackTakenBack(subject=str(matter.id), outcome=row.outcome, code=row.code)
    row.outcome, row.code, row.again_at = closing.TAKEN_BACK, "", None
    row.save()
    matter.caller_id, matter.version = row.caller_id, matter.version + 1
    matter.save()
    record(told, by=by, at=at)
    return matter


@looking_as(OPEN)
@action
def resident_word(
    *,
    by: Viewer,
    at: datetime,
    matter_id: UUID,
    source: str,
    contacted: bool | None = None,
    true: bool | None = None,
    solved: str,
    grade: int | None = None,
    words: str = "",
    unsure: Collection[str] = (),
) -> Matter:
    """The resident answers by themselves, at the public door or by message; the door has checked the proof.

    Raises Missing; Refused: value_unknown, needs_answer, reopen_too_late, step_not_allowed.
    """
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    reply = latest(matter)
    if _arrives(matter, reply):
        deliver(by=Viewer.system("resident"), at=at, matter_id=matter_id, meaning="proof")
        matter.refresh_from_db()
        reply.refresh_from_db()
    return _judge(
        by=by,
        at=at,
        matter=matter,
        reply=reply,
        source=source,
        contacted=contacted,
        true=true,
        solved=solved,
        grade=grade,
        words=words,
        unsure=unsure,
        resident=True,
    )


@action
def close_unreached(*, by: Viewer, at: datetime, matter_id: UUID, seen: int | None = None) -> Matter:
    """Close when the recorded attempts stand in for the resident's word. Raises Refused: attempts_missing …"""
    matter = find(by, matter_id, seen)
    by.need("matter.call_back")
    return _close(by=by, at=at, matter=matter, resident=False)


@action
def reopen(*, by: Viewer, at: datetime, matter_id: UUID, note: str, seen: int | None = None) -> Matter:
    """Take a matter up again, with its history kept (R-214). Raises Missing, Refused: reopen_too_late, needs_note."""
    matter = find(by, matter_id, seen)
    return _reopen(by=by, at=at, matter=matter, note=note, resident=False)


@looking_as(OPEN)
@action
def take_up(*, by: Viewer, at: datetime, matter_id: UUID, words: str) -> Matter:
    """The resident wants a withdrawn matter handled after all; its history is kept (R-214).

    Raises Missing; Refused: step_not_allowed, reopen_too_late, needs_note, text_too_long.
    """
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    if matter.state != "withdrawn":
        raise Refused("step_not_allowed", step="reopen", state=matter.state)
    said = text.normalise(words, most=2000, field="words")
    matter = _reopen(by=by, at=at, matter=matter, note=said, resident=True)
    hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return matter


def _attempt(
    by: Viewer, at: datetime, matter: Matter, outcome: str, note: str, again_at: datetime | None
) -> tuple[Reply, closing.Ended]:
    """Write an attempt down; gives the answer it was about, and how it ended."""
    book = version(matter.rulebook_id)
    calls = book.replies(matter.programme).calls
    ended = closing.ended(calls, outcome)
    said = text.normalise(note, most=2000, field="note")
    if ended.meaning == closing.ANOTHER_CALLER and not said:
        raise Refused("needs_caller_words", field="note")
    parts = four_eyes.hands(matter.id, [matter.handler_id, matter.supervisor_id])
    four_eyes.need_another(by, parts, "handler_may_not_call")
    if calls.apart and matter.owner_body_id in staff.bodies_held(by):
        raise Refused("caller_same_body")
    made = attempts(matter)
    closing.may_attempt(book.flow(matter.programme, matter.kind).callback, made, at)
    if matter.turns.filter(waits=True).exists():
        raise Refused("call_not_drawn")
    wanted = closing.again(ended.meaning, again_at, at, calls=calls, attempts=made)
    reply = latest(matter)
    local = at.astimezone(book.county.tz)
    part = closing.day_part(local.hour)
    CallBack(
        matter=matter,
        reply=reply,
        caller_id=_person(by),
        at=at,
        local_day=local.date(),
        day_part=part,
        outcome=ended.meaning,
        code=ended.code,
        note=said,
        again_at=wanted,
    ).save(force_insert=True)
    matter.caller_id = None if ended.meaning == closing.ANOTHER_CALLER else by.person_id  # it is anybody's again
    tried = CallBackTried(subject=str(matter.id), outcome=ended.meaning, code=ended.code, day_part=part)
    record(tried, by=by, at=at)
    return reply, ended


def _read_out(by: Viewer, at: datetime, matter: Matter, reply: Reply) -> Matter:
    """Hearing the answer from the caller is its delivery, on their own word: they are the second person. They neither
    handled nor supervised it, the resident's word is written down in the same breath, and some are rung once more.
    """
    _arrived(by, reply, "read_out", at)
    record(ReplyDelivered(subject=str(matter.id), reply=str(reply.id), meaning="read_out"), by=by, at=at)
    return advance(by=Viewer.system("call"), at=at, matter=matter, step="deliver", given={})


def _arrived(by: Viewer, reply: Reply, meaning: str, at: datetime) -> None:
    """Whatever waited for the word of somebody who was there when it was read need wait no more."""
    reply.meaning, reply.delivered_at, reply.delivered_by_id = meaning, at, by.person_id
    reply.second_id = reply.read_out_at = None
    reply.save()


def _arrives(matter: Matter, reply: Reply) -> bool:
    """Whether that the resident has it in hand is a step. Of one that was closed since nobody answered, or is being
    handled again, the answer may never have arrived; it is read all the same."""
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    return reply.delivered_at is None and flow.taking("deliver", matter.state) is not None


def undelivered(matter: Matter) -> Reply:
    """The newest answer. Raises Refused: needs_answer, reply_already_delivered."""
    reply = latest(matter)
    if reply.delivered_at is not None:
        raise Refused("reply_already_delivered")
    return reply


def latest(matter: Matter) -> Reply:
    """The newest answer. Raises Refused("needs_answer") where there is none."""
    reply = matter.replies.order_by("-at", "-id").first()
    if reply is None:
        raise Refused("needs_answer")
    return reply


def attempts(matter: Matter) -> list[closing.Attempt]:
    """The attempts made since the newest answer, oldest first."""
    reply = matter.replies.order_by("-at", "-id").first()
    if reply is None:
        return []
    rows = matter.call_backs.made().filter(reply=reply, promise=None).order_by("at", "id")
    book = version(matter.rulebook_id)
    return closing.attempts_of(book.replies(matter.programme).calls, book.county.tz, rows)


def _judge(
    *,
    by: Viewer,
    at: datetime,
    matter: Matter,
    reply: Reply,
    source: str,
    contacted: bool | None,
    true: bool | None,
    solved: str,
    grade: int | None,
    words: str,
    unsure: Collection[str],
    resident: bool,
) -> Matter:
    """Keep the resident's word and do what follows from it."""
    if solved not in closing.SOLVED:
        raise Refused("value_unknown", field="solved")
    _known(matter, grade, unsure)
    said = text.normalise(words, most=2000, field="words")
    Judgement(
        matter=matter,
        reply=reply,
        at=at,
        source=source,
        contacted=contacted,
        true=true,
        solved=solved,
        grade=grade,
        words=said,
        outside=resident or matter.owner_body_id not in staff.bodies_held(by),
        unsure=" ".join(part for part in closing.PARTS if part in unsure or (part, solved) == ("solved", "unsure")),
    ).save(force_insert=True)
    record(ResidentJudged(subject=str(matter.id), source=source), by=by, at=at)
    if solved == "yes" and grade != WORST:
        matter = matter if matter.state == "closed" else _close(by=by, at=at, matter=matter, resident=resident)
    elif solved != "unsure" or grade == WORST:
        note = said or phrase("template", f"taken_up_{solved}")
        matter = _reopen(by=by, at=at, matter=matter, note=note, resident=resident)
    hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return matter


def _known(matter: Matter, grade: int | None, unsure: Collection[str]) -> None:
    """Refuse a grade that is not on the programme's scale, and parts that are none."""
    scale = {one.value for one in version(matter.rulebook_id).matters(matter.programme).grades}
    if grade is not None and grade not in scale:
        raise Refused("grade_unknown", field="grade")
    if not set(unsure) <= set(closing.PARTS):
        raise Refused("value_unknown", field="unsure")


def _close(*, by: Viewer, at: datetime, matter: Matter, resident: bool) -> Matter:
    reply = latest(matter)
    word = matter.judgements.filter(reply=reply).order_by("-at", "-id").values_list("solved", flat=True).first() or ""
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    closing.may_close(
        closing=flow.closing, delivered=reply.delivered_at is not None, word=word, attempts=attempts(matter)
    )
    return advance(by=by, at=at, matter=matter, step="close", given={}, resident=resident)


def _reopen(*, by: Viewer, at: datetime, matter: Matter, note: str, resident: bool) -> Matter:
    rule = version(matter.rulebook_id).flow(matter.programme, matter.kind).reopen
    if matter.closed_at is not None and matter.state != "retained":  # what is only kept never gets too old
        closing.may_reopen(rule, matter.closed_at, at, version(matter.rulebook_id).county.tz)
    return advance(by=by, at=at, matter=matter, step="reopen", given={"note": note}, resident=resident)


def _person(by: Viewer) -> UUID:
    if by.person_id is None:
        raise Refused("not_allowed", verb="matter.call_back")
    return by.person_id
