"""The whole database as one stream, at one moment, while others write; and back into an empty one.

SQLite is copied by its online backup. PostgreSQL is read by COPY inside one REPEATABLE READ transaction and written by
COPY into tables that `huiyin migrate --bare` has made; so no program beside Python is needed, and a restored database
has the triggers and rights of a migrated one. The stream is lines: for each table a JSON head, its COPY text, `\\.`.
"""

import json
import sqlite3
from collections.abc import Iterator
from gzip import GzipFile
from pathlib import Path
from typing import IO, Any, LiteralString

import psycopg
from psycopg import sql

from huiyin.core.archive import Unusable

COPY_BYTES = 1024 * 1024
Stream = IO[bytes] | GzipFile
# A connection of the product that may read what is sealed (huiyin.core.rowlevel); dates that any server reads.
SETTINGS = "-c timezone=UTC -c datestyle=ISO -c huiyin.door=open -c huiyin.aside=open"


def connect(params: dict[str, Any]) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection of our own, as the role that DATABASE_URL names and with nothing hidden from it.

    `params` are libpq's. Raises Unusable("database_unreachable").
    What a policy hid from it all the same would be missing from the log's rows, and every drill names those.
    """
    wanted = {name: params[name] for name in ("dbname", "user", "password", "host", "port") if params.get(name)}
    try:
        connection = psycopg.connect(**wanted, options=SETTINGS)
    except psycopg.OperationalError as problem:
        raise Unusable("database_unreachable", reason=str(problem).splitlines()[0]) from problem
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def copy_sqlite(source: sqlite3.Connection | Path, target: Path) -> None:
    """A consistent copy of an SQLite database as one file without side files."""
    own = source if isinstance(source, sqlite3.Connection) else sqlite3.connect(source)
    copy = sqlite3.connect(target)
    try:
        own.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()
    finally:
        copy.close()
        if own is not source:
            own.close()


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """All tables of the schema we are in, but for the list of migrations."""
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    ).fetchall()
    return [name for (name,) in rows if name != "django_migrations"]


def migrations(connection: psycopg.Connection[Any]) -> list[str]:
    """The migrations a database has, as `app.name`."""
    rows = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    return [name for (name,) in rows]


def write(connection: psycopg.Connection[Any], out: Stream) -> None:
    """Write every table and sequence of the transaction's moment."""
    for table in tables(connection):
        columns = _columns(connection, table)
        _head(out, {"table": table, "columns": columns})
        with connection.cursor().copy(_copy(table, columns, "TO STDOUT")) as rows:
            for block in rows:
                out.write(block)
        out.write(b"\\.\n")
    sequences = connection.execute(
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() AND last_value > 0"
    ).fetchall()
    for name, value in sequences:
        _head(out, {"sequence": name, "value": value})
    _head(out, {"end": True})


def read(connection: psycopg.Connection[Any], lines: Stream) -> None:
    """Fill empty tables in one transaction. Raises Unusable("archive_damaged") for what `write` never writes."""
    known = set(tables(connection))
    _empty(connection, known)
    walled = _walled(connection)
    _force(connection, walled, "NO FORCE")  # COPY fills no table whose policies bind its owner too
    while True:
        head = _read_head(lines)
        if head.get("end"):
            break
        if "sequence" in head:
            connection.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [head["sequence"], head["value"]])
        elif head.get("table") in known:
            with connection.cursor().copy(_copy(head["table"], head["columns"], "FROM STDIN")) as rows:
                for block in _rows(lines):
                    rows.write(block)
        else:
            raise Unusable("archive_other_version")
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while its checks are still waiting
    _force(connection, walled, "FORCE")
    connection.commit()


def _walled(connection: psycopg.Connection[Any]) -> list[str]:
    """Tables whose row-level security binds their owner."""
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relnamespace = current_schema()::regnamespace"
    ).fetchall()
    return [name for (name,) in rows]


def _force(connection: psycopg.Connection[Any], names: list[str], how: LiteralString) -> None:
    for name in names:
        connection.execute(sql.SQL("ALTER TABLE {} " + how + " ROW LEVEL SECURITY").format(sql.Identifier(name)))


def _empty(connection: psycopg.Connection[Any], known: set[str]) -> None:
    """Take away what migrating itself put in. Raises Unusable("target_not_empty") where somebody has worked already."""
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM core_event), EXISTS (SELECT 1 FROM core_account)"
    ).fetchone()
    if found != (False, False):
        raise Unusable("target_not_empty", target="DATABASE")
    for table in sorted(known & {"auth_permission", "django_content_type"}):
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def _columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = quote_ident(%s)::regclass AND attnum > 0 "
        "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [table],
    ).fetchall()
    return [name for (name,) in rows]


def _copy(table: str, columns: list[str], direction: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table), names, sql.SQL(direction))


def _head(out: Stream, head: dict[str, Any]) -> None:
    out.write(json.dumps(head, separators=(",", ":")).encode() + b"\n")


def _read_head(lines: Stream) -> dict[str, Any]:
    try:
        head = json.loads(lines.readline())
    except ValueError as problem:
        raise Unusable("archive_damaged", part="database") from problem
    if not isinstance(head, dict):
        raise Unusable("archive_damaged", part="database")
    return head


def _rows(lines: Stream) -> Iterator[bytes]:
    """COPY's lines up to its end mark, in large blocks."""
    block = bytearray()
    while (line := lines.readline()) != b"\\.\n":
        if not line:
            raise Unusable("archive_damaged", part="database")
        block += line
        if len(block) > COPY_BYTES:
            yield bytes(block)
            block.clear()
    yield bytes(block)
