"""The loop behind the pages: due ticks, then owed deliveries, then wait (decisions.md, Worker).

A short transaction takes a lease and counts the attempt; then effect, its events and `done` are one transaction.
After five attempts, crashes included, a delivery is parked and stands on the health page by name.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections, connection, transaction
from django.db.models import F, Q, QuerySet

from huiyin.core.events import Subscription, Told, subscription
from huiyin.core.models import Delivery, Tick
from huiyin.core.now import now

log = logging.getLogger("huiyin.worker")

LEASE = timedelta(seconds=60)
ATTEMPTS = 5
BATCH = 100
LASTS = 2.0  # seconds of a tick that finds very much


@dataclass(frozen=True)
class Ticking:
    """Something that falls due by time: `run(at)` returns how much it did."""

    name: str
    every: timedelta
    run: Callable[[datetime], int]


_ticks: dict[str, Ticking] = {}


def tick(*, every: timedelta) -> Callable[[Callable[[datetime], int]], Callable[[datetime], int]]:
    """Register a tick. It must bear running twice and in several processes: one holds the lease at a time."""

    def register(run: Callable[[datetime], int]) -> Callable[[datetime], int]:
        name = f"{run.__module__.removeprefix('huiyin.')}.{run.__name__}"
        _ticks[name] = Ticking(name, every, run)
        return run

    return register


def ticks() -> Sequence[Ticking]:
    """All that were registered."""
    return tuple(_ticks.values())


class Unfinished(int):
    """How much a tick did, and that there is more: it stays due."""


_until: ContextVar[float | None] = ContextVar("huiyin_until", default=None)


def slices(at: datetime, *works: Callable[[datetime], int]) -> int:
    """Do each work again until it says that nothing is left; for ticks that may find very much.

    In the worker it stops after `LASTS`, and the tick goes on in the next round: between two rounds is everybody's
    turn, and a lease is not slept over.
    """
    done, until = 0, _until.get()
    for work in works:
        while some := work(at):
            done += some
            if until is not None and time.monotonic() >= until:
                return Unfinished(done)
    return done


def run_forever(stop: threading.Event, *, idle: float = 0.5) -> None:
    """Work until told to stop; a fault of one round is logged and the next round begins."""
    while not stop.is_set():
        try:
            done = _round()
        except Exception:
            log.exception("a round failed")
            close_old_connections()
            connection.close()
            done = 0
        if done < BATCH:
            # A full batch means that more waits; a few are cheaper to do together in a moment.
            stop.wait(idle)


def run_once(at: datetime) -> int:
    """One round at a moment: every due tick, then the deliveries owed. Returns how many things were done."""
    return sum(_run_tick(ticking, at) for ticking in _due(at)) + deliver(at)


def _round() -> int:
    """As `run_once`, but deliveries have their turn whenever ticks took as long as one may, and then as long as these
    took: with one turn for each tick of seconds a county's steady day would be owed more after every round than before
    it, and several such ticks would keep it waiting for all of them.
    """
    began, done, served = time.monotonic(), 0, False
    for ticking in _due(now()):
        done += _run_tick(ticking, now())
        served = time.monotonic() >= began + LASTS
        if served:
            done += _deliver_for(time.monotonic() - began)
            began = time.monotonic()
    return done if served else done + _deliver_for(time.monotonic() - began)


def _deliver_for(seconds: float) -> int:
    """Turn after turn until little is owed or the time is up. Returns how many are done."""
    until, done = time.monotonic() + seconds, 0
    while True:
        some = deliver(now())
        done += some
        if some < BATCH or time.monotonic() >= until:
            return done


def _due(at: datetime) -> Sequence[Ticking]:
    """Every due tick, in the order they were registered."""
    later = set(Tick.objects.filter(due_at__gt=at).values_list("name", flat=True))
    return [ticking for ticking in ticks() if ticking.name not in later]


def drain(at: datetime, *, rounds: int = 1000) -> int:
    """Deliver until nothing is owed at `at`; for commands and tests."""
    total = 0
    for _ in range(rounds):
        done = deliver(max(at, now()))
        if not done:
            return total
        total += done
    raise RuntimeError("deliveries beget deliveries without end")


def _run_tick(ticking: Ticking, at: datetime) -> int:
    """Run a tick if it is due and nobody is at it."""
    with transaction.atomic():
        row, _ = Tick.objects.get_or_create(name=ticking.name, defaults={"due_at": at})
        if row.due_at > at:
            return 0
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
        taken = Tick.objects.filter(free, name=ticking.name, due_at__lte=at).update(
            lease_until=at + LEASE, attempts=F("attempts") + 1
        )
    if not taken:
        return 0
    # Whoever slept over the lease leaves the row to who has it now.
    mine = Tick.objects.filter(name=ticking.name, lease_until=at + LEASE)
    token = _until.set(time.monotonic() + LASTS)
    try:
        done = ticking.run(at)
    except Exception as fault:
        log.exception("tick %s failed", ticking.name)
        mine.update(lease_until=None, due_at=at + ticking.every, fault=type(fault).__name__)
        return 0
    finally:
        _until.reset(token)
    due_at = at if isinstance(done, Unfinished) else at + ticking.every
    mine.update(lease_until=None, attempts=0, due_at=due_at, done_at=at, fault="")
    return done


@dataclass(frozen=True)
class Taken:
    """Deliveries of one consumer under one lease."""

    consumer: str
    rows: Sequence[Delivery]
    lease_until: datetime


class _LeaseLost(Exception):
    """Somebody else has taken these up since, or done them: what was done here is rolled back."""


def deliver(at: datetime) -> int:
    """One turn: up to a batch of each consumer that is owed something, first of those somebody waits for.

    However much is owed to one of them, the others wait no longer than its batch takes. Returns how many are done.
    """
    return sum(_serve(consumer, at) for consumer in waiting(at))


def waiting(at: datetime) -> dict[str, datetime]:
    """Whom something is owed to, in the order of their turns, and since when: one short look along the index for each
    of them, however many rows lie between.
    """
    found: dict[str, datetime] = {}
    last = ""
    while True:
        rows = Delivery.objects.filter(owed(at), consumer__gt=last).order_by("consumer", "due_at", "id")
        head = rows.values_list("consumer", "due_at").first()
        if head is None:
            return dict(sorted(found.items(), key=lambda one: not _soon(one[0])))
        last, found[head[0]] = head[0], head[1]


def _soon(consumer: str) -> bool:
    found = subscription(consumer)
    return found is not None and found.soon


def _serve(consumer: str, at: datetime) -> int:
    """Take up to a batch of one consumer's deliveries and do them. Returns how many are done."""
    taken = take(consumer, at)
    return attempt(taken, at) if taken else 0


