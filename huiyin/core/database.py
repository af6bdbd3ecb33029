"""How web and worker meet the database: on PostgreSQL as a role that owns nothing (decisions.md, Scope).

`DATABASE_URL` may name that role itself, with a password of its own, which is how a county should run. Where it names
the owner, web and worker put on the role as soon as they connect.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from huiyin.core.models import Mark
from huiyin.programme.words import phrase


def put_on_role(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """SET ROLE to HUIYIN_DB_ROLE where there is such a role and we may; `owner_connection` tells when not."""
    if connection.vendor != "postgresql" or not settings.HUIYIN_ROLE_SWITCH:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', rolname, false) FROM pg_roles "
            "WHERE rolname = %s AND pg_has_role(current_user, oid, 'MEMBER')",
            [settings.HUIYIN_ROLE_SWITCH],
        )


def owner_connection(language: str = "zh-Hans") -> list[str]:
    """A sentence when this PostgreSQL connection could change evidence because it owns it; a demo may.

    SQLite knows no owners: whoever can write the file can write everything in it, which the manual says.
    """
    if connection.vendor != "postgresql" or Mark.objects.filter(name="demo").exists():
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper OR pg_has_role(current_user, relowner, 'USAGE') "
            "FROM pg_roles, pg_class WHERE rolname = current_user AND pg_class.oid = 'core_event'::regclass"
        )
        role, owns = cursor.fetchone()
    return [phrase("audit", "owner_connection", language, role=role)] if owns else []


def planned_anew() -> AbstractContextManager[None]:
    """For questions whose best plan depends on their values. After some askings PostgreSQL keeps one plan for any
    values; where a few villages are looked through it would then read a county's links (200 ms instead of 17)."""
    return _set(plan_cache_mode="force_custom_plan")


def by_index() -> AbstractContextManager[None]:
    """For questions that read a table part by part through another one: a county's links by the villages of their
    households. PostgreSQL takes each look-up for one on the disk and would sooner read the whole table for every part,
    which costs as much as all parts together (0.3 s instead of 0.03, fifty times)."""
    return _set(enable_hashjoin="off", enable_mergejoin="off")


@contextmanager
def _set(**how: str) -> Iterator[None]:
    """Settings of this connection for a while; nothing on SQLite."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        for name, value in how.items():
            cursor.execute(f"SET {name} = {value}")
        try:
            yield
        finally:
            for name in how:
                cursor.execute(f"RESET {name}")
