"""Keys that a transaction says are to go: destroyed when it is kept, and again by the worker where that was cut short.

The key store lies beside the database, so no transaction spans both. What is owed stands in a row of the same
transaction as the change: one that is undone destroys nothing, and a process that ends right after one that is kept
leaves a row, which the worker finds (`housekeeping.shred_owed`). A key destroyed twice is destroyed once.
"""

from datetime import datetime
from functools import partial

from django.db import transaction

from huiyin.core.models import DoomedKey
from huiyin.core.vault import vault

SLICE = 200


def owe(at: datetime, subject: str) -> None:
    """Say, in the transaction that ends what a key is for, that the key goes with it."""
    DoomedKey.objects.get_or_create(subject=subject, defaults={"at": at})
    transaction.on_commit(partial(_shred, subject, at))


def shred(at: datetime) -> int:
    """Destroy what a process that ended owed, outside a transaction; at most a slice. Returns how many."""
    left = list(DoomedKey.objects.order_by("at", "subject").values_list("subject", flat=True)[:SLICE])
    for subject in left:
        _shred(subject, at)
    return len(left)


def _shred(subject: str, at: datetime) -> None:
    """The key first: a row that is left is found again, a key without its row never."""
    vault().destroy(subject, at=at)
    DoomedKey.objects.filter(subject=subject).delete()
