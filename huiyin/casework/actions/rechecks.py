"""Recorded words drawn after the day is over and asked for once more by somebody else; differences are kept (SG-33).

So are words that came by a call, and those that came by a proof or a message where there is a number to ask at: whoever
took a matter down at a counter or in a house had its proof in hand, and a telephone is lent (trust.md S10). With them,
by the same seed, some of those who took their matter back are asked whether they did it themselves: whoever was pressed
to says so to somebody who has nothing to do with it (S21). And some of those whose matter was closed because nobody
answered: attempts are the word of who rang, and nobody else has asked (S10).
"""

import secrets
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from huiyin.casework.actions.feedback import latest
from huiyin.casework.actions.holding import hold_if_about_officials
from huiyin.casework.actions.steps import advance, find
from huiyin.casework.events import CallBackTried, CallRechecked, CallsDrawn, ResidentJudged
from huiyin.casework.models import CallBack, CallDraw, Judgement, Matter, Move, Party, Recheck
from huiyin.casework.rules import closing, rechecking
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import current, version
from huiyin.core.viewer import Viewer
from huiyin.programme.drawing import drawn
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.matters import WORST, Flow
from huiyin.programme.words import phrase


def draw_yesterday(*, by: Viewer, at: datetime) -> int:
    """Draw from the calls of the day that is over, once for each programme that wants it. Returns how many draws."""
    book = current(at).rulebook
    day = at.astimezone(book.county.tz).date() - timedelta(days=1)
    wanted = [name for name in book.programmes if book.replies(name).calls.recheck]
    known = set(CallDraw.objects.filter(day=day, programme__in=wanted).values_list("programme", flat=True))
    return sum(draw(by=by, at=at, programme=name, day=day) for name in wanted if name not in known)


@action
def draw(*, by: Viewer, at: datetime, programme: str, day: date) -> int:
    """Draw some of a day's recorded words, of the matters taken back and of those closed unasked; the seed is told with
    the draw, so that anybody can draw again."""
    book = current(at).rulebook
    thousandths, zone = round(book.replies(programme).calls.recheck * 1000), book.county.tz
    begin = datetime.combine(day, time(), zone)
    rows = Judgement.objects.filter(at__gte=begin, at__lt=begin + timedelta(days=1)).exclude(source="recheck")
    rows = rows.filter(Q(source="call") | Q(matter__in=_numbered()))
    ordinary = rows.filter(matter__programme=programme, matter__held=False, matter__sealed=False, matter__history=False)
    found = list(ordinary.order_by("id"))
    wordless = [*_taken_back(programme, begin), *_unasked(programme, begin)]
    seed = secrets.token_hex(16)
    chosen = [row for row in found if drawn(seed, str(row.id), thousandths)]
    moves = [move for move in wordless if drawn(seed, str(move.id), thousandths)]
    many, some = len(found) + len(wordless), len(chosen) + len(moves)
    made = CallDraw(programme=programme, day=day, seed=seed, thousandths=thousandths, of=many, drawn=some, at=at)
    made.save(force_insert=True)
    callers, last = _callers(chosen), _last_callers(moves)
    for move in moves:
        Recheck(draw=made, matter_id=move.matter_id, caller_id=last.get(move.matter_id), at=at).save(force_insert=True)
    for row in chosen:
        Recheck(
            draw=made, matter_id=row.matter_id, first=row, caller_id=callers.get((row.matter_id, row.at)), at=at
        ).save(force_insert=True)
    record(CallsDrawn(subject=str(made.id), seed=seed, of=many, drawn=some), by=by, at=at)
    return 1


@action
def recheck(
    *,
    by: Viewer,
    at: datetime,
    recheck_id: UUID,
    outcome: str,
    contacted: bool | None = None,
    true: bool | None = None,
    solved: str = "",
    grade: int | None = None,
    words: str = "",
    unsure: Collection[str] = (),
) -> Recheck:
    """One attempt to ask once more; when reached, what was said now beside what was recorded then.

    Who asks did not make the first call, take the matter down, handle or supervise. What the resident says now counts
    as their word: "not solved" takes the matter up again. Raises Missing; Refused: not_allowed, recheck_own,
    already_done, attempt_too_soon, value_unknown, needs_solved, reopen_too_late.
    """
    row = Recheck.objects.filter(id=recheck_id).first()
    if row is None:
        raise Missing
    matter = find(by, row.matter_id)
    by.need("matter.call_back")
    row = Recheck.objects.select_for_update(of=("self",)).get(id=recheck_id)
    flow, meaning = _asking(by, at, row, matter, outcome)
    row.tries, row.tried_at, row.by_id = row.tries + 1, at, by.person_id
    if meaning != closing.REACHED:
        row.state = "unreached" if row.tries >= flow.closing.attempts else "waiting"
        row.save()
        record(CallRechecked(subject=str(matter.id), recheck=str(row.id), state=row.state), by=by, at=at)
        return row
    if solved not in closing.SOLVED:
        raise Refused("needs_solved", field="solved")
    said = text.normalise(words, most=2000, field="words")
    if row.first is None and (matter.closed_at is None or matter.closed_at > row.at):
        raise Refused("already_done")  # taken up since it was drawn: that ending stands no more
    if row.first is None and matter.state == "withdrawn":
        return _taken_back_by(by, at, row, matter, solved, said)
    now = Judgement(
        matter=matter,
        reply=row.first.reply if row.first else latest(matter),
        at=at,
        source="recheck",
        contacted=contacted,
        true=true,
        solved=solved,
        grade=grade,
        words=said,
        unsure=" ".join(part for part in closing.PARTS if part in unsure),
    )
    now.save(force_insert=True)
    record(ResidentJudged(subject=str(matter.id), source="recheck"), by=by, at=at)
    row.second = now
    # Where nobody had answered there is nothing to differ from: that somebody is at home today accuses no caller.
    _kept(by, at, row, " ".join(rechecking.differing(_heard(row.first), _heard(now))) if row.first else "")
    _follow(by, at, matter, now)
    hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return row


