"""The loop: a step, the clock, what must hold; everything from one seed."""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from unittest.mock import patch

from django.db import connection
from django.test import override_settings

from huiyin.casework.models import Matter
from huiyin.casework.queries import books
from huiyin.channels import ticks
from huiyin.core import near, worker
from huiyin.core import now as clock_of
from huiyin.core.models import Delivery
from tests.cast import Cast
from tests.simulate.doings import Doings
from tests.simulate.holds import Watch
from tests.simulate.world import Clock, Gateway, Killed, Worker, begin_again

BEGIN = datetime(2026, 12, 14, 0, 30, tzinfo=UTC)
"""A Monday, 08:30 in the county: the first month has the end of a year in it, and a year without its notice."""
WORKERS = 4
A_WHILE = 40.0
"""Seconds between two steps, about; each day begins at another hour."""
DEADLY = 0.1
"""The share of steps that end with the process's death, if they take as many statements as were drawn."""
TOLD = (200, 422, 429)
"""What a resident may be told besides a code: to choose, what is wrong, to wait."""
SECRET = "a secret of the simulation only"


@dataclass
class Story:
    """What became of a run."""

    seed: int
    steps: int = 0
    faults: list[str] = field(default_factory=list)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=25))
    answers: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    matters: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    alarms: int = 0
    asked: int = 0
    acknowledged: int = 0
    looked: int = 0
    looks: Counter[str] = field(default_factory=Counter)


class _Failures(logging.Handler):
    """What the workers swallow and write down: a round or a delivery that failed."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        self.told.append(f"{record.getMessage()}: {fault!r}")


def simulate(cast: Cast, *, seed: int, days: int, steps: int, say: Callable[[str], None] = lambda _: None) -> Story:
    """Live through so many days of so many steps each; ends at the first thing that does not hold."""
    chance, story = Random(seed), Story(seed)
    clock = Clock(BEGIN)
    gateway = Gateway(clock, chance)
    workers = [Worker(f"worker {number}", clock, chance) for number in range(1, WORKERS + 1)]
    with _surroundings(clock, gateway) as failures:
        doings = Doings(cast, clock, chance, gateway, workers)
        watch = Watch(doings)
        for day in range(days):
            clock.at = max(clock.at, BEGIN + timedelta(days=day, hours=chance.uniform(0, 9)))
            for _ in range(steps):
                clock.forward(timedelta(seconds=chance.expovariate(1 / A_WHILE)))
                _step(doings, story, chance)
                story.faults += [*failures.told, *watch.step()]
                if story.faults:
                    break
            story.faults = story.faults or [*watch.step(), *watch.day(clock.at)]
            say(f"day {day + 1} of {days}: {story.steps} steps, {Matter.objects.count()} matters, {story.kills} kills")
            if story.faults:
                break
        else:
            _settle(doings, watch, story, failures)
        _count(doings, watch, story)
    return story


def _step(doings: Doings, story: Story, chance: Random) -> None:
    """One thing that happens, to its end or to the process's."""
    story.steps += 1
    chance.seed(f"{story.seed}:{story.steps}")  # what one step threw more or less changes nothing for the next
    what = doings.one()
    deadly = chance.randint(1, 50) if chance.random() < DEADLY else 0
    try:
        told = _until(deadly, what)
    except Killed:
        story.kills += 1
        begin_again()
        told = f"{what.__name__}: killed at statement {deadly}"
    except Exception as fault:  # whatever a page does not catch
        told = f"{what.__name__} failed"
        story.faults.append(f"{type(fault).__name__}: {fault}")
    story.last.append(f"{story.steps:5} {doings.clock.at:%m-%d %H:%M:%S} {told}")


def _until(deadly: int, what: Callable[[], str]) -> str:
    if not deadly:
        return what()
    left = deadly

    def count(execute: Callable[..., object], *given: object) -> object:
        nonlocal left
        left -= 1
        if not left:
            raise Killed
        return execute(*given)

    with connection.execute_wrapper(count):
        return what()


def _settle(doings: Doings, watch: Watch, story: Story, failures: _Failures) -> None:
    """All is well again: what was told nothing is sent once more, everything owed is done, and all of it holds."""
    doings.gateway.mood = "well"
    for worker_ in doings.workers:
        worker_.skew, worker_.taken = timedelta(), None
    for _ in range(3):
        doings.clock.forward(timedelta(hours=2))
        for ask in doings.asks:
            if not ask.code:
                doings.send(ask)
        while worker.run_once(doings.clock.at):
            doings.clock.forward(timedelta(seconds=3))
    story.faults += [*failures.told, *watch.step(), *watch.day(doings.clock.at)]
    if owed := Delivery.objects.filter(worker.owed(doings.clock.at)).count():
        story.faults.append(f"{owed} deliveries are still owed")
    if lost := [ask for ask in doings.asks if not ask.code and ask.answer not in TOLD]:
        story.faults.append(
            f"{len(lost)} asked and were told nothing: {[(ask.door, ask.number, ask.answer) for ask in lost]}"
        )


def _count(doings: Doings, watch: Watch, story: Story) -> None:
    story.answers = doings.answers
    story.matters = Counter(Matter.objects.values_list("state", flat=True))
    story.letters = sum(doings.gateway.given.values())
    story.alarms = sum(watch.alarms.values())
    story.looked, story.looks = watch.looked, watch.looks
    story.asked = len(doings.asks)
    story.acknowledged = sum(bool(ask.code) for ask in doings.asks)


@contextmanager
def _surroundings(clock: Clock, gateway: Gateway) -> Iterator[_Failures]:
    failures = _Failures()
    log = logging.getLogger("huiyin.worker")
    log.addHandler(failures)
    still = SimpleNamespace(monotonic=lambda: clock.at.timestamp())  # what is remembered for a while, by this clock
    settings = override_settings(
        HUIYIN_SMS_URL="http://127.0.0.1:9/", HUIYIN_HOOK_SECRET=SECRET, HUIYIN_SMS_BACK="http://127.0.0.1:9"
    )
    try:
        with (
            patch.object(clock_of, "_read", clock),
            patch.object(books, "time", still),
            patch.object(near, "time", still),
            patch.object(ticks, "transports", lambda: [gateway]),
            settings,
        ):
            yield failures
    finally:
        log.removeHandler(failures)
