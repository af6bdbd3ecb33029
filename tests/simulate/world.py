"""What surrounds the people of a simulated county: its clock, four workers, a gateway with moods, and death."""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import connection

from huiyin.channels.port import Doubtful, Down, Give, Later, Letter, TurnedAway, outside
from huiyin.core import worker
from huiyin.core.caches import forget_all
from huiyin.core.worker import Taken

MOODS = (("well", 60), ("slow", 15), ("down", 10), ("lost", 8), ("busy", 5), ("refusing", 2))


class Killed(BaseException):
    """The process is gone in the middle of what it did: nothing catches this."""


@dataclass
class Clock:
    """The only time there is."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def forward(self, by: timedelta) -> None:
        """Time goes one way; the people's clocks may differ from it."""
        self.at += by


class Gateway:
    """A gateway for SMS as the channels know one; each letter it was given is counted, and reported some time."""

    channel = "sms"

    def __init__(self, clock: Clock, chance: Random) -> None:
        self.clock, self.chance = clock, chance
        self.mood = "well"
        self.given: Counter[UUID] = Counter()
        self.to_report: list[UUID] = []

    def is_on(self) -> bool:
        """Always set up."""
        return True

    def session(self) -> AbstractContextManager[Give]:
        """A connection, if it is not down."""
        return self._session()

    @contextmanager
    def _session(self) -> Iterator[Give]:
        outside()
        if self.mood == "down":
            raise Down("no route")
        yield self._take

    def _take(self, letter: Letter) -> str:
        outside()
        if self.mood == "slow":
            self.clock.forward(timedelta(seconds=self.chance.choice((2, 20, 40, 100))))
        if self.mood == "busy":
            raise Later("503")
        if self.mood == "refusing":
            raise TurnedAway("number")
        self.given[letter.id] += 1
        self.to_report.append(letter.id)
        if self.mood == "lost" and self.chance.random() < 0.5:
            raise Doubtful("reset")
        return ""


@dataclass
class Worker:
    """One of several; each has a clock of its own and may sleep, or die, between taking something and doing it."""

    name: str
    clock: Clock
    chance: Random
    skew: timedelta = timedelta()
    taken: Taken | None = None

    def turn(self) -> str:
        """The next thing it does, as a word."""
        at = self.clock.at + self.skew
        if self.taken is not None:
            taken, self.taken = self.taken, None
            if self.chance.random() < 0.08:
                return "died with a lease"
            return f"did {worker.attempt(taken, at)} of {len(taken.rows)} for {taken.consumer}"
        if self.chance.random() < 0.35:
            waiting = list(worker.waiting(at))
            self.taken = worker.take(self.chance.choice(waiting), at) if waiting else None
            return f"took {len(self.taken.rows)} for {self.taken.consumer}" if self.taken else "found nothing owed"
        return f"went round: {worker.run_once(at)}"


def begin_again() -> None:
    """After a death: what was not committed is gone, and so is all that was in memory."""
    connection.in_atomic_block = False
    connection.savepoint_ids = []
    connection.needs_rollback = False
    connection.run_on_commit = []
    connection.close()
    forget_all()
