"""Linked officials: where coverage stands, a round proposed, looked at, changed by hand and confirmed."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin.channels.queries import lines
from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Figure, Pager, Tab
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.announced import tellings
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, labels, phrase
from huiyin.register.actions import links as acts
from huiyin.register.actions import rounds as actions
from huiyin.register.queries import announcements, coverage, left_out, staff
from huiyin.register.queries import rounds as queries
from huiyin.register.queries.rounds import LineRow, RoundPage, TierLoad

BUSY = ("asked", "confirming")
REACHED = {"confirm": ("confirming", "confirmed"), "withdraw": ("withdrawn",)}
"""Where a round is once it was confirmed or given up."""
UNDER_WAY = ("proposed", *BUSY)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: Asked) -> HttpResponse:
    """Where coverage stands, and the rounds there were; asking for a new one."""
    viewer = request.viewer
    viewer.need("register.see")
    if request.method != "POST":
        return _overview(request, "")
    programme, _, pairing = request.POST.get("pairing", "")[:130].partition(".")
    try:
        found = actions.ask(by=viewer, at=request.at, programme=programme, pairing=pairing)
    except Refused as refused:
        return _overview(request, refused.sentence(language()), status=422)
    return redirect("desk:link_round", found)


def _overview(request: Asked, problem: str, status: int = 200) -> HttpResponse:
    viewer, at = request.viewer, request.at
    county = current(at).rulebook.county.code
    cover = coverage.overview(viewer, at, under=county)
    found = queries.rounds(viewer, at)
    context = {
        "problem": problem,
        "cover": cover,
        "figures": cover_figures(cover, county),
        "rounds": found,
        "under_way": next((row.id for row in found if row.state in UNDER_WAY), None),
        "offered": queries.offered(viewer, at),
        "may_edit": viewer.may("register.edit"),
    }
    return show(request, "desk/links/links.html", context, status=status)


def cover_figures(cover: coverage.Cover, under: str, **kept: str) -> list[Figure]:
    """The figures of a place, each opening to its list; `kept` goes along, the day looked back to."""
    whole, people = cover.whole, cover.staff
    homes, officials = reverse("desk:coverage_households"), reverse("desk:coverage_officials")

    def figure(name: str, value: int, base: str, address: str, show_: str) -> Figure:
        query = urlencode({"under": under, "show": show_, **kept})
        return Figure(value=f"{value:,}", label=_say(f"cover_{name}"), base=base, href=f"{address}?{query}")

    of_homes = _say("cover_of_homes", n=f"{whole.households:,}")
    of_officials = _say("cover_of_officials", n=f"{people.officials:,}")
    return [
        figure("gap", whole.gap, of_homes, homes, "gap"),
        figure("gone", whole.gone, _say("cover_among_gap"), homes, "gone"),
        figure("double", whole.double, of_homes, homes, "double"),
        figure("idle", people.idle, of_officials, officials, "idle"),
        figure("over", people.over, of_officials, officials, "over"),
        figure("excluded", whole.excluded, _say("cover_beside"), homes, "excluded"),
    ]


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def round_(request: Asked, round_id: UUID) -> HttpResponse:
    """One round: what it would mean, what is missing where, every household's line; confirmed or given up here."""
    viewer, at = request.viewer, request.at
    page = queries.one(viewer, round_id)
    if request.method != "POST":
        return _round(request, page, "")
    do, seen = request.POST.get("do", ""), typed.whole(request.POST.get("seen", ""))
    try:
        match do:
            case "confirm":
                tell = request.POST.get("tell", page.row.tell)
                actions.confirm(by=viewer, at=at, round_id=round_id, seen=seen, tell=tell)
            case "withdraw":
                actions.withdraw(by=viewer, at=at, round_id=round_id, seen=seen)
            case _:
                raise Refused("value_unknown")
    except Missing:
        raise
    except Refused as refused:
        if refused.code != "round_not_open" or page.row.state not in REACHED.get(do, ()):  # else a second press
            return _round(request, queries.one(viewer, round_id), refused.sentence(language()), status=422)
    return redirect("desk:link_round", round_id)


def _round(request: Asked, page: RoundPage, problem: str, status: int = 200) -> HttpResponse:
    viewer = request.viewer
    shown = request.GET.get("show", "gaps" if page.row.figures.get("uncovered") else "all")
    if shown not in queries.SHOWS:
        raise Missing
    busy = page.row.state in BUSY
    after = request.GET.get("after", "")[:40]
    found = None if busy else queries.lines(viewer, page.row.pk, show=shown, after=after, language=language())
    context: dict[str, Any] = {
        "page": page,
        "problem": problem,
        "busy": busy,
        "figures": _figures(page),
        "without": _without(page),
        "tiers": [{"row": tier, "title": _tier(tier)} for tier in page.loads],
        "chart": _chart(page.loads),
        "sum": None if busy else announcements.summed(viewer, [page.row.pk]).get(page.row.pk),
        "lines": found.rows if found else (),
        "shown": shown,
        "tabs": _tabs(page, shown),
        "pager": Pager(after=f"?{urlencode({'show': shown, 'after': found.after})}" if found and found.after else ""),
        "may_edit": viewer.may("register.edit"),
        "open": page.row.state == "proposed",
        "sms_on": lines.is_on(request.viewer, "sms"),
        "tellings": tellings(request.POST.get("tell", page.row.tell), _about(page)) if page.leads else (),
    }
    return show(request, "desk/links/round.html", context, status=status)


