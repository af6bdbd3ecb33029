"""A second number by which a resident may be reached, taken down by whoever rings them."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.aside import rings
from huiyin.casework.actions.steps import find
from huiyin.casework.events import NumberAdded
from huiyin.casework.models import Party
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
    row = Party(id=uuid7(), matter=matter, role=SECOND, disclosure=first.disclosure)
    row.phone = vault().seal(
        f"matter:{matter.id}", table="casework.party", column="phone", row=str(row.id), text=digits
    )
    row.phone_blind = vault().blind("phone", digits)
    row.last_four = vault().blind(f"last_four:{matter.code}", digits[-4:])
    row.save(force_insert=True)
    record(NumberAdded(subject=str(matter.id)), by=by, at=at)
