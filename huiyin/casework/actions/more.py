"""What a resident adds to a matter that is under way: by its proof, or to a clerk who hears it (R-172)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.actions.files import SAID, add
from huiyin.casework.actions.holding import hold_if_about_officials
from huiyin.casework.actions.steps import advance, find
from huiyin.casework.models import Matter
from huiyin.casework.queries import callers
from huiyin.casework.queries.books import WITHDRAW_UNDONE
from huiyin.casework.queries.track import HEARD
from huiyin.casework.rules import authors
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.files import Examined
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

STEP = "more_given"
LONGEST = 5_000


@looking_as(OPEN)
@action
def add_words(*, by: Viewer, at: datetime, matter_id: UUID, words: str) -> Matter:
    """Add a resident's words; the door has checked the proof. Where they were asked for, the matter goes on.

    Who says more of what they wanted to take back wants it handled: that it was asked ends nothing any more.
    Words that speak about somebody in office hold the matter as they would have at intake (SG-01).
    Raises Missing; Refused: already_closed, text_empty, text_too_long, text_not_readable.
    """
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    if matter.closed_at is not None:
        raise Refused("already_closed")
    said = text.normalise(words, most=LONGEST, least=1)
    if authors.in_public(version(matter.rulebook_id).matters(matter.programme), matter.channel):
        said = text.normalise(authors.authorless(said).text, most=LONGEST, least=1)
    _stays(by, at, matter)
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
    _need_same(by, matter, phone)
    said = text.normalise(words, most=LONGEST, least=1)
    _stays(by, at, matter)
    if matter.state == "more_asked" and not matter.held:
        matter = advance(by=by, at=at, matter=matter, step=STEP, given={"note": said, HEARD: "1"}, resident=True)
    else:
        books.note_move(by=by, at=at, matter=matter, step=STEP, note=said, data={HEARD: "1"})
    add(by=by, at=at, matter=matter, given=files, part=SAID)
    hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return matter


@action
def heard_again(
    *, by: Viewer, at: datetime, matter_id: UUID, phone: str, words: str, files: Sequence[Examined] = ()
) -> Matter:
    """A clerk hears that what was closed is there again: the resident's own matter is taken up again, not a new one.

    The number it was opened with must be the caller's, and it must have ended within the programme's days.
    Raises Missing; Refused: not_allowed, still_open, recurrence_over, not_same_caller, phone_*, text_*, files_*.
    """
    matter = find(by, matter_id)
    by.need("matter.open")
    if matter.closed_at is None:
        raise Refused("still_open")
    _need_same(by, matter, phone)
    days = version(matter.rulebook_id).replies(matter.programme).recurrence.days
    if at - matter.closed_at > timedelta(days=days):
        raise Refused("recurrence_over", days=days)
    said = text.normalise(words, most=LONGEST, least=1)
    given = {"note": said, HEARD: "1"}
    matter = advance(by=by, at=at, matter=matter, step="reopen", given=given, resident=True)
    add(by=by, at=at, matter=matter, given=files, part=SAID)
    hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return matter


def _stays(by: Viewer, at: datetime, matter: Matter) -> None:
    """Nobody's last words are lost because it ends by an earlier one: that would end it against them, and whoever
    means it takes it back once more."""
    if matter.withdraw_at is not None:
        matter.withdraw_at = None
        books.note_move(by=by, at=at, matter=matter, step=WITHDRAW_UNDONE)


def _need_same(by: Viewer, matter: Matter, phone: str) -> None:
    """Refuse another number than the matter's own. Of who asked for confidence those who have to do with its handling
    try none."""
    blind = vault().blind("phone", text.phone(phone, field="reporter_phone"))
    found = matter.parties.filter(role="reporter", phone_blind=blind)
    if not callers.stands_apart(by, matter):
        found = found.exclude(disclosure="confidential")
    if not found.exists():
        raise Refused("not_same_caller", field="reporter_phone")
