"""SG-49: whatever is changed by hand in SQL, `huiyin audit verify` ends with 1 and names it."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, models, transaction

from huiyin.casework.models import Clock, Judgement, Matter, Move, Reply
from huiyin.core import audit, sealing, witnesses
from huiyin.core.ids import uuid7
from huiyin.core.keys import signer
from huiyin.core.looks import look, seal_minutes
from huiyin.core.models import Checkpoint, Event, Leaf, Look, Person, SealedLook
from huiyin_witness import state
from tests.cast import Cast
from tests.evidence import cut_tail, people, rewrite, show, watched, without_triggers
from tests.rooms.casework import spine
from tests.rows import row

SEED = 20261125
MUTATIONS = 40


@pytest.fixture
def matter(cast: Cast, at: datetime) -> Matter:
    """One matter from the telephone to its end, all of it sealed."""
    found = spine.delivered(cast, at)
    spine.called(cast, found.id, at + timedelta(days=2, hours=3))
    sealing.seal_now(at)
    return found


def verdict(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and stderr of `huiyin audit verify`."""
    capsys.readouterr()
    try:
        call_command("audit", "verify", *arguments)
    except SystemExit as ended:
        return int(str(ended.code)), capsys.readouterr().err
    return 0, capsys.readouterr().err


def change(model: type[models.Model], pk: object, **values: Any) -> None:
    """An UPDATE past every guard of ours."""
    with without_triggers():
        models.QuerySet(model).filter(pk=pk).update(**values)


def due_date(matter: Matter) -> str:
    change(Matter, matter.pk, due_at=matter.opened_at + timedelta(days=99))
    return f"casework.matter:{matter.pk}：与日志不符（被改动）"


def clock(matter: Matter) -> str:
    found = Clock.objects.filter(matter=matter)[0]
    change(Clock, found.pk, due_at=found.due_at + timedelta(days=1))
    return f"casework.clock:{found.pk}：与日志不符（被改动）"


def reply(matter: Matter) -> str:
    found = Reply.objects.get(matter=matter)
    change(Reply, found.pk, text=found.text.replace("换新", "修好"))
    return f"casework.reply:{found.pk}：与日志不符（被改动）"


def grade(matter: Matter) -> str:
    found = Judgement.objects.get(matter=matter)
    change(Judgement, found.pk, grade=4)
    return f"casework.judgement:{found.pk}：与日志不符（被改动）"


def owner(matter: Matter) -> str:
    change(Matter, matter.pk, owner_body_id=uuid7())
    return f"casework.matter:{matter.pk}：与日志不符（被改动）"


def move_deleted(matter: Matter) -> str:
    found = Move.objects.filter(matter=matter).order_by("-seq")[0]
    with without_triggers():
        models.QuerySet(Move).filter(pk=found.pk)._raw_delete("default")
    return f"casework.move:{found.pk}：与日志不符（被删除）"


def move_changed(matter: Matter) -> str:
    found = Move.objects.filter(matter=matter).order_by("seq")[1]
    change(Move, found.pk, at=found.at - timedelta(hours=5))
    return f"casework.move:{found.pk}：与日志不符（被改动）"


def matter_inserted(matter: Matter) -> str:
    other = Matter.objects.get(pk=matter.pk)
    other.pk, other.code, other.external_id = uuid7(), "123456789", None
    models.QuerySet[Matter](Matter).bulk_create([other])
    return f"casework.matter:{other.pk}：与日志不符（日志里没有，是直接插入的）"


def a_byte_of_an_event(matter: Matter) -> str:
    event = Event.objects.filter(subject=str(matter.id)).order_by("id")[1]
    change(Event, event.pk, subject=event.subject[:-1] + ("0" if event.subject[-1] != "0" else "1"))
    return f"事件 {event.pk}（{event.name}）：与日志不符（封存后被改动）"


