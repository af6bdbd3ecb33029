"""PostgreSQL's own look at who reads what is sealed: row-level security, forced (decisions.md, Scope).

A second wall behind `visible_to`: whoever comes to the database beside the product, also as its own role or owner,
sees no sealed matter and no identity. A connection of the product says what it may read in two settings of its
session: `huiyin.door` (any connection of the product) and `huiyin.aside` ("open", or the id of the person who looks).
Every request says it before it reads: pages of the desk what their viewer may see, a machine's token its own, all other
pages nothing. Between two requests a web process's connection keeps what was said last. Machines (worker, commands) are
open. SQLite has none of this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

OPEN, CLOSED = "open", "closed"

# Written as "is not empty" for the planner: of "= 'open'" it supposes that one row in two hundred passes, and sorts
# thousands of rows where it could walk an index.
DOOR = "coalesce(current_setting('huiyin.door', true), '') <> ''"
ASIDE = "current_setting('huiyin.aside', true)"
POLICIES: dict[str, str] = {}
"""Table and the condition under which a row may be read; rooms add theirs in `AppConfig.ready`."""

_first = OPEN


def begin_closed() -> None:
    """Connections of this process begin without sight of what is sealed: the web server's."""
    global _first
    _first = CLOSED


@contextmanager
def as_the_web() -> Iterator[None]:
    """Connections of this process are as the web server's for a while: for measuring what its pages ask."""
    global _first
    first, before = _first, sight()
    begin_closed()
    try:
        yield
    finally:
        _first = first
        look_as(before)


def protect(**_signal: Any) -> None:
    """Remake the policies, enabled and forced; called after every migrate."""
    if connection.vendor != "postgresql":
        return
    present = set(connection.introspection.table_names())
    with transaction.atomic(), connection.cursor() as cursor:
        for table, condition in POLICIES.items():
            if table not in present:
                continue
            cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            for name in ("sight", "adding"):
                cursor.execute(f'DROP POLICY IF EXISTS {name} ON "{table}"')
            cursor.execute(f'CREATE POLICY sight ON "{table}" USING ({condition}) WITH CHECK (true)')
            # Adding asks for no sight: a resident's complaint is written by a door that may not read it again.
            cursor.execute(f'CREATE POLICY adding ON "{table}" FOR INSERT WITH CHECK (true)')


def introduce(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """A new connection says that it is the product's."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('huiyin.door', 'open', false), set_config('huiyin.aside', %s, false)", [_first]
            )
        connection.huiyin_aside = _first  # type: ignore[attr-defined]  # what this session was last told


def sight() -> str:
    """What this connection may read of sealed matters: open, closed, or a person's id."""
    return getattr(connection, "huiyin_aside", _first)


def look_as(aside: str) -> None:
    """Say what may be read from now on; asks the server only if it changes."""
    if connection.vendor != "postgresql":
        return
    connection.ensure_connection()
    if sight() == aside:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('huiyin.aside', %s, false)", [aside])
    connection.huiyin_aside = aside  # type: ignore[attr-defined]  # what this session was last told


@contextmanager
def one_request() -> Iterator[None]:
    """Around a request that says itself what it may read, before it reads: most requests of a connection ask for the
    same as the last. A process that began open, such as a test's, finds its own sight again afterwards.
    """
    before = sight()
    try:
        yield
    finally:
        if _first == OPEN:
            _back_to(before)


@contextmanager
def looking_as(aside: str) -> Iterator[None]:
    """The same for a while: the moment in which a proof opens one sealed matter."""
    before = sight()
    look_as(aside)
    try:
        yield
    finally:
        _back_to(before)


def _back_to(before: str) -> None:
    if connection.needs_rollback:
        # Nothing can be said in a transaction that is lost; its rollback undoes what was said inside it.
        connection.huiyin_aside = before  # type: ignore[attr-defined]  # what this session was last told
    else:
        look_as(before)
