"""Many rows at once: laid by their states, committed to by a root, found again by whoever verifies."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection

from huiyin.core import bulk, rowset
from huiyin.core.actions import action
from huiyin.core.audit import verify
from huiyin.core.canonical import plain, row_digest, row_state
from huiyin.core.events import record
from huiyin.core.ids import uuid7
from huiyin.core.kept import OutsideAction, current_change
from huiyin.core.models import Event, Person, RowSet
from huiyin.core.sealing import seal_now
from huiyin.core.triggers import make_triggers, unprotect
from huiyin.core.viewer import Viewer
from huiyin.register.events import PhoneSet
from huiyin.register.models import Household, ImportRun, Resident

pytestmark = pytest.mark.django_db
SYSTEM = Viewer.system("tests")


def people(count: int) -> list[dict[str, str]]:
    """States of new persons."""
    return [{"id": str(uuid7()), "name": f"测试{number}"} for number in range(count)]


@action
def laid(*, by: Viewer, at: datetime, states: list[dict[str, str]]) -> dict[str, str]:
    """Lay persons; the commitments of the action."""
    bulk.lay(Person, states)
    record(PhoneSet(subject=str(uuid4())), by=by, at=at)
    return dict(current_change().digests)


def test_a_laid_row_is_the_row_that_was_committed_to(at: datetime) -> None:
    digests = laid(by=SYSTEM, at=at, states=people(3))
    rows = list(Person.objects.all())
    assert {f"core.person:{one.pk}": row_digest(one) for one in rows} == digests
    assert [one.pinyin for one in rows] == ["", "", ""]


def test_every_kind_of_column_is_laid_as_it_would_be_saved(at: datetime) -> None:
    @action
    def all_kinds(*, by: Viewer, at: datetime) -> dict[str, str]:
        home, person = str(uuid7()), str(uuid7())
        bulk.lay(Person, [{"id": person, "name": "测"}])
        bulk.lay(
            Household,
            [
                {
                    "id": home,
                    "code": "H1",
                    "place_code": "990101101201",
                    "door": b"\x00\xff".hex(),
                    "since": "2026-01-02",
                }
            ],
        )
        state = {"id": str(uuid7()), "person_id": person, "household_id": home, "relation": "head"}
        bulk.lay(Resident, [state | {"since": "2026-01-02", "recorded_at": plain(at)}])
        run = ImportRun(
            kind="links", file_name="x", form="csv", sha256="0", size=1, since=at.date(), added_at=at, worked_at=at
        )
        run.counts = {"new": 3}
        bulk.lay(ImportRun, [row_state(run)])
        record(PhoneSet(subject=home), by=by, at=at)
        return dict(current_change().digests)

    digests = all_kinds(by=SYSTEM, at=at)
    for model in (Person, Household, Resident, ImportRun):
        for one in model.objects.all():
            assert digests[f"{one._meta.label_lower}:{one.pk}"] == row_digest(one)
    assert bytes(Household.objects.get().door or b"") == b"\x00\xff"
    assert ImportRun.objects.get().counts == {"new": 3}


def test_nothing_is_laid_outside_an_action() -> None:
    with pytest.raises(OutsideAction):
        bulk.lay(Person, people(1))


def test_few_rows_are_named_by_the_event_itself_and_many_by_their_root(at: datetime) -> None:
    laid(by=SYSTEM, at=at, states=people(rowset.MANY))
    event = Event.objects.latest("id")
    assert len(event.rows) == rowset.MANY
    assert not RowSet.objects.exists()
    digests = laid(by=SYSTEM, at=at, states=people(rowset.MANY + 1))
    event = Event.objects.latest("id")
    assert event.rows == {rowset.ALL: rowset.root_of(digests)}
    assert rowset.unpack(RowSet.objects.get(event=event).rows) == digests


def test_a_set_of_rows_that_was_changed_or_is_gone_is_named(at: datetime) -> None:
    laid(by=SYSTEM, at=at, states=people(rowset.MANY + 1))
    seal_now(at)
    assert not verify(at).sentences
    event = Event.objects.latest("id")
    whole = RowSet.objects.get(event=event).rows
    found = rowset.unpack(whole)
    found.popitem()
    for changed in (rowset.pack(found), b"x", bytes(whole)[:-3]):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # triggers are taken away only when nothing waits
        unprotect()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE core_rowset SET rows = %s", [changed])
        make_triggers()
        assert any(str(event.pk) in said and "commitments" in said for said in verify(at, language="en").sentences)


def test_the_root_is_that_of_the_page_of_the_logs_format() -> None:
    import hashlib

    leaves = [
        hashlib.sha256(b"\x00huiyin-rows-v1\x00" + key + b"\x00" + digest).digest()
        for key, digest in ((b"a.b:1", b"aa"), (b"a.b:2", b""))
    ]
    wanted = hashlib.sha256(b"\x01" + leaves[0] + leaves[1]).hexdigest()
    assert rowset.root_of({"a.b:2": "", "a.b:1": "aa"}) == wanted


@pytest.mark.parametrize("stored", [b"", b"x", rowset.pack({"a": "b"})[:-2], rowset.pack({"a": 1})])  # type: ignore[dict-item]  # what no action writes
def test_what_is_no_set_of_rows_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match="set of rows"):
        rowset.unpack(stored)
