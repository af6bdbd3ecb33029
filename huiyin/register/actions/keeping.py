"""What is over is deleted when its time is up (SG-48); that it was there and how many, the log says for good."""

from datetime import datetime, timedelta

from huiyin.channels.actions import outbox
from huiyin.channels.rules.pace import SERVICE
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.register.events import RecordsForgotten
from huiyin.register.models import Removal
from huiyin.register.queries import keeping

SLICE = 200
A_MOMENT = timedelta(microseconds=1)


@action
def forget(*, by: Viewer, at: datetime, kind: str) -> int:
    """Delete the oldest rows of a kind that are over for longer than the county keeps them; returns how many."""
    rows = keeping.over(by, at, kind, SLICE)
    if not rows:
        return 0
    if kind == "categories":  # how an office ended one goes with it
        for told in Removal.objects.filter(membership__in=[row.pk for row in rows]):
            told.delete()
    if kind == "announcements":  # to whom it went, and what was said, goes with it
        homes = {f"household:{row.household_id}" for row in rows}
        outbox.erase_sent(by=by, at=at, purpose=SERVICE, abouts=homes, before=max(row.at for row in rows) + A_MOMENT)
    for row in rows:
        row.delete()
    record(RecordsForgotten(subject=kind, rows=len(rows)), by=by, at=at)
    return len(rows)
