"""Daily summary, weekly report, monthly analysis: on the page and on paper."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.casework.queries import reports as queries
from huiyin.casework.rules.spans import STEPS, Wanted, begins, period
from huiyin.core.rulebook import as_written, current
from huiyin.interfaces.common import downloads, typed
from huiyin.interfaces.common.paper import reports as paper
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Link, Tab
from huiyin.interfaces.desk import report_words
from huiyin.interfaces.desk.figure_words import opens_at
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.coverage import named
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing
from huiyin.programme.words import labels
from huiyin.register.queries.days import today

OLDEST = date(1990, 1, 1)
"""No report is made of a day before it."""


@require_safe
@guarded
def reports(request: Asked) -> HttpResponse:
    """The report of a period; what a leader reads stands first."""
    step, wanted = _asked(request)
    found = _told(request, wanted, step)
    name, crumbs = named(request, wanted.place, "desk:reports")
    context = {
        "place": name,
        "crumbs": [Link(one.label, f"?{_query(step, wanted, place=one.href.rpartition('=')[2])}") for one in crumbs],
        "tabs": [
            Tab(label=title, href=f"?{_query(one, wanted)}", here=one == step)
            for one, title in labels("report", language()).items()
        ],
        "earlier": _query(step, wanted, day=wanted.from_ - timedelta(days=1)) if wanted.from_ > OLDEST else "",
        "later": _query(step, wanted, day=wanted.until) if wanted.until <= today(request.viewer, request.at) else "",
        "query": _query(step, wanted),
        "figures_query": urlencode(
            {"from": wanted.from_, "until": wanted.until - timedelta(days=1), "place": wanted.place, "by": "all"}
        ),
        "under_way": wanted.until > today(request.viewer, request.at),
        **found,
    }
    return show(request, "desk/figures/report.html", context)


@require_safe
@guarded
@as_written()
def pdf(request: Asked) -> HttpResponse:
    """The same on paper."""
    step, wanted = _asked(request)
    found = _told(request, wanted, step)
    name, _ = named(request, wanted.place, "desk:reports")
    made = paper.pdf(found, name, request.at)
    return downloads.pdf(made, f"report-{step}-{wanted.from_.isoformat()}")


def _told(request: Asked, wanted: Wanted, step: str) -> dict[str, Any]:
    viewer = request.viewer
    found = queries.report(viewer, wanted, step)
    return report_words.told(viewer, found, programme_page(request.at), opens=opens_at(viewer))


def _asked(request: Asked) -> tuple[str, Wanted]:
    """The period asked for; by default the newest whole week of the county."""
    request.viewer.need("stats.see")
    county = current(request.at).rulebook.county.code
    step = request.GET.get("step", "week")
    place = request.GET.get("place", county)[:12]
    if step not in STEPS or not request.viewer.reaches(place):
        raise Missing
    usual = begins(today(request.viewer, request.at), step) - timedelta(days=1)
    day = typed.day(request.GET.get("day", "")) or usual
    return step, period(step, min(max(day, OLDEST), date(2999, 1, 1)), place)


def _query(step: str, wanted: Wanted, *, day: date | None = None, place: str = "") -> str:
    """The address of a report. Of another step the last day decides, so that a week leads to its month."""
    last = wanted.until - timedelta(days=1)
    return urlencode({"step": step, "day": (day or last).isoformat(), "place": place or wanted.place})
