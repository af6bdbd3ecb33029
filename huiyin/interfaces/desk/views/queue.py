"""The list of matters: filters, saved views, sorting, keyset pages, what can be done to several at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from huiyin.casework.queries import matters as queries
from huiyin.casework.queries.matters import Filters
from huiyin.casework.queries.today import Tally
from huiyin.casework.rules.bell import TABS
from huiyin.core.looks import look
from huiyin.core.rulebook import current
from huiyin.core.saved_views import View, saved_views
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.drawn import draw
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Chip, Pager, Tab
from huiyin.interfaces.common.templatetags import hy
from huiyin.interfaces.common.templatetags.addresses import address
from huiyin.interfaces.desk.faces import row_face
from huiyin.interfaces.desk.forms import filters as forms
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.schema.matters import Matters
from huiyin.programme.words import label
from huiyin.register.queries import places, staff

PAGE = "matters"
BUILT_IN = (
    ("open", Filters()),
    ("todo", Filters(part="todo")),
    ("late", Filters(due="late")),
    ("week", Filters(due="week")),
)
MOST_PRINTED = 200


@require_safe
@guarded
def matters(request: Asked) -> HttpResponse:
    """A page of the list; for htmx only the part that changes."""
    viewer: Viewer = request.viewer
    at: datetime = request.at
    viewer.need("matter.see")
    wanted, found_places = _typed_place(viewer, request.GET, forms.read(request.GET))
    page = queries.matters(
        viewer, wanted, at, after=request.GET.get("after", "")[:60], before=request.GET.get("before", "")[:60]
    )
    views = saved_views(viewer, PAGE)
    counts = _counts(viewer, wanted, page.total, views, at)
    request.tally = Tally(counts["todo"], counts["open"], counts["calls"])
    programme = programme_page(at)
    context = {
        "rows": [_row(viewer, row, _title(programme, row.topic), at) for row in page.rows],
        "tabs": _tabs(wanted, views, counts),
        "saved": next((view for view in views if view.own and _is(view, wanted)), None),
        "query": forms.write(wanted),
        "chips": _chips(viewer, programme, wanted, page),
        "menus": forms.choices(programme, wanted),
        "more_menus": _more_menus(programme, wanted),
        "wanted": wanted,
        "carry": carried(wanted),
        "sorts": _sorts(wanted),
        "dues": _links(wanted, "due", queries.DUES),
        "parts": _links(wanted, "part", forms.PARTS),
        "all_query": forms.write(wanted, open_only=not wanted.open_only),
        "shared_roles": bool(viewer.roles),
        "page": _pager(wanted, page),
        "total": counts.get("here"),
        "beyond": counts.get("here", 0) >= TABS,
        "places": found_places,
        "place_typed": forms.sought(request.GET, "near").words,
        "problems": [one.problem for name in ("q", "near") if (one := forms.sought(request.GET, name)).problem],
    }
    return show(request, "desk/queue.html#list" if request.headers.get("HX-Request") else "desk/queue.html", context)


@require_safe
@guarded
def narrow(request: Asked) -> HttpResponse:
    """Choose a body, as a page of links; the list's menu fetches the same page as a part."""
    viewer: Viewer = request.viewer
    viewer.need("matter.see")
    wanted = forms.read(request.GET)
    bodies = staff.bodies(viewer, request.at)
    links = [
        {"name": body.name, "query": forms.write(wanted, body=body.id), "on": body.id == wanted.body} for body in bodies
    ]
    template = "desk/narrow.html#links" if request.headers.get("HX-Request") else "desk/narrow.html"
    return show(request, template, {"links": links, "query": forms.write(wanted)})


@require_safe
@guarded
def place_options(request: Asked) -> HttpResponse:
    """Places found while typing, as links of the list; without script the list itself shows them after sending."""
    viewer: Viewer = request.viewer
    viewer.need("matter.see")
    wanted = forms.read(request.GET)
    found = places.search_places(viewer, forms.typed(request.GET, "near"), limit=8)
    return show(
        request,
        "desk/parts/places.html",
        {"places": _place_links(wanted, found), "near": forms.typed(request.GET, "near")},
    )


@require_safe
@guarded
def printed(request: Asked) -> HttpResponse:
    """The first rows of the list on paper, which leaves a look: a sheet of many matters goes from hand to hand."""
    viewer: Viewer = request.viewer
    viewer.need("matter.see")
    wanted = forms.read(request.GET)
    at = request.at
    page = queries.matters(viewer, wanted, at, size=MOST_PRINTED)
    programme = programme_page(at)
    rows = [{"row": row, "face": row_face(row, at)} for row in page.rows]
    chips = forms.shown(programme, wanted, _names(viewer, wanted, page))
    asked = forms.write(replace(wanted, text=""))  # what was searched for may be a name, and is never written down
    look(viewer, kind="matters.print", subject="matters", at=at, reason=f"{len(rows)} {asked}".strip()[:200])
    back = f"{reverse('desk:matters')}?{forms.write(wanted)}"
    return show(
        request,
        "desk/queue_print.html",
        {"rows": rows, "chips": chips, "more": bool(page.after), "at": at, "back_url": back},
    )


def programme_page(at: datetime) -> Matters:
    """The words of the programme that new matters come under; older ones keep their own where it differs."""
    book = current(at).rulebook
    return book.matters(book.county.intake.programme)