def _taken_back_by(by: Viewer, at: datetime, row: Recheck, matter: Matter, own: str, said: str) -> Recheck:
    """Whether the resident took it back themselves; if not, or if they want it handled after all, it is taken up."""
    if own not in ("yes", "no"):
        raise Refused("needs_solved", field="solved")
    _kept(by, at, row, "" if own == "yes" else "withdrawn")
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    if own == "no" and flow.taking("reopen", matter.state) is not None:
        given = {"note": said or phrase("template", "taken_up_withdrawn")}
        matter = advance(by=by, at=at, matter=matter, step="reopen", given=given, resident=True)
    hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return row


def _kept(by: Viewer, at: datetime, row: Recheck, differs: str) -> None:
    """Write down how it compares."""
    row.differs, row.told_at, row.state = differs, at, "differs" if differs else "same"
    row.save()
    record(CallRechecked(subject=str(row.matter_id), recheck=str(row.id), state=row.state), by=by, at=at)


def _taken_back(programme: str, begin: datetime) -> list[Move]:
    """The day's steps by which residents who can be rung took ordinary matters back."""
    return list(_ordinary(programme, begin).filter(step="withdraw").order_by("id"))


def _unasked(programme: str, begin: datetime) -> list[Move]:
    """The day's closings for which attempts stood in for the resident's word: no word was kept in the same moment."""
    word = Judgement.objects.filter(matter=OuterRef("matter"), at=OuterRef("at"))
    return list(_ordinary(programme, begin).filter(~Exists(word), step="close").order_by("id"))


def _ordinary(programme: str, begin: datetime) -> QuerySet[Move]:
    """The steps of a day by which ordinary matters ended whose reporter can be rung, where that end stands."""
    rows = Move.objects.filter(at__gte=begin, at__lt=begin + timedelta(days=1), matter__closed_at=F("at"))
    ordinary = rows.filter(matter__programme=programme, matter__held=False, matter__sealed=False, matter__history=False)
    return ordinary.filter(matter__in=_numbered())


def _numbered() -> QuerySet[Party, Any]:
    """The matters whose reporter can be rung."""
    return Party.objects.filter(role="reporter", phone__isnull=False).values("matter_id")


def _asking(by: Viewer, at: datetime, row: Recheck, matter: Matter, outcome: str) -> tuple[Flow, str]:
    """The matter's flow, where this person may ask now, and what the way counts as in which the attempt ended."""
    called = four_eyes.acted(CallBackTried, matter.id, when=row.first.at if row.first else None)
    parts = four_eyes.hands(matter.id, [matter.handler_id, matter.supervisor_id])
    four_eyes.need_another(by, {row.caller_id, matter.first_asked_id, *called, *parts}, "recheck_own")
    if row.state != "waiting":
        raise Refused("already_done")
    book = version(matter.rulebook_id)
    ended = closing.ended(book.replies(matter.programme).calls, outcome, closing.ASKED_APART)
    flow = book.flow(matter.programme, matter.kind)
    if row.tried_at is not None and at - row.tried_at < timedelta(hours=flow.callback.gap_hours):
        raise Refused("attempt_too_soon", hours=flow.callback.gap_hours)
    return flow, ended.meaning


def _follow(by: Viewer, at: datetime, matter: Matter, word: Judgement) -> None:
    """Not solved, in part or not at all, takes a finished matter up again, as in any call."""
    unwell = word.solved in ("no", "part") or word.grade == WORST
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    if unwell and flow.taking("reopen", matter.state) is not None:
        note = word.words or phrase("template", f"taken_up_{word.solved}")
        advance(by=by, at=at, matter=matter, step="reopen", given={"note": note}, resident=True)


def _heard(row: Judgement) -> rechecking.Heard:
    return rechecking.Heard(row.contacted, row.true, row.solved, row.grade)


def _callers(rows: Collection[Judgement]) -> dict[tuple[UUID, datetime], UUID]:
    """Who made each of these calls: the attempt of the same moment."""
    made = CallBack.objects.filter(matter_id__in={row.matter_id for row in rows}, outcome="reached", promise=None)
    return {(matter, at): caller for matter, at, caller in made.values_list("matter_id", "at", "caller_id")}


def _last_callers(moves: Collection[Move]) -> dict[UUID, UUID]:
    """Who made the last attempt at each of the matters closed unasked; nobody rang about what was taken back."""
    closed = {move.matter_id for move in moves if move.step == "close"}
    made = CallBack.objects.filter(matter_id__in=closed, promise=None).order_by("at", "id")
    return dict(made.values_list("matter_id", "caller_id"))
