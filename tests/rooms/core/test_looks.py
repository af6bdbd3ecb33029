"""Looks leave a trace that cannot be taken away."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from huiyin.core import audit, sealing
from huiyin.core.canonical import look_leaf
from huiyin.core.looks import look, seal_minutes
from huiyin.core.merkle import root
from huiyin.core.models import Event, Look, SealedLook
from huiyin.core.viewer import Viewer
from tests.evidence import MACHINE, sql
from tests.rows import row

pytestmark = pytest.mark.django_db


def looked(at: datetime) -> list[Look]:
    """Three looks in two minutes."""
    who = Viewer(person_id=uuid4(), account_id=7, on_behalf_of=uuid4())
    look(who, kind="reveal", subject="resident:1", at=at - timedelta(minutes=3), reason="核对电话")
    look(who, kind="export", subject="matters", at=at - timedelta(minutes=3) + timedelta(seconds=9))
    look(MACHINE, kind="sealed_read", subject="matter:2", at=at - timedelta(minutes=2))
    return list(Look.objects.order_by("id"))


@row("SG-49")
def test_each_minute_becomes_one_event_with_the_root_of_its_looks(at: datetime) -> None:
    looks = looked(at)
    assert seal_minutes(at) == 3
    first, second = Event.objects.filter(name="core.looks_sealed").order_by("id")
    assert first.data == {"minute": "2026-11-18T01:41Z", "count": 2, "root": root(map(look_leaf, looks[:2])).hex()}
    assert second.data["count"] == 1
    assert set(SealedLook.objects.values_list("batch", flat=True)) == {
        UUID(first.subject),
        UUID(second.subject),
    }
    assert seal_minutes(at) == 0


def test_the_minute_that_is_not_over_waits(at: datetime) -> None:
    look(MACHINE, kind="reveal", subject="x", at=at + timedelta(seconds=5))
    assert seal_minutes(at + timedelta(seconds=30)) == 0
    assert seal_minutes(at + timedelta(seconds=60)) == 1


def test_a_look_that_was_committed_late_gets_a_batch_of_its_own(at: datetime) -> None:
    looked(at)
    seal_minutes(at)
    look(MACHINE, kind="reveal", subject="late", at=at - timedelta(minutes=3))
    assert seal_minutes(at) == 1
    sealing.seal_now(at)
    assert audit.verify(at).counts == {}


@row("SG-49")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_look SET kind = 'masked' WHERE id = %s",
        "UPDATE core_look SET person_id = NULL WHERE id = %s",
        "DELETE FROM core_sealedlook WHERE look_id = %s",
    ],
)
def test_a_look_that_was_changed_or_taken_out_of_its_minute_is_missed(at: datetime, statement: str) -> None:
    looks = looked(at)
    seal_minutes(at)
    sealing.seal_now(at)
    assert audit.verify(at).looks == 3
    sql(statement, [looks[0].id])
    found = audit.verify(at, language="en")
    assert found.counts["looks_changed"] == 1
    assert "2026-11-18T01:41Z): differ from the log" in found.told()[0]


@row("SG-49")
def test_a_minute_of_looks_that_vanished_is_missed(at: datetime) -> None:
    looks = looked(at)
    seal_minutes(at)
    sealing.seal_now(at)
    sql("DELETE FROM core_sealedlook WHERE look_id = %s", [looks[2].id])
    sql("DELETE FROM core_look WHERE id = %s", [looks[2].id])
    assert audit.verify(at).counts == {"looks_changed": 1}


def test_a_look_nobody_sealed_is_named(at: datetime) -> None:
    looks = looked(at)
    assert audit.verify(at + timedelta(minutes=4), language="en").told()[0] == (
        f"look {looks[0].id}: not sealed for more than three minutes"
    )
