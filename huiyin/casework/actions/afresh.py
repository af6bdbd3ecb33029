"""What ended too long ago to be taken up again is asked for anew in one click, tied to what it follows (trust.md S15).

The new matter is a matter of its own, with a code, a proof and deadlines that begin now. It holds none of the earlier
one's words but names it, so that whoever has it in hand opens that; in figures it counts as taken up again.
"""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.intake import Opened, Words, open_matter
from huiyin.casework.models import Matter, Party
from huiyin.casework.queries import track
from huiyin.core.actions import action
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import current
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused


@looking_as(OPEN)
@action
def ask_afresh(*, by: Viewer, at: datetime, matter_id: UUID, words: str, slip: str) -> Opened:
    """Open a new matter after an earlier one that its resident names by its proof; the door has checked it.

    `words` stand in the new matter; place, number and how they want to be known are those of the earlier one. Raises
    Missing; Refused: afresh_not_yet (it may still be taken up, or it is not over), afresh_waits, text_empty and what
    `intake.open_matter` refuses.
    """
    old = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if old is None:
        raise Missing
    if not track.too_late(old, at):
        raise Refused("afresh_not_yet")
    if old.later.filter(closed_at__isnull=True).exists():
        raise Refused("afresh_waits")
    county = current(at).rulebook.county
    known = current(at).rulebook.matters(county.intake.programme).topics
    party = old.parties.filter(role="reporter").order_by("id").first()
    return open_matter(
        by=by,
        at=at,
        words=Words(
            text=words,
            subject=old.title,
            place_code=old.place_code,
            topic=old.topic if old.topic in known else "",
            reporter_name=_of(party, "name"),
            reporter_phone=_of(party, "phone"),
            disclosure=party.disclosure if party else "anonymous",
            slip=slip,
            earlier=old,
        ),
    )


def _of(party: Party | None, column: str) -> str:
    """What the earlier matter still knows of its reporter."""
    sealed = getattr(party, column) if party else None
    if party is None or not sealed:
        return ""
    try:
        return vault().open(
            f"matter:{party.matter_id}", table="casework.party", column=column, row=str(party.id), sealed=bytes(sealed)
        )
    except Shredded:
        return ""
