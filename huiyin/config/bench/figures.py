"""`huiyin bench figures`: how long figures of a year take: the ten elements, the page, a month's report, the wall.

On whatever the database holds; each question is asked once before it is measured. To hold: the ten elements of the
year with most matters within two seconds.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractYear

from huiyin.casework.queries import figures, late, ledgers, reports, tallying
from huiyin.casework.rules import spans
from huiyin.casework.rules.ledgers import Month
from huiyin.casework.rules.spans import Wanted
from huiyin.config.bench import common, table
from huiyin.core.now import now
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.register.queries import places
from huiyin.register.queries.staff import viewer_for

Say = Callable[[str], None]
HOLD = 2_000.0
TIMES = 7
HEAD = ("what", "viewer", "rows read", "median ms", "worst ms", "to hold ms")


def run(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Measure; True if the ten elements of a year held for everybody."""
    at = now()
    book = current(at).rulebook
    year = _year()
    wanted = Wanted(from_=date(year, 1, 1), until=date(year + 1, 1, 1), place=book.county.code)
    whole = Wanted(from_=at.date() - timedelta(days=365), until=at.date() + timedelta(days=1), place=book.county.code)
    rows, held = [], True
    for name, viewer in _viewers(at):
        for what, ask, read, limit in _questions(viewer, wanted, whole, at):
            say(f"figures: {what} as {name}")
            took = _timed(ask)
            held = held and not (limit and max(took) > limit)
            rows.append([what, name, read, statistics.median(took), max(took), limit or ""])
    drift = 0
    if options.verify:
        begun = time.monotonic()
        drift = sum(1 for _ in tallying.verify(Viewer.system("tally")))
        rows.append(["huiyin tally verify", "the machine", _all(), (time.monotonic() - begun) * 1000, 0.0, ""])
    moves = common.table("casework.Move")._base_manager.count()
    matters = common.table("casework.Matter")._base_manager.count()
    show(f"{table.settings()}; {matters:,} matters, {moves:,} moves, {_all():,} matters in figures\n")
    show(table.markdown(HEAD, rows))
    return held and not drift


def _questions(
    viewer: Viewer, year: Wanted, whole: Wanted, at: datetime
) -> Iterator[tuple[str, Callable[[], Any], int, float]]:
    """What is asked, how many rows it is about, and what it has to hold (0: nothing)."""
    month = spans.period("month", year.from_.replace(month=6), year.place)
    everything = figures.ELEMENTS
    yield "all elements, the fullest year", lambda: figures.split(viewer, year, everything), _in(year), HOLD
    yield "all elements, 365 days", lambda: figures.split(viewer, whole, everything), _in(whole), HOLD
    yield "main figures, one element, 365 days", lambda: figures.split(viewer, whole, ("day", "channel")), _in(whole), 0
    yield "report of a month", lambda: reports.report(viewer, month, "month"), _in(month), HOLD
    for what, place in (("county", year.place), ("town", _town(viewer, year.place))):
        book = Month(month.from_.year, month.from_.month)
        yield f"ledger of a month, {what}", partial(ledgers.sheet, viewer, place, book, at), _in(month), HOLD
    yield "the wall of what is late", lambda: late.wall(viewer, late.Narrow(), at), 0, 0


def _town(viewer: Viewer, county: str) -> str:
    """The first town of the county."""
    towns, _ = places.towns_and_villages(viewer, county)
    return towns[0][0] if towns else county


def _viewers(at: datetime) -> list[tuple[str, Viewer]]:
    """The machine, and somebody of the county who may see figures and is bound by conflicts."""
    found = [("the machine", Viewer.system("bench"))]
    for account in common.table("core.Account")._base_manager.order_by("pk"):
        viewer = viewer_for(account, at)  # type: ignore[arg-type]  # an account, by its table's name
        if viewer.may("stats.see") and viewer.may("matter.see") and viewer.sees(current(at).rulebook.county.code):
            return [*found, ("a leader of the county", viewer)]
    return found


def _timed(ask: Callable[[], Any]) -> list[float]:
    ask()
    took = []
    for _ in range(TIMES):
        begun = time.monotonic()
        ask()
        took.append((time.monotonic() - begun) * 1000)
    return took


def _year() -> int:
    """The year with most matters."""
    rows = common.table("casework.CaseTally")._base_manager.annotate(year=ExtractYear("opened_on")).values("year")
    most = rows.annotate(n=Count("pk")).order_by("-n").first()
    return int(most["year"]) if most else now().year


def _in(wanted: Wanted) -> int:
    rows = common.table("casework.CaseTally")._base_manager
    return rows.filter(opened_on__gte=wanted.from_, opened_on__lt=wanted.until).count()


def _all() -> int:
    return common.table("casework.CaseTally")._base_manager.count()
