"""Promises: asked about at their date, and what the resident's word does; they are written in `promising`."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.actions.holding import hold_if_about_officials
from huiyin.casework.actions.steps import advance, find
from huiyin.casework.events import CallBackTried, PromiseDue, PromiseJudged
from huiyin.casework.models import CallBack, Matter, Promise
from huiyin.casework.rules import closing, promises
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.queries.days import today

SLICE = 200
STEP = "promise"


@action
def fall_due(*, by: Viewer, at: datetime) -> int:
    """Promises whose last day is over: their residents are to be asked. Each is told of once. Returns how many."""
    rows = Promise.objects.filter(state="open", due_on__lt=today(by, at))
    ids = list(rows.order_by("due_on", "id").values_list("id", flat=True)[:SLICE])
    if not ids:
        return 0
    # Lock in one order, then look again: who waited for the lock may find one already told.
    list(Promise.objects.filter(id__in=ids).select_for_update(of=("self",)).order_by("id").values_list("id"))
    taken = list(rows.filter(id__in=ids))
    for row in taken:
        row.state, row.asked_at = "due", at
        row.save()
        record(PromiseDue(subject=str(row.matter_id), promise=str(row.id)), by=by, at=at)
    return len(taken)


@action
def ask(
    *, by: Viewer, at: datetime, promise_id: UUID, outcome: str, kept: str = "", words: str = "", note: str = ""
) -> Promise:
    """One attempt to ask the resident whether a promise was kept; when reached, their word and what follows from it.

    Who asks neither handled nor supervised the matter nor made the promise. "No" takes the matter up again, however
    long ago it ended. After attempts enough without reaching anybody it is `unreached`: neither kept nor broken.
    Raises Missing; Refused: not_allowed, handler_may_not_call, conflict_excluded, already_done, value_unknown,
    attempt_too_soon.
    """
    matter, row = _found(by, promise_id)
    by.need("matter.call_back")
    parts = four_eyes.hands(matter.id, [matter.handler_id, matter.supervisor_id, row.person_id, row.by_id])
    four_eyes.need_another(by, parts, "handler_may_not_call")
    if row.state != "due":
        raise Refused("already_done")
    book = version(matter.rulebook_id)
    calls, flow = book.replies(matter.programme).calls, book.flow(matter.programme, matter.kind)
    ended = closing.ended(calls, outcome, closing.ASKED_APART)
    tries = list(CallBack.objects.filter(promise=row).order_by("at", "id"))
    closing.may_attempt(flow.callback, closing.attempts_of(calls, book.county.tz, tries), at)
    local = at.astimezone(book.county.tz)
    part = closing.day_part(local.hour)
    made = CallBack(
        matter=matter,
        reply=row.reply or matter.replies.order_by("-at", "-id").first(),
        promise=row,
        caller_id=_person(by),
        at=at,
        local_day=local.date(),
        day_part=part,
        outcome=ended.meaning,
        code=ended.code,
        note=text.normalise(note, most=2000, field="note"),
    )
    made.save(force_insert=True)
    tried = CallBackTried(subject=str(matter.id), outcome=ended.meaning, code=ended.code, day_part=part)
    record(tried, by=by, at=at)
    if ended.meaning == closing.REACHED:
        return _judge(by=by, at=at, matter=matter, row=row, kept=kept, words=words, source="call", resident=False)
    if closing.exhausted(flow.closing, closing.attempts_of(calls, book.county.tz, [*tries, made])):
        row.state, row.told_at = "unreached", at
        row.save()
        record(PromiseJudged(subject=str(matter.id), promise=str(row.id), state=row.state), by=by, at=at)
    return row


@looking_as(OPEN)
@action
def resident_tells(
    *, by: Viewer, at: datetime, matter_id: UUID, promise_id: UUID, kept: str, words: str = ""
) -> Promise:
    """The resident says at the public door whether a promise was kept; the door has checked the proof.

    Raises Missing; Refused: already_done, value_unknown.
    """
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    row = Promise.objects.select_for_update(of=("self",)).filter(id=promise_id, matter_id=matter_id).first()
    if matter is None or row is None:
        raise Missing
    if row.state != "due":
        raise Refused("already_done")
    return _judge(by=by, at=at, matter=matter, row=row, kept=kept, words=words, source="web", resident=True)


def _person(by: Viewer) -> UUID:
    if by.person_id is None:
        raise Refused("not_allowed", verb="matter.call_back")
    return by.person_id


def _found(by: Viewer, promise_id: UUID) -> tuple[Matter, Promise]:
    """Both locked, the matter first, as the resident's door locks them. Raises Missing."""
    matter_id = Promise.objects.filter(id=promise_id).values_list("matter_id", flat=True).first()
    if matter_id is None:
        raise Missing
    matter = find(by, matter_id)
    return matter, Promise.objects.select_for_update(of=("self",)).get(id=promise_id)


def _judge(
    *, by: Viewer, at: datetime, matter: Matter, row: Promise, kept: str, words: str, source: str, resident: bool
) -> Promise:
    """Keep the resident's word and do what follows from it."""
    row.state, row.told_at, row.source = promises.told(kept), at, source
    row.words = text.normalise(words, most=2000, field="words")
    row.save()
    record(PromiseJudged(subject=str(matter.id), promise=str(row.id), state=row.state), by=by, at=at)
    note = row.words or phrase("template", f"promise_{row.state}", what=row.what)
    if row.state == "broken" and _may_reopen(matter):
        matter = advance(by=by, at=at, matter=matter, step="reopen", given={"note": note}, resident=resident)
    else:
        books.note_move(by=by, at=at, matter=matter, step=STEP, note=note, data={"promise": row.state})
    hold_if_about_officials(by=by, at=at, matter=matter, said=row.words)
    return row


def _may_reopen(matter: Matter) -> bool:
    """Whether the matter is at an end, or waits for the resident's word: else it is in hand already."""
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    return flow.taking("reopen", matter.state) is not None
