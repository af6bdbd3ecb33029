"""Numbered supervision (挂号督办): a number of its own, a supervisor, until the matter is closed (R-225)."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.steps import advance, find
from huiyin.casework.events import MatterNumbered, NumberStruck
from huiyin.casework.models import Numbered
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused


@action
def number(*, by: Viewer, at: datetime, matter_id: UUID, reason: str, seen: int | None = None) -> Numbered:
    """Put a matter on the numbered list. Sealed ones are in no series of numbers; they have a register of their own.

    Its supervisor watches over it, or whoever put it on the list where it has none; never who handles it.
    Raises Missing; Refused: apart_not_numbered, numbered_already, same_person, conflict_excluded, needs_reason,
    not_allowed …
    """
    matter = find(by, matter_id, seen)
    if matter.held or matter.sealed:
        raise Refused("apart_not_numbered")
    if matter.numbers.filter(struck_at__isnull=True).exists():
        raise Refused("numbered_already")
    person = four_eyes.need_another(by, four_eyes.hands(matter.id, [matter.handler_id]), "same_person")
    why = text.normalise(reason, most=2000, field="reason")
    matter = advance(by=by, at=at, matter=matter, step="number", given={"reason": why})
    year = at.astimezone(version(matter.rulebook_id).county.tz).year
    # The last number is locked: two who number at once wait for each other; the first of a year is guarded by the row.
    last = Numbered.objects.select_for_update(of=("self",)).filter(year=year).order_by("-number").first()
    row = Numbered(
        matter=matter,
        year=year,
        number=last.number + 1 if last else 1,
        supervisor_id=matter.supervisor_id or person,
        reason=why,
        by_id=person,
        at=at,
    )
    row.save(force_insert=True)
    record(MatterNumbered(subject=str(matter.id), year=row.year, number=row.number), by=by, at=at)
    return row


@action
def strike(*, by: Viewer, at: datetime, numbered_id: UUID, note: str) -> Numbered:
    """Strike a matter off the list: only when it is closed, which the resident's word decides, and by a supervisor.

    Raises Missing; Refused: not_allowed, already_done, number_still_open, same_person, needs_note.
    """
    row = Numbered.objects.select_for_update(of=("self",)).filter(id=numbered_id).first()
    if row is None:
        raise Missing
    matter = find(by, row.matter_id)
    by.need("matter.supervise")
    four_eyes.need_another(by, four_eyes.hands(matter.id, [matter.handler_id]), "same_person")
    if row.struck_at is not None:
        raise Refused("already_done")
    if matter.state != "closed":
        raise Refused("number_still_open")
    said = text.normalise(note, most=2000, field="note")
    if not said:
        raise Refused("needs_note", field="note")
    row.struck_at, row.struck_by_id, row.struck_note = at, by.person_id, said
    row.save()
    record(NumberStruck(subject=str(matter.id), year=row.year, number=row.number), by=by, at=at)
    return row
