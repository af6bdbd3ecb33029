"""What falls due by time in this room: rounds of assignment are drawn up and carried out a slice at a time.

Imports of rosters are worked on by a process of their own, which this only starts: reading a county's list takes a
minute, in which the worker has other things to do.
"""

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Model

from huiyin.channels.queries import hours, lines
from huiyin.core import health, rulebook
from huiyin.core.health import Part
from huiyin.core.ids import uuid7
from huiyin.core.viewer import Viewer
from huiyin.core.worker import slices, tick
from huiyin.programme.words import label, phrase
from huiyin.register.actions import announcements, cards, counts, erasure, keeping, portraits, powers, rosters
from huiyin.register.actions import rounds as act
from huiyin.register.queries import cards as ask_cards
from huiyin.register.queries import cover_counts, cover_whole, phones, rounds
from huiyin.register.queries import erasure as ask_erasure
from huiyin.register.queries import keeping as ask_keeping
from huiyin.register.queries import portraits as ask_portraits
from huiyin.register.queries import rosters as ask_rosters
from huiyin.register.queries.drawing import Drawing
from huiyin.register.rules.assign import NOBODY, Outcome, propose

MACHINE = Viewer.system("assignment")
ERASER = Viewer.system("erasure")
PRINTER = Viewer.system("print")
PHOTOS = Viewer.system("photos")
ANNOUNCER = Viewer.system("announcements")
IMPORTER = Viewer.system("import")
GUARD = Viewer.system("powers")
WORK = (sys.executable, "-m", "huiyin.config.cli", "rosters", "work")
A_DAY = timedelta(days=1)
LINES = 5_000
LINES_KEPT = timedelta(days=30)
SILENT = timedelta(minutes=5)
"""After so long without a line a round is drawn up anew: whoever was at it has ended."""
VILLAGES = 10


@tick(every=timedelta(seconds=2))
def link_rounds(at: datetime) -> int:
    """Draw up what was asked for; carry out what was confirmed. A county's round takes minutes, between whose slices
    everything else has its turn."""
    return slices(at, _draw_some, _carry_out_some)


class _Draft:
    """A round this process is drawing up: what it has read and proposed is kept nowhere else."""

    def __init__(self, round_id: UUID) -> None:
        self.round_id, self.hand, self.laid = round_id, uuid7(), 0
        self.found: Drawing | None = None
        self.outcome: Outcome | None = None

    def step(self, at: datetime) -> bool:
        """Read the county, propose, write some of the proposal down, present it: one of these, of some seconds at most
        and outside any transaction of its own. Whether there is more to do.
        """
        one, hand = self.round_id, self.hand
        if self.found is None:
            act.begin(by=MACHINE, at=at, round_id=one, hand=hand)
            self.found = rounds.drawing_of(MACHINE, one, at)
        elif self.outcome is None:
            self.outcome = propose(self.found.problem)
        elif self.laid < len(self.found.households):
            act.lay(by=MACHINE, at=at, round_id=one, hand=hand, lines=_lines(self.found, self.outcome, self.laid))
            self.laid += LINES
        else:
            counts, lacking = figures(self.found, self.outcome), _shortages(self.outcome)
            act.present(by=MACHINE, at=at, round_id=one, hand=hand, figures=counts, shortages=lacking)
            return False
        return True


_drafts: dict[UUID, _Draft] = {}


def _draw_some(at: datetime) -> int:
    waiting = rounds.to_draw(MACHINE, at - SILENT)
    for round_id in [*_drafts, *waiting][:1]:
        draft = _drafts.pop(round_id, None) or _Draft(round_id)
        if draft.step(at):
            _drafts[round_id] = draft
        return 1
    return 0


def _carry_out_some(at: datetime) -> int:
    for round_id in rounds.in_state(MACHINE, "confirming"):
        if some := act.carry_out(by=MACHINE, at=at, round_id=round_id):
            return some
    return 0


@tick(every=timedelta(seconds=10))
def tell_households(at: datetime) -> int:
    """Tell households of their new official while the gateway keeps up; none in the quiet hours (R-094, SG-16).

    What residents wait for never stands behind a county's round: a batch is written down once the last has gone.
    """
    if not rulebook.versions() or hours.quiet(ANNOUNCER, at):
        return 0
    return slices(at, _tell_some)


