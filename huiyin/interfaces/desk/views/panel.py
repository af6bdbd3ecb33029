"""Coverage and fulfilment side by side, place by place: what there is of it without contact work (R-423)."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiyin.casework.queries import figures, things
from huiyin.casework.rules.figures import share
from huiyin.casework.rules.spans import Behind, Line, Sums, Wanted, total
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.interfaces.desk.figure_words import LEAST, link, opens_at, share_lines
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.coverage import named
from huiyin.programme.ranks import ranks
from huiyin.programme.refusal import Missing
from huiyin.register.queries import coverage
from huiyin.register.queries.coverage import PlaceCover
from huiyin.register.queries.days import today

SHOWN = ("replied", "in_time", "four_contacted", "four_solved")


@guarded
@require_safe
def panel(request: Asked) -> HttpResponse:
    """A place and its parts: households with an official, matters of the year, what came of them, practical things."""
    viewer, at = request.viewer, request.at
    viewer.need("stats.see")
    under = request.GET.get("under", begins_at(viewer, current(at).rulebook.county.code))[:12]
    if not viewer.reaches(under):
        raise Missing
    place, crumbs = named(request, under, "desk:panel")
    cover = coverage.cover(viewer, at, under=under)
    day = today(viewer, at)
    wanted = Wanted(from_=day.replace(month=1, day=1), until=day + timedelta(days=1), place=under)
    lines = figures.split(viewer, wanted, ("place",))["place"]
    done = things.by_part(viewer, under)
    opens = opens_at(viewer)
    rows = [_row(one, lines, done, wanted, under, opens=opens) for one in cover.parts]
    placed = ranks({row["code"]: row["point"] for row in rows if row["base"] >= LEAST and row["code"] != under})
    context = {
        "place": place,
        "crumbs": crumbs,
        "whole": _whole(cover.whole, total(lines), done, wanted, opens=opens) | _lists(viewer, under),
        "rows": [
            row | {"rank": placed.get(row["code"])} | (_lists(viewer, row["code"]) if row["code"] != under else {})
            for row in rows
        ],
        "least": LEAST,
        "year": day.year,
        "people": cover.staff,
        "figures": f"{reverse('desk:figures')}?{urlencode({'place': under, 'by': 'place'})}",
    }
    return show(request, "desk/figures/panel.html", context)


def _lists(viewer: Viewer, code: str) -> dict[str, str]:
    """Where the households and the practical things of a place are listed; what is registered only at the place
    itself has no list of its own."""
    homes, done = reverse("desk:coverage_households"), reverse("desk:things")
    lists = {f"things_{show}": (done, show) for show in ("all", "done")}
    if viewer.may("register.see"):
        lists |= {f"homes_{show}": (homes, show) for show in ("all", "covered")}
    return {name: f"{page}?{urlencode({'under': code, 'show': show})}" for name, (page, show) in lists.items()}


def _row(
    one: PlaceCover, lines: list[Line], done: dict[str, tuple[int, int]], wanted: Wanted, under: str, *, opens: str
) -> dict[str, Any]:
    line = next((line for line in lines if line.value == one.code), None)
    asked = Wanted(from_=wanted.from_, until=wanted.until, place=under, only=(("place", one.code),))
    told = _told(one, line.sums if line else total([]), done.get(one.code, (0, 0)), asked, opens=opens)
    return told | {"name": one.name, "deeper": one.code if one.code != under and len(one.code) == 12 else ""}


def _whole(
    one: PlaceCover, sums: Sums, done: dict[str, tuple[int, int]], wanted: Wanted, *, opens: str
) -> dict[str, Any]:
    things_done = (sum(a for a, _ in done.values()), sum(b for _, b in done.values()))
    return _told(one, sums, things_done, wanted, opens=opens)


def _told(one: PlaceCover, sums: Sums, done: tuple[int, int], asked: Wanted, *, opens: str) -> dict[str, Any]:
    solved = share(SHOWN[-1], sums)
    return {
        "code": one.code,
        "point": solved.point,
        "base": solved.base,
        "cover": one,
        "matters": sums["collected"],
        "href": link(Behind(asked, "collected"), opens) if sums["collected"] else "",
        "shares": [told for told in share_lines(asked, sums, opens=opens) if told.name in SHOWN],
        "committed": done[0],
        "done": done[1],
    }
