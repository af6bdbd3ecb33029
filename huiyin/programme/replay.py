"""A changed rulebook gone through on what has happened, before anybody signs it: what would have been due when, what
would have been late, gone to another unit, climbed (R-188, R-192, R-004).

Facts are plain moments, as in `trial`. One question a matter: the clock that an answer meets. Pauses and extensions are
left out on both sides. A climb is played on: what climbed is taken to be with the next level at once, and is there
until it was really answered.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from huiyin.programme.clock import WorkingDays, due
from huiyin.programme.schema.base import Level, Limit
from huiyin.programme.schema.matters import Clock, Matters
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.trial import Past

RUNGS: tuple[Level, ...] = ("group", "village", "town", "county", "beyond")


@dataclass(frozen=True)
class Way:
    """How one matter goes under one rulebook. `due` None: nothing of it has a deadline; `unit` is the catalogue's."""

    due: datetime | None
    late: bool
    unit: str
    climbs: tuple[str, ...]
    """The levels it came to by time alone."""


@dataclass(frozen=True)
class Replayed:
    """One matter under both."""

    fact: Past
    before: Way
    after: Way

    @property
    def marks(self) -> tuple[str, ...]:
        """What changes for it, by the names of `Counts`."""
        old, new = self.before, self.after
        none = timedelta()
        shift = new.due - old.due if old.due and new.due else none
        found = {
            "later": shift > none,
            "earlier": shift < none,
            "newly_late": new.late and not old.late,
            "no_longer_late": old.late and not new.late,
            "moved": old.unit != new.unit,
            "climbs_more": len(new.climbs) > len(old.climbs),
            "climbs_less": len(new.climbs) < len(old.climbs),
        }
        return tuple(name for name, is_so in found.items() if is_so)


@dataclass
class Counts:
    """What some matters come to: all of them, and how many of them bear each mark."""

    matters: int = 0
    late_before: int = 0
    late_after: int = 0
    climbed_before: int = 0
    climbed_after: int = 0
    marks: Counter[str] = field(default_factory=Counter)

    def add(self, one: Replayed) -> None:
        """Count one more."""
        self.matters += 1
        self.late_before += one.before.late
        self.late_after += one.after.late
        self.climbed_before += bool(one.before.climbs)
        self.climbed_after += bool(one.after.climbs)
        self.marks.update(one.marks)


def replay(
    old: Rulebook, new: Rulebook, facts: Iterable[Past], *, days: WorkingDays, at: datetime
) -> Iterator[Replayed]:
    """Each matter under both rulebooks, in the order given; those of programmes that either lacks are left out."""
    before, after = _Reckoner(old, days, at), _Reckoner(new, days, at)
    for fact in facts:
        if before.knows(fact) and after.knows(fact):
            yield Replayed(fact, before.way(fact), after.way(fact))


def counted(lines: Iterable[Replayed]) -> tuple[Counts, Mapping[str, Counts], Mapping[str, Counts]]:
    """The whole, by class (programme.topic), and by unit (the body that had it)."""
    whole, classes, units = Counts(), dict[str, Counts](), dict[str, Counts]()
    for one in lines:
        whole.add(one)
        classes.setdefault(f"{one.fact.programme}.{one.fact.topic}", Counts()).add(one)
        units.setdefault(one.fact.unit, Counts()).add(one)
    return whole, classes, units