@row("SG-49")
@pytest.mark.parametrize(
    "tamper",
    [due_date, clock, reply, grade, owner, move_deleted, move_changed, matter_inserted, a_byte_of_an_event],
)
def test_a_change_by_hand_is_named(
    matter: Matter, tamper: Callable[[Matter], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(capsys) == (0, "")
    sentence = tamper(matter)
    assert verdict(capsys) == (1, sentence + "\n")


@row("SG-49")
def test_a_move_cannot_be_changed_without_dropping_its_trigger(matter: Matter) -> None:
    found = Move.objects.filter(matter=matter)[0]
    with pytest.raises(IntegrityError, match="casework_move refuses"), transaction.atomic():
        models.QuerySet(Move).filter(pk=found.pk).update(step="x")


@pytest.fixture
def witness(matter: Matter, at: datetime, tmp_path: Path) -> state.Witness:
    """Somebody outside who has seen the log."""
    return watched(tmp_path / "witness", at)


@row("SG-49")
def test_the_tail_cut_with_its_checkpoints_is_named_with_the_witness(
    witness: state.Witness, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    size = witness.newest(sealing.origin()).size
    with without_triggers():
        for model in (Move, Judgement):  # what the events told of goes too, so that nothing else is amiss
            newest = model._base_manager.order_by("-pk")[0]
            models.QuerySet(model).filter(pk=newest.pk)._raw_delete("default")
    cut_tail(2)
    rewrite(at, signer(make=False))
    code, said = verdict(capsys, "--witness", str(witness.folder))
    assert code == 1
    assert f"见过 {size} 条，现在只有 {size - 2} 条（尾部被截断，或恢复了旧备份）" in said


@row("SG-49")
def test_a_tree_rewritten_and_signed_with_the_real_key_is_named_with_the_witness(
    matter: Matter, witness: state.Witness, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    a_byte_of_an_event(matter)
    rewrite(at, signer(make=False))
    assert verdict(capsys) == (0, ""), "alone, nobody can know"
    code, said = verdict(capsys, "--witness", str(witness.folder))
    assert code == 1
    assert said.endswith("与现在的日志不同（日志被改写并重新签名，或恢复旧备份后又写过）\n")
    assert said.count("\n") == 1


@row("SG-49")
def test_yesterdays_backup_restored_is_named_with_the_witness(
    witness: state.Witness, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    yesterday = transaction.savepoint()
    people(5, at)
    show(witness, at)
    size = witness.newest(sealing.origin()).size
    assert verdict(capsys, "--witness", str(witness.folder)) == (0, "")
    transaction.savepoint_rollback(yesterday)
    code, said = verdict(capsys, "--witness", str(witness.folder))
    assert code == 1
    assert f"见过 {size} 条，现在只有 {size - 5} 条（尾部被截断，或恢复了旧备份）" in said
    people(9, at)
    sealing.seal_now(at)
    code, said = verdict(capsys, "--witness", str(witness.folder))
    assert code == 1
    assert f"见过的前 {size} 条，与现在的日志不同" in said
    with pytest.raises(state.Refused, match="it was rewritten"):
        show(witness, at)


@row("SG-49")
def test_the_word_of_a_witness_that_was_forged_is_named(
    witness: state.Witness, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    from huiyin.core.models import Cosignature

    change(Cosignature, Cosignature.objects.get().pk, at=at + timedelta(hours=1))
    code, said = verdict(capsys)
    assert (code, said) == (1, f"见证方“{witness.key.name}”的签名不对\n")


@row("SG-49")
def test_a_whole_minute_of_looks_taken_out_is_named(
    witness: state.Witness, cast: Cast, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    look(cast.chen.viewer(at), kind="reveal", subject="x", at=at - timedelta(minutes=4))
    seal_minutes(at)
    show(witness, at)
    batch = SealedLook.objects.get().batch
    with without_triggers():
        for model in (SealedLook, Look):
            models.QuerySet[Any](model).filter()._raw_delete("default")
    code, said = verdict(capsys)
    assert code == 1 and str(batch) in said


@row("SG-49")
@pytest.mark.slow
def test_any_random_change_is_noticed_and_an_untouched_log_never_is(
    witness: state.Witness, cast: Cast, at: datetime
) -> None:
    for minute in range(3):
        look(cast.chen.viewer(at), kind="reveal", subject="x", at=at - timedelta(minutes=4 - minute))
    seal_minutes(at)
    show(witness, at)
    seen = [witnesses.seen(witness.folder)]
    chance = random.Random(SEED)
    with without_triggers():
        for number in range(MUTATIONS):
            if number % 10 == 0:
                assert audit.verify(at, seen).told() == [], "a false alarm"
            point = transaction.savepoint()
            done = mutate(chance)
            assert audit.verify(at, seen), f"seed {SEED}, mutation {number} went unnoticed: {done}"
            transaction.savepoint_rollback(point)


def mutate(chance: random.Random) -> str:
    """One random change, deletion or insertion somewhere in the evidence or a kept row; says what it was."""
    tables = [model for model in audit.kept_models() if model._base_manager.exists()]
    tables += [Event, Leaf, Look, SealedLook, Person, Matter, Move] * 4
    model = chance.choice(tables)
    rows = list(model._base_manager.order_by("pk"))
    one = chance.choice(rows)
    kind = chance.choice(["change", "change", "change", "delete", "insert", "swap"])
    if kind == "delete":
        models.QuerySet(model).filter(pk=one.pk)._raw_delete("default")
        return f"delete {model.__name__} {one.pk}"
    if kind == "insert" and model not in (Event, Leaf, Look, SealedLook):
        return inserted(model, one)
    if kind == "swap" and model is Person and len(rows) > 1:
        other = chance.choice([two for two in rows if isinstance(two, Person) and two.pk != one.pk])
        models.QuerySet(model).filter(pk=one.pk).update(name=other.name + "·", salt=other.salt)
        return f"swap {one.pk} {other.pk}"
    return changed(model, one, chance)


def changed(model: type[models.Model], one: models.Model, chance: random.Random) -> str:
    """One column of a row made another; a column whose constraint refuses the new value is passed over."""
    fields = list(changeable(model))
    for field in chance.sample(fields, len(fields)):
        before = getattr(one, field.attname)
        after = altered(field, before, chance)
        try:
            with transaction.atomic():
                models.QuerySet(model).filter(pk=one.pk).update(**{field.attname: after})
        except IntegrityError:
            continue
        return f"{model.__name__} {one.pk} {field.attname}: {before!r} → {after!r}"
    raise AssertionError(f"nothing of {model.__name__} can be changed")


def inserted(model: type[models.Model], one: models.Model) -> str:
    """A second row like one, where the table's constraints let it; otherwise one taken away."""
    pk = one.pk
    kind = model._meta.pk.get_internal_type()
    if kind != "UUIDField" or any(field.unique for field in model._meta.concrete_fields if not field.primary_key):
        models.QuerySet(model).filter(pk=pk)._raw_delete("default")
        return f"delete {model.__name__} {pk}"
    one.pk = uuid7()
    try:
        with transaction.atomic():
            models.QuerySet[models.Model](model).bulk_create([one])
    except IntegrityError as refused:
        models.QuerySet(model).filter(pk=pk)._raw_delete("default")
        return f"delete {model.__name__} {pk} ({type(refused).__name__})"
    return f"insert {model.__name__} {one.pk}"


def changeable(model: type[models.Model]) -> Iterator[Any]:
    """Columns that can take another value without breaking a constraint."""
    for field in model._meta.concrete_fields:
        plain = field.get_internal_type() in {"CharField", "TextField", "JSONField", "BinaryField", "DateTimeField"}
        if plain and not field.unique and not field.primary_key and not field.is_relation:
            yield field
    if model is SealedLook:
        yield SealedLook._meta.get_field("batch")


def altered(field: Any, value: Any, chance: random.Random) -> Any:
    """Another value of the column's type, as near as can be."""
    kind = field.get_internal_type()
    if kind == "UUIDField":
        return uuid7()
    if kind == "JSONField":
        return {**value, "x": 1} if isinstance(value, dict) else [*(value or []), 1]
    if kind == "DateTimeField":
        return datetime.fromisoformat("2026-01-01T00:00Z") if value is None else value + timedelta(microseconds=1)
    if kind == "BinaryField":
        data = bytearray(value or b"\x00")
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(data) if value is not None else b"\x00"
    text = value or ""
    return text[:-1] + chr(ord(text[-1]) ^ 1) if text else "x"


def test_the_checkpoint_is_part_of_what_is_watched(witness: state.Witness, at: datetime) -> None:
    newest = sealing.newest()
    assert newest is not None
    for values in (
        {"root": bytes(32)},
        {"edge": bytes(32)},
        {"at": at + timedelta(seconds=1)},
        {"key_id": "00000000"},
        {"signature": bytes(64)},
    ):
        point = transaction.savepoint()
        change(Checkpoint, newest.pk, **values)
        assert audit.verify(at), values
        transaction.savepoint_rollback(point)
