"""Briefs upward: what an official saw, to somebody who decides; read and answered by that person."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.events.early import BriefAnswered, BriefRead, BriefWritten
from huiyin.casework.models import Brief
from huiyin.casework.rules import impersonal
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import places, staff

DECIDES = "matter.instruct"
"""The verb of those a brief is written to."""


@action
def write(
    *, by: Viewer, at: datetime, place_code: str, title: str, said: str, to: UUID, undertaking: str = ""
) -> Brief:
    """Tell somebody who decides what is so at a place, as it was seen; of a task or project, if it is about one.

    Raises Refused: not_allowed, place_unknown, leader_unknown, undertaking_unknown, text_empty, text_too_long,
    speaks_of_person, speaks_of_number, speaks_of_official.
    """
    if by.person_id is None or by.official_id is None:
        raise Refused("not_allowed", verb="matter.open")
    for wrong in faults(by, at, place_code=place_code, title=title, said=said, to=to, undertaking=undertaking):
        raise wrong
    row = Brief(
        place_code=place_code,
        title=text.line(title, most=200, field="title"),
        text=text.normalise(said, most=5000, field="said"),
        undertaking=undertaking,
        by_id=by.person_id,
        to_id=to,
        at=at,
    )
    row.save(force_insert=True)
    record(BriefWritten(subject=str(row.id)), by=by, at=at)
    return row


@action
def read(*, by: Viewer, at: datetime, brief_id: UUID) -> Brief:
    """Whom it is for says that they read it. Raises Missing; Refused("already_done")."""
    row = _to_me(by, brief_id)
    if row.read_at is not None:
        raise Refused("already_done")
    row.read_at = at
    row.save()
    record(BriefRead(subject=str(row.id)), by=by, at=at)
    return row


@action
def answer(*, by: Viewer, at: datetime, brief_id: UUID, said: str) -> Brief:
    """Answer a brief, once. Raises Missing; Refused: already_done, text_empty, text_too_long, speaks_of_…"""
    row = _to_me(by, brief_id)
    if row.answered_at is not None:
        raise Refused("already_done")
    row.answer = text.normalise(said, most=2000, least=1, field="answer")
    if wrong := impersonal.fault(row.answer, books.roll(by, row.place_code, at), field="answer"):
        raise wrong
    row.read_at = row.read_at or at
    row.answered_at, row.answered_by_id = at, by.person_id
    row.save()
    record(BriefAnswered(subject=str(row.id)), by=by, at=at)
    return row


def faults(
    by: Viewer, at: datetime, *, place_code: str, title: str, said: str, to: UUID | None, undertaking: str = ""
) -> Iterator[Refused]:
    """All that is wrong with a brief, each with its field."""
    here = bool(place_code) and places.exists(by, place_code) and by.sees(place_code)
    if not here:
        yield Refused("place_unknown", field="place_code")
    judged_at = place_code if here else current(at).rulebook.county.code
    leaders = {row.person_id for row in staff.candidates(by, at, verb=DECIDES, place_code=judged_at)}
    if to not in leaders or to in by.persons:
        yield Refused("leader_unknown", field="to")
    if undertaking and undertaking not in current(at).rulebook.undertakings:
        yield Refused("undertaking_unknown", field="undertaking")
    roll = books.roll(by, judged_at, at)
    for words, most, field in ((title, 200, "title"), (said, 5000, "said")):
        try:
            kept = text.normalise(words, most=most, least=1, field=field)
        except Refused as refused:
            yield refused
            continue
        if found := impersonal.fault(kept, roll, field=field):
            yield found


def _to_me(by: Viewer, brief_id: UUID) -> Brief:
    """A brief written to the viewer, locked. Raises Missing."""
    row = Brief.objects.visible_to(by).select_for_update().filter(id=brief_id, to_id__in=by.persons).first()
    if row is None:
        raise Missing
    return row
