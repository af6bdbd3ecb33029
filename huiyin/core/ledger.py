"""The verifier's notebook: the last commitment to every row, in a temporary SQLite file."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -65536;
PRAGMA temp_store = FILE;
CREATE TABLE last (key TEXT PRIMARY KEY, digest TEXT NOT NULL, event INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE met (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE batch (id TEXT PRIMARY KEY, minute TEXT, count TEXT, root TEXT) WITHOUT ROWID;
"""
UPSERT = """
INSERT INTO last VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, event = excluded.event WHERE excluded.event > event
"""
PENDING = 20_000


class Ledger:
    """Commitments by row. Rows are asked for after `ready`.

    Of two commitments to one row the later event's stands: ids are given while the row is locked, so for one row their
    order is that of the commits, whatever order the events were sealed in.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="huiyin-audit-")
        self._connection = sqlite3.connect(Path(self._folder.name) / "ledger.sqlite3", isolation_level=None)
        self._connection.executescript(SCHEMA)
        self._connection.execute("BEGIN")
        self._pending: dict[str, tuple[str, str, int]] = {}
        self._counts: dict[str, int] = {}

    def close(self) -> None:
        """Take the file away."""
        self._connection.close()
        self._folder.cleanup()

    def commit(self, event_id: int, rows: Mapping[str, str]) -> None:
        """An event commits to rows; "" means the row is gone."""
        for key, digest in rows.items():
            known = self._pending.get(key)
            if known is None or known[2] < event_id:
                self._pending[key] = (key, str(digest), event_id)
        if len(self._pending) > PENDING:
            self._write()

    def ready(self) -> None:
        """Everything was committed; count the rows that should be there by table."""
        self._write()
        rows = self._connection.execute(
            "SELECT substr(key, 1, instr(key, ':') - 1), count(*) FROM last WHERE digest != '' GROUP BY 1"
        )
        self._counts = dict(rows.fetchall())

    def labels(self) -> set[str]:
        """Tables that have rows."""
        return set(self._counts)

    def count(self, label: str) -> int:
        """How many rows of a table should be there."""
        return self._counts.get(label, 0)

    def last(self, keys: list[str]) -> dict[str, str]:
        """The last commitments to rows; those the log never named are not in it."""
        marks = ",".join("?" * len(keys))
        found = self._connection.execute(f"SELECT key, digest FROM last WHERE key IN ({marks})", keys)  # noqa: S608 - marks only
        return dict(found.fetchall())

    def met(self, keys: Iterable[str]) -> None:
        """These rows are there."""
        self._connection.executemany("INSERT OR IGNORE INTO met VALUES (?)", ((key,) for key in keys))

    def unmet(self, label: str) -> Iterator[str]:
        """Rows of a table that should be there and were not met."""
        rows = self._connection.execute(
            "SELECT key FROM last WHERE digest != '' AND key >= ? AND key < ? "
            "AND NOT EXISTS (SELECT 1 FROM met WHERE met.key = last.key) ORDER BY key",
            (f"{label}:", f"{label};"),
        )
        for (key,) in rows:
            yield key

    def batch(self, batch: str, minute: str, count: str, root: str) -> None:
        """An event tells of a batch of looks."""
        self._connection.execute("INSERT OR REPLACE INTO batch VALUES (?, ?, ?, ?)", (batch, minute, count, root))

    def take_batch(self, batch: str) -> tuple[str, str, str] | None:
        """Minute, count and root of a batch, once."""
        row = self._connection.execute("SELECT minute, count, root FROM batch WHERE id = ?", (batch,)).fetchone()
        self._connection.execute("DELETE FROM batch WHERE id = ?", (batch,))
        return None if row is None else (row[0], row[1], row[2])

    def batches(self) -> list[tuple[str, str]]:
        """Batches that were told of and not taken."""
        return self._connection.execute("SELECT id, minute FROM batch ORDER BY id").fetchall()

    def _write(self) -> None:
        self._connection.executemany(UPSERT, sorted(self._pending.values()))
        self._pending.clear()
