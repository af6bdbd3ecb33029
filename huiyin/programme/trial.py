"""A programme tried on what has happened: how many matters would have been late under it.

Facts are plain moments; nothing here knows where they come from. Pauses and extensions are left out on both sides, so
the two numbers can be compared with each other but not with the register.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from huiyin.programme.clock import WorkingDays, due
from huiyin.programme.schema.matters import Clock, Matters
from huiyin.programme.schema.rulebook import Rulebook


@dataclass(frozen=True)
class Past:
    """One matter as it went."""

    ident: str
    programme: str
    kind: str
    moments: Mapping[str, datetime]
    """The first time of each step, `open` for its arrival; aware datetimes."""
    way: str = ""
    nature: str = ""
    topic: str = ""
    level: str = "village"
    """Of the ladder, where it stood once it was first given to somebody."""
    unit: str = ""
    """The name of the body that has, or last had it; empty for none."""


@dataclass(frozen=True)
class Verdict:
    """One clock over all facts, under both rulebooks."""

    programme: str
    clock: str
    title: str
    counted_before: int
    late_before: int
    counted_after: int
    late_after: int
    newly_late: tuple[str, ...]
    """Identifiers of matters late only under the new rulebook."""


def trial(old: Rulebook, new: Rulebook, facts: Iterable[Past], *, days: WorkingDays, at: datetime) -> list[Verdict]:
    """Lateness under `old` and `new`, one line for each clock of `new`.

    A clock without a meeting step by `at` counts as late once it is due. Facts of kinds unknown to a rulebook are not
    counted under it.
    """
    known = tuple(facts)
    found: list[Verdict] = []
    for name, programme in new.programmes.items():
        for clock, page in programme.matters.clocks.items():
            before = _late(old, name, clock, known, days=days, at=at)
            after = _late(new, name, clock, known, days=days, at=at)
            fresh = tuple(ident for ident, late in after.items() if late and not before.get(ident, False))
            counts = (len(before), sum(before.values()), len(after), sum(after.values()))
            found.append(Verdict(name, clock, page.title, *counts, fresh))
    return found


def _late(
    book: Rulebook, programme: str, clock: str, facts: Iterable[Past], *, days: WorkingDays, at: datetime
) -> dict[str, bool]:
    """For each matter the clock ran for: whether it was late."""
    page = book.programmes.get(programme)
    if page is None or clock not in page.matters.clocks:
        return {}
    rule, found = page.matters.clocks[clock], {}
    for fact in facts:
        if fact.programme != programme or not _runs(page.matters, clock, rule, fact):
            continue
        started = _first(fact, rule.starts_on)
        if started is None:
            continue
        met = _first(fact, rule.met_by, after=started)
        ended = _first(fact, rule.ended_by, after=started)
        stop = min(moment for moment in (met, ended, at) if moment is not None)
        found[fact.ident] = stop >= due(started, rule.limit, book.county.tz, days).at
    return found


def _runs(matters: Matters, name: str, rule: Clock, fact: Past) -> bool:
    if fact.kind not in matters.kinds or name not in matters.flow_of(fact.kind).clocks:
        return False
    way = matters.ways.get(fact.way)
    return not (rule.follows_way and way is not None and not way.clocked)


def _first(fact: Past, steps: Iterable[str], after: datetime | None = None) -> datetime | None:
    moments = [fact.moments[step] for step in steps if step in fact.moments]
    return min((moment for moment in moments if after is None or moment >= after), default=None)