def _more_menus(programme: Matters, wanted: Filters) -> list[dict[str, Any]]:
    """The filters of dimensions this programme has beyond topic and nature."""
    found, carry = forms.choices(programme, wanted), carried(wanted)
    return [
        {
            "name": name,
            "title": label("need", name, language()),
            "items": found[name],
            "carry": carry[name],
            "icon": forms.ICONS[name],
        }
        for name in forms.MORE
        if found[name]
    ]


def carried(wanted: Filters) -> dict[str, list[tuple[str, str]]]:
    """For each filter's form what it must carry along."""
    keys = ("state", "topic", "nature", "channel", "place", "due", "part", *forms.MORE)
    return {key: forms.hidden(wanted, key) for key in keys} | {"days": forms.hidden(wanted, "from", "until")}


def _typed_place(viewer: Viewer, given: QueryDict, wanted: Filters) -> tuple[Filters, list[dict[str, str]]]:
    """A place that was typed and not chosen: taken if there is one, else offered."""
    typed = forms.typed(given, "near")
    if not typed or wanted.place:
        return wanted, []
    found = places.search_places(viewer, typed, limit=8)
    if len(found) == 1:
        return replace(wanted, place=found[0].code), []
    return wanted, _place_links(wanted, found)


def _place_links(wanted: Filters, found: Sequence[places.Found]) -> list[dict[str, str]]:
    return [{"name": one.path, "query": forms.write(wanted, place=one.code)} for one in found]


def _counts(viewer: Viewer, wanted: Filters, total: int | None, views: Sequence[View], at: datetime) -> dict[str, int]:
    """Every count of the page and of the frame in one query, what is the same counted once. Saved views that reach
    beyond open matters have none. `total` is that of the list, where it is known."""
    asked: dict[str, Filters] = dict(BUILT_IN)
    asked["calls"] = Filters(states=("answered",), part="to_call")
    if wanted.open_only and total is None:
        asked["here"] = wanted
    for view in views:
        filters = forms.read(QueryDict(view.query))
        if filters.open_only and not filters.text:
            asked[f"view{view.id}"] = filters
    alike = {name: replace(filters, sort=Filters.sort) for name, filters in asked.items()}
    every = list(dict.fromkeys(alike.values()))
    found = dict(zip(every, queries.counts(viewer, every, at), strict=True))
    here = {} if total is None else {"here": total}
    return {name: found[filters] for name, filters in alike.items()} | here


def _tabs(wanted: Filters, views: Sequence[View], counts: dict[str, int]) -> list[Tab]:
    address, spoken = reverse("desk:matters"), language()
    built = (
        (label("list", name, spoken), forms.write(filters), counts[name], forms.same(filters, wanted))
        for name, filters in BUILT_IN
    )
    saved = ((view.name, view.query, counts.get(f"view{view.id}"), _is(view, wanted)) for view in views)
    return [
        Tab(
            label=name,
            href=f"{address}?{query}",
            count=None if count is None else min(count, TABS - 1),
            more=count is not None and count >= TABS,
            here=here,
        )
        for name, query, count, here in chain(built, saved)
    ]


def _is(view: View, wanted: Filters) -> bool:
    return forms.same(forms.read(QueryDict(view.query)), wanted)


def _chips(viewer: Viewer, programme: Matters, wanted: Filters, page: queries.Page) -> list[Chip]:
    names = _names(viewer, wanted, page)
    return [
        Chip(label=chip.label, href=f"?{chip.query}", on=True, icon=chip.icon)
        for chip in forms.shown(programme, wanted, names)
    ]


def _names(viewer: Viewer, wanted: Filters, page: queries.Page) -> dict[str, str]:
    """The words of a chosen place and body; a body's come with the rows where there are any."""
    names = {}
    if wanted.place:
        names["place"] = places.path_names(viewer, wanted.place)
    if wanted.body:
        names["body"] = page.rows[0].body if page.rows else staff.body_names(viewer, [wanted.body]).get(wanted.body, "")
    return names


def _sorts(wanted: Filters) -> list[dict[str, Any]]:
    return [
        {"label": label("list", sort, language()), "query": forms.write(wanted, sort=sort), "on": wanted.sort == sort}
        for sort in queries.SORTS
    ]


def _links(wanted: Filters, key: str, values: Sequence[str]) -> list[dict[str, Any]]:
    """The values of a filter of one, as links."""
    chosen = getattr(wanted, key)
    return [
        {"label": label("list", value, language()), "query": forms.write(wanted, **{key: value}), "on": chosen == value}
        for value in values
    ]


def _pager(wanted: Filters, page: queries.Page) -> Pager:
    query = forms.write(wanted)
    return Pager(
        before=f"?{query}&before={page.before}" if page.before else "",
        after=f"?{query}&after={page.after}" if page.after else "",
    )


def _row(viewer: Viewer, row: queries.MatterRow, topic: str, at: datetime) -> SafeString:
    """A line of the list."""
    shape = {
        "tick": viewer.may("matter.classify") or viewer.may("matter.assign"),
        "state": row.state,
        "again": row.reopened > 0 and row.state != "reopened",
        "old": row.history,
        "held": "body" if row.body else "handler" if row.handler else "",
    }
    values = {
        "code": row.code,
        "said": hy.code(row.code),
        "address": address("desk:matter", row.code),
        "title": row.title,
        "clock": hy.clock(row_face(row, at)),
        "place": row.place,
        "topic": topic,
        "body": row.body,
        "handler": row.handler,
        "opened": hy.date(row.opened_at, "plain"),
    }
    return draw("desk/parts/queue_row.html", shape, values)


def _title(programme: Matters, topic: str) -> str:
    return programme.topics[topic].title if topic in programme.topics else topic
