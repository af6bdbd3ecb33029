"""Events straight from the table to canonical bytes: what the sealer hashes and the verifier hashes again.

Plain SQL, because millions are read; the result equals `canonical.event_leaf` of the row (a test holds them together).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from huiyin.core.canonical import encode_plain, parse

CHUNK = 2000

_COLUMNS = ("id", "at", "by_id", "by_name", "data", "name", "on_behalf_of_id", "recorded_at", "request_id", "rows")
COLUMNS = (*_COLUMNS, "subject")
_MOMENT = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

Row = Sequence[Any]


def select(table: str = "e") -> str:
    """The columns of an event as text, in the order of COLUMNS, for a table of that alias."""
    return ", ".join(_as_text(f"{table}.{name}", name) for name in COLUMNS)


def _as_text(column: str, name: str) -> str:
    postgres = connection.vendor == "postgresql"
    if name in {"at", "recorded_at"}:
        # On SQLite the cast keeps the driver from parsing what is about to be written out again.
        return _MOMENT.format(column) if postgres else f"CAST({column} AS TEXT)"
    if postgres and name in {"by_id", "on_behalf_of_id", "data", "rows"}:
        return f"{column}::text"
    return column


def fields(row: Row) -> dict[str, Any]:
    """An event's columns as plain values. Raises ValueError for what an event cannot hold."""
    found = dict(zip(COLUMNS, row, strict=True))
    found["data"] = parse(found["data"])
    found["rows"] = parse(found["rows"])
    if connection.vendor == "sqlite":
        for name in ("at", "recorded_at"):
            found[name] = _moment(found[name])
        for name in ("by_id", "on_behalf_of_id"):
            found[name] = _uuid(found[name])
    return found


def body(row: Row) -> bytes:
    """An event's canonical JSON. Raises ValueError for what an event cannot hold."""
    return encode_plain(fields(row))


def stream(sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
    """Rows of a query, a few thousand at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is of one moment, and no writer waits for it."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not transaction.atomic(): that would be BEGIN IMMEDIATE and keep every writer out.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _moment(text: str) -> str:
    """SQLite's `2026-11-25 13:22:23[.123456]`, which Django keeps in UTC, as the log writes moments."""
    return text.replace(" ", "T") + ("Z" if "." in text else ".000000Z")


def _uuid(text: str | None) -> str | None:
    """SQLite's 32 hex digits with their hyphens."""
    if text is None:
        return None
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
