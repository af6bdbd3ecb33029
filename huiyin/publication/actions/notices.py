"""From an answered matter to the wall: drafted, read by a second person, published, taken down (R-339, R-346)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.casework.queries import board
from huiyin.casework.queries.board import Facts
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.kept import fresh_salt
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.rulebook import Programme
from huiyin.publication.events import NoticeDrafted, NoticeEdited, NoticePublished, NoticeWithdrawn
from huiyin.publication.models import Notice
from huiyin.publication.queries.parts import cues
from huiyin.publication.rules import fit, redaction

LONGEST = 600
"""Characters of one line of the wall: it has to be read aloud and to fit on paper."""


@dataclass(frozen=True, kw_only=True)
class Lines:
    """What stands on the wall: asked, done, still owed, and by when."""

    asked: str
    done: str
    owed: str = ""
    owed_on: date | None = None


@action
def draft(*, by: Viewer, at: datetime, matter_id: UUID) -> Notice:
    """Draft the notice of an answered matter from its own words, with what points at people taken out.

    Raises Missing (also for held and sealed matters); Refused: not_allowed, notice_exists, and as `rules.fit.check`.
    """
    by.need("matter.publish")
    facts = board.facts(by, matter_id, at)
    if Notice.objects.exclude(state="withdrawn").filter(matter_id=matter_id).exists():
        raise Refused("notice_exists")
    programme = _programme(facts)
    candidate = _candidate(facts)
    fit.check(candidate, programme.matters, programme.publication)
    pointing = cues(facts)
    # What was said in confidence is never copied: a person has to put it in other words.
    quiet = facts.disclosure == "confidential"
    row = Notice(
        matter_id=facts.id,
        programme=facts.programme,
        rulebook_id=facts.rulebook_id,
        place_code=fit.place(candidate, programme.publication),
        topic=facts.topic,
        body_id=facts.body_id,
        opened_on=facts.opened_on,
        answered_at=facts.answered_at,
        asked="" if quiet else redaction.redact(facts.title, pointing)[:LONGEST],
        done="" if quiet else redaction.redact(facts.public_text or facts.reply, pointing)[:LONGEST],
        drafted_at=at,
        drafted_by_id=by.person_id,
    )
    row.save(force_insert=True)
    record(NoticeDrafted(subject=str(row.id), matter=str(facts.id)), by=by, at=at)
    return row


@action
def edit(*, by: Viewer, at: datetime, notice_id: UUID, lines: Lines, seen: int | None = None) -> Notice:
    """Put a draft into better words. Raises Missing; Refused as `publish`."""
    row, facts = _open(by, notice_id, at, seen)
    _draft_only(row)
    _write(row, facts, lines)
    row.version += 1
    row.save()
    record(NoticeEdited(subject=str(row.id)), by=by, at=at)
    return row


@action
def publish(*, by: Viewer, at: datetime, notice_id: UUID, seen: int | None = None) -> Notice:
    """Put a draft on the wall, by a named person who did not handle the matter.

    Raises Missing; Refused: not_allowed, stale, notice_not_draft, notice_own, needs_asked, needs_done, notice_names
    (something in the words still points at a person), and as `rules.fit.check`.
    """
    row, facts = _open(by, notice_id, at, seen)
    _draft_only(row)
    if by.person_id is None:
        raise Refused("not_allowed", verb="matter.publish")
    four_eyes.need_another(by, four_eyes.hands(row.matter_id, [facts.handler_id]), "notice_own")
    programme = _programme(facts)
    fit.check(_candidate(facts), programme.matters, programme.publication)
    _write(row, facts, Lines(asked=row.asked, done=row.done, owed=row.owed, owed_on=row.owed_on))
    # The matter may have been classified or told in confidence since the draft.
    row.place_code = fit.place(_candidate(facts), programme.publication)
    row.topic, row.body_id, row.answered_at = facts.topic, facts.body_id, facts.answered_at
    row.state, row.published_at, row.published_by_id = "published", at, by.person_id
    row.version += 1
    row.save()
    record(NoticePublished(subject=str(row.id), matter=str(row.matter_id)), by=by, at=at)
    return row


@action
def withdraw(*, by: Viewer, at: datetime, notice_id: UUID, reason: str, seen: int | None = None) -> Notice:
    """Take a notice down, or give a draft up. Raises Missing; Refused: already_done, needs_reason, stale."""
    by.need("matter.publish")
    row = _locked(by, notice_id, seen)
    if row.state == "withdrawn":
        raise Refused("already_done")
    why = text.normalise(reason, most=2000, field="reason")
    if not why:
        raise Refused("needs_reason", field="reason")
    row.state, row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_why = "withdrawn", at, by.person_id, why
    row.version += 1
    row.save()
    record(NoticeWithdrawn(subject=str(row.id), matter=str(row.matter_id)), by=by, at=at)
    return row


def _open(by: Viewer, notice_id: UUID, at: datetime, seen: int | None) -> tuple[Notice, Facts]:
    """The notice, locked, with its matter as this person may see it: who is kept out of one is kept out of both."""
    by.need("matter.publish")
    row = _locked(by, notice_id, seen)
    return row, board.facts(by, row.matter_id, at)


def _locked(by: Viewer, notice_id: UUID, seen: int | None) -> Notice:
    rows = Notice.objects.select_for_update() if by.everything else Notice.objects.visible_to(by).select_for_update()
    row = rows.filter(id=notice_id).first()
    if row is None:
        raise Missing
    if seen is not None and seen != row.version:
        raise Refused("stale")
    return row


def _draft_only(row: Notice) -> None:
    if row.state != "draft":
        raise Refused("notice_not_draft")


def _write(row: Notice, facts: Facts, lines: Lines) -> None:
    """Check and keep the lines. Nothing that points at a person passes, whoever wrote it."""
    pointing = cues(facts)
    for name in ("asked", "done", "owed"):
        kept = text.line(getattr(lines, name), most=LONGEST, field=name)
        if redaction.points_at(kept, pointing):
            raise Refused("notice_names", field=name)
        setattr(row, name, kept)
    if not row.asked:
        raise Refused("needs_asked", field="asked")
    if not row.done:
        raise Refused("needs_done", field="done")
    row.owed_on = lines.owed_on if row.owed else None


def _programme(facts: Facts) -> Programme:
    return version(facts.rulebook_id).programmes[facts.programme]


def _candidate(facts: Facts) -> fit.Candidate:
    return fit.Candidate(
        topic=facts.topic,
        nature=facts.nature,
        state=facts.state,
        place_code=facts.place_code,
        disclosure=facts.disclosure,
        history=facts.history,
        answered=facts.answered_at is not None,
    )


@action
def empty(*, by: Viewer, at: datetime, matter_id: UUID) -> int:
    """Empty every notice of a matter that is being locked, whatever its state; part of the action that locks it.

    A published one was readable by anybody, and a copy elsewhere is beyond this. Returns how many.
    """
    rows = list(Notice.objects.filter(matter_id=matter_id))
    for row in rows:
        row.asked, row.done, row.owed, row.owed_on, row.withdrawn_why = "", "", "", None, "sealed"
        row.salt = fresh_salt()
        if row.state != "withdrawn":
            row.state, row.withdrawn_at, row.withdrawn_by_id = "withdrawn", at, by.person_id
            record(NoticeWithdrawn(subject=str(row.id), matter=str(matter_id)), by=by, at=at)
        row.version += 1
        row.save()
    return len(rows)
