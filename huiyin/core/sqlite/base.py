"""Writers of one SQLite file take turns by a lock beside it.

SQLite lets one write at a time and has the others sleep, longer each time they find it taken, up to a tenth of a
second: under eight writers some wait for seconds while the file lies idle. Here they look again every few
milliseconds. The lock is a courtesy: SQLite's own decides, and whoever does not ask for a turn, or cannot because the
folder takes no file of theirs, loses nothing but time.
"""

import fcntl
import os
import random
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

LOOK_AGAIN = (0.0005, 0.003)
"""Seconds between two looks, drawn anew each time so that nobody is always a step behind."""


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's; a transaction begins when its turn has come and gives it back with its end."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._turns: _Turns | None = None
        self._mine = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Around a write outside a transaction; inside one it has its turn already."""
        if self._mine:
            yield
            return
        self._take()
        try:
            yield
        finally:
            self._give()

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._give()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # not in the stubs
        finally:
            self._give()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._give()

    def _close(self) -> None:
        self._give()
        self._turns = None
        super()._close()  # type: ignore[misc]  # not in the stubs

    def _take(self) -> None:
        """Wait for the turn half as long as SQLite would; then go on and let SQLite wait, or say that it is locked."""
        if self._mine or self.is_in_memory_db():
            return
        until = time.monotonic() + self.settings_dict["OPTIONS"].get("timeout", 5) / 2
        try:
            self._turns = self._turns or _Turns(str(self.settings_dict["NAME"]))
            while not self._mine and time.monotonic() <= until:
                self._mine = self._turns.taken()
        except OSError:
            return  # no file beside the database, or no locks there: SQLite's own lock is enough, if slower

    def _give(self) -> None:
        if self._mine and self._turns is not None:
            self._mine = False
            self._turns.give()


class _Turns:
    """The file whose lock is the turn, closed when nobody holds this any more.

    It is owned like the database: whoever came first may have been root.
    """

    def __init__(self, name: str) -> None:
        self._file = os.open(f"{name}.turn", os.O_RDWR | os.O_CREAT, 0o600)
        weakref.finalize(self, os.close, self._file)
        if os.geteuid() == 0 and Path(name).exists():
            there = Path(name).stat()
            os.fchown(self._file, there.st_uid, there.st_gid)

    def taken(self) -> bool:
        """Whether it is ours now; a moment's pause where it is somebody else's."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(random.uniform(*LOOK_AGAIN))  # noqa: S311 - a pause, no secret
            return False
        return True

    def give(self) -> None:
        """The next may have it."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
