"""A resident takes their matter back: it is asked with the proof, and true some days after, so that who was pressed to
may think again in private (trust.md S21).

Until then everything goes on, deadlines too, and one word makes it undone, also one that is only added (`more`).
Who handles it is told that it is asked, not what was said with it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from huiyin.casework.actions import books, leading
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import advance
from huiyin.casework.models import Matter
from huiyin.casework.queries.books import WITHDRAW_ASKED, WITHDRAW_UNDONE
from huiyin.casework.rules import complaints
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

VOID = "withdraw_void"
SLICE = 200
RESIDENT = Viewer.system("resident")
"""In whose name it ends when the time has come."""


@looking_as(OPEN)
@action
def ask(*, by: Viewer, at: datetime, matter_id: UUID, words: str = "") -> Matter:
    """The resident wants to take it back; the door has checked the proof. It takes effect when the programme's hours
    have passed (`withdraw_hours`), unless they change their mind.

    Words about an official are not the end of it: they hold the matter as they would have at intake, and it stays open,
    so that nobody can make a complaint go away by standing behind the one who made it (SG-01).
    Raises Missing; Refused: withdraw_too_late, withdraw_apart, withdraw_waits, text_too_long, text_not_readable.
    """
    matter = _locked(matter_id)
    if matter.held or matter.sealed:
        raise Refused("withdraw_apart")
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    if flow.taking("withdraw", matter.state) is None:
        raise Refused("withdraw_too_late")
    said = text.normalise(words, most=2000, field="words")
    if said and complaints.look(said, books.roll(by, matter.place_code, at)).why:
        return add_words(by=by, at=at, matter_id=matter_id, words=said)
    if matter.withdraw_at is not None:
        raise Refused("withdraw_waits")
    matter.withdraw_at = at + timedelta(hours=flow.withdraw_hours)
    books.note_move(by=by, at=at, matter=matter, step=WITHDRAW_ASKED, note=said)
    return matter


@looking_as(OPEN)
@action
def stay(*, by: Viewer, at: datetime, matter_id: UUID) -> Matter:
    """The resident changed their mind in time: it goes on as if nothing had been asked. Raises Missing;
    Refused("withdraw_not_waiting")."""
    matter = _locked(matter_id)
    if matter.withdraw_at is None:
        raise Refused("withdraw_not_waiting")
    matter.withdraw_at = None
    books.note_move(by=by, at=at, matter=matter, step=WITHDRAW_UNDONE)
    return matter


def take_effect(*, by: Viewer, at: datetime) -> int:
    """End what residents took back long enough ago; each an action of its own. Returns how many were looked at."""
    waiting = Matter.objects.filter(withdraw_at__lte=at).order_by("withdraw_at", "id")
    return sum(_end(by=by, at=at, matter_id=one) for one in list(waiting.values_list("id", flat=True)[:SLICE]))


@action
def _end(*, by: Viewer, at: datetime, matter_id: UUID) -> int:
    """Whoever waited finds it done. What was answered meanwhile, or is about an official, goes on."""
    matter = _locked(matter_id)
    if matter.withdraw_at is None or matter.withdraw_at > at:
        return 0
    asked = matter.moves.filter(step=WITHDRAW_ASKED).order_by("-seq").values_list("note", flat=True).first() or ""
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    matter.withdraw_at = None
    if matter.held or matter.sealed or flow.taking("withdraw", matter.state) is None:
        books.note_move(by=by, at=at, matter=matter, step=VOID)
    else:
        advance(by=RESIDENT, at=at, matter=matter, step="withdraw", given={"note": asked}, resident=True)
        leading.pass_on(by=RESIDENT, at=at, lead=matter)
    return 1


def _locked(matter_id: UUID) -> Matter:
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    return matter