def _tell_some(at: datetime) -> int:
    if lines.is_on(ANNOUNCER, "sms") and lines.waiting(ANNOUNCER, "sms") >= announcements.BATCH:
        return 0
    return announcements.tell(by=ANNOUNCER, at=at)


@dataclass
class _Count:
    """A count this process is at: what it has found is kept nowhere else until it is whole. Where the process ends
    before, the last count stands and the next begins anew."""

    began: datetime
    parts: Iterator[Sequence[Model]]
    rows: list[Model] = field(default_factory=list)

    def step(self) -> bool:
        """Count the next part, a fraction of a second and outside any transaction; whether there was one."""
        some = next(self.parts, None)
        self.rows += some or ()
        return some is not None


_counts: dict[str, _Count] = {}


@tick(every=timedelta(minutes=1))
def count_coverage(at: datetime) -> int:
    """Count coverage anew where something was told since: a county's pages add up villages instead of households."""
    return slices(at, _count_some_coverage) if rulebook.versions() else 0


def _count_some_coverage(at: datetime) -> int:
    if "coverage" not in _counts:
        if not cover_counts.due(MACHINE, at):
            counts.still_holds(by=MACHINE, at=at)
            return 0
        county = rulebook.current(at).rulebook.county.code
        _counts["coverage"] = _Count(at, cover_whole.parts(MACHINE, at, under=county))
    return _go_on(at, "coverage", counts.renew_coverage)


def _go_on(at: datetime, name: str, keep: Callable[..., bool]) -> int:
    """The next part of a count, or keeping it where it is whole; whether there was a part."""
    one = _counts.pop(name)  # taken out while it is worked on: what failed half way is not gone on with
    if one.step():
        _counts[name] = one
        return 1
    keep(by=MACHINE, at=at, began=one.began, rows=one.rows)
    return 0


@tick(every=timedelta(minutes=1))
def follow_powers(at: datetime) -> int:
    """Ask for consent to what a change of the method made a duty; what nobody consented to in time has lapsed."""
    return powers.follow(by=GUARD, at=at) if rulebook.versions() else 0


@tick(every=timedelta(minutes=10))
def count_phones(at: datetime) -> int:
    """Count how far telephone numbers reach, once an hour where something was told since."""
    return slices(at, _count_some_phones) if rulebook.versions() else 0


def _count_some_phones(at: datetime) -> int:
    if "phones" not in _counts:
        if not phones.due(MACHINE, at):
            return 0
        _counts["phones"] = _Count(at, phones.parts(MACHINE, at))
    return _go_on(at, "phones", counts.renew_phones)


@tick(every=timedelta(hours=1))
def clear_rounds(at: datetime) -> int:
    """Erase the lines of rounds that ended thirty days ago: what came of them are the links, and the figures stay."""
    return slices(at, _clear_some)


def _clear_some(at: datetime) -> int:
    for round_id in rounds.ended(MACHINE, at - LINES_KEPT)[:1]:
        return act.clear(by=MACHINE, at=at, round_id=round_id, most=LINES)
    return 0


def draw_up(round_id: UUID, at: datetime) -> None:
    """Draw a round up in one go."""
    draft = _Draft(round_id)
    while draft.step(at):
        pass


def figures(found: Drawing, outcome: Outcome) -> dict[str, Any]:
    """The counts of a proposal; loads as tier, number of households, number of officials."""
    current, given = found.problem.current, outcome.bearer
    loads = outcome.loads(len(found.officials))
    by_tier: dict[str, Counter[str]] = defaultdict(Counter)
    for tier, load in zip(found.tiers, loads, strict=True):
        by_tier[tier][str(load)] += 1
    bearers = found.problem.bearers
    return {
        "households": len(given),
        "officials": len(found.officials),
        "uncovered": outcome.uncovered(),
        "kept": sum(old == new != NOBODY for old, new in zip(current, given, strict=True)),
        "moved": sum(NOBODY != old != new for old, new in zip(current, given, strict=True)),
        "orphaned": sum(link is not None and old == NOBODY for link, old in zip(found.links, current, strict=True)),
        "idle": sum(load == 0 for load in loads),
        "under": sum(load < bearer.least for load, bearer in zip(loads, bearers, strict=True)),
        "over_aim": sum(load > bearer.aim for load, bearer in zip(loads, bearers, strict=True)),
        "without": found.without,
        "households_without": found.households_without,
        "loads": {tier: dict(sorted(table.items(), key=lambda one: int(one[0]))) for tier, table in by_tier.items()},
    }


