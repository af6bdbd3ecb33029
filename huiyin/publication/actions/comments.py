"""Under an entry of a wall: said by residents and offices, looked at by a second person, answered in public (R-348).

What speaks about somebody in office never waits here: it becomes a held matter at once, or when whoever looks at it
finds so, and the receipt that was given opens that (SG-01). No refusal while it is sent depends on who asked for the
matter: trying names would tell whose it is.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import intake
from huiyin.casework.queries import board
from huiyin.casework.queries.board import Facts
from huiyin.casework.queries.books import days
from huiyin.casework.queries.roll import roll
from huiyin.casework.rules import complaints, impersonal
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.kept import fresh_salt
from huiyin.core.rulebook import current, version
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import due
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.refused import refused_in
from huiyin.programme.schema.base import Limit
from huiyin.programme.schema.publication import Comments
from huiyin.publication.actions.notices import LONGEST
from huiyin.publication.events import CommentAnswered, CommentJudged, CommentMade
from huiyin.publication.models import Comment, Notice
from huiyin.publication.queries.comments import refused_before, rules, rules_in
from huiyin.publication.queries.parts import PUBLISHES, answers, apart, cues
from huiyin.publication.rules import redaction
from huiyin.register.events import RecordsForgotten
from huiyin.register.queries import keeping, staff

KIND = "comments"
SLICE = 200


@action
def say(*, by: Viewer, at: datetime, notice_id: UUID, said: str, slip: str = "") -> Comment | None:
    """A resident says something under an entry; None where it speaks about somebody in office and is a held matter now.

    The proof of `slip` opens either. Raises Missing; Refused: comments_closed, text_empty, text_too_long,
    speaks_of_person, notice_names.
    """
    notice, page = _entry(by, notice_id, at)
    kept = text.normalise(said, most=page.longest, least=1)
    if complaints.look(kept, roll(by, notice.place_code, at)).why:
        intake.open_matter(by=by, at=at, words=replace(_words(notice, kept), slip=slip))
        return None
    _plain(kept)
    return _made(by, at, notice, page, kept, prepared=intake.prepare(by, slip))


@action
def say_of_office(*, by: Viewer, at: datetime, notice_id: UUID, said: str) -> Comment:
    """Somebody in office says something under an entry of their places, under the name of their office.

    Raises Missing; Refused: not_allowed, comment_own (the unit in charge answers), comments_closed, text_empty,
    text_too_long, speaks_of_person, speaks_of_number, speaks_of_official, notice_names.
    """
    by.need("matter.see")
    notice, page = _entry(by, notice_id, at)
    posts = staff.official(by, by.on_behalf_of or by.person_id, at) if by.person_id else ()
    if not posts or not by.reaches(notice.place_code):
        raise Missing
    if notice.body_id in staff.bodies_held(by):
        raise Refused("comment_own")
    kept = text.normalise(said, most=page.longest, least=1)
    if wrong := impersonal.fault(kept, roll(by, notice.place_code, at), field="text"):
        raise wrong
    _plain(kept)
    return _made(by, at, notice, page, kept, body_id=posts[0].body_id)


@action
def show(*, by: Viewer, at: datetime, comment_id: UUID) -> Comment:
    """Put a comment under its entry. The unit in charge has to answer it from now on.

    Raises Missing; Refused: not_allowed, already_done, comment_apart, notice_names (it tells who somebody is).
    """
    row, facts = _waiting(by, at, comment_id)
    if redaction.points_at(row.text, cues(facts)):
        raise Refused("notice_names")
    row.answer_by = _due(at, _page_of(by, row).answer_within)
    return _settle(by, at, row, "shown")


@action
def refuse(*, by: Viewer, at: datetime, comment_id: UUID, reason: str) -> Comment:
    """Keep a comment off the wall, for a reason the programme names; the wall tells how often each was given.

    Raises Missing; Refused: not_allowed, already_done, comment_apart, value_unknown.
    """
    row, _ = _waiting(by, at, comment_id)
    if reason not in _page_of(by, row).reasons:
        raise Refused("value_unknown", field="reason")
    row.reason = reason
    return _settle(by, at, row, "refused")


@action
def hand_on(*, by: Viewer, at: datetime, comment_id: UUID) -> Comment:
    """Make a held matter of a resident's comment that is about somebody in office; nothing of it is left here.

    The matter is opened in the resident's name, not in that of who read it; their receipt opens it.
    Raises Missing; Refused: not_allowed, already_done, comment_apart, comment_of_office.
    """
    row, _ = _waiting(by, at, comment_id)
    if row.matter_id is None or row.proof_key is None or row.reporter_key is None:
        raise Refused("comment_of_office")
    prepared = intake.Prepared(row.matter_id, bytes(row.proof_key), bytes(row.reporter_key))
    words = replace(_words(row.notice, row.text), prepared=prepared, nature=_held_nature(at), locked=True)
    intake.open_matter(by=staff.under_edition(Viewer.resident(), at), at=at, words=words)
    row.text, row.proof_key, row.salt = "", None, fresh_salt()
    return _settle(by, at, row, "handed")


@action
def answer(*, by: Viewer, at: datetime, comment_id: UUID, said: str) -> Comment:
    """The unit in charge answers in public, once; where no unit is in charge, who publishes there.

    Raises Missing; Refused: already_done, comment_not_yours, text_empty, text_too_long, notice_names.
    """
    row = _locked(by, comment_id)
    if row.state != "shown" or row.answered_at is not None:
        raise Refused("already_done")
    facts = board.facts(by, row.notice.matter_id, at)
    if not answers(by, facts.body_id, row.notice.place_code):
        raise Refused("comment_not_yours")
    row.answer = text.normalise(said, most=LONGEST, least=1, field="answer")
    if redaction.points_at(row.answer, cues(facts)):
        raise Refused("notice_names", field="answer")
    row.answered_at, row.answered_by_id = at, by.person_id
    row.save()
    record(CommentAnswered(subject=str(row.id)), by=by, at=at)
    return row


@action
def empty(*, by: Viewer, at: datetime, matter_id: UUID) -> int:
    """Empty what was said under the notices of a matter that is being locked; part of the action that locks it."""
    return _wordless(list(Comment.objects.filter(notice__matter_id=matter_id)))


@action
def forget(*, by: Viewer, at: datetime) -> int:
    """Empty some comments that were kept off a wall longer ago than the county keeps their words; how many (SG-48)."""
    some = _wordless(refused_before(by, keeping.cut_of(by, at, KIND), SLICE))
    if some:
        record(RecordsForgotten(subject=KIND, rows=some), by=by, at=at)
    return some


def _wordless(rows: Sequence[Comment]) -> int:
    for row in rows:
        row.text, row.answer, row.salt = "", "", fresh_salt()
        row.matter_id, row.reporter_key = None, None
        row.save()
    return len(rows)


def _entry(by: Viewer, notice_id: UUID, at: datetime) -> tuple[Notice, Comments]:
    """An entry that stands on a wall, with what the programme in force says of comments. Raises Missing for others."""
    notice = Notice.objects.filter(id=notice_id, state="published").first()
    if notice is None or not board.standings(by, {notice.matter_id}, at):
        raise Missing
    return notice, _open(rules(by, at))


def _plain(said: str) -> None:
    """Refuse what can be put differently at once, so that nobody waits for it."""
    if found := refused_in(said):
        raise Refused("speaks_of_person", field="text", word=found[1])
    if redaction.points_at(said):
        raise Refused("notice_names", field="text")


def _words(notice: Notice, said: str) -> intake.Words:
    return intake.Words(text=said, place_code=notice.place_code, disclosure="anonymous", answer_by="code")


def _held_nature(at: datetime) -> str:
    """The nature of the confidential way, as the public form has it."""
    book = current(at).rulebook
    return book.matters(book.county.intake.programme).held_nature()


def _made(
    by: Viewer,
    at: datetime,
    notice: Notice,
    page: Comments,
    said: str,
    *,
    body_id: UUID | None = None,
    prepared: intake.Prepared | None = None,
) -> Comment:
    row = Comment(
        notice=notice,
        rulebook_id=current(at).version_id,
        text=said,
        body_id=body_id,
        by_id=by.person_id if body_id else None,
        at=at,
        look_by=_due(at, page.look_within),
        proof_key=prepared.proof_key if prepared else None,
        matter_id=prepared.id if prepared else None,
        reporter_key=prepared.reporter_key if prepared else None,
    )
    row.save(force_insert=True)
    record(CommentMade(subject=str(row.id), notice=str(notice.id)), by=by, at=at)
    return row


def _locked(by: Viewer, comment_id: UUID) -> Comment:
    rows = Comment.objects.visible_to(by).select_for_update(of=("self",)).select_related("notice")
    row = rows.filter(id=comment_id).first()
    if row is None:
        raise Missing
    return row


def _waiting(by: Viewer, at: datetime, comment_id: UUID) -> tuple[Comment, Facts]:
    """A comment that waits, for somebody without a part in its matter."""
    by.need(PUBLISHES)
    row = _locked(by, comment_id)
    facts = board.facts(by, row.notice.matter_id, at)
    if not apart(by, row, facts, at):
        raise Refused("comment_apart")
    if row.state != "waiting":
        raise Refused("already_done")
    return row, facts


def _settle(by: Viewer, at: datetime, row: Comment, state: str) -> Comment:
    row.state, row.decided_at, row.decided_by_id = state, at, by.person_id
    row.matter_id, row.reporter_key = None, None
    row.save()
    record(CommentJudged(subject=str(row.id)), by=by, at=at)
    return row


def _page_of(by: Viewer, row: Comment) -> Comments:
    """What the programme said of comments when this one was made."""
    return _open(rules_in(by, version(row.rulebook_id)))


def _open(page: Comments | None) -> Comments:
    if page is None:
        raise Refused("comments_closed")
    return page


def _due(at: datetime, limit: Limit) -> datetime:
    return due(at, limit, current(at).rulebook.county.tz, days()).at
