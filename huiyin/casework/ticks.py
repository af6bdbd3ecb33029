"""What falls due by time in this room."""

from datetime import datetime, timedelta

from huiyin.casework.actions import sweep
from huiyin.core import idempotency
from huiyin.core.viewer import Viewer
from huiyin.core.worker import tick

MACHINE = Viewer.system("clock")


@tick(every=timedelta(seconds=20))
def clocks(at: datetime) -> int:
    """Warn, run out, and end pauses, in slices until nothing is left."""
    done = 0
    for work in (sweep.warn, sweep.run_out, sweep.end_pauses):
        while some := work(by=MACHINE, at=at):
            done += some
    return done


@tick(every=timedelta(hours=1))
def old_keys(at: datetime) -> int:
    """Idempotency keys older than thirty days go."""
    return idempotency.forget(at)
