"""`huiyin audit verify` names what was changed by hand."""

import json
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.db import connection
from django.db.models import Model

from huiyin.core import audit, sealing
from huiyin.core.canonical import event_leaf
from huiyin.core.keys import Signer
from huiyin.core.models import Checkpoint, Event, Leaf, Person, RulebookVersion
from tests.evidence import (
    MACHINE,
    cut_tail,
    drop_event,
    empty_log,
    key_of,
    name_person,
    people,
    remove_person,
    rewrite,
    sql,
)
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(at: datetime) -> list[Person]:
    """Six people, all of it sealed in two batches, and one of them gone again."""
    found = people(3, at)
    sealing.seal_now(at)
    found += people(3, at)
    remove_person(by=MACHINE, at=at, person=found.pop())
    name_person(by=MACHINE, at=at, name="改名", person=found[0])
    sealing.seal_now(at)
    return found


def told(at: datetime) -> list[str]:
    """What verify says, in English."""
    return audit.verify(at, language="en").told()


@row("SG-49")
def test_a_log_nobody_touched_verifies(sealed: list[Person], at: datetime) -> None:
    found = audit.verify(at)
    assert found.told() == []
    assert found.events == Event.objects.count()
    assert found.rows >= 5
    assert found.checkpoints == Checkpoint.objects.count()
    newest = sealing.newest()
    assert newest is not None
    assert found.root == bytes(newest.root)


@row("SG-49")
@pytest.mark.parametrize(
    "change",
    [
        "name = 'test.person_renamed'",
        "at = '2026-11-18 01:45:00+00:00'",
        "recorded_at = '2026-11-18 01:44:01+00:00'",
        "subject = 'person:0'",
        "data = '{\"n\": 1}'",
        "by_name = 'mayor'",
        "by_id = '{uuid}'",
        "request_id = 'abc'",
        "rows = '{}'",
    ],
)
def test_one_changed_byte_of_an_event_is_named(sealed: list[Person], at: datetime, change: str) -> None:
    event = Event.objects.filter(name="test.person_named").order_by("id")[1]
    uuid = "01890000-0000-7000-8000-000000000000"
    if connection.vendor == "sqlite":
        uuid = uuid.replace("-", "")
        change = change.replace("+00:00", "")
    sql(f"UPDATE core_event SET {change.replace('{uuid}', uuid)} WHERE id = %s", [event.id])
    assert (
        f"event {event.id} ({Event.objects.get(id=event.id).name}): differs from the log (changed after sealing)"
        in (told(at))
    )


@row("SG-49")
def test_an_event_that_is_none_any_more_is_named(sealed: list[Person], at: datetime) -> None:
    event = Event.objects.order_by("id")[0]
    sql("UPDATE core_event SET data = '0.5' WHERE id = %s", [event.id])
    assert f"event {event.id}: not written as events are (changed)" in told(at)


@row("SG-49")
def test_a_deleted_event_is_named(sealed: list[Person], at: datetime) -> None:
    event = Event.objects.filter(name="test.person_named").order_by("id")[1]
    drop_event(event.id)
    assert f"event {event.id}: differs from the log (deleted after sealing)" in told(at)
    sql("DELETE FROM core_leaf WHERE event_id = %s", [event.id])  # the end of a test looks for loose ends


@row("SG-49")
def test_an_event_deleted_with_its_leaf_is_named(sealed: list[Person], at: datetime) -> None:
    leaf = Leaf.objects.order_by("seq")[2]
    sql("DELETE FROM core_leaf WHERE seq = %s", [leaf.seq])
    drop_event(leaf.event_id)
    sentences = told(at)
    assert "entry 2 of the log: missing (deleted)" in sentences
    assert any(sentence.endswith("its root differs from the log (the log was rewritten)") for sentence in sentences)


@row("SG-49")
def test_a_changed_row_is_named(sealed: list[Person], at: datetime) -> None:
    sql("UPDATE core_person SET name = '李四' WHERE id = %s", [key_of(sealed[1])])
    assert told(at) == [f"core.person:{sealed[1].pk}: differs from the log (changed)"]
    assert audit.verify(at).told() == [f"core.person:{sealed[1].pk}：与日志不符（被改动）"]


@row("SG-49")
def test_a_deleted_row_is_named(sealed: list[Person], at: datetime) -> None:
    sql("DELETE FROM core_person WHERE id = %s", [key_of(sealed[1])])
    assert told(at) == [f"core.person:{sealed[1].pk}: differs from the log (deleted)"]


@row("SG-49")
def test_an_inserted_row_is_named(sealed: list[Person], at: datetime) -> None:
    person = Person(name="无中生有")
    Model.save(person)
    assert told(at) == [f"core.person:{person.pk}: differs from the log (not in it: inserted directly)"]


@row("SG-49")
def test_a_removed_row_that_came_back_is_named(sealed: list[Person], at: datetime) -> None:
    gone = Event.objects.filter(name="test.person_named").order_by("id")[6]
    key = next(iter(gone.rows))
    person = Person(id=key.partition(":")[2], name="张2")
    Model.save(person)
    assert told(at) == [f"{key}: differs from the log (not in it: inserted directly)"]


