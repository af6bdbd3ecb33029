"""What is over is deleted when its time is up (SG-48); that it was there and how many, the log says for good."""

from datetime import datetime

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.register.events import RecordsForgotten
from huiyin.register.models import Removal
from huiyin.register.queries import keeping

SLICE = 200


@action
def forget(*, by: Viewer, at: datetime, kind: str) -> int:
    """Delete the oldest rows of a kind that are over for longer than the county keeps them; returns how many."""
    rows = keeping.over(by, at, kind, SLICE)
    if not rows:
        return 0
    if kind == "categories":  # how an office ended one goes with it
        for told in Removal.objects.filter(membership__in=[row.pk for row in rows]):
            told.delete()
    for row in rows:
        row.delete()
    record(RecordsForgotten(subject=kind, rows=len(rows)), by=by, at=at)
    return len(rows)
