"""What falls due by time in this room, and what of it the health page watches."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from huiyin.casework.actions import (
    digests,
    dismissing,
    erasing,
    first_calls,
    keeping,
    promises,
    rechecks,
    retaining,
    sweep,
    tallies,
    withdrawing,
)
from huiyin.casework.queries import apart, compartment, held, owners, tallying
from huiyin.core import health, idempotency, marks, rulebook, wiping
from huiyin.core.health import Part
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.core.worker import slices, tick
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase
from huiyin.register.actions import categories
from huiyin.register.queries import erasure, household_file

__all__ = ["apart"]  # importing it tells the register whom it must never assign to whom

MACHINE = Viewer.system("clock")
UNREACHABLE_MOST = timedelta(minutes=1)


@health.watch
def owned(at: datetime, language: str) -> Part:
    """Red while a matter is for more than a minute with nobody who could be reached about it (R-094)."""
    found = owners.unreachable(MACHINE, at, since=UNREACHABLE_MOST)
    key = "not_owned" if found else "fine"
    return Part("owned", ok=not found, says=phrase("health", key, language, count=found), value=found, limit=0)


@health.watch
def figures(at: datetime, language: str) -> Part:
    """Red while a figure is not what its rows say, though nothing happened to them lately."""
    found = tallying.told_wrong(MACHINE, at)
    says = phrase("health", "figures_wrong" if found else "fine", language, count=found)
    return Part("figures", ok=not found, says=says, value=found, limit=0)


@health.watch
def custodians(at: datetime, language: str) -> Part:
    """Red while a sealed way is in force and fewer than two people hold keys: what goes it stays in clear (R-187).

    A demo owes none: nobody but its visitors could make them.
    """
    book = current(at).rulebook
    wanted = any(way.sealed for name in book.programmes for way in book.matters(name).ways.values())
    found = len(compartment.custodians(MACHINE))
    ok = found >= compartment.LEAST or not wanted or marks.is_demo()
    says = phrase("health", "fine" if ok else "custodians_few", language, count=found, least=compartment.LEAST)
    return Part("custodians", ok=ok, says=says, value=found, limit=compartment.LEAST)


@health.watch
def apart_enough(at: datetime, language: str) -> Part:
    """Red while fewer people of different bodies than the county promises see a complaint today until its subjects are
    named: posts end, bodies are dissolved, and then nobody may be left beside the one it is about (SG-01).
    """
    least, found = current(at).rulebook.county.held.at_least, held.dispatchers(MACHINE, at)
    key = "fine" if found >= least else "dispatchers_few" if found else "dispatchers_none"
    says = phrase("health", key, language, count=found, least=least)
    return Part("dispatchers", ok=found >= least, says=says, value=found, limit=least)


@tick(every=timedelta(minutes=1))
def wiped(at: datetime) -> int:
    """Take away what the database file still holds of words that were locked."""
    return int(wiping.wipe())


def _by_the_machine(work: Callable[..., int], at: datetime) -> int:
    """A slice of some work."""
    return work(by=MACHINE, at=at)


@tick(every=timedelta(seconds=20))
def clocks(at: datetime) -> int:
    """Warn, run out, and end pauses, in slices until nothing is left."""
    return slices(at, *(partial(_by_the_machine, work) for work in (sweep.warn, sweep.run_out, sweep.end_pauses)))


@tick(every=timedelta(minutes=10))
def uncounted(at: datetime) -> int:
    """Matters that no figure has, because they are older than the figures, are counted in slices."""
    return slices(at, partial(_by_the_machine, tallies.count_missing))


@tick(every=timedelta(minutes=1))
def figures_compared(at: datetime) -> int:
    """Within an hour every matter's figures are held against its rows."""
    return tallies.compare(by=MACHINE, at=at)


@tick(every=timedelta(minutes=1))
def promises_due(at: datetime) -> int:
    """Promises whose last day is over go to those who ask the residents, in slices until nothing is left."""
    return slices(at, partial(_by_the_machine, promises.fall_due))


@tick(every=timedelta(minutes=5))
def kept_back(at: datetime) -> int:
    """Kept matters whose day has come stand on somebody's list; what nobody looked at in time, kept or ended by two, is
    taken up again."""
    works = (retaining.remind, retaining.lapse, dismissing.lapse)
    return slices(at, *(partial(_by_the_machine, work) for work in works))


@tick(every=timedelta(minutes=5))
def taken_back(at: datetime) -> int:
    """What residents took back ends when they had time to think again, in slices until nothing is left."""
    return slices(at, partial(_by_the_machine, withdrawing.take_effect))


@tick(every=timedelta(minutes=30))
def calls_to_check(at: datetime) -> int:
    """Of the calls recorded on the day that is over some are drawn, to be made once more by others."""
    return rechecks.draw_yesterday(by=MACHINE, at=at)


@tick(every=timedelta(minutes=5))
def calls_by_share(at: datetime) -> int:
    """Where a share is called back: seeds for the days to come, who was silent comes up, old seeds are told."""
    works = (first_calls.make_seeds, first_calls.tell_seeds, first_calls.come_up)
    return slices(at, *(partial(_by_the_machine, work) for work in works))


@tick(every=timedelta(minutes=5))
def digests_of_the_morning(at: datetime) -> int:
    """On working days from eight: what waits for them, to staff who want it by message, once a day."""
    return digests.send_due(by=MACHINE, at=at)


@tick(every=timedelta(hours=1))
def old_keys(at: datetime) -> int:
    """Idempotency keys older than thirty days go."""
    return idempotency.forget(at)


@tick(every=timedelta(hours=1))
def reporters_no_longer_kept(at: datetime) -> int:
    """Who reported what ended long enough ago goes out of it, in slices until nothing is left."""
    return slices(at, lambda moment: keeping.forget(by=erasing.ERASER, at=moment)) if rulebook.versions() else 0


@tick(every=timedelta(minutes=1))
def categories_of_closed(at: datetime) -> int:
    """A category that stands with a matter ends with it (SG-13)."""
    waiting = owners.closed_among(MACHINE, household_file.matters_of(MACHINE, at))
    return sum(categories.end_with_matter(by=MACHINE, at=at, matter_id=one) for one in waiting)


@tick(every=timedelta(seconds=20))
def erasures(at: datetime) -> int:
    """Carry out what two people have decided, also at the end of what was still open then, in slices."""
    return slices(at, _decided, lambda moment: erasing.at_end(by=erasing.ERASER, at=moment))


def _decided(at: datetime) -> int:
    """Erasures that two people have decided; one whose person stands in a list under way waits for the list."""
    done = 0
    for erasure_id, person_id in erasure.decided(erasing.ERASER):
        try:
            erasing.carry_out(by=erasing.ERASER, at=at, erasure_id=erasure_id, person_id=person_id)
        except Refused as refused:
            if refused.code != "erase_import_open":
                raise
        else:
            done += 1
    return done