class _Reckoner:
    """One rulebook over many facts: a limit from the same day on is reckoned once."""

    def __init__(self, book: Rulebook, days: WorkingDays, at: datetime) -> None:
        self.book, self.days, self.at = book, days, at
        self.zone = book.county.tz
        self.ladder = sorted(book.county.ladder, key=RUNGS.index)
        self._ends: dict[tuple[object, int, str], datetime] = {}
        self._alike: dict[tuple[str, str, str], list[Clock]] = {}

    def knows(self, fact: Past) -> bool:
        """Whether it has the programme and the kind."""
        page = self.book.programmes.get(fact.programme)
        return page is not None and fact.kind in page.matters.kinds

    def way(self, fact: Past) -> Way:
        """How this one goes."""
        page = self.book.programmes[fact.programme].matters
        ends, late = self._promise(page, fact)
        return Way(ends, late, self._unit(page, fact.topic), tuple(self._climbs(page, fact)))

    def _promise(self, page: Matters, fact: Past) -> tuple[datetime | None, bool]:
        """When an answer is due, by the first of its clocks to end; and whether it came later."""
        first: tuple[datetime, bool] | None = None
        for clock in self._clocks(page, fact):
            started = _first(fact, clock.starts_on)
            if "answer" not in clock.met_by or clock.level is not None or started is None:
                continue
            ends = self._end(started, self._limit(clock, fact, fact.level))
            if first is None or ends < first[0]:
                first = ends, self._stop(fact, clock, started) >= ends
        return first if first is not None else (None, False)

    def _climbs(self, page: Matters, fact: Past) -> Iterator[str]:
        clocks = [clock for clock in self._clocks(page, fact) if clock.climbs]
        begun = [one for clock in clocks if (one := _first(fact, clock.starts_on)) is not None]
        if not begun or not self.ladder:
            return
        moment, rung = min(begun), self._rung(fact)
        while (above := self._above(rung)) is not None:
            fallen = [end for clock in clocks if (end := self._falls(fact, clock, moment, rung)) is not None]
            if not fallen:
                return
            moment, rung = min(fallen), above
            yield rung
            clocks = [clock for clock in clocks if clock.level is not None]  # what was applied for is applied for once

    def _falls(self, fact: Past, clock: Clock, moment: datetime, rung: str) -> datetime | None:
        """When a clock that climbs runs out on this rung; None where it does not."""
        if clock.level not in (None, rung):
            return None
        started = moment if clock.level is not None else _first(fact, clock.starts_on)
        if started is None:
            return None
        ends = self._end(started, self._limit(clock, fact, rung))
        return ends if ends <= self._stop(fact, clock, started) else None

    def _rung(self, fact: Past) -> str:
        height = max(RUNGS.index(fact.level) if fact.level in RUNGS else 0, RUNGS.index(self.ladder[0]))
        return RUNGS[height]

    def _above(self, rung: str) -> str | None:
        return next((one for one in self.ladder if RUNGS.index(one) > RUNGS.index(rung)), None)

    def _clocks(self, page: Matters, fact: Past) -> Sequence[Clock]:
        """Those that run for such a matter; worked out once for all that are alike."""
        key = fact.programme, fact.kind, fact.way
        if key not in self._alike:
            way = page.ways.get(fact.way)
            off = way is not None and not way.clocked
            clocks = [page.clocks[name] for name in page.flow_of(fact.kind).clocks]
            self._alike[key] = [clock for clock in clocks if not (clock.follows_way and off)]
        return self._alike[key]

    def _limit(self, clock: Clock, fact: Past, level: str) -> Limit:
        if not clock.special:
            return clock.limit
        return clock.limit_for(kind=fact.kind, way=fact.way, nature=fact.nature, level=level)

    def _stop(self, fact: Past, clock: Clock, started: datetime) -> datetime:
        """When the clock stopped: met, ended, or now."""
        ends = (_first(fact, clock.met_by, started), _first(fact, clock.ended_by, started))
        return min((one for one in ends if one is not None), default=self.at)

    def _end(self, started: datetime, limit: Limit) -> datetime:
        if limit.unit == "hours":
            return due(started, limit, self.zone, self.days).at
        day = started.astimezone(self.zone).date()
        key = day, limit.amount, limit.unit
        if key not in self._ends:
            begins = datetime.combine(day, time(0), tzinfo=self.zone).astimezone(UTC)
            self._ends[key] = due(begins, limit, self.zone, self.days).at
        return self._ends[key]

    @staticmethod
    def _unit(page: Matters, topic: str) -> str:
        """The body the catalogue gives a topic to, its own or that of what it stands under; empty for none."""
        seen = set[str]()
        while topic in page.topics and topic not in seen:
            seen.add(topic)
            one = page.topics[topic]
            if one.body:
                return one.body
            topic = one.parent or ""
        return ""


def _first(fact: Past, steps: Iterable[str], after: datetime | None = None) -> datetime | None:
    moments = [fact.moments[step] for step in steps if step in fact.moments]
    return min((moment for moment in moments if after is None or moment >= after), default=None)
