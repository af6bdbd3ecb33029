"""Daily summary, weekly report, monthly analysis: one period beside the one before and a year ago (R-416 to R-422)."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Q, Sum
from django.db.models.functions import Substr

from huiyin.casework.models import CaseTally
from huiyin.casework.queries import figures
from huiyin.casework.rules import hot
from huiyin.casework.rules.figures import MEASURES
from huiyin.casework.rules.hot import Cell, Hot
from huiyin.casework.rules.spans import Line, Sums, Wanted, a_year_ago, before, total
from huiyin.core.viewer import Viewer


@dataclass(frozen=True)
class Report:
    """One period. `now`, `earlier` and `year_ago` are sums of what was received in it, as it stands today; `answered`
    and `closed` count what was answered and closed within it, whenever it came."""

    wanted: Wanted
    step: str
    now: Sums
    earlier: Sums
    year_ago: Sums
    answered: int
    closed: int
    lines: dict[str, list[Line]]
    hot: list[Hot]
    recurrent: list[Cell]


def report(viewer: Viewer, wanted: Wanted, step: str) -> Report:
    """The report of a period; four questions, whatever its length."""
    lines = figures.split(viewer, wanted, ("day", "channel", "topic", "body", "place", "result"))
    cells = _cells(viewer, wanted, step)
    done = _done(viewer, wanted)
    earlier, year_ago = _beside(viewer, before(wanted, step), a_year_ago(wanted, step))
    return Report(
        wanted=wanted,
        step=step,
        now=total(lines["day"]),
        earlier=earlier,
        year_ago=year_ago,
        answered=done["answered"] or 0,
        closed=done["closed"] or 0,
        lines=lines,
        hot=hot.hot(cells),
        recurrent=hot.recurrent(cells),
    )


def _beside(viewer: Viewer, *some: Wanted) -> list[Sums]:
    """The sums of several periods in one question."""
    spans = [Q(opened_on__gte=one.from_, opened_on__lt=one.until) for one in some]
    rows = CaseTally.objects.visible_to(viewer).filter(figures.where(some[0])).filter(reduce(or_, spans))
    wanted = {f"{name}_{number}": Sum(name, filter=span) for number, span in enumerate(spans) for name in MEASURES}
    found = rows.aggregate(**wanted)
    return [{name: found[f"{name}_{number}"] or 0 for name in MEASURES} for number in range(len(spans))]


def _done(viewer: Viewer, wanted: Wanted) -> dict[str, int]:
    """What was answered and closed in the period."""
    rows = CaseTally.objects.visible_to(viewer).filter(figures.where(wanted))
    span = {name: Q(**{f"{name}_on__gte": wanted.from_, f"{name}_on__lt": wanted.until}) for name in DONE}
    found: dict[str, int] = rows.filter(span["answered"] | span["closed"]).aggregate(
        **{name: Count("pk", filter=condition) for name, condition in span.items()}
    )
    return found


DONE = ("answered", "closed")


def _cells(viewer: Viewer, wanted: Wanted, step: str) -> list[Cell]:
    """How often each topic came up in each village: in the period, in those before it, and lately; one question."""
    start = wanted
    for _ in range(hot.PERIODS):
        start = before(start, step)
    lately = wanted.until - timedelta(days=hot.LATELY)
    rows = CaseTally.objects.visible_to(viewer).filter(figures.where(replace(wanted, only=())))
    rows = rows.filter(opened_on__gte=min(start.from_, lately), opened_on__lt=wanted.until)
    found = (
        rows.annotate(village=Substr("place_code", 1, 12))
        .values_list("village", "topic")
        .order_by()
        .annotate(
            now=Count("pk", filter=Q(opened_on__gte=wanted.from_)),
            prior=Count("pk", filter=Q(opened_on__gte=start.from_, opened_on__lt=wanted.from_)),
            lately=Count("pk", filter=Q(opened_on__gte=lately)),
            again=Sum("reopened"),
        )
    )
    return [Cell(*one) for one in found]
