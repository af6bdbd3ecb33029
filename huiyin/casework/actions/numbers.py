"""A second number by which a resident may be reached: taken down by whoever rings them, or written by themselves."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.aside import rings
from huiyin.casework.actions.steps import find
from huiyin.casework.events import NumberAdded
from huiyin.casework.models import Matter, Party
from huiyin.casework.queries.calls import SECOND
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.ids import uuid7
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused


@action
def second_number(*, by: Viewer, at: datetime, matter_id: UUID, phone: str) -> None:
    """Keep another number of who reported a matter that waits for a call, locked like the first; the newest counts.

    Raises Missing; Refused: not_allowed, anonymous_no_number, phone_*.
    """
    matter = find(by, matter_id)
    if not rings(by, matter):
        raise Refused("not_allowed", verb="matter.call_back")
    first = matter.parties.filter(role="reporter").first()
    if first is None:
        raise Refused("anonymous_no_number", field="second")
    digits = text.phone(phone, field="second")
    _keep(by=by, at=at, first=first, digits=digits)


@action
def own_second_number(*, by: Viewer, at: datetime, matter: Matter, disclosure: str, phone: str) -> bool:
    """Keep the other number that a resident wrote with more words for their matter; the door has checked its proof.

    False where it is not kept: nothing but the proof opens the matter, or the resident wants to be known this time in
    another way than the matter says (SG-23). A number it has already counts as kept. Raises Refused: phone_*.
    """
    digits = text.phone(phone, field="reporter_phone")
    known = list(matter.parties.filter(role__in=("reporter", SECOND)).order_by("id"))
    first = next((one for one in known if one.role == "reporter"), None)
    if first is None or first.disclosure != disclosure or matter.locked or matter.sealed:
        return False
    blind = vault().blind("phone", digits)
    if not any(one.phone_blind is not None and bytes(one.phone_blind) == blind for one in known):
        _keep(by=by, at=at, first=first, digits=digits)
    return True


def _keep(*, by: Viewer, at: datetime, first: Party, digits: str) -> None:
    """Keep the digits under the matter's key, as the second number of whoever reported it."""
    matter = first.matter
    row = Party(id=uuid7(), matter=matter, role=SECOND, disclosure=first.disclosure)
    row.phone = vault().seal(
        f"matter:{matter.id}", table="casework.party", column="phone", row=str(row.id), text=digits
    )
    row.phone_blind = vault().blind("phone", digits)
    row.last_four = vault().blind(f"last_four:{matter.code}", digits[-4:])
    row.save(force_insert=True)
    record(NumberAdded(subject=str(matter.id)), by=by, at=at)
