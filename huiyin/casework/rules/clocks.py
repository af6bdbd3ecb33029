"""Clocks of a matter: which start, which are met, when they warn, and how far they may move (R-188).

A clock belongs to the matter, not to whoever has it in hand: it starts once, and nothing that is done with the matter
makes it due later but an extension or a named pause (trust.md S17, S18).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from huiyin.programme.clock import Due, WorkingDays, due, lengthened
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.base import Limit
from huiyin.programme.schema.matters import Clock, Matters, Pause


@dataclass(frozen=True)
class Dims:
    """What decides about the limits of a matter's clocks."""

    kind: str
    way: str = ""
    nature: str = ""
    level: str = "village"
    rung: str = ""
    """What the matter stands on of the county's ladder, where that is not its level (`levels.rung`)."""

    def limit(self, clock: Clock) -> Limit:
        """The limit of a clock for such a matter."""
        return clock.limit_for(kind=self.kind, way=self.way, nature=self.nature, level=self.level)


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
    dims: Dims,
    step: str,
    running: Iterable[str],
    at: datetime,
    zone: ZoneInfo,
    days: WorkingDays,
    deadline: date | None = None,
) -> Effects:
    """What taking `step` at `at` does. A running clock never starts again: its due date stays where it is.

    `dims` are the matter's after the step. A way without clocks ends a running one only when it is taken, not when it
    is merely chosen; a level's own clock ends when the matter leaves the level. `deadline` is the day named with the
    step, for clocks that take theirs from it. Raises Refused as `start`.
    """
    going = set(running)
    starts, met, ended = [], [], []
    for name in matters.flow_of(dims.kind).clocks:
        clock = matters.clocks[name]
        here = clock.level in (None, dims.rung or dims.level)
        leaves = _leaves(matters, clock, dims.way)
        if name in going and step in clock.met_by:
            met.append(name)
        elif name in going and (step in clock.ended_by or not here or (leaves and _takes(matters, step, dims.way))):
            ended.append(name)
        elif name not in going and here and step in clock.starts_on and not leaves:
            starts.append(start(name, clock, dims.limit(clock), at=at, zone=zone, days=days, deadline=deadline))
    return Effects(tuple(starts), tuple(met), tuple(ended))


def start(
    name: str,
    clock: Clock,
    limit: Limit,
    *,
    at: datetime,
    zone: ZoneInfo,
    days: WorkingDays,
    deadline: date | None = None,
) -> Started:
    """A clock of this limit from `at` on, with its warning at the programme's share of the time.

    One that is agreed matter by matter ends with the day named (R-226). Raises Refused: until_past, until_late.
    """
    falls = due(at, limit, zone, days)
    if clock.agreed and deadline is not None:
        away = (deadline - at.astimezone(zone).date()).days
        if away < 1:
            raise Refused("until_past", field="deadline")
        if deadline > falls.on:
            raise Refused("until_late", field="deadline", day=falls.on.isoformat())
        limit = Limit(amount=away, unit="calendar_days")
        falls = due(at, limit, zone, days)
    return Started(name, limit, falls, falls.reaches(clock.warn_at_share))


def stricter(
    clock: Clock, dims: Dims, *, started_at: datetime, first_due_at: datetime, zone: ZoneInfo, days: WorkingDays
) -> Started | None:
    """The clock begun with the limit of what the matter is called now, if that is due earlier; never later (S17)."""
    again = start("", clock, dims.limit(clock), at=started_at, zone=zone, days=days)
    return again if again.due.at < first_due_at else None


@dataclass(frozen=True)
class Instructed:
    """An earlier day that a leader set with their instruction: the last one, when it was set, by whom."""

    day: date
    at: datetime
    by_id: UUID | None = None
    by: str = ""

    def ends(self, zone: ZoneInfo) -> datetime:
        """The moment the day is over."""
        return datetime.combine(self.day + timedelta(days=1), time(0), tzinfo=zone).astimezone(UTC)


def hastened(
    clock: Clock,
    instructions: Iterable[Instructed],
    *,
    started_at: datetime,
    first_due_at: datetime,
    over_at: datetime | None,
    zone: ZoneInfo,
) -> Instructed | None:
    """The newest instruction that makes a clock for the answer due before the programme's own limit.

    It binds clocks that ran when it was given; `over_at` is when this one was met or ended, None while it runs.
    """
    binding = [
        one
        for one in instructions
        if "answer" in clock.met_by
        and one.at >= started_at
        and (over_at is None or over_at > one.at)
        and one.ends(zone) < first_due_at
    ]
    return max(binding, key=lambda one: one.at, default=None)


def pause_end(
    rule: Pause, *, used: int, until: date | None, at: datetime, zone: ZoneInfo, days: WorkingDays
) -> datetime | None:
    """When a pause that begins at `at` ends: on the day it was asked for, at the latest when all pauses of the clock
    together have lasted as long as they may; None where they have. `used` is in the clock's unit.
    """
    left = rule.max_total.amount - used
    if left < 1:
        return None
    latest = due(at, Limit(amount=left, unit=rule.max_total.unit), zone, days).at
    if until is None:
        return latest
    return min(latest, datetime.combine(until, time(0), tzinfo=zone).astimezone(UTC))


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


def _takes(matters: Matters, step: str, way: str) -> bool:
    """Whether the step is the one by which a matter goes this way."""
    return bool(way) and matters.ways[way].step == step
