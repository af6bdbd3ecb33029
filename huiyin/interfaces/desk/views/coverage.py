"""Coverage in both directions: households without an official, officials without households, place by place."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Link, Pager, Tab
from huiyin.interfaces.desk.looking_back import asked_day, day_context
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.links import cover_figures
from huiyin.interfaces.desk.views.maps import cover_map
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels
from huiyin.register.queries import cover_day, places
from huiyin.register.queries import coverage as queries
from huiyin.register.rules import codes

BODIES = 60


@guarded
@require_safe
def coverage(request: Asked) -> HttpResponse:
    """A place, its parts from the least covered on, its officials by body and by tier."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    under = request.GET.get("under", current(at).rulebook.county.code)[:15]
    place, crumbs = named(request, under, "desk:coverage")
    day, problem = asked_day(request)
    if day is not None:
        try:
            return _on(request, under, day)
        except Refused as refused:
            problem = refused.sentence(language())
    cover = queries.cover(viewer, at, under=under)
    context = {
        "cover": cover,
        "under": under,
        "group": len(under) > 12,
        "place": place,
        "crumbs": crumbs,
        "figures": cover_figures(cover, under),
        "percent": f"{cover.whole.share * 100:.1f}%",
        "bodies": cover.bodies[:BODIES],
        "more_bodies": max(0, len(cover.bodies) - BODIES),
        "parts": cover.parts,
        **cover_map(viewer, cover),
        **day_context(None, problem, under=under),
    }
    return show(request, "desk/links/coverage.html", context, status=422 if problem else 200)


def _on(request: Asked, under: str, day: date) -> HttpResponse:
    """Coverage as it was on a day. Raises Refused("day_too_much") for a place too large to be read at once."""
    place, crumbs = named(request, under, "desk:coverage")
    whole, parts = cover_day.cover(request.viewer, request.at, under=under, day=day)
    context = {"whole": whole, "parts": parts, "under": under, "place": place, "crumbs": crumbs}
    return show(request, "desk/links/coverage_day.html", context | day_context(day, "", under=under))


@guarded
@require_safe
def households(request: Asked) -> HttpResponse:
    """The households behind a figure."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    under, shown = _under(request), _shown(request, queries.HOUSEHOLD_SHOWS)
    kept = {"official": request.GET["official"][:40]} if "official" in request.GET else {}
    official = typed.known(kept["official"]) if kept else None
    after = request.GET.get("after", "")[:80]
    page = queries.homes(viewer, at, under=under, show=shown, official=official, after=after)
    more = {"under": under, "show": shown, **kept, "after": page.after}
    context = {
        "rows": page.rows,
        "place": places.path_names(viewer, under),
        "tabs": _tabs("cover_homes", under, shown, **kept),
        "shown": shown,
        "pager": Pager(after=f"?{urlencode(more)}" if page.after else ""),
        "back": f"{reverse('desk:coverage')}?{urlencode({'under': under})}",
    }
    return show(request, "desk/links/households.html", context)


@guarded
@require_safe
def officials(request: Asked) -> HttpResponse:
    """The officials behind a figure: of a place, a body or a tier."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    under, shown = _under(request), _shown(request, queries.OFFICIAL_SHOWS)
    kept = {key: request.GET[key][:40] for key in ("body", "tier") if key in request.GET}
    body = typed.known(kept["body"]) if "body" in kept else None
    after = request.GET.get("after", "")[:60]
    page = queries.officials(viewer, at, under=under, show=shown, body=body, tier=kept.get("tier"), after=after)
    more = {"under": under, "show": shown, **kept, "after": page.after}
    context: dict[str, Any] = {
        "rows": page.rows,
        "total": page.total,
        "under": under,
        "place": places.path_names(viewer, under),
        "tabs": _tabs("cover_officials", under, shown, **kept),
        "shown": shown,
        "tiers": current(at).rulebook.county.tiers,
        "pager": Pager(after=f"?{urlencode(more)}" if page.after else ""),
        "back": f"{reverse('desk:coverage')}?{urlencode({'under': under})}",
    }
    return show(request, "desk/links/officials.html", context)


def _under(request: Asked) -> str:
    """The place asked about, by default the county; one that there is not is not found."""
    county = current(request.at).rulebook.county.code
    under = request.GET.get("under", county)[:15]
    if not places.exists(request.viewer, under):
        raise Missing
    return under


def _shown(request: Asked, known: tuple[str, ...]) -> str:
    shown = request.GET.get("show", known[0])
    if shown not in known:
        raise Missing
    return shown


def _tabs(group: str, under: str, shown: str, **kept: str) -> list[Tab]:
    words = labels(group, language())
    return [
        Tab(label=title, href=f"?{urlencode({'under': under, 'show': name, **kept})}", here=name == shown)
        for name, title in words.items()
    ]


def named(request: Asked, under: str, page: str, *, whole: bool = False) -> tuple[str, list[Link]]:
    """What a place is called, and as links to a page the county and the places between it and here; by one question.

    `whole` leaves out those of which the viewer does not see all. Raises Missing for a code nobody knows.
    """
    line = places.line(request.viewer, under)
    inside = [(code, name) for code, name in line if codes.width(code) >= codes.WIDTHS[2]]
    above = [(code, name) for code, name in inside[:-1] if not whole or request.viewer.sees(code)]
    crumbs = [Link(name, f"{reverse(page)}?{urlencode({'under': code})}") for code, name in above]
    return " ".join(name for _, name in inside[1:]) or line[-1][1], crumbs
