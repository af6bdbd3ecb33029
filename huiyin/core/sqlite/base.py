"""Writers of one SQLite file take turns by a lock beside it.

SQLite lets one write at a time and has the others sleep, longer each time they find it taken, up to a tenth of a
second: under eight writers some wait for seconds while the file lies idle. Here they look again every few
milliseconds. The lock is a courtesy: SQLite's own decides, and whoever does not ask for a turn loses nothing but time.
"""

import fcntl
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.sqlite3 import base

LOOK_AGAIN = (0.0005, 0.003)
"""Seconds between two looks, drawn anew each time so that nobody is always a step behind."""


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's; a transaction begins when its turn has come and gives it back with its end."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._turns: int | None = None
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
        if self._turns is not None:
            os.close(self._turns)
            self._turns = None
        super()._close()  # type: ignore[misc]  # not in the stubs

    def _take(self) -> None:
        """Wait for the turn, as long as SQLite itself would; then go on and let SQLite say that it is locked."""
        if self._mine or self.is_in_memory_db():
            return
        if self._turns is None:
            self._turns = os.open(f"{self.settings_dict['NAME']}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        until = time.monotonic() + self.settings_dict["OPTIONS"].get("timeout", 5)
        while not self._mine:
            try:
                fcntl.flock(self._turns, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._mine = True
            except BlockingIOError:
                if time.monotonic() > until:
                    return
                time.sleep(random.uniform(*LOOK_AGAIN))  # noqa: S311 - a pause, no secret

    def _give(self) -> None:
        if self._mine and self._turns is not None:
            self._mine = False
            fcntl.flock(self._turns, fcntl.LOCK_UN)