def _about(page: RoundPage) -> dict[str, int]:
    """How many households each way to tell is about, as the round was drawn up; whoever left counts as before."""
    found = page.row.figures
    if not found:
        return {}
    moved = found["moved"] + found["orphaned"]
    return {"nobody": 0, "moved": moved, "all": found["households"] - found["uncovered"] - found["kept"]}


def _figures(page: RoundPage) -> list[Figure]:
    found = page.row.figures
    if not found:
        return []
    return [
        Figure(value=f"{found[name]:,}", label=_say(f"round_{name}"), base=_say(f"round_{name}_base"), href=href)
        for name, href in (
            ("households", "?show=all"),
            ("uncovered", "?show=gaps"),
            ("kept", ""),
            ("moved", "?show=moved"),
            ("officials", ""),
            ("idle", ""),
        )
    ]


def _without(page: RoundPage) -> list[tuple[str, int]]:
    """Officials left out, with the reason: nobody is exempt silently (R-064)."""
    return [(label("left_out", why, language()), count) for why, count in page.row.figures.get("without", {}).items()]


def _tier(tier: TierLoad) -> str:
    return tier.title or _say("round_any_tier")


def _chart(loads: tuple[TierLoad, ...]) -> dict[str, Any]:
    """How many officials have how many households, stacked by tier; the table beside it says the same."""
    if not any(tier.table for tier in loads):
        return {}
    low, high = min(tier.fewest for tier in loads if tier.table), max(tier.greatest for tier in loads)
    steps = list(range(low, high + 1))
    return {
        "grid": {"left": 8, "right": 16, "top": 34, "bottom": 26, "containLabel": True},
        "legend": {"right": 0, "top": 0},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {
            "type": "category",
            "data": steps,
            "name": _say("round_axis_homes"),
            "nameLocation": "middle",
            "nameGap": 24,
        },
        "yAxis": {"type": "value", "minInterval": 1, "name": _say("round_axis_officials")},
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "name": _tier(tier),
                "data": [dict(tier.table).get(step, 0) for step in steps],
            }
            for tier in loads
        ],
    }


def _tabs(page: RoundPage, shown: str) -> list[Tab]:
    found = page.row.figures
    counts = {"all": found.get("households"), "gaps": found.get("uncovered"), "moved": found.get("moved")}
    words = labels("round_show", language())
    return [
        Tab(label=title, href=f"?{urlencode({'show': name})}", count=counts.get(name), here=name == shown)
        for name, title in words.items()
    ]


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: Asked, round_id: UUID, household_id: UUID) -> HttpResponse:
    """One household of a round: why this official, and choosing another."""
    viewer = request.viewer
    page = queries.one(viewer, round_id)
    row = queries.line(viewer, round_id, household_id, language())
    query, problem, status = typed.sought(request.POST.get("q", "")).words, "", 200
    if request.method == "POST" and request.POST.get("do", "find") != "find":
        try:
            return _act(request, page, row)
        except Missing:
            raise
        except Refused as refused:
            problem, status = refused.sentence(language()), 422
    return _line(request, page, row, query, problem, status)


def _act(request: Asked, page: RoundPage, row: LineRow) -> HttpResponse:
    """One of: choose another official, keep that the household wishes another, list it apart. The latter two hold for
    the next round; this one is a draft and stays as it was drawn up."""
    by, at, post = request.viewer, request.at, request.POST
    round_id, home = page.row.pk, row.household_id
    match post.get("do"):
        case "choose":
            official, seen = typed.official(post.get("official", "")), typed.whole(post.get("seen", ""))
            actions.adjust(by=by, at=at, round_id=round_id, household_id=home, official_id=official, seen=seen)
            return redirect(f"{reverse('desk:link_round', args=[round_id])}?show=hand")
        case "wish" if row.official_id is not None:
            acts.wish(by=by, at=at, household_id=home, official_id=row.official_id)
        case "leave_out":
            acts.leave_out(by=by, at=at, household_id=home, why=post.get("why", ""), note=post.get("note", ""))
        case _:
            raise Refused("value_unknown")
    return redirect("desk:link_line", round_id, home)


def _line(request: Asked, page: RoundPage, row: LineRow, query: str, problem: str, status: int) -> HttpResponse:
    viewer, at = request.viewer, request.at
    asked = typed.sought(query)
    context = {
        "page": page,
        "row": row,
        "query": query,
        "problem": problem or asked.problem,
        "people": staff.called(viewer, at, asked.usable),
        "whys": [(why, label("excluded_why", why, language())) for why in left_out.HOME_WHY],
        "why": request.POST.get("why", ""),
        "note": request.POST.get("note", ""),
        "may_edit": viewer.may("register.edit") and page.row.state == "proposed",
    }
    return show(request, "desk/links/line.html", context, status=status)


def _say(key: str, **values: str | int) -> str:
    return phrase("links", key, language(), **values)
