"""Clocks of a matter: which start, which are met, when they warn, and how far they may move (R-188, S17, S18)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from huiyin.programme.clock import Due, WorkingDays, due, lengthened
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.base import Limit
from huiyin.programme.schema.matters import Clock, Flow, Matters


@dataclass(frozen=True)
class Started:
    """A clock that starts now."""

    name: str
    limit: Limit
    due: Due
    warn_at: datetime


@dataclass(frozen=True)
class Effects:
    """What a step does to clocks: names that start, are met, are ended."""

    starts: tuple[Started, ...]
    met: tuple[str, ...]
    ended: tuple[str, ...]


def effects(
    *,
    matters: Matters,
    flow: Flow,
    step: str,
    way: str,
    running: Iterable[str],
    at: datetime,
    zone: ZoneInfo,
    days: WorkingDays,
) -> Effects:
    """What taking `step` at `at` does. A running clock never starts again: its due date stays where it is."""
    going = set(running)
    starts, met, ended = [], [], []
    for name in flow.clocks:
        clock = matters.clocks[name]
        if name in going and step in clock.met_by:
            met.append(name)
        elif name in going and (step in clock.ended_by or _leaves(matters, clock, way)):
            ended.append(name)
        elif name not in going and step in clock.starts_on and not _leaves(matters, clock, way):
            starts.append(start(name, clock, at=at, zone=zone, days=days))
    return Effects(tuple(starts), tuple(met), tuple(ended))


def start(name: str, clock: Clock, *, at: datetime, zone: ZoneInfo, days: WorkingDays) -> Started:
    """A clock from `at` on, with its warning at the programme's share of the time."""
    falls = due(at, clock.limit, zone, days)
    return Started(name, clock.limit, falls, falls.reaches(clock.warn_at_share))


def extended(
    *,
    clock: Clock,
    due_at: datetime,
    granted: Sequence[int],
    amount: int,
    zone: ZoneInfo,
    days: WorkingDays,
) -> datetime:
    """The new due moment if `amount` more (in the clock's unit) is granted.

    Raises Refused: extension_none, extension_too_many, extension_over.
    """
    rule = clock.extension
    if rule is None:
        raise Refused("extension_none")
    if len(granted) >= rule.max_times:
        raise Refused("extension_too_many", times=rule.max_times)
    if amount < 1 or sum(granted) + amount > rule.max_total.amount:
        raise Refused("extension_over", field="amount", amount=rule.max_total.amount)
    longer = Limit(amount=amount, unit=clock.limit.unit)
    return lengthened(due_at, longer, zone, days).at


def _leaves(matters: Matters, clock: Clock, way: str) -> bool:
    """The matter goes a way on which this clock does not run."""
    return bool(way) and clock.follows_way and not matters.ways[way].clocked
