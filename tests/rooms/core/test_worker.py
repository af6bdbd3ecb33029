"""Workers side by side, slow ones and dying ones: what is owed is done once (decisions.md, Worker)."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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
    found = worker.take(WRITES, at)
    assert found is not None
    return found


def test_what_one_worker_has_taken_no_other_takes_until_its_lease_is_over(owed: list[int], at: datetime) -> None:
    assert len(taken(at).rows) == 3
    assert worker.take(WRITES, at + LEASE) is None
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
    assert worker.take(WRITES, moment) is None
    assert Delivery.objects.filter(parked_at__isnull=False, fault="died while being done").count() == 3
    assert written() == []


def test_a_tick_that_slept_over_its_lease_leaves_its_row_to_the_other(at: datetime) -> None:
    def slow(moment: datetime) -> int:
        Tick.objects.filter(name="slow").update(lease_until=moment + 2 * LEASE, due_at=moment)  # another has it now
        return 1

    worker._run_tick(worker.Ticking("slow", timedelta(minutes=1), slow), at)
    assert Tick.objects.get(name="slow").lease_until == at + 2 * LEASE


def plant(many: int, consumer: str, at: datetime, *, name: str = "", subject: str = "", **data: str) -> None:
    """Events owed to one consumer, since `at`."""
    rows = [
        Event(name=name or f"planted.{consumer}", at=at, recorded_at=at, subject=subject, data=data)
        for _ in range(many)
    ]
    Event.objects.bulk_create(rows)
    Delivery.objects.bulk_create(Delivery(event=one, consumer=consumer, due_at=at) for one in rows)


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch, owed: list[int]) -> list[tuple[str, int]]:
    """Whose batches were done, and of how many; two consumers nobody waits for and one somebody does."""
    found: list[tuple[str, int]] = []
    for name, soon in (("tests.a", False), ("tests.b", False), ("tests.z", True)):

        def run(told: list[Told], *, at: datetime, name: str = name) -> None:
            found.append((name, len(told)))

        monkeypatch.setitem(events._by_name, name, Subscription(name, run, batch=True, soon=soon))
    return found


def test_each_has_its_turn_however_much_is_owed_to_another_and_first_whoever_is_waited_for(
    order: list[tuple[str, int]], at: datetime
) -> None:
    long_ago = at - timedelta(hours=1)
    plant(250, "tests.a", long_ago)
    plant(3, "tests.b", at)
    plant(120, "tests.z", at)
    assert list(worker.waiting(at)) == ["tests.z", "tests.a", "tests.b", WRITES]
    assert worker.waiting(at)["tests.a"] == long_ago
    assert worker.deliver(at) == 100 + 100 + 3 + 3
    assert order == [("tests.z", 100), ("tests.a", 100), ("tests.b", 3)]
    worker.deliver(at)
    assert order[3:] == [("tests.z", 20), ("tests.a", 100)]
    assert worker.drain(at) == 50
    assert not Delivery.objects.filter(done_at__isnull=True).exists()


def test_what_is_leased_parked_or_not_yet_due_is_passed_over_and_a_consumer_that_is_gone_holds_nobody_back(
    order: list[tuple[str, int]], at: datetime
) -> None:
    plant(1, "tests.a", at + timedelta(seconds=1))
    plant(2, "tests.0 was here once", at)
    plant(2, "tests.b", at)
    plant(1, "tests.z", at)
    assert worker.take("tests.z", at) is not None
    assert list(worker.waiting(at)) == ["tests.0 was here once", "tests.b", WRITES]
    worker.deliver(at)
    assert order == [("tests.b", 2)]
    assert Delivery.objects.filter(parked_at__isnull=False, fault="the consumer is gone").count() == 2
    assert list(worker.waiting(at)) == []


def test_looking_for_who_is_owed_something_asks_once_for_each_of_them(
    order: list[tuple[str, int]], at: datetime
) -> None:
    plant(500, "tests.a", at)
    plant(500, "tests.z", at)
    with CaptureQueriesContext(connection) as asked:
        assert len(worker.waiting(at)) == 3
    assert len(asked) == 4
    worker.drain(at)
    with CaptureQueriesContext(connection) as asked:
        assert worker.deliver(at) == 0
    assert len(asked) == 1, "where nothing is owed one question tells so"


def test_a_tick_that_finds_very_much_stops_stays_due_and_goes_on_after_everybody_had_a_turn(
    order: list[tuple[str, int]], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LASTS", 0.0)
    left = {"first": 3, "second": 1}

    def part(name: str) -> int:
        left[name] -= 1
        order.append((name, 1))
        return int(left[name] >= 0)

    def much(moment: datetime) -> int:
        return worker.slices(moment, lambda _: part("first"), lambda _: part("second"))

    monkeypatch.setattr(worker, "_ticks", {"much": worker.Ticking("much", timedelta(hours=1), much)})
    plant(150, "tests.z", at)
    worker.run_once(at)
    assert order == [("first", 1), ("tests.z", 100)]
    assert Tick.objects.get(name="much").due_at == at
    for _ in range(4):
        worker.run_once(at)
    assert order[2:4] == [("first", 1), ("tests.z", 50)]
    assert order[4:] == [("first", 1), ("first", 1), ("second", 1), ("first", 1), ("second", 1)]
    assert Tick.objects.get(name="much").due_at == at + timedelta(hours=1)
    left["first"], order[:] = 5, []
    assert much(at) == 5 and order[:5] == [("first", 1)] * 5, "whoever asks for it themselves has it all done"


def test_after_ticks_of_two_seconds_deliveries_have_two_seconds_and_not_one_turn(
    order: list[tuple[str, int]], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [1000.0]
    monkeypatch.setattr(worker, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    monkeypatch.setattr(worker, "now", lambda: at)

    def slow(moment: datetime) -> int:
        seconds[0] += 2.0
        return worker.Unfinished(1)

    served = worker.deliver

    def turn(moment: datetime) -> int:
        seconds[0] += 0.6
        return served(moment)

    monkeypatch.setattr(worker, "deliver", turn)
    monkeypatch.setattr(worker, "_ticks", {"slow": worker.Ticking("slow", timedelta(hours=1), slow)})
    Delivery.objects.all().delete()
    plant(450, "tests.z", at)
    assert worker._round() == 401, "as long as the tick took, then the tick again"
    assert worker._round() == 51, "where less than a turn is left nobody is waited for"
    assert order == [("tests.z", 100)] * 4 + [("tests.z", 50)]
    order.clear()
    two = {name: worker.Ticking(name, timedelta(hours=1), slow) for name in ("slow", "slower")}
    monkeypatch.setattr(worker, "_ticks", two)
    plant(50, "tests.z", at)
    done = worker._run_tick

    def told(one: worker.Ticking, moment: datetime) -> int:
        order.append((one.name, 1))
        return done(one, moment)

    monkeypatch.setattr(worker, "_run_tick", told)
    worker._round()
    assert order == [("slow", 1), ("tests.z", 50), ("slower", 1)], "nobody waits for more than one of them"
