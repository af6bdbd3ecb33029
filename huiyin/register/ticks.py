"""What falls due by time in this room: rounds of assignment are drawn up and carried out a slice at a time.

Imports of rosters are worked on by a process of their own, which this only starts: reading a county's list takes a
minute, in which the worker has other things to do.
"""

import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from huiyin.channels.queries import hours, lines
from huiyin.core import health, rulebook
from huiyin.core.health import Part
from huiyin.core.viewer import Viewer
from huiyin.core.worker import slices, tick
from huiyin.programme.words import label, phrase
from huiyin.register.actions import announcements, cards, coverage, erasure, keeping, phones, portraits, rosters
from huiyin.register.actions import rounds as act
from huiyin.register.queries import cards as ask_cards
from huiyin.register.queries import erasure as ask_erasure
from huiyin.register.queries import keeping as ask_keeping
from huiyin.register.queries import portraits as ask_portraits
from huiyin.register.queries import rosters as ask_rosters
from huiyin.register.queries import rounds
from huiyin.register.queries.drawing import Drawing
from huiyin.register.rules.assign import NOBODY, Outcome, propose

MACHINE = Viewer.system("assignment")
ERASER = Viewer.system("erasure")
PRINTER = Viewer.system("print")
PHOTOS = Viewer.system("photos")
ANNOUNCER = Viewer.system("announcements")
IMPORTER = Viewer.system("import")
WORK = (sys.executable, "-m", "huiyin.config.cli", "rosters", "work")
A_DAY = timedelta(days=1)
LINES = 5_000
LINES_KEPT = timedelta(days=30)
VILLAGES = 10
SLICES = 40
"""Transactions a tick: about twenty thousand households, well within the tick's lease."""


@tick(every=timedelta(seconds=2))
def link_rounds(at: datetime) -> int:
    """Draw up what was asked for; carry out what was confirmed."""
    done = 0
    for round_id in rounds.in_state(MACHINE, "asked"):
        draw_up(round_id, at)
        done += 1
    for round_id in rounds.in_state(MACHINE, "confirming"):
        for _ in range(SLICES):
            some = act.carry_out(by=MACHINE, at=at, round_id=round_id)
            done += some
            if not some:
                break
    return done


@tick(every=timedelta(seconds=10))
def tell_households(at: datetime) -> int:
    """Tell households of their new official while the gateway keeps up; none in the quiet hours (R-094, SG-16).

    What residents wait for never stands behind a county's round: a batch is written down once the last has gone.
    """
    if not rulebook.versions() or hours.quiet(ANNOUNCER, at):
        return 0
    done = 0
    for _ in range(SLICES):
        if lines.is_on(ANNOUNCER, "sms") and lines.waiting(ANNOUNCER, "sms") >= announcements.BATCH:
            break
        some = announcements.tell(by=ANNOUNCER, at=at)
        done += some
        if not some:
            break
    return done


@tick(every=timedelta(minutes=1))
def count_coverage(at: datetime) -> int:
    """Count coverage anew where something was told since: a county's pages add up villages instead of households."""
    return int(bool(rulebook.versions()) and coverage.recount(by=MACHINE, at=at))


@tick(every=timedelta(minutes=10))
def count_phones(at: datetime) -> int:
    """Count how far telephone numbers reach, once an hour where something was told since."""
    return int(bool(rulebook.versions()) and phones.recount(by=MACHINE, at=at))


@tick(every=timedelta(hours=1))
def clear_rounds(at: datetime) -> int:
    """Erase the lines of rounds that ended thirty days ago: what came of them are the links, and the figures stay."""
    done = 0
    for round_id in rounds.ended(MACHINE, at - LINES_KEPT):
        for _ in range(SLICES):
            some = act.clear(by=MACHINE, at=at, round_id=round_id, most=LINES)
            done += some
            if some < LINES:
                break
    return done


def draw_up(round_id: UUID, at: datetime) -> None:
    """Read the county, propose, write the proposal down in slices, present it. Outside any transaction of its own."""
    found = rounds.drawing_of(MACHINE, round_id, at)
    outcome = propose(found.problem)
    act.begin(by=MACHINE, at=at, round_id=round_id)
    for start in range(0, len(found.households), LINES):
        act.lay(by=MACHINE, at=at, round_id=round_id, lines=_lines(found, outcome, start))
    act.present(by=MACHINE, at=at, round_id=round_id, figures=figures(found, outcome), shortages=_shortages(outcome))


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
    done = 0
    for kind in ask_keeping.OVER if rulebook.versions() else ():
        for _ in range(SLICES):
            some = keeping.forget(by=ERASER, at=at, kind=kind)
            done += some
            if some < keeping.SLICE:
                break
    return done


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
