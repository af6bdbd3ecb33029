"""Refusing to start where it is not safe to: every reason is a sentence that says what to do.

`configuration_faults` looks at settings and key files and is one of Django's checks (tag `huiyin`). `database_faults`
asks the database, and runs in `huiyin check` and before web and worker start (`refuse_unsafe`).
"""

import ipaddress
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from huiyin.core import database, marks, triggers
from huiyin.core.keyfiles import UnsafeKeys, require_private
from huiyin.core.vault import vault
from huiyin.programme.words import phrase

SECRET_LEAST = 40  # characters
POSTGRES_LEAST = 150_000
SQLITE_FULL = 2  # PRAGMA synchronous
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def configuration_faults(language: str = "zh-Hans") -> list[str]:
    """What is unsafe in settings and key files; nothing is asked of the database."""
    faults = []
    if settings.DEBUG:
        faults.append(phrase("startup", "debug", language))
    secret = settings.SECRET_KEY
    if len(secret) < SECRET_LEAST or len(set(secret)) < 10 or secret.startswith("django-insecure"):
        faults.append(phrase("startup", "secret", language, least=SECRET_LEAST))
    if "*" in settings.ALLOWED_HOSTS:
        faults.append(phrase("startup", "hosts", language))
    return faults + _open_keys(Path(settings.HUIYIN_HOME), language)


def database_faults(language: str = "zh-Hans") -> list[str]:
    """What is unsafe in the database; a check that cannot be made is a fault. Asks nothing of an empty database but
    to be migrated."""
    missing = _missing(language)
    if missing:
        return missing
    faults = _postgres(language) if connection.vendor == "postgresql" else _sqlite(language)
    for check in (database.owner_connection, triggers.prove_immutable, _keys, _moved_clock, _half_made):
        faults += _tried(check, language)
    return faults


def check_bind(host: str, language: str = "zh-Hans") -> list[str]:
    """Whether the server may listen at this address: a demo on this machine only."""
    if is_loopback(host) or not marks.is_demo():
        return []
    return [phrase("startup", "demo_bound", language, host=host)]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address; names other than localhost are not trusted to."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]").split("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_unsafe(host: str = "") -> None:
    """Say every reason on stderr, in Chinese and English, and exit 1; return where there is none."""
    _exit_for(_all(host, "zh-Hans"), _all(host, "en"))


def refuse_missing() -> None:
    """A command failed at the database: where that is not there or not of this release, say so and exit 1; return
    where it is neither, for the failure is then another."""
    connection.close()
    _exit_for(_missing("zh-Hans"), _missing("en"))


@register("huiyin")
def configuration_check(**_: Any) -> list[CheckMessage]:
    """`configuration_faults` for Django."""
    return [Error(fault, id="huiyin.E001") for fault in configuration_faults("en")]


def _exit_for(chinese: list[str], english: list[str]) -> None:
    if chinese:
        sys.stderr.write("".join(f"{said} {meant}\n" for said, meant in zip(chinese, english, strict=True)))
        sys.exit(1)


def _missing(language: str) -> list[str]:
    """That the database cannot be reached, or is not of this release."""
    try:
        return [phrase("startup", "not_migrated", language)] if _unapplied() else []
    except DatabaseError as problem:
        return [phrase("startup", "no_database", language, reason=type(problem).__name__)]


def _all(host: str, language: str) -> list[str]:
    faults = configuration_faults(language) + database_faults(language)
    return faults or (check_bind(host, language) if host else [])


def _open_keys(home: Path, language: str) -> list[str]:
    """Key files that others could read or write."""
    paths = [home / "secret_key", home / "keys", *(home / "keys").glob("*")]
    faults = []
    for path in paths:
        try:
            require_private(path)
        except FileNotFoundError:
            continue  # not made yet, or gone between two looks
        except UnsafeKeys:
            wanted = "700" if path.is_dir() else "600"
            faults.append(phrase("startup", "keys_open", language, path=str(path), mode=wanted))
    return faults


def _unapplied() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _postgres(language: str) -> list[str]:
    """Version, and that what was committed is on the disk (decisions.md, Stack)."""
    faults = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, version = cursor.fetchone()
        if number < POSTGRES_LEAST:
            faults.append(phrase("startup", "postgres_old", language, version=version))
        for name in DURABLE:
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone() == ("off",):
                faults.append(phrase("startup", "postgres_unsafe", language, name=name))
    return faults


def _sqlite(language: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        (journal,) = cursor.fetchone()
        cursor.execute("PRAGMA synchronous")
        (synchronous,) = cursor.fetchone()
    if journal == "memory":
        return []  # a database in memory: tests
    if journal != "wal" or synchronous < SQLITE_FULL:
        return [phrase("startup", "sqlite_unsafe", language, journal=journal, synchronous=synchronous)]
    return []


def _keys(language: str) -> list[str]:
    """The key store opens, and its master is there."""
    try:
        vault().store.key("startup:none")
    except UnsafeKeys as problem:
        return [phrase("startup", "keys_unusable", language, reason=str(problem))]
    return []


def _moved_clock(language: str) -> list[str]:
    if settings.HUIYIN_NOW and not marks.is_demo():
        return [phrase("startup", "clock_moved", language)]
    return []


def _half_made(language: str) -> list[str]:
    """Nobody is shown half a county as if it were one."""
    begun = marks.half_made()
    return [phrase("startup", "half_made", language, county=begun)] if begun else []


def _tried(check: Callable[[str], Sequence[str]], language: str) -> list[str]:
    """A check's sentences; one that fails to run says so."""
    try:
        return list(check(language))
    except DatabaseError as problem:
        reason = f"{type(problem).__name__} ({check.__name__.strip('_')})"
        return [phrase("startup", "not_checked", language, reason=reason)]
