"""What a database file still holds of a text that was taken out of it, and how that goes too.

SQLite zeroes what is deleted (`secure_delete`, config.env); but its write-ahead log keeps older pages until it begins
anew, and a full-text index the words of a text until its segments are merged. PostgreSQL's VACUUM sees to its own
tables by itself within minutes; what lies in archived log files is as old as they are (docs/explanation/sealed.md).
"""

from datetime import datetime
from uuid import UUID

from django.db import connection

from huiyin.core.models import Mark, SearchText
from huiyin.core.search import FTS

MARK, INDEXED = "wipe", "index"


def owe(at: datetime, kind: str, subject: UUID) -> None:
    """Say, in the transaction that takes a text out, that its traces are to go; call before it leaves the search."""
    indexed = SearchText.objects.filter(kind=kind, subject=subject).exists()
    before = Mark.objects.filter(name=MARK, value=INDEXED).exists()
    value = INDEXED if indexed or before else ""
    Mark.objects.update_or_create(name=MARK, defaults={"value": value, "at": at})


def wipe() -> bool:
    """Take the traces away, if any are owed; outside a transaction. True if they went.

    False where nothing is owed, or where somebody was just reading: then it is tried again.
    """
    mark = Mark.objects.filter(name=MARK).first()
    if mark is None:
        return False
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            if mark.value == INDEXED:
                cursor.execute(f"INSERT INTO {FTS}({FTS}) VALUES ('optimize')")  # noqa: S608 - a name of ours
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0]:
                return False
    Mark.objects.filter(name=MARK, at=mark.at).delete()
    return True
