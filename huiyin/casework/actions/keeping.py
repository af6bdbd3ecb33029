"""Who reported a matter goes out of it when the county's months are up; what was said and done stays (R-180, SG-48)."""

from datetime import datetime

from huiyin.casework.actions.erasing import forget_all, forget_side
from huiyin.casework.queries import keeping
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.viewer import Viewer
from huiyin.register.events import RecordsForgotten

SLICE = 200


@looking_as(OPEN)  # held and sealed ones too; how many of which is told nowhere
@action
def forget(*, by: Viewer, at: datetime) -> int:
    """Take names, numbers, files and messages of reporters and sides out of what ended long enough ago; how many.

    Of a locked matter they stand in its boxes only, and go with the person's erasure.
    """
    parties = keeping.reporters(by, at, SLICE)
    for party in parties:
        party.erase_at_end = False
        forget_all(party, by, at)
    sides = keeping.sides(by, at, SLICE)
    for side in sides:
        forget_side(side, by, at)
    matters = [*(one.matter for one in parties), *(one.mediation.matter for one in sides)]
    told = sum(not (one.held or one.sealed) for one in matters)
    if told:
        record(RecordsForgotten(subject=keeping.KIND, rows=told), by=by, at=at)
    return len(matters)
