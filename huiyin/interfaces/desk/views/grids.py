"""The one clear chart: who holds which cell of the grid, on the page and as PDF (R-026)."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiyin.core.rulebook import as_written, current
from huiyin.interfaces.common import downloads
from huiyin.interfaces.common.paper import grid as paper
from huiyin.interfaces.desk.looking_back import Back, looked
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.coverage import named
from huiyin.programme.schema.links import heading
from huiyin.register.queries import grids, kit
from huiyin.register.queries.days import today
from huiyin.register.queries.grids import Cell
from huiyin.register.rules import codes


@guarded
@require_safe
def chart(request: Asked) -> HttpResponse:
    """A county, a town or a village: its cells with their heads; each opens to the one below."""
    cell, under, back = _cell(request)
    width = codes.width(under)
    place, crumbs = named(request, under, "desk:grid", whole=True, back=back)
    context = {
        "cell": cell,
        "under": under,
        "place": place,
        "crumbs": crumbs,
        "level": {6: "county", 9: "town"}.get(width, "village"),
        "alone": [one for one in cell.inside if not one.inside],
        "duties": kit.duties(request.viewer, request.at),
        "without": sum(one.head is None for one in _heads_wanted(cell, width)),
        "heading": _heading(request) if width == codes.WIDTHS[4] and back.day is None else (),
        "paper": f"{reverse('desk:grid_paper')}?{urlencode({'under': under, **back.kept})}",
        **back.context(under=under),
    }
    return show(request, "desk/links/grid.html", context, status=back.status)


@guarded
@require_safe
@as_written()
def chart_paper(request: Asked) -> HttpResponse:
    """The same on paper."""
    cell, under, back = _cell(request)
    place, _ = named(request, under, "desk:grid", whole=True, back=back)
    made = paper.pdf(cell, place, today(back.viewer, request.at), request.at, kit.duties(request.viewer, request.at))
    return downloads.pdf(made, "-".join(("grid", under, *back.kept.values())))


def _heading(request: Asked) -> tuple[tuple[str, str, str], ...]:
    """Where the head of a village's grid is named, for who may: programme, kind and its title."""
    programmes = current(request.at).rulebook.programmes
    found = heading({name: one.links for name, one in programmes.items()})
    return tuple((name, key, one.title) for name, key, one in found) if request.viewer.may("register.edit") else ()


def _cell(request: Asked) -> tuple[Cell, str, Back]:
    """The chart asked for, by default the highest place the viewer sees the whole of, as of the day looked back to."""
    viewer = request.viewer
    viewer.need("register.see")
    county = current(request.at).rulebook.county.code
    under = request.GET.get("under") or begins_at(viewer, county)
    back = looked(request)
    return grids.chart(back.viewer, under[:15], request.at), under[:15], back


def _heads_wanted(cell: Cell, width: int) -> Iterator[Cell]:
    """Cells that should have a head: all but the groups of a village, which need none."""
    yield cell
    for one in cell.inside if width < codes.WIDTHS[4] else ():
        yield one
        yield from one.inside
