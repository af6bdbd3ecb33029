"""Evidence is inserted and never changed: triggers on both databases, and a role without the right on PostgreSQL.

Remade after every migrate (on SQLite Django's table remakes drop them silently) and proved at every start by trying.
They stop accidents and the application; a database administrator can drop them, which the log and its witness show.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from huiyin.programme.words import phrase

EVIDENCE_TABLES: list[str] = [
    "core_event",
    "core_rowset",
    "core_leaf",
    "core_checkpoint",
    "core_cosignature",
    "core_look",
    "core_sealedlook",
]
"""Tables that only grow. A room adds its own in its `AppConfig.ready`, as `casework_move`."""

EMPTIABLE: dict[str, dict[str, str]] = {}
"""Columns of such a table that may be emptied, with what they are then: words that went into a sealed compartment.

Their rows' salt is made anew with them, so that nobody guesses at what the log committed to. Nothing else of the row
changes, and no column ever gets another content; that an action emptied them stands in the log.
"""

APP_ROLE = "huiyin_app"
DENIED = "42501"  # PostgreSQL: insufficient privilege


def protect(**_signal: Any) -> None:
    """Remake the triggers and, on PostgreSQL, the role's rights; called after every migrate."""
    tables = make_triggers()
    if connection.vendor == "postgresql":
        _grant(tables)


def make_triggers() -> list[str]:
    """Remake the triggers alone; returns the tables that have them now."""
    present = set(connection.introspection.table_names())
    tables = [table for table in EVIDENCE_TABLES if table in present]
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _triggers(tables):
            cursor.execute(statement)
    return tables


def _triggers(tables: list[str]) -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield from _on_postgres(tables)
    else:
        yield from _on_sqlite(tables)


def _on_postgres(tables: list[str]) -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION huiyin_evidence() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'evidence: % refuses %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in tables:
        yield f'DROP TRIGGER IF EXISTS emptied ON "{table}"'
        if table in EMPTIABLE:
            yield (
                f'CREATE TRIGGER emptied BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({_rewritten(table, "::text")}) '
                "EXECUTE FUNCTION huiyin_evidence()"
            )
            yield f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER emptied'
        # For each statement, so that an attempt that hits no row is refused too; ALWAYS, so that it also holds under
        # session_replication_role = replica.
        yield f'DROP TRIGGER IF EXISTS evidence ON "{table}"'
        yield (
            f'CREATE TRIGGER evidence BEFORE UPDATE{_kept_columns(table)} OR DELETE OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION huiyin_evidence()"
        )
        yield f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER evidence'


def _on_sqlite(tables: list[str]) -> Iterator[str]:
    for table in tables:
        for verb in ("UPDATE", "DELETE"):
            yield f'DROP TRIGGER IF EXISTS "evidence_{table}_{verb.lower()}"'
            yield (
                f'CREATE TRIGGER "evidence_{table}_{verb.lower()}" BEFORE '
                f'{verb}{_kept_columns(table) if verb == "UPDATE" else ""} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, 'evidence: {table} refuses {verb}'); END"
            )
        yield f'DROP TRIGGER IF EXISTS "evidence_{table}_emptied"'
        if table in EMPTIABLE:
            yield (
                f'CREATE TRIGGER "evidence_{table}_emptied" BEFORE UPDATE ON "{table}" WHEN {_rewritten(table)} '
                f"BEGIN SELECT RAISE(ABORT, 'evidence: {table} refuses UPDATE'); END"
            )
        # INSERT OR REPLACE deletes the old row without firing its DELETE trigger.
        key = _primary(table)
        yield f'DROP TRIGGER IF EXISTS "evidence_{table}_replace"'
        yield (
            f'CREATE TRIGGER "evidence_{table}_replace" BEFORE INSERT ON "{table}" '  # noqa: S608 - names are ours
            f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}") '
            f"BEGIN SELECT RAISE(ABORT, 'evidence: {table} refuses REPLACE'); END"
        )


def _kept_columns(table: str) -> str:
    """` OF` the columns that never change; empty where that is all of them."""
    free = {*EMPTIABLE.get(table, ()), "salt"}
    if table not in EMPTIABLE:
        return ""
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    return " OF " + ", ".join(f'"{name}"' for name in names if name not in free)


def _rewritten(table: str, cast: str = "") -> str:
    """The condition under which an UPDATE does anything but empty the columns that may be emptied."""
    return " OR ".join(f'NEW."{name}"{cast} <> {empty}' for name, empty in EMPTIABLE[table].items())


