"""What tests of the log share: things that happen, hands that tamper, and the flush between transactional tests."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from django.db import connection
from django.test import TransactionTestCase

from huiyin.core import sealing, triggers, witnesses
from huiyin.core.actions import action
from huiyin.core.canonical import event_leaf
from huiyin.core.events import Fact, record
from huiyin.core.keys import Signer
from huiyin.core.merkle import Edge
from huiyin.core.models import Event, Leaf, Person
from huiyin.core.viewer import Viewer
from huiyin_witness import cli, state, verify_log

MACHINE = Viewer.system("test")


@dataclass(frozen=True, kw_only=True)
class PersonNamed(Fact):
    """A person has a name, for tests."""

    NAME: ClassVar[str] = "test.person_named"


@action
def name_person(*, by: Viewer, at: datetime, name: str, person: Person | None = None) -> Person:
    """A new person, or a new name for one."""
    person = person or Person()
    person.name = name
    person.save()
    record(PersonNamed(subject=f"person:{person.id}"), by=by, at=at)
    return person


@action
def remove_person(*, by: Viewer, at: datetime, person: Person) -> None:
    """A person is gone, as erasure may have it."""
    subject = f"person:{person.id}"
    person.delete()
    record(PersonNamed(subject=subject), by=by, at=at)


def people(count: int, at: datetime) -> list[Person]:
    """Some people, one event each."""
    return [name_person(by=MACHINE, at=at, name=f"张{number}") for number in range(count)]


@contextmanager
def without_triggers() -> Iterator[None]:
    """As a database administrator would: the triggers are dropped, and put back as if nothing had been."""
    settle()
    triggers.unprotect()
    try:
        yield
    finally:
        settle()
        triggers.make_triggers()


def settle() -> None:
    """PostgreSQL changes no table that has deferred checks waiting, and inside a test's transaction they wait."""
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def sql(statement: str, parameters: list[Any] | None = None) -> None:
    """A statement by hand, with nothing in its way."""
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement, parameters or [])


def key_of(person: Person) -> str:
    """A person's key as the database writes it."""
    return person.pk.hex if connection.vendor == "sqlite" else str(person.pk)


def drop_event(event_id: int) -> None:
    """An event and what is owed for it, gone."""
    sql("DELETE FROM core_delivery WHERE event_id = %s", [event_id])
    if connection.vendor == "postgresql":  # an administrator takes the constraint away first
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = 'core_leaf'::regclass AND contype = 'f'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE core_leaf DROP CONSTRAINT "{name}"')
    sql("DELETE FROM core_event WHERE id = %s", [event_id])


def cut_tail(count: int) -> None:
    """The last events, with their leaves."""
    leaves = list(Leaf.objects.order_by("-seq")[:count])
    for leaf in leaves:
        sql("DELETE FROM core_leaf WHERE seq = %s", [leaf.seq])
        sql("DELETE FROM core_delivery WHERE event_id = %s", [leaf.event_id])
        sql("DELETE FROM core_event WHERE id = %s", [leaf.event_id])


def rewrite(at: datetime, key: Signer) -> None:
    """Every leaf and checkpoint made anew over what the events say now, and signed."""
    events = list(Event.objects.order_by("leaf__seq"))
    for table in ("core_cosignature", "core_checkpoint", "core_leaf"):
        sql(f"DELETE FROM {table}")
    edge = Edge()
    for event in events:
        Leaf.objects.create(seq=edge.size, event=event, hash=event_leaf(event))
        edge.add(event_leaf(event))
    sealing._sign(edge, key, at)


def watched(folder: Path, at: datetime) -> state.Witness:
    """A witness in a folder that watches this log and has signed its newest checkpoint; all in this process."""
    made = state.Witness.make(folder, f"witness-{folder.parent.name}")
    sealing.seal_now(at)
    made.trust(verify_log.Key.parse(str(sealing.verifier())))
    show(made, at)
    return made


def show(witness: state.Witness, at: datetime) -> None:
    """Bring the newest checkpoint to a witness, as `huiyin witness push` does."""
    sealing.seal_now(at)
    checkpoint = sealing.newest()
    assert checkpoint is not None
    request = witnesses.request(witness.newest(sealing.origin()).size, checkpoint).decode()
    answer = witness.sign(*cli.parse(request), int(at.timestamp()))
    witnesses.accept(checkpoint, witnesses.known(str(witness.key)), answer)


def empty_log() -> None:
    """A log without what migrate itself told, so that a test can count from nothing."""
    with without_triggers(), connection.cursor() as cursor:
        for table in ("core_cosignature", "core_checkpoint", "core_leaf", "core_delivery", "core_event"):
            cursor.execute(f"DELETE FROM {table}")


def allow_flush() -> None:
    """Django empties every table between transactional tests; evidence would refuse, so its triggers go first.

    The flush ends in post_migrate, which makes them anew. On PostgreSQL rows are deleted where there are some: to
    truncate a hundred tables is to lay them and their indexes anew.
    """
    case: Any = TransactionTestCase
    flush = case._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        triggers.unprotect()
        flush(self)

    case._fixture_teardown = teardown
    if connection.vendor == "postgresql":
        operations: Any = connection.ops
        operations.sql_flush = _deletions


def _deletions(_style: Any, tables: Iterable[str], **_options: Any) -> list[str]:
    """What empties the tables; keys are compared at the end, so their order is free."""
    names = [connection.ops.quote_name(table) for table in tables]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {name})" for name in names))
        filled = cursor.fetchone()
    return [f"DELETE FROM {name}" for name, some in zip(names, filled, strict=True) if some]