@row("SG-49")
def test_an_older_state_put_back_is_named(at: datetime) -> None:
    person = name_person(by=MACHINE, at=at, name="甲")
    before = (person.name, bytes(person.salt))
    name_person(by=MACHINE, at=at, name="乙", person=person)
    sealing.seal_now(at)
    sql("UPDATE core_person SET name = %s, salt = %s WHERE id = %s", [*before, key_of(person)])
    assert told(at) == [f"core.person:{person.pk}: differs from the log (changed)"]


def test_a_rulebook_changed_by_hand_is_named(at: datetime) -> None:
    version = RulebookVersion.objects.order_by("pk").first()
    if version is None:
        pytest.fail("migrate activates a programme")
    sql("UPDATE core_rulebookversion SET body = '{}'")
    assert f"core.rulebookversion:{version.pk}: differs from the log (changed)" in told(at + timedelta(seconds=1))


@row("SG-49")
def test_the_tail_cut_off_is_named(sealed: list[Person], at: datetime) -> None:
    newest = sealing.newest()
    assert newest is not None
    cut_tail(2)
    assert (
        f"the log has {newest.size - 2} entries, a checkpoint was signed at {newest.size} (the tail was cut)"
        in told(at)
    )


@row("SG-49")
def test_a_leaf_put_right_after_its_event_was_changed_is_named(sealed: list[Person], at: datetime) -> None:
    event = Event.objects.order_by("id")[0]
    sql("UPDATE core_event SET name = 'x.y' WHERE id = %s", [event.id])
    sql("UPDATE core_leaf SET hash = %s WHERE event_id = %s", [event_leaf(Event.objects.get(id=event.id)), event.id])
    first, last = Checkpoint.objects.order_by("size")[:2]
    assert f"checkpoint at {first.size}: its root differs from the log (the log was rewritten)" in told(at)
    assert f"checkpoint at {last.size}: its root differs from the log (the log was rewritten)" in told(at)


@row("SG-49")
def test_a_tree_rewritten_and_signed_with_another_key_is_named(sealed: list[Person], at: datetime) -> None:
    rewrite(at, Signer(Ed25519PrivateKey.generate()))
    sentences = told(at)
    newest = sealing.newest()
    assert newest is not None
    assert sentences == [f"checkpoint at {newest.size}: signed by key {newest.key_id}, which is not this log's"]


@row("SG-49")
def test_a_forged_signature_is_named(sealed: list[Person], at: datetime) -> None:
    newest = sealing.newest()
    assert newest is not None
    sql("UPDATE core_checkpoint SET signature = %s WHERE id = %s", [bytes(64), newest.pk])
    assert told(at) == [f"checkpoint at {newest.size}: the signature is wrong (forged)"]


@row("SG-49")
def test_the_last_checkpoint_taken_away_is_named(sealed: list[Person], at: datetime) -> None:
    first, last = Checkpoint.objects.order_by("-size")[:2][::-1]
    sql("DELETE FROM core_checkpoint WHERE id = %s", [last.pk])
    assert told(at) == [f"the log has {last.size} entries, its last checkpoint stands at {first.size}"]


@row("SG-49")
def test_an_event_nobody_sealed_is_named_after_a_minute(sealed: list[Person], at: datetime) -> None:
    event = Event.objects.create(name="slipped.in", at=at, recorded_at=at, subject="x")
    assert told(at + timedelta(seconds=59)) == []
    assert told(at + timedelta(seconds=61)) == [f"event {event.id} (slipped.in): not sealed for more than a minute"]


def test_what_happened_a_moment_ago_counts_though_it_is_not_sealed_yet(sealed: list[Person], at: datetime) -> None:
    name_person(by=MACHINE, at=at, name="新名", person=sealed[1])
    assert told(at) == []


def test_a_flood_of_faults_is_cut(at: datetime) -> None:
    people(audit.SHOWN + 5, at)
    sql("UPDATE core_person SET pinyin = 'x'")
    sentences = told(at)
    assert len(sentences) == audit.SHOWN + 1
    assert sentences[-1] == "… and 5 more of this kind"


def test_a_table_the_program_does_not_know_is_named(at: datetime) -> None:
    Event.objects.create(name="x.y", at=at, recorded_at=at, subject="x", rows={"old.table:1": "ab", "old.table:2": ""})
    sealing.seal_now(at)
    assert told(at) == ["old.table: the log has 1 rows of it, the program has no such table"]


def test_an_empty_log_verifies(at: datetime) -> None:
    empty_log()
    for model in audit.kept_models():
        sql(f'DELETE FROM "{model._meta.db_table}"')
    found = audit.verify(at)
    assert (found.told(), found.events) == ([], 0)


@row("SG-49")
def test_the_command_says_what_is_wrong_and_exits_with_one(
    sealed: list[Person], capsys: pytest.CaptureFixture[str], at: datetime
) -> None:
    call_command("audit", "verify")
    assert "root " in capsys.readouterr().out
    sql("UPDATE core_person SET name = '李四' WHERE id = %s", [key_of(sealed[1])])
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "verify", "--language", "en")
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"core.person:{sealed[1].pk}: differs from the log (changed)\n"


def test_the_checkpoint_command_prints_a_note_and_a_key(
    sealed: list[Person], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("audit", "checkpoint")
    out = capsys.readouterr().out
    assert out.startswith(sealing.origin())
    assert str(sealing.verifier()) in out


def test_findings_are_json_ready(sealed: list[Person], at: datetime) -> None:
    assert json.dumps(audit.verify(at).told()) == "[]"