def unprotect() -> None:
    """Take the triggers away. For tests that tamper and for the flush between them; the product never calls it."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in EVIDENCE_TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(f'DROP TRIGGER IF EXISTS evidence ON "{table}"')
                cursor.execute(f'DROP TRIGGER IF EXISTS emptied ON "{table}"')
            else:
                for kind in ("update", "delete", "replace", "emptied"):
                    cursor.execute(f'DROP TRIGGER IF EXISTS "evidence_{table}_{kind}"')


def _grant(tables: list[str]) -> None:
    """The role of web and worker: it owns nothing, and on evidence it may look and add only.

    Made where the connecting role may make roles; elsewhere a county's administrator makes it (docs/howto/witness.md)
    and the rights are given all the same. Without the role nothing is granted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if cursor.fetchone() is None and not _make_role():
            return
        schema = "CURRENT_SCHEMA()"
        cursor.execute(f"SELECT quote_ident({schema}), pg_has_role(current_user, %s, 'MEMBER')", [APP_ROLE])
        name, member = cursor.fetchone()
        everything = f"IN SCHEMA {name} TO {APP_ROLE}"
        cursor.execute(f"GRANT USAGE ON SCHEMA {name} TO {APP_ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES {everything}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES {everything}")
        for table in tables:
            cursor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {APP_ROLE}')
            if table in EMPTIABLE:
                columns = ", ".join(f'"{name}"' for name in (*EMPTIABLE[table], "salt"))
                cursor.execute(f'GRANT UPDATE ({columns}) ON "{table}" TO {APP_ROLE}')
        for table in set(connection.introspection.table_names(cursor)) & {"django_migrations"}:
            cursor.execute(f'REVOKE INSERT, UPDATE, DELETE ON "{table}" FROM {APP_ROLE}')
    if not member:
        _join_role()


def _make_role() -> bool:
    """Whether the role could be made; roles belong to the server, so another database may have been first."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {APP_ROLE} NOLOGIN")
    except (ProgrammingError, IntegrityError) as refused:
        return "already exists" in str(refused) or "pg_authid_rolname_index" in str(refused)
    return True


def _join_role() -> None:
    """Let the owner's connections put on the role (SET ROLE); a role that may not is told so by the start-up check."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")
    except DatabaseError as refused:
        if _state(refused) != DENIED:
            raise


def prove_immutable(language: str = "zh-Hans") -> list[str]:
    """Try UPDATE, DELETE and (PostgreSQL) TRUNCATE on every table of evidence, and roll back.

    Returns one sentence for each attempt that was not refused; none when all is well.
    """
    sentences = []
    verbs = ("UPDATE", "DELETE", "TRUNCATE") if connection.vendor == "postgresql" else ("UPDATE", "DELETE")
    present = set(connection.introspection.table_names())
    for table in EVIDENCE_TABLES:
        if table not in present:
            sentences.append(phrase("audit", "table_missing", language, table=table))
            continue
        sentences += [
            phrase("audit", "not_refused", language, table=table, verb=verb)
            for verb in verbs
            if not _refuses(table, verb)
        ]
    return sentences


def _refuses(table: str, verb: str) -> bool:
    """Whether the database says no. Any other fault is a fault, not a proof."""
    try:
        with _rolled_back():
            if connection.vendor == "sqlite":
                _need_a_row(table)
            with connection.cursor() as cursor:
                cursor.execute(_attempt(table, verb))
    except DatabaseError as refused:
        if "evidence:" in str(refused) or _state(refused) == DENIED:
            return True
        raise
    return False


def _attempt(table: str, verb: str) -> str:
    if verb == "UPDATE":
        column = _primary(table)
        return f'UPDATE "{table}" SET "{column}" = "{column}"'  # noqa: S608 - names are ours
    return f'DELETE FROM "{table}"' if verb == "DELETE" else f'TRUNCATE "{table}" CASCADE'  # noqa: S608 - names are ours


class _Undo(Exception):
    """Leaves a transaction without keeping anything of it."""


@contextmanager
def _rolled_back() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        return


def _need_a_row(table: str) -> None:
    """SQLite's triggers fire per row only: where there is none, put one in for the length of the attempt."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')  # noqa: S608 - names are ours
        if cursor.fetchone():
            return
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            cursor.execute(f'PRAGMA table_info("{table}")')
            columns = [(name, _filler(kind)) for _, name, kind, needed, *_ in cursor.fetchall() if needed]
            names = ", ".join(f'"{name}"' for name, _ in columns)
            marks = ", ".join(["%s"] * len(columns))
            values = [value for _, value in columns]
            cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', values)  # noqa: S608 - names are ours
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def _filler(kind: str) -> int | bytes | str:
    lowered = kind.lower()
    if "int" in lowered or "bool" in lowered:
        return 0
    return b"" if "blob" in lowered else "0"


def _primary(table: str) -> str:
    with connection.cursor() as cursor:
        found: str | None = connection.introspection.get_primary_key_column(cursor, table)
    if found is None:
        raise ProgrammingError(f"{table} has no primary key")
    return found


def _state(fault: DatabaseError) -> str:
    return str(getattr(fault.__cause__, "sqlstate", ""))
