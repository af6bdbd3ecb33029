"""Evidence cannot be changed by the application, and the database says so at every start."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from huiyin.core import database, sealing, triggers
from huiyin.core.looks import look, seal_minutes
from huiyin.core.models import Checkpoint, Event, Leaf, Look, Mark
from tests.evidence import MACHINE, people, settle, without_triggers
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(at: datetime) -> None:
    """Something in every table of evidence but the witness's."""
    people(2, at)
    look(MACHINE, kind="reveal", subject="matter:1", at=at - timedelta(minutes=5))
    seal_minutes(at)
    sealing.seal_now(at)
    settle()


@row("SG-49")
@pytest.mark.parametrize("model", [Event, Leaf, Checkpoint, Look])
def test_the_database_refuses_to_change_or_remove_evidence(filled: None, model: type[Event]) -> None:
    first = model.objects.order_by("pk")[0]
    with pytest.raises(IntegrityError, match="evidence:"), transaction.atomic():
        model.objects.filter(pk=first.pk).update(**{model._meta.pk.name: first.pk})
    with pytest.raises(IntegrityError, match="evidence:"), transaction.atomic():
        model.objects.filter(pk=first.pk)._raw_delete("default")
    assert model.objects.filter(pk=first.pk).exists()


@row("SG-49")
def test_a_row_is_not_replaced_by_inserting_over_it(filled: None) -> None:
    event = Event.objects.order_by("pk")[0]
    over = (
        "INSERT INTO core_event SELECT * FROM core_event WHERE id = %s ON CONFLICT (id) DO UPDATE SET name = 'x'"
        if connection.vendor == "postgresql"
        else "REPLACE INTO core_event SELECT * FROM core_event WHERE id = %s"
    )
    with pytest.raises(IntegrityError, match="evidence:"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(over, [event.id])


@pytest.mark.postgres
def test_emptying_the_table_is_refused(filled: None) -> None:
    with pytest.raises(IntegrityError, match="evidence:"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE core_event CASCADE")


@row("SG-49")
def test_the_start_proves_that_evidence_cannot_be_changed(filled: None) -> None:
    before = Event.objects.count(), Leaf.objects.count()
    assert triggers.prove_immutable() == []
    assert (Event.objects.count(), Leaf.objects.count()) == before


def test_the_proof_is_made_on_empty_tables_too() -> None:
    assert triggers.prove_immutable("en") == []
    assert Look.objects.count() == 0


@row("SG-49")
def test_the_start_names_the_table_whose_trigger_is_gone(filled: None) -> None:
    with without_triggers():
        sentences = triggers.prove_immutable("en")
    assert "core_event did not refuse UPDATE: its trigger is gone; run huiyin migrate" in sentences
    assert "core_look did not refuse DELETE: its trigger is gone; run huiyin migrate" in sentences
    assert triggers.prove_immutable() == []


def test_a_table_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers, "EVIDENCE_TABLES", [*triggers.EVIDENCE_TABLES, "core_nothing"])
    assert triggers.prove_immutable("en") == ["there is no table core_nothing; run huiyin migrate"]


def test_a_fault_that_is_no_refusal_is_not_taken_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers, "_attempt", lambda table, verb: "UPDATE core_event SET nothing = 1")
    with pytest.raises(DatabaseError):
        triggers.prove_immutable()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_migrate_makes_the_triggers_anew() -> None:
    triggers.unprotect()
    assert triggers.prove_immutable() != []
    call_command("migrate", verbosity=0)
    assert triggers.prove_immutable() == []


def test_a_room_may_add_a_table_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    Mark.objects.create(name="old", at="2026-01-01T00:00Z")
    with monkeypatch.context() as patch:
        patch.setattr(triggers, "EVIDENCE_TABLES", [*triggers.EVIDENCE_TABLES, "core_mark"])
        triggers.protect()
        with pytest.raises(IntegrityError, match="core_mark refuses"), transaction.atomic():
            Mark.objects.filter(name="old").update(value="new")
        triggers.unprotect()
    triggers.protect()
    assert Mark.objects.filter(name="old").update(value="new") == 1


@pytest.mark.postgres
@row("SG-49")
def test_the_role_of_web_and_worker_owns_nothing_and_can_only_add_evidence(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE huiyin_app")
    people(1, at)
    assert sealing.seal_now(at) >= 1
    assert triggers.prove_immutable() == []
    for statement in (
        "UPDATE core_event SET name = 'x'",
        "DELETE FROM core_leaf",
        "TRUNCATE core_look",
        "DROP TRIGGER evidence ON core_event",
        "ALTER TABLE core_event DISABLE TRIGGER ALL",
        "DELETE FROM django_migrations",
        "CREATE TABLE mine (id int)",
    ):
        refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.postgres
def test_a_connection_puts_on_the_role_where_it_may(settings: object) -> None:
    settings.HUIYIN_ROLE_SWITCH = triggers.APP_ROLE  # type: ignore[attr-defined]  # pytest-django's settings
    assert database.owner_connection("en") != []
    database.put_on_role(connection)
    assert database.owner_connection("en") == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (triggers.APP_ROLE,)
        cursor.execute("RESET ROLE")


@pytest.mark.postgres
def test_a_role_that_does_not_exist_is_left_to_the_start_up_check(settings: object) -> None:
    settings.HUIYIN_ROLE_SWITCH = "nobody_here"  # type: ignore[attr-defined]  # pytest-django's settings
    database.put_on_role(connection)
    assert len(database.owner_connection()) == 1


def test_a_demo_may_be_run_by_its_owner(at: datetime) -> None:
    Mark.objects.create(name="demo", at=at)
    assert database.owner_connection() == []


@pytest.mark.postgres
def test_a_cursor_is_planned_to_be_read_to_its_end() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW cursor_tuple_fraction")
        assert cursor.fetchone() == ("1",)
