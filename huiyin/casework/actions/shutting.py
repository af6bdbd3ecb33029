"""A dispute whose matter is locked: what its sides said goes into the compartment with it (R-187, R-221).

Their words lie under keys of their own beside the database; so do the mediator's notes and the agreement under the
matter's key, which is destroyed. All of it goes into boxes here, each side's once more under the key of the person it
is in the register, so that an erasure still reaches it.
"""

import json
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from huiyin.casework.actions import compartment, erasing
from huiyin.casework.models import Matter, Mediation, Side
from huiyin.casework.queries import compartment as sealed
from huiyin.core.locking import on_locking
from huiyin.core.sealed import sealed_columns
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer


@on_locking
def shut_dispute(by: Viewer, at: datetime, matter_id: UUID) -> None:
    """Close a dispute's words for its matter and leave nothing of the sides outside; part of `compartment.shut`."""
    matter = Matter.objects.get(id=matter_id)
    row = Mediation.objects.filter(matter=matter).first()
    if row is None:
        return
    for side in row.sides.all():
        _shut_side(matter, side, at)
    notes = [[f"{one.on}", _clear(one, "note")] for one in row.meetings.all() if one.note]
    for one in row.meetings.filter(note__isnull=False):
        one.note = None
        one.save()
    said = {"notes": notes, "agreement": _clear(row, "agreement")}
    row.agreement = None
    row.save()
    compartment.close(matter, sealed.DISPUTE, str(row.id), said, told=False)


def _shut_side(matter: Matter, side: Side, at: datetime) -> None:
    told = {name: _clear(side, name) for name in ("name", "phone", "words")}
    data = json.dumps(told | {"asked": [_clear(one, "words") for one in side.said.all()]}, ensure_ascii=False)
    kept = {"letter": side.letter, "person": "", "said": data}
    erased = False
    if side.person_id:
        column = {"table": sealed.SIDE, "column": "said", "row": str(side.id)}
        try:
            closed = vault().seal(f"person:{side.person_id}", **column, text=data)
            kept |= {"person": str(side.person_id), "said": closed.hex()}
        except Shredded:
            erased = True  # it was kept for the end of the dispute only: it does not go in there
    if not erased:
        compartment.close(matter, sealed.SIDE, str(side.id), kept, told=False)
    erasing.empty(side)
    transaction.on_commit(partial(vault().destroy, f"side:{side.id}", at=at))


def _clear(row: Model, column: str) -> str:
    if not getattr(row, column):
        return ""
    return next(one for one in sealed_columns() if one.model is type(row) and one.column == column).open(row)
