"""What the migrations make is what the models say, so that tests may work on a database made from the models."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from huiyin.core.management.commands.migrate import refuse_too_old
from tests.live import Live, own_database, prepare

ON_SQLITE = (
    "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE type <> 'table' ORDER BY tbl_name, name",
    # Columns, checks and keys are parts of one text, in the order of their coming.
    "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name",
)
ON_POSTGRES = (
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT tablename, policyname, cmd, roles::text, qual, with_check FROM pg_policies",
    "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND relkind = 'r'",
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT conrelid::regclass::text, contype, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
)
PARTS = re.compile(r"\s+(?:AND|OR|ON)\s+|,\s+")
SWEPT = "SELECT relname, reloptions FROM pg_class WHERE reloptions IS NOT NULL AND relkind = 'r' ORDER BY relname"


@contextmanager
def migrated(folder: Path) -> Iterator[Any]:
    """A connection to a database that `huiyin migrate` made in a process of its own."""
    url = os.environ.get("DATABASE_URL", "")
    with own_database(url) if url.startswith("postgres") else nullcontext("") as database:
        env = {**os.environ, "HUIYIN_HOME": str(folder / "home"), "DATABASE_URL": database, "HUIYIN_NOW": ""}
        prepare(Live("", {**env, "DJANGO_SETTINGS_MODULE": "huiyin.config.settings"}, folder), database)
        there = connections.create_connection("default")
        name = database.rpartition("/")[2] or str(folder / "home" / "huiyin.sqlite3")
        there.settings_dict = {**there.settings_dict, "NAME": name}
        try:
            yield there
        finally:
            there.close()


def asked(there: Any, question: str) -> list[tuple[Any, ...]]:
    """The rows of a question."""
    with there.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def shape(there: Any) -> dict[str, list[str]]:
    """Everything that stands in our tables beside rows, by table; tables of others are made by their migrations."""
    found: dict[str, list[str]] = {}
    for question in ON_POSTGRES if there.vendor == "postgresql" else ON_SQLITE:
        for row in asked(there, question):
            table = row[1] if there.vendor == "sqlite" else row[0]
            # Columns come in another order where a migration added one later.
            parts = sorted(part.strip("()\n; ") for part in PARTS.split(", ".join(map(str, row))))
            found.setdefault(table, []).append("\n".join(parts))
    ours = tuple(f"{app.label}_" for app in apps.get_app_configs() if app.name.startswith("huiyin."))
    return {table: parts for table, parts in found.items() if table.startswith(ours)}


def different(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, list[str]]:
    """What only one of two shapes has, by table."""
    found = {table: set(one.get(table, [])) ^ set(other.get(table, [])) for table in one.keys() | other.keys()}
    return {table: sorted(parts) for table, parts in found.items() if parts}


@pytest.mark.slow
@pytest.mark.django_db
def test_a_migrated_database_is_the_one_that_the_models_say(tmp_path: Path) -> None:
    applied = "SELECT app, name FROM django_migrations ORDER BY app, name"
    with migrated(tmp_path) as there:
        assert different(shape(connection), shape(there)) == {}
        assert asked(there, applied) == asked(connection, applied)
        if there.vendor == "postgresql":  # the one thing a migration says that no model can
            assert [name for name, _ in asked(there, SWEPT)] == ["casework_matter"]


@pytest.mark.django_db
def test_a_column_that_no_migration_makes_would_be_found() -> None:
    before = shape(connection)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_mark ADD COLUMN forgotten integer")
    assert list(different(before, shape(connection))) == ["core_mark"]


@pytest.mark.django_db
def test_a_database_that_is_too_old_to_go_on_is_told_so_before_anything_is_changed() -> None:
    refuse_too_old()  # this one is not
    names = MigrationRecorder.Migration.objects.filter(app="register")
    names.filter(name="0030_paper_days").delete()
    with pytest.raises(CommandError, match="before 0030_paper_days of register"):
        refuse_too_old()
    names.all().delete()
    refuse_too_old()  # nor is an empty one
