"""The same trouble back, in the resident's own words and by the proof of their earlier matter (R-214).

Nothing is tied to an earlier matter because a number or a text is like its own: only its own proof says so. So nobody
learns that there was one who has not got it, and nothing is taken up again without its resident's word.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from huiyin.casework.actions.files import give
from huiyin.casework.actions.holding import hold_if_about_officials
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.more import LONGEST, add_words
from huiyin.casework.actions.numbers import own_second_number
from huiyin.casework.actions.steps import advance
from huiyin.casework.models import Matter
from huiyin.casework.queries import track
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.files import Examined
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing

Became = Literal["added", "reopened", "added_later", "new"]


@dataclass(frozen=True)
class Again:
    """The matter the words stand in now, and how: added to it, it was taken up again, added to one that was asked for
    after it, or it is a new one."""

    matter: Matter
    became: Became
    held: Matter
    """The one whose code and proof whoever said it has: of one after it only they who asked for that."""
    reached: bool = True
    """Whether they may be reached at the number they wrote this time; True where they wrote none."""


@looking_as(OPEN)
@action
def said_again(*, by: Viewer, at: datetime, matter_id: UUID, words: Words, given: Sequence[Examined] = ()) -> Again:
    """Take in words of whoever holds an earlier matter's proof; the door has checked it.

    They are added to one that is open, also where it was to be taken back, take up again one that ended within the
    programme's days, and after those go to the one after it that is open, or open a new matter that names it, unless
    one of the two would tell more of its resident than the other. What went the confidential way is named by nothing.
    Another number written this time is kept with the matter the words went to as a second one; its name, its place and
    how it is answered stay as they are. Raises Missing; Refused as `more.add_words`, `files.give`, the step `reopen`,
    `numbers.own_second_number` and `intake.open_matter`.
    """
    old = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if old is None:
        raise Missing
    if old.closed_at is None:
        made = add_words(by=by, at=at, matter_id=old.id, words=words.text)
        again = Again(made, "added", made)
    elif _is_again(old, at):
        said = text.normalise(words.text, most=LONGEST, least=1)
        made = advance(by=by, at=at, matter=old, step="reopen", given={"note": said}, resident=True)
        hold_if_about_officials(by=by, at=at, matter=made, said=said)
        again = Again(made, "reopened", made)
    elif (later := _open_after(old, words)) is not None:
        again = Again(add_words(by=by, at=at, matter_id=later.id, words=words.text), "added_later", old)
    else:
        named = replace(words, earlier=old if _may_be_named(old) and _known_alike(old, words) else None)
        made = open_matter(by=by, at=at, words=named).matter
        again = Again(made, "new", made)
    give(by=by, at=at, matter_id=again.matter.id, given=given)
    if again.became == "new" or not words.reporter_phone.strip():
        return again
    kept = own_second_number(by=by, at=at, matter=again.matter, disclosure=words.disclosure, phone=words.reporter_phone)
    return replace(again, reached=kept)


def _open_after(old: Matter, words: Words) -> Matter | None:
    """The newest open matter that was asked for after this one, or after one that was: two about the same trouble
    would go two ways. None where its resident wants to be known in it otherwise than in these words."""
    after = [old.id]
    while after:
        later = Matter.objects.filter(earlier__in=after).order_by("-opened_at", "-id")
        found = next((one for one in later if one.closed_at is None and _known_alike(one, words)), None)
        if found is not None:
            return found
        after = [one.id for one in later]
    return None


def _may_be_named(old: Matter) -> bool:
    return not (old.held or old.sealed or old.locked)


def _known_alike(old: Matter, words: Words) -> bool:
    """Whether the resident wants to be known in both in the same way: else whoever reads the one learns in the other
    who it is that asked not to be named (SG-23)."""
    party = old.parties.filter(role="reporter").order_by("-id").first()
    return (party.disclosure if party else "anonymous") == words.disclosure


def _is_again(old: Matter, at: datetime) -> bool:
    """Whether an ended matter is the one that is back: it may be taken up, and the programme's days are not over."""
    book = version(old.rulebook_id)
    line = book.flow(old.programme, old.kind)
    if old.closed_at is None or not _may_be_named(old) or line.taking("reopen", old.state) is None:
        return False
    days = book.replies(old.programme).recurrence.days
    return at - old.closed_at <= timedelta(days=days) and not track.too_late(old, at)