def _lines(found: Drawing, outcome: Outcome, start: int) -> list[act.Line]:
    return [
        act.Line(
            found.households[home],
            found.problem.places[home],
            None if outcome.bearer[home] == NOBODY else found.officials[outcome.bearer[home]],
            found.links[home],
        )
        for home in range(start, min(start + LINES, len(found.households)))
    ]


def _shortages(outcome: Outcome) -> list[dict[str, Any]]:
    return [
        {
            "places": list(one.places[:200]),
            "demand": one.demand,
            "capacity": one.capacity,
            "bearers": one.bearers,
            "missing": one.missing,
            "alone": one.alone,
        }
        for one in outcome.shortages
    ]


_at_work: list["subprocess.Popen[bytes]"] = []


@tick(every=timedelta(seconds=2))
def start_imports(at: datetime) -> int:
    """Start a process for each import that waits for one, or whose process fell silent; forget those that ended."""
    _at_work[:] = [one for one in _at_work if one.poll() is None]
    started = 0
    for run_id in ask_rosters.waiting(IMPORTER, at - rosters.PATIENCE):
        if rosters.take_up(by=IMPORTER, at=at, run_id=run_id):
            _at_work.append(subprocess.Popen([*WORK, str(run_id)], stdin=subprocess.DEVNULL))  # noqa: S603 - our own program, an id as argument
            started += 1
    return started


@tick(every=timedelta(minutes=5))
def finish_erasures(at: datetime) -> int:
    """Destroy the keys of erasures that ended half way; erase again whom an older backup brought back."""
    again = [erasure.erase_again(by=ERASER, at=at, person_id=one) for one in ask_erasure.come_back(ERASER)]
    waiting = dict.fromkeys([*again, *ask_erasure.uncertified(ERASER)])
    for erasure_id in waiting:
        erasure.finish(by=ERASER, at=at, erasure_id=erasure_id)
    return len(waiting)


@tick(every=timedelta(hours=1))
def forget_records(at: datetime) -> int:
    """Delete what has been over for longer than the county keeps it, some slices of each kind."""
    kinds = ask_keeping.OVER if rulebook.versions() else ()
    return slices(at, *(partial(_forget, kind) for kind in kinds))


def _forget(kind: str, at: datetime) -> int:
    return keeping.forget(by=ERASER, at=at, kind=kind)


@tick(every=timedelta(minutes=5))
def end_photos(at: datetime) -> int:
    """Photos go with the last public post; the keys of those that ended are destroyed."""
    if not rulebook.versions():
        return 0
    return slices(at, lambda moment: portraits.end_without_post(by=PHOTOS, at=moment), _shred_photos)


def _shred_photos(at: datetime) -> int:
    waiting = ask_portraits.to_shred(PHOTOS)
    for portrait_id in waiting:
        portraits.shred(by=PHOTOS, at=at, portrait_id=portrait_id)
    return len(waiting)


@tick(every=timedelta(seconds=2))
def print_runs(at: datetime) -> int:
    """Make what was asked for in print, a village a transaction."""
    waiting = ask_cards.asked(PRINTER)[:VILLAGES]
    for run_id in waiting:
        cards.make(by=PRINTER, at=at, run_id=run_id)
    return len(waiting)


@health.watch
def imports(_: datetime, language: str) -> Part:
    """Red while an import is parked: process after process has ended over it, and a person has to look."""
    found = ask_rosters.parked(IMPORTER)
    names = "; ".join(f"{label('roster_kind', kind, language)} {run_id}" for run_id, kind in found)
    says = phrase("health", "imports_parked", language, names=names) if found else phrase("health", "none", language)
    return Part("imports", ok=not found, says=says, value=len(found), limit=0)


@tick(every=timedelta(hours=1))
def forget_imports(at: datetime) -> int:
    """Erase what is left of imports after thirty days; destroy keys and files that a process left which ended."""
    found = ask_rosters.old(IMPORTER, at - rosters.KEPT)
    for run_id in found:
        rosters.forget(by=IMPORTER, at=at, run_id=run_id)
    for run_id in (*ask_rosters.keys_left(IMPORTER), *ask_rosters.files_left(IMPORTER, at - A_DAY)):
        rosters.shred(run_id, at=at)
    return len(found)
