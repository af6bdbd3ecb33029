"""Every event becomes a leaf of one signed tree."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from django.db import connection, transaction

from huiyin.core import sealing
from huiyin.core.actions import action
from huiyin.core.canonical import encode, event_leaf, leaf_of, row_digest, row_key, storable, stored_digest
from huiyin.core.eventlog import body, select
from huiyin.core.events import record
from huiyin.core.kept import OutsideAction
from huiyin.core.keyfiles import UnsafeKeys
from huiyin.core.keys import parse_line, signature_lines
from huiyin.core.merkle import consistent, included, root
from huiyin.core.models import Checkpoint, Event, Leaf, Official, Person, RulebookVersion, SpecialDay
from huiyin.core.viewer import Viewer
from tests.evidence import MACHINE, PersonNamed, empty_log, name_person, people, remove_person
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(db: None) -> None:
    """Nothing has happened yet."""
    empty_log()


def late(at: datetime, name: str) -> Event:
    """An event recorded at a moment."""
    return Event.objects.create(name=name, at=at, recorded_at=at, subject="x", data={"n": 1}, rows={})


@row("SG-49")
def test_every_event_gets_a_leaf_and_the_batch_a_signed_root(at: datetime) -> None:
    people(5, at)
    assert sealing.seal_now(at) == 5
    leaves = list(Leaf.objects.order_by("seq"))
    assert [leaf.seq for leaf in leaves] == [0, 1, 2, 3, 4]
    assert [bytes(leaf.hash) for leaf in leaves] == [event_leaf(event) for event in Event.objects.order_by("id")]
    checkpoint = Checkpoint.objects.get()
    assert (checkpoint.size, bytes(checkpoint.root)) == (5, root(bytes(leaf.hash) for leaf in leaves))
    text, signatures = signature_lines(sealing.note(checkpoint))
    name, identity, signature = signatures[0]
    verifier = sealing.verifier()
    assert (name, identity) == (verifier.name, verifier.id) == (sealing.origin(), checkpoint.key_id)
    assert verifier.signed(text, signature)
    assert not verifier.signed(text.replace(b"\n5\n", b"\n6\n"), signature)


def test_the_second_batch_grows_the_first(at: datetime) -> None:
    people(3, at)
    sealing.seal_now(at)
    people(6, at)
    sealing.seal_now(at)
    first, second = Checkpoint.objects.order_by("size")
    assert (first.size, second.size) == (3, 9)
    assert bytes(second.root) == root(
        bytes(leaf) for leaf in Leaf.objects.order_by("seq").values_list("hash", flat=True)
    )
    proof = sealing.consistency_proof(3, second)
    assert consistent(3, bytes(first.root), 9, bytes(second.root), proof)
    for seq, event in enumerate(Event.objects.order_by("id")):
        place, path = sealing.inclusion_proof(event.id, second)
        assert place == seq
        assert included(event_leaf(event), seq, 9, path, bytes(second.root))


def test_nothing_new_makes_no_checkpoint(at: datetime) -> None:
    people(1, at)
    assert sealing.seal_now(at) == 1
    assert sealing.seal_now(at) == 0
    assert Checkpoint.objects.count() == 1


@row("SG-49")
def test_an_event_that_was_committed_late_is_not_passed_by(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_sweeps", sealing._Sweeps())
    late(at, "new")
    sealing.seal(at)
    behind = late(at - timedelta(minutes=30), "began early, ended late")
    assert sealing.seal(at) == 1, "a window of an hour is due half a minute after the sweep of everything"
    ancient = late(at - timedelta(days=3), "much later still")
    assert sealing.seal(at) == 0, "the next round looks at two minutes only"
    sealing._sweeps._last.clear()
    assert sealing.seal(at) == 1
    assert list(Leaf.objects.order_by("seq").values_list("event_id", flat=True))[1:] == [behind.id, ancient.id]


def test_batches_are_cut_and_nothing_is_left(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    monkeypatch.setattr(sealing, "_sweeps", sealing._Sweeps())
    people(11, at)
    assert sealing.seal(at) == 11
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [4, 8, 11]


def test_an_event_that_cannot_be_written_does_not_stop_the_others(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    good = late(at, "good")
    bad = Event.objects.create(name="bad", at=at, recorded_at=at, subject="x", data={"share": 0.5}, rows={})
    last = late(at, "last")
    assert sealing.seal_now(at) == 2
    assert set(Leaf.objects.values_list("event_id", flat=True)) == {good.id, last.id}
    assert f"event {bad.id} cannot be sealed" in caplog.text
    assert sealing.oldest_unsealed(at + timedelta(seconds=90)) == timedelta(seconds=90)


def test_health_sees_how_long_the_oldest_waits(at: datetime) -> None:
    assert sealing.oldest_unsealed(at) == timedelta(0)
    late(at, "waits")
    assert sealing.oldest_unsealed(at + timedelta(seconds=61)) == timedelta(seconds=61)
    sealing.seal_now(at)
    assert sealing.oldest_unsealed(at + timedelta(seconds=61)) == timedelta(0)


def test_an_action_cannot_seal(at: datetime) -> None:
    @action
    def eager(*, by: Viewer, at: datetime) -> None:
        record(PersonNamed(subject="x"), by=by, at=at)
        sealing.seal_now(at)

    with pytest.raises(OutsideAction):
        eager(by=MACHINE, at=at)


def test_a_log_whose_key_is_gone_signs_nothing_new(at: datetime, settings: object, tmp_path: object) -> None:
    people(1, at)
    sealing.seal_now(at)
    settings.HUIYIN_HOME = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    people(1, at)
    with pytest.raises(UnsafeKeys, match=r"log\.pem is missing"):
        sealing.seal_now(at)


def test_plain_sql_and_the_orm_give_the_same_bytes(at: datetime) -> None:
    events = [
        Event(name="a", at=datetime(1, 1, 1, tzinfo=UTC), recorded_at=datetime(9999, 12, 31, tzinfo=UTC), subject="早"),
        Event(
            name="b", at=at, recorded_at=at.replace(microsecond=7), subject="", data={"乙": [1, None, True], "a": {}}
        ),
        Event(name="c", at=at.astimezone(timezone(timedelta(hours=14))), recorded_at=at, subject='\u2028\x7f"\\/\n'),
        Event(name="d", at=at, recorded_at=at, subject="😀", by_id=uuid4(), on_behalf_of_id=uuid4(), by_name="ü"),
        Event(
            name="e", at=at, recorded_at=at, subject="x", data={"big": 2**60, "neg": -1, "s": "é\u0301"}, rows={"k": ""}
        ),
    ]
    Event.objects.bulk_create(events)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {select()} FROM core_event e ORDER BY e.id")
        rows = cursor.fetchall()
    stored = list(Event.objects.order_by("id"))
    assert [leaf_of(body(one)) for one in rows] == [event_leaf(one) for one in stored]
    assert [event_leaf(one) for one in events] == [event_leaf(one) for one in stored], "the receipt is known at once"
    assert b'"at":"0001-01-01T00:00:00.000000Z"' in body(rows[0])


def test_reading_columns_and_building_rows_give_the_same_commitment(at: datetime) -> None:
    @action
    def fill(*, by: Viewer, at: datetime) -> None:
        person = Person.objects.create(name="欧阳雪", pinyin="ouyang xue")
        Official.objects.create(person=person, number="7", since=at.date())
        SpecialDay.objects.create(day=date(1999, 2, 16), kind="holiday", name="春节")
        RulebookVersion.objects.create(hash="h", county="望川", body="{}", in_force_from=at)
        record(PersonNamed(subject="x"), by=by, at=at)

    fill(by=MACHINE, at=at)
    for model in (Person, Official, RulebookVersion, SpecialDay):
        columns, digest = stored_digest(model)
        committed = [key for key in Event.objects.get().rows if key.startswith(f"{model._meta.label_lower}:")]
        stored = [row for row in model._default_manager.all() if row_key(row) in committed]
        read = dict(digest(values) for values in model._default_manager.values_list(*columns))
        assert len(stored) == 1
        assert read[committed[0]] == row_digest(stored[0]) == Event.objects.get().rows[committed[0]]


def test_the_event_commits_to_what_was_written_and_not_to_what_the_object_became(at: datetime) -> None:
    person = name_person(by=MACHINE, at=at, name="甲")

    @action
    def careless(*, by: Viewer, at: datetime) -> None:
        mine, other = Person.objects.get(), Person.objects.get()
        mine.name = "乙"
        mine.save(update_fields=["name"])
        other.pinyin = "bing"
        other.save(update_fields=["pinyin"])
        other.name = "never saved"
        record(PersonNamed(subject="x"), by=by, at=at)

    careless(by=MACHINE, at=at)
    stored = Person.objects.get()
    assert (stored.name, stored.pinyin) == ("乙", "bing")
    assert Event.objects.order_by("-id")[0].rows == {f"core.person:{person.pk}": row_digest(stored)}


def test_a_row_that_is_gone_is_committed_to_as_gone(at: datetime) -> None:
    person = name_person(by=MACHINE, at=at, name="甲")
    key = f"core.person:{person.pk}"
    remove_person(by=MACHINE, at=at, person=person)
    assert Event.objects.order_by("-id")[0].rows == {key: ""}


def test_an_event_takes_nothing_that_one_of_the_databases_would_change() -> None:
    for wrong in (0.5, float("nan"), "\ud800", "nul \x00", object()):
        with pytest.raises((TypeError, ValueError)):
            storable({"value": wrong})
    assert encode({"b": 1, "a": ["二", None]}) == '{"a":["二",null],"b":1}'.encode()


def test_a_line_that_is_no_signature_is_refused() -> None:
    for wrong in ("- name AAAAAAAA", "— name AAAA", "— name ***", "nonsense"):
        with pytest.raises(ValueError):
            parse_line(wrong)
    with pytest.raises(ValueError, match="no signed note"):
        signature_lines(b"just text\n")


@pytest.mark.django_db(transaction=True)
@row("SG-49")
def test_many_sealers_make_one_tree_while_others_write(at: datetime) -> None:
    def write(number: int) -> None:
        try:
            for _ in range(10):
                name_person(by=MACHINE, at=at, name=f"张{number}")
        finally:
            connection.close()

    def seal(_: int) -> None:
        try:
            for _ in range(8):
                sealing.seal_now(at)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        for done in [*(pool.submit(write, n) for n in range(4)), *(pool.submit(seal, n) for n in range(4))]:
            done.result()
    sealing.seal_now(at)
    hashes = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("seq")]
    assert list(Leaf.objects.order_by("seq").values_list("seq", flat=True)) == list(range(40))
    for checkpoint in Checkpoint.objects.all():
        assert bytes(checkpoint.root) == root(hashes[: checkpoint.size])


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_second_sealer_leaves_the_first_alone(at: datetime) -> None:
    people(1, at)

    def other() -> int:
        try:
            return sealing.seal(at)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert sealing._locked(wait=True)
            assert pool.submit(other).result() == 0
        assert pool.submit(other).result() == 1
