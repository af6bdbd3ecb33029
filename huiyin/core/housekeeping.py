"""What is swept away by time: counters of tries with their salts, attachments whose transaction failed, keys owed."""

from datetime import datetime, timedelta

from huiyin.core import rulebook, shredding, throttle
from huiyin.core.worker import slices, tick


@tick(every=timedelta(hours=1))
def forget_tries(at: datetime) -> int:
    """Counters whose window is over; salts of earlier days."""
    return throttle.purge(at=at, zone=rulebook.zone(at))


@tick(every=timedelta(days=1))
def sweep_files(_: datetime) -> int:
    """Bytes that no row names."""
    from huiyin.core import files  # with the picture library, which most processes never need

    return files.sweep()


@tick(every=timedelta(minutes=1))
def shred_owed(at: datetime) -> int:
    """Keys that a process should have destroyed and ended before it could."""
    return slices(at, shredding.shred)
