"""A dispute whose matter is locked: what its sides said goes into the compartment with it (R-187, R-221).

Their words lie under keys of their own beside the database; so do the mediator's notes and the agreement under the
matter's key, which is destroyed. All of it goes into boxes here, each side's once more under the key of the person it
is in the register, so that an erasure still reaches it.
"""

import json
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from huiyin.casework.actions import compartment, erasing
from huiyin.casework.models import Conflict, Matter, Mediation, Side
from huiyin.casework.models.matters import KIN
from huiyin.casework.queries import compartment as sealed
from huiyin.casework.queries import mediation
from huiyin.core import shredding
from huiyin.core.locking import on_locking
from huiyin.core.sealed import sealed_columns
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.register.queries import people, staff
from huiyin.register.queries.days import today


@on_locking
def shut_dispute(by: Viewer, at: datetime, matter_id: UUID) -> None:
    """Close a dispute's words for its matter and leave nothing of the sides outside; part of `compartment.shut`."""
    matter = Matter.objects.get(id=matter_id)
    row = Mediation.objects.filter(matter=matter).first()
    if row is None:
        return
    _keep_family(by, at, matter)
    for side in row.sides.all():
        _shut_side(by, matter, side, at)
    notes = [[f"{one.on}", _clear(one, "note")] for one in row.meetings.all() if one.note]
    for one in row.meetings.filter(note__isnull=False):
        one.note = None
        one.save()
    said = {"notes": notes, "agreement": _clear(row, "agreement")}
    row.agreement = None
    row.save()
    compartment.close(matter, sealed.DISPUTE, str(row.id), said, told=False)


def _keep_family(by: Viewer, at: datetime, matter: Matter) -> None:
    """Keep which officials are family of a side, so that it is handed to none of them later: persons, no words.

    From then on nobody knows who the sides are: who becomes family, or an official, afterwards is kept out by a
    custodian who opened it and lets them step back.
    """
    family = mediation.family(by, matter.id, today(by, at))
    known = set(matter.conflicts.values_list("person_id", flat=True))
    serving = {one for one, bodies in staff.bodies_of(by, family, at).items() if bodies}
    for person in sorted(serving - known):
        Conflict(matter=matter, person_id=person, kind=KIN, at=at).save(force_insert=True)


def _shut_side(by: Viewer, matter: Matter, side: Side, at: datetime) -> None:
    told = {name: _clear(side, name) for name in ("name", "phone", "words")}
    person = _own(by, side, told["name"]) or _registered_since(told["name"], told["phone"], at)
    asked = [_clear(one, "words") for one in (*side.said.all(), *side.written.all())]
    data = json.dumps(told | {"asked": asked}, ensure_ascii=False)
    kept = {"letter": side.letter, "person": "", "said": data}
    erased = False
    if person:
        column = {"table": sealed.SIDE, "column": "said", "row": str(side.id)}
        try:
            closed = vault().seal(f"person:{person}", **column, text=data)
            kept |= {"person": str(person), "said": closed.hex()}
        except Shredded:
            erased = True  # it was kept for the end of the dispute only: it does not go in there
    if not erased:
        compartment.close(matter, sealed.SIDE, str(side.id), kept, told=False)
    erasing.empty(side)
    shredding.owe(at, f"side:{side.id}")


def _own(by: Viewer, side: Side, name: str) -> UUID | None:
    """Who a side is by its number, unless the register has the number under another name: that one only lent it."""
    found = staff.persons(by, {side.person_id}).get(side.person_id, "") if side.person_id else name
    return side.person_id if found in (name, "") else None  # without a name: erased


def _registered_since(name: str, phone: str, at: datetime) -> UUID | None:
    """Who a side is that the register did not know when it was written down, by number and name of today."""
    known = people.by_phone(Viewer.system("compartment"), phone, at) if phone else ()
    return next((one.person_id for one in known if one.name == name), None)


def _clear(row: Model, column: str) -> str:
    if not getattr(row, column):
        return ""
    return next(one for one in sealed_columns() if one.model is type(row) and one.column == column).open(row)
