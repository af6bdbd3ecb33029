"""Files that pass through: kept sealed while a job needs them, opened in memory only, gone with the job.

They lie in `HOME/passing/<id>`, under the key of the job. What reads them gets a path that is memory, not disk.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from huiyin.core.files import write_durably
from huiyin.core.vault import Damaged, vault

TABLE, COLUMN = "passing", "content"


def put(subject: str, identity: UUID, data: bytes) -> None:
    """Keep a file for a job, durably, under the job's key."""
    write_durably(
        path_of(identity), vault().seal_bytes(subject, table=TABLE, column=COLUMN, row=str(identity), data=data)
    )


@contextmanager
def opened(subject: str, identity: UUID) -> Iterator[Path]:
    """The file in clear, as a path into memory for this process and a child that inherits its number.

    Raises Damaged when it is gone or was altered, Shredded when its key was destroyed.
    """
    try:
        sealed = path_of(identity).read_bytes()
    except FileNotFoundError as problem:
        raise Damaged(f"the file of {subject} is missing") from problem
    data = vault().open_bytes(subject, table=TABLE, column=COLUMN, row=str(identity), sealed=sealed)
    del sealed
    descriptor = os.memfd_create("huiyin", 0)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(data)
        del data
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def drop(identity: UUID) -> None:
    """The file is not needed any more."""
    path_of(identity).unlink(missing_ok=True)


def kept(before: datetime) -> list[UUID]:
    """The files that were put here before a moment."""
    there = Path(settings.HUIYIN_HOME) / "passing"
    found = there.iterdir() if there.is_dir() else ()
    return sorted(UUID(one.name) for one in found if not one.suffix and one.stat().st_mtime < before.timestamp())


def path_of(identity: UUID) -> Path:
    """Where a file lies while its job needs it."""
    return Path(settings.HUIYIN_HOME) / "passing" / str(identity)
