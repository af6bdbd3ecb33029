"""Coverage in both directions: households without an official, officials without households, place by place."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Link, Pager, Tab
from huiyin.interfaces.desk.looking_back import Back, looked
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.links import cover_figures
from huiyin.interfaces.desk.views.maps import cover_map
from huiyin.programme.refusal import Missing
from huiyin.programme.words import labels
from huiyin.register.queries import coverage as queries
from huiyin.register.queries import overlays, places
from huiyin.register.rules import codes

BODIES = 60


@guarded
@require_safe
def coverage(request: Asked) -> HttpResponse:
    """A place, its parts from the least covered on, its officials by body and by tier."""
    at = request.at
    request.viewer.need("register.see")
    under = request.GET.get("under", current(at).rulebook.county.code)[:15]
    back = looked(request)
    place, crumbs = named(request, under, "desk:coverage", back=back)
    cover = queries.cover(back.viewer, at, under=under)
    grids, smaller = overlays.summed(back.viewer, at, under, _with_whole(cover))
    context = {
        "cover": cover,
        "under": under,
        "group": len(under) > 12,
        "place": place,
        "crumbs": crumbs,
        "figures": cover_figures(cover, under, **back.kept),
        "percent": f"{cover.whole.share * 100:.1f}%",
        "bodies": cover.bodies[:BODIES],
        "more_bodies": max(0, len(cover.bodies) - BODIES),
        "parts": cover.parts,
        "grids": grids,
        "smaller": smaller,
        **(cover_map(back.viewer, cover) if back.day is None else {}),
        **back.context(under=under),
    }
    return show(request, "desk/links/coverage.html", context, status=back.status)


@guarded
@require_safe
def households(request: Asked) -> HttpResponse:
    """The households behind a figure."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    back = looked(request)
    under, shown = _under(request, back), _shown(request, queries.HOUSEHOLD_SHOWS)
    kept = {key: request.GET[key][:40] for key in ("official", "grid") if key in request.GET}
    official = typed.known(kept["official"]) if "official" in kept else None
    after = request.GET.get("after", "")[:80]
    grid = None
    if "grid" in kept:
        kept, key = {"grid": kept["grid"]}, typed.known(kept["grid"])
        grid, page = overlays.homes(back.viewer, at, under=under, show=shown, overlay_id=key, after=after)
    else:
        page = queries.homes(back.viewer, at, under=under, show=shown, official=official, after=after)
    more = {"under": under, "show": shown, **kept, **back.kept, "after": page.after}
    context = {
        "rows": page.rows,
        "grid": grid,
        "place": places.path_names(back.viewer, under),
        "tabs": _tabs("cover_homes", under, shown, **kept, **back.kept),
        "shown": shown,
        "pager": Pager(after=f"?{urlencode(more)}" if page.after else ""),
        "back": f"{reverse('desk:coverage')}?{urlencode({'under': under, **back.kept})}",
        **back.context(under=under, show=shown, **kept),
    }
    return show(request, "desk/links/households.html", context, status=back.status)


@guarded
@require_safe
def officials(request: Asked) -> HttpResponse:
    """The officials behind a figure: of a place, a body or a tier."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    back = looked(request)
    under, shown = _under(request, back), _shown(request, queries.OFFICIAL_SHOWS)
    kept = {key: request.GET[key][:40] for key in ("body", "tier") if key in request.GET}
    body = typed.known(kept["body"]) if "body" in kept else None
    after = request.GET.get("after", "")[:60]
    page = queries.officials(back.viewer, at, under=under, show=shown, body=body, tier=kept.get("tier"), after=after)
    more = {"under": under, "show": shown, **kept, **back.kept, "after": page.after}
    context: dict[str, Any] = {
        "rows": page.rows,
        "total": page.total,
        "under": under,
        "place": places.path_names(back.viewer, under),
        "tabs": _tabs("cover_officials", under, shown, **kept, **back.kept),
        "shown": shown,
        "tiers": current(at).rulebook.county.tiers,
        "pager": Pager(after=f"?{urlencode(more)}" if page.after else ""),
        "back": f"{reverse('desk:coverage')}?{urlencode({'under': under, **back.kept})}",
        **back.context(under=under, show=shown, **kept),
    }
    return show(request, "desk/links/officials.html", context, status=back.status)


def _with_whole(cover: queries.Cover) -> tuple[queries.PlaceCover, ...]:
    """The parts of a place and, where households are seen there, the whole of it: a grid may be all of it."""
    some = cover.whole.households or cover.whole.excluded
    return (*cover.parts, cover.whole) if some else cover.parts


def _under(request: Asked, back: Back) -> str:
    """The place asked about, by default the county; one that there is not is not found."""
    county = current(request.at).rulebook.county.code
    under = request.GET.get("under", county)[:15]
    if not places.exists(back.viewer, under, day=back.day):
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


def named(
    request: Asked, under: str, page: str, *, whole: bool = False, back: Back | None = None
) -> tuple[str, list[Link]]:
    """What a place is called, and as links to a page the county and the places between it and here; by one question.

    `whole` leaves out those of which the viewer does not see all; `back` keeps the day. Raises Missing for a code
    nobody knows.
    """
    line, kept = places.line(back.viewer if back else request.viewer, under), back.kept if back else {}
    inside = [(code, name) for code, name in line if codes.width(code) >= codes.WIDTHS[2]]
    above = [(code, name) for code, name in inside[:-1] if not whole or request.viewer.sees(code)]
    crumbs = [Link(name, f"{reverse(page)}?{urlencode({'under': code, **kept})}") for code, name in above]
    return " ".join(name for _, name in inside[1:]) or line[-1][1], crumbs
