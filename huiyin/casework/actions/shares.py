"""What those do who were called on: read, answer, instruct or give back as a leader (R-021, R-182, R-184, R-186)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.actions.steps import advance, keep_due
from huiyin.casework.events import ShareAnswered, ShareEnded, ShareRead
from huiyin.casework.models import Clock, Matter, Share
from huiyin.casework.rules.clocks import Instructed
from huiyin.casework.rules.shares import ANSWERED
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import brought_forward, due
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.base import Limit


@action
def read(*, by: Viewer, at: datetime, share_id: UUID) -> Share:
    """Somebody of the body called on, or the leader, says that it was read; the first time counts. Raises Missing."""
    share = _mine(by, share_id)
    if share.read_at is None:
        _note_read(by, at, share)
    return share


@action
def answer(*, by: Viewer, at: datetime, share_id: UUID, answer: str) -> Share:
    """A body called on answers its part, once; the matter stays with its owner and the clock goes on.

    Raises Missing; Refused: share_answers_nothing, already_done, already_closed, needs_answer_text, text_too_long.
    """
    share = _mine(by, share_id)
    if share.part not in ANSWERED:
        raise Refused("share_answers_nothing")
    if share.answered_at is not None:
        raise Refused("already_done")
    if share.matter.closed_at is not None:
        raise Refused("already_closed")
    said = text.normalise(answer, most=5000, field="answer")
    if not said:
        raise Refused("needs_answer_text", field="answer")
    if share.read_at is None:
        _note_read(by, at, share)
    share.answer, share.answered_at, share.answered_by_id = said, at, by.person_id
    share.save()
    record(ShareAnswered(subject=str(share.matter_id), share=str(share.id), part=share.part), by=by, at=at)
    return share


@action
def instruct(*, by: Viewer, at: datetime, matter_id: UUID, given: Mapping[str, Any], seen: int | None = None) -> Matter:
    """The leader it was laid before writes what is to be done: their words are the assignment (R-186).

    `given`: instruction, owner, handler, supervisor, topic, nature, until (a day: earlier than the deadline it binds,
    later it does not). Raises Missing; Refused: not_your_instruction and what `rules.flow.take_step` refuses.
    """
    matter, share = _submitted(by, matter_id, seen)
    page = version(matter.rulebook_id).matters(matter.programme)
    own = next((name for name, way in page.ways.items() if way.step == "instruct" and not way.sealed), matter.way)
    matter = advance(by=by, at=at, matter=matter, step="instruct", given={**given, "way": own})
    until = given.get("until")
    if isinstance(until, date):
        _sooner(matter, until, at)
    _end(by, at, share, str(given.get("instruction", "")))
    return matter


@action
def give_back(*, by: Viewer, at: datetime, matter_id: UUID, reason: str, seen: int | None = None) -> Matter:
    """The leader gives it back with a reason; the dispatcher goes on with it.

    Raises Missing; Refused: not_your_instruction, needs_reason.
    """
    matter, share = _submitted(by, matter_id, seen)
    matter = advance(by=by, at=at, matter=matter, step="send_back", given={"reason": reason})
    _end(by, at, share, reason)
    return matter


def _mine(by: Viewer, share_id: UUID) -> Share:
    """An open share of the viewer's, with its matter in reach: whoever stands too near it finds nothing (SG-01)."""
    share = Share.objects.select_related("matter").select_for_update(of=("self",)).filter(id=share_id).first()
    if share is None or share.ended_at is not None or not (_body(by, share) or _person(by, share)):
        raise Missing
    if not Matter.objects.readable_by(by).filter(id=share.matter_id).exists():
        raise Missing
    return share


def _body(by: Viewer, share: Share) -> bool:
    return share.body_id is not None and share.body_id in by.body_ids


def _person(by: Viewer, share: Share) -> bool:
    return share.person_id is not None and share.person_id in by.persons


def _submitted(by: Viewer, matter_id: UUID, seen: int | None) -> tuple[Matter, Share]:
    """The matter that lies before this leader, locked."""
    by.need("matter.instruct")
    matter = Matter.objects.readable_by(by).select_for_update(of=("self",)).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    if seen is not None and seen != matter.version:
        raise Refused("stale")
    share = Share.objects.filter(matter=matter, part="leader", person_id__in=by.persons, ended_at__isnull=True).last()
    if share is None:
        raise Refused("not_your_instruction")
    return matter, share


def _end(by: Viewer, at: datetime, share: Share, words: str) -> None:
    if share.read_at is None:
        _note_read(by, at, share)
    share.answer, share.answered_at, share.answered_by_id, share.ended_at = words, at, by.person_id, at
    share.save()
    record(ShareEnded(subject=str(share.matter_id), share=str(share.id), part=share.part), by=by, at=at)


def _note_read(by: Viewer, at: datetime, share: Share) -> None:
    share.read_at, share.read_by_id = at, by.person_id
    share.save()
    record(ShareRead(subject=str(share.matter_id), share=str(share.id), part=share.part), by=by, at=at)


def _sooner(matter: Matter, until: date, at: datetime) -> None:
    """A leader may want it sooner than the programme; never later (trust.md S18)."""
    zone = version(matter.rulebook_id).county.tz
    known = version(matter.rulebook_id).matters(matter.programme).clocks
    rows = list(Clock.objects.filter(matter=matter, met_at__isnull=True, ended_at__isnull=True))
    ends = Instructed(until, at).ends(zone)
    if ends <= at:
        raise Refused("instruct_past", field="until")
    for row in rows:
        if "answer" in known[row.name].met_by and ends < row.due_at:
            whole = due(row.started_at, Limit(amount=row.amount, unit=row.unit), zone, books.days())
            cut = brought_forward(whole, until)
            # It may lie beyond the limit where more time was granted: then the programme's own warning stands.
            warns = cut.reaches(known[row.name].warn_at_share) if cut else ends
            row.warn_at, row.due_at = min(row.warn_at, warns), ends
            row.save()
    keep_due(matter, rows, at)
    matter.save()
