"""Four schedulers at once, and clocks that jump: every deadline is told exactly once (R-188, trust.md S18)."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from threading import Barrier, Thread

import pytest
from django.db import connection

from huiyin.casework import ticks
from huiyin.casework.actions import erasing, first_calls
from huiyin.casework.models import Alarm, Clock, Matter, Move
from huiyin.core import worker
from huiyin.core.models import Event, Tick
from tests.cast import Cast
from tests.rooms.casework import ways
from tests.rows import row

JUMPS = (1, 6, 3, 9, 2, 40, 5, 41)
"""Days after the first at which a scheduler looks, in this order: forward and back."""


def looking(at: datetime, seed: int) -> Callable[[], None]:
    """One scheduler, whose clock jumps."""

    def look() -> None:
        dice = Random(seed)
        for days in JUMPS:
            ticks.clocks(at + timedelta(days=days, minutes=dice.randrange(600)))

    return look


def at_once(work: list[Callable[[], None]]) -> list[BaseException]:
    """All begin together, each on a connection of its own; what went wrong in any."""
    gate, wrong = Barrier(len(work)), list[BaseException]()

    def begin(one: Callable[[], None]) -> None:
        gate.wait()
        try:
            one()
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=begin, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def told_once(matters: list[Matter]) -> None:
    """Of each deadline one event, and of each kind of alarm one; of each matter one climb."""
    clocks = Clock.objects.filter(matter__in=matters)
    ran_out = clocks.filter(overdue_at__isnull=False)
    assert ran_out.count() > len(matters), "the jumps go past what is due"
    events = Event.objects.filter(name="casework.matter_overdue").values_list("data", flat=True)
    assert Counter(data["clock"] for data in events) == Counter(str(one.id) for one in ran_out)
    alarms = Counter(Alarm.objects.values_list("clock_id", "kind"))
    assert set(alarms.values()) == {1}
    assert {clock for clock, kind in alarms if kind == "overdue"} == {one.id for one in ran_out}
    assert set(Counter(Move.objects.filter(step="climb").values_list("matter_id")).values()) == {1}


@row("R-188", "R-192")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_schedulers_whose_clocks_jump_tell_every_deadline_once(cast: Cast, at: datetime) -> None:
    matters = [ways.working(cast, at + timedelta(hours=number)) for number in range(6)]
    for matter in matters[::2]:
        ways.step(cast.li, at + timedelta(hours=7), matter, "apply", reason="要跨镇调水")
    assert at_once([looking(at + timedelta(hours=8), seed) for seed in range(4)]) == []
    told_once(matters)


@row("R-188")
@pytest.mark.django_db
def test_one_scheduler_whose_clock_jumps_tells_every_deadline_once(cast: Cast, at: datetime) -> None:
    matters = [ways.working(cast, at + timedelta(hours=number)) for number in range(3)]
    ways.step(cast.li, at + timedelta(hours=7), matters[0], "apply", reason="要跨镇调水")
    for seed in range(4):
        looking(at + timedelta(hours=8), seed)()
    told_once(matters)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("run", "room", "work"), [(ticks.calls_by_share, first_calls, "come_up"), (ticks.erasures, erasing, "at_end")]
)
def test_residents_who_were_silent_and_ended_erasures_take_turns_too_where_they_are_very_many(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch, run: Callable[[datetime], int], room: object, work: str
) -> None:
    left = [200, 200, 7, 0]
    monkeypatch.setattr(room, work, lambda *, by, at: left.pop(0))
    monkeypatch.setattr(worker, "LASTS", 0.0)
    monkeypatch.setattr(worker, "_ticks", {"much": worker.Ticking("much", timedelta(hours=1), run)})
    worker.run_once(at)
    assert left == [200, 7, 0], "the worker sleeps over no lease"
    assert Tick.objects.get(name="much").due_at == at
