"""Workers side by side, slow ones and dying ones: what is owed is done once (decisions.md, Worker)."""

from datetime import datetime, timedelta

import pytest

from huiyin.core import events, worker
from huiyin.core.events import Subscription, Told
from huiyin.core.models import Delivery, Event, Mark, Tick
from huiyin.core.worker import ATTEMPTS, LEASE, Taken
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LATE = LEASE + timedelta(seconds=1)


WRITES = "tests.write_down"


def write_down(told: list[Told], *, at: datetime) -> None:
    """A consumer whose effect can be counted: a row for each event and time it is done."""
    Mark.objects.bulk_create(Mark(name=f"done {one.event_id} {at:%H:%M:%S}", at=at) for one in told)


@pytest.fixture
def owed(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Three events owed to that consumer, and nothing else owed."""
    monkeypatch.setitem(events._by_name, WRITES, Subscription(WRITES, write_down, batch=True))
    Delivery.objects.all().delete()
    found = list(Event.objects.order_by("id").values_list("id", flat=True)[:3])
    Delivery.objects.bulk_create(Delivery(event_id=event, consumer=WRITES, due_at=at) for event in found)
    return found


def written() -> list[int]:
    return sorted(int(mark.name.split()[1]) for mark in Mark.objects.filter(name__startswith="done "))


def taken(at: datetime) -> Taken:
    found = worker.take(at)
    assert found is not None
    return found


def test_what_one_worker_has_taken_no_other_takes_until_its_lease_is_over(owed: list[int], at: datetime) -> None:
    assert len(taken(at).rows) == 3
    assert worker.take(at + LEASE) is None
    assert len(taken(at + LATE).rows) == 3


def test_a_worker_that_slept_over_its_lease_does_nothing_again(owed: list[int], at: datetime) -> None:
    slow = taken(at)
    assert worker.deliver(at + LATE) == 3
    assert worker.attempt(slow, at + LATE + timedelta(seconds=1)) == 0
    assert written() == owed


def test_a_worker_that_slept_while_another_is_at_it_leaves_it_to_the_other(owed: list[int], at: datetime) -> None:
    slow = taken(at)
    quick = taken(at + LATE)
    assert worker.attempt(slow, at + LATE) == 0
    assert written() == []
    assert worker.attempt(quick, at + LATE) == 3
    assert written() == owed


def test_one_that_fails_too_late_neither_delays_nor_parks_what_another_holds(
    owed: list[int], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(told: list[Told], *, at: datetime) -> None:
        raise ValueError

    slow = taken(at)
    quick = taken(at + LATE)
    with monkeypatch.context() as patch:
        patch.setitem(events._by_name, WRITES, Subscription(WRITES, fail, batch=True))
        assert worker.attempt(slow, at + LATE) == 0
    assert worker.attempt(quick, at + LATE) == 3
    assert not Delivery.objects.exclude(fault="").exists()


def test_one_that_fails_does_not_hold_the_others_and_is_parked_after_five_attempts(
    owed: list[int], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_fails(told: list[Told], *, at: datetime) -> None:
        write_down(told, at=at)
        if owed[1] in [one.event_id for one in told]:
            raise ValueError

    monkeypatch.setitem(events._by_name, WRITES, Subscription(WRITES, one_fails, batch=True))
    assert worker.deliver(at) == 2
    moment = at
    for _ in range(ATTEMPTS):
        moment += timedelta(minutes=1)
        worker.deliver(moment)
    assert written() == [owed[0], owed[2]]
    (parked,) = Delivery.objects.filter(parked_at__isnull=False)
    assert (parked.event_id, parked.attempts, parked.fault) == (owed[1], ATTEMPTS, "ValueError")


def test_who_died_doing_it_five_times_is_parked_without_a_sixth(owed: list[int], at: datetime) -> None:
    moment = at
    for _ in range(ATTEMPTS):
        assert len(taken(moment).rows) == 3  # and then the process is gone
        moment += LATE
    assert worker.take(moment) is None
    assert Delivery.objects.filter(parked_at__isnull=False, fault="died while being done").count() == 3
    assert written() == []


def test_a_tick_that_slept_over_its_lease_leaves_its_row_to_the_other(at: datetime) -> None:
    def slow(moment: datetime) -> int:
        Tick.objects.filter(name="slow").update(lease_until=moment + 2 * LEASE, due_at=moment)  # another has it now
        return 1

    worker._run_tick(worker.Ticking("slow", timedelta(minutes=1), slow), at)
    assert Tick.objects.get(name="slow").lease_until == at + 2 * LEASE
