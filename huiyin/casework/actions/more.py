"""What a resident adds to a matter that is under way: by its proof, or to a clerk who hears it (R-172)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.actions.files import SAID, add
from huiyin.casework.actions.steps import advance, find
from huiyin.casework.models import Conflict, Matter
from huiyin.casework.rules import complaints
from huiyin.core import search, text
from huiyin.core.actions import action
from huiyin.core.files import Examined
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

STEP = "more_given"
LONGEST = 5_000


@looking_as(OPEN)
@action
def add_words(*, by: Viewer, at: datetime, matter_id: UUID, words: str) -> Matter:
    """Add a resident's words; the door has checked the proof. Where they were asked for, the matter goes on.

    Words that speak about somebody in office hold the matter as they would have at intake (SG-01).
    Raises Missing; Refused: already_closed, text_empty, text_too_long, text_not_readable.
    """
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    if matter.closed_at is not None:
        raise Refused("already_closed")
    said = text.normalise(words, most=LONGEST, least=1)
    if matter.state == "more_asked" and not matter.held:
        matter = advance(by=by, at=at, matter=matter, step=STEP, given={"note": said}, resident=True)
    else:
        books.note_move(by=by, at=at, matter=matter, step=STEP, note=said)
    hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return matter


@action
def add_heard(
    *, by: Viewer, at: datetime, matter_id: UUID, phone: str, words: str, files: Sequence[Examined] = ()
) -> Matter:
    """A clerk adds what a caller says to the same caller's earlier matter: it keeps its number, its clocks, its answer.

    The number it was opened with must be the caller's. Raises Missing; Refused: not_allowed, already_closed,
    not_same_caller, phone_*, text_empty, text_too_long, text_not_readable, files_*.
    """
    matter = find(by, matter_id)
    by.need("matter.open")
    if matter.closed_at is not None:
        raise Refused("already_closed")
    blind = vault().blind("phone", text.phone(phone, field="reporter_phone"))
    if not matter.parties.filter(role="reporter", phone_blind=blind).exists():
        raise Refused("not_same_caller", field="reporter_phone")
    said = text.normalise(words, most=LONGEST, least=1)
    if matter.state == "more_asked" and not matter.held:
        matter = advance(by=by, at=at, matter=matter, step=STEP, given={"note": said}, resident=True)
    else:
        books.note_move(by=by, at=at, matter=matter, step=STEP, note=said)
    add(by=by, at=at, matter=matter, given=files, part=SAID)
    hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return matter


def hold_if_about_officials(*, by: Viewer, at: datetime, matter: Matter, said: str) -> bool:
    """Hold a matter whose new words may be about an official; whom they mean is said by people. True if it is held now.

    Part of another action, which tells what was said.
    """
    finding = complaints.look(said, books.roll(by, matter.place_code, at))
    if matter.held or matter.sealed or not finding.why:
        return matter.held
    known = set(matter.conflicts.values_list("person_id", flat=True))
    for person in finding.persons - known:
        Conflict(matter=matter, person_id=person, kind="suspected", at=at).save(force_insert=True)
    matter.held, matter.held_why = True, finding.why
    books.make_ordinary(matter)
    matter.version += 1
    with looking_as(OPEN):  # from now on whoever heard it, a clerk or a caller, may not read it
        matter.save()
    search.forget("matter", matter.id)
    return True