def attempt(taken: Taken, at: datetime) -> int:
    """Do what was taken: all at once, one by one where that fails. Returns how many are done.

    A worker that slept over its lease does nothing: its effects are undone when `done` finds the lease gone.
    """
    found = subscription(taken.consumer)
    if found is None:
        _park(taken.rows, at, "the consumer is gone")
        return 0
    if _attempt(found, taken, at):
        return len(taken.rows)
    if len(taken.rows) == 1:
        return 0
    return sum(_attempt(found, Taken(taken.consumer, [row], taken.lease_until), at) for row in taken.rows)


def owed(at: datetime) -> "Q":
    """The condition of a delivery that may be taken at a moment."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    return free & Q(done_at__isnull=True, parked_at__isnull=True, due_at__lte=at)


def take(consumer: str, at: datetime) -> Taken | None:
    """Lease a batch in a short transaction of its own, counting the attempt before anything is tried."""
    with transaction.atomic():
        rows = Delivery.objects.filter(owed(at), consumer=consumer).order_by("due_at", "id").select_related("event")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        taken = list(rows[:BATCH])
        worn = [row for row in taken if row.attempts >= ATTEMPTS]
        if worn:
            # Its lease ran out with the last attempt spent: the worker died doing it, five times.
            _park(worn, at, "died while being done")
        fresh = [row for row in taken if row.attempts < ATTEMPTS]
        Delivery.objects.filter(id__in=[row.id for row in fresh]).update(
            lease_until=at + LEASE, attempts=F("attempts") + 1
        )
    return Taken(consumer, fresh, at + LEASE) if fresh else None


def _held(taken: Taken) -> QuerySet[Delivery]:
    """The rows that are still under the lease they were taken with."""
    ids = [row.id for row in taken.rows]
    return Delivery.objects.filter(id__in=ids, lease_until=taken.lease_until, done_at__isnull=True)


def _attempt(found: Subscription, taken: Taken, at: datetime) -> bool:
    """Effect, its events and `done`, in one transaction; a failure is written down and tried again later."""
    try:
        with transaction.atomic():
            told = [_told(delivery) for delivery in taken.rows]
            if found.batch:
                found.run(told, at=at)
            else:
                for one in told:
                    found.run(one, at=at)
            if _held(taken).update(done_at=at, lease_until=None) != len(taken.rows):
                raise _LeaseLost
    except _LeaseLost:
        return False
    except Exception as fault:
        if len(taken.rows) == 1:
            _failed(taken, at, fault)
        return False
    return True


def _failed(taken: Taken, at: datetime, fault: Exception) -> None:
    """Back off, or park after the last attempt. The kind of fault is kept, never its text: it may hold a name."""
    (delivery,) = taken.rows
    log.error("delivery %s to %s failed: %s", delivery.id, delivery.consumer, type(fault).__name__, exc_info=fault)
    tries = delivery.attempts + 1
    name = type(fault).__name__
    if tries >= ATTEMPTS:
        _held(taken).update(parked_at=at, lease_until=None, fault=name)
        return
    _held(taken).update(lease_until=None, due_at=at + timedelta(seconds=2**tries), fault=name)


def _park(deliveries: Sequence[Delivery], at: datetime, fault: str) -> None:
    """Give up loudly: the health page names what is parked."""
    Delivery.objects.filter(id__in=[row.id for row in deliveries]).update(parked_at=at, lease_until=None, fault=fault)


def _told(delivery: Delivery) -> Told:
    event = delivery.event
    return Told(
        event_id=event.id,
        name=event.name,
        at=event.at,
        recorded_at=event.recorded_at,
        subject=event.subject,
        data=event.data,
        by_id=event.by_id,
    )
