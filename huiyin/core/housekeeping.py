"""What is swept away by time: counters of tries with their salts, attachments whose transaction failed, keys owed; and
files looked at once the scanner is back."""

from datetime import datetime, timedelta
from uuid import UUID

from huiyin.core import rulebook, scanning, shredding, throttle
from huiyin.core.models import StoredFile, UnseenFile
from huiyin.core.vault import Damaged, Shredded
from huiyin.core.worker import slices, tick

SCAN_AT_ONCE = 50


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


@tick(every=timedelta(minutes=1))
def scan_waiting(at: datetime) -> int:
    """Look at files that came while the scanner was away. What is locked waits for whoever opens it."""
    return slices(at, _scan) if scanning.on() else 0


def _scan(_: datetime) -> int:
    """Some of them, oldest first; gives how many were looked at."""
    from huiyin.core import files

    UnseenFile.objects.exclude(id__in=StoredFile.objects.values("id")).delete()  # the file has gone meanwhile
    looked: dict[str, list[UUID]] = {}
    for row in scanning.waiting().order_by("id")[:SCAN_AT_ONCE]:
        try:
            found = scanning.malware(files.content(row))
        except scanning.Away:
            if scanning.answers():
                continue  # only this one could not be looked at, and keeps no other waiting
            break
        except (Damaged, Shredded):
            found = ""  # there is nothing to hand out any more
        looked.setdefault(found, []).append(row.pk)
    for found, ids in looked.items():
        rows = UnseenFile.objects.filter(id__in=ids)
        if found:
            rows.update(found=found)
        else:
            rows.delete()
    return sum(map(len, looked.values()))
