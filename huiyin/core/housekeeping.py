"""What is swept away by time: counters of tries with their salts, and attachments whose transaction failed."""

from datetime import datetime, timedelta

from huiyin.core import throttle
from huiyin.core.worker import tick


@tick(every=timedelta(hours=1))
def forget_tries(at: datetime) -> int:
    """Counters whose window is over; salts of earlier days."""
    return throttle.purge(at=at)


@tick(every=timedelta(days=1))
def sweep_files(_: datetime) -> int:
    """Bytes that no row names."""
    from huiyin.core import files  # with the picture library, which most processes never need

    return files.sweep()
