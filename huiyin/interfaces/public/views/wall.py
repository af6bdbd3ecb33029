"""The echo wall: of the county with its towns, of a town with its villages, of a village; and its printed board."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from huiyin.interfaces.common.pages import not_found
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.qr import qr
from huiyin.interfaces.common.shapes import Chip, Pager
from huiyin.interfaces.common.typed import sought
from huiyin.interfaces.public import shown
from huiyin.interfaces.public.frame import Request, page
from huiyin.interfaces.public.walls import cards, folded
from huiyin.interfaces.public.words import word
from huiyin.programme.refusal import Missing
from huiyin.publication.queries import meeting, walls
from huiyin.publication.queries.walls import Wall
from huiyin.register.queries import places

SEARCHED = 40
"""Characters a search may have."""


@require_safe
def county(request: Request) -> HttpResponse:
    """The county's wall, or the places a search found."""
    asked = sought(request.GET.get("q", ""), most=SEARCHED)
    if asked.words:
        found = places.search_places(request.viewer, asked.usable, limit=30) if asked.usable else ()
        context = {"asked": asked, "found": [one for one in found if len(one.code) == 12]}
        return page(request, "wall_search", context, status=422 if asked.problem else 200)
    return _wall(request, "")


@require_safe
def place(request: Request, code: str) -> HttpResponse:
    """The wall of a town or a village."""
    return _wall(request, code)


@require_safe
def board(request: Request, code: str) -> HttpResponse:
    """The same on one sheet of A4 (or A3), to be hung up."""
    try:
        found = walls.wall(request.viewer, code[:20], request.at)
    except Missing:
        return not_found(request)
    address = request.build_absolute_uri(reverse("public:wall_place", args=[found.code]))
    context = {
        **_context(request, found),
        "qr": qr(address),
        "address": address.split("//", 1)[-1],
        "until": found.until + timedelta(days=walls.POSTED_DAYS),
        "a3": request.GET.get("size") == "a3",
        "back_url": reverse("public:wall_place", args=[found.code]),
    }
    return page(request, "board", context)


def _wall(request: Request, code: str) -> HttpResponse:
    topic = request.GET.get("topic", "")[:60].replace("\x00", "")
    try:
        found = walls.wall(
            request.viewer,
            code[:20],
            request.at,
            topic=topic,
            owed_after=request.GET.get("owed", "")[:100],
            done_after=request.GET.get("done", "")[:100],
        )
    except Missing:
        # A county whose places nobody has imported yet has a wall too; there is only nothing on it.
        return not_found(request) if code else page(request, "wall_empty", {})
    meets = meeting.any_days(request.viewer, request.at)
    context = _context(request, found)
    lists = {
        "owed": folded(context["owed"], whole="owed" in request.GET),
        "done": folded(context["done"], whole=bool(topic) or "done" in request.GET),
    }
    context |= {**lists, "topic": topic, "chips": _chips(found, topic), "meets": meets}
    return page(request, "wall", context)


def _context(request: Request, found: Wall) -> dict[str, Any]:
    owed = cards(found.owed)
    return {
        "wall": found,
        "note": shown.ringing(found.note),
        "figures": found.figures,
        "owed": owed,
        "asked": any(one.asked for one in owed),
        "done": cards(found.done),
        "english": language() == "en",
        "more_owed": Pager(after="?" + urlencode({"owed": found.owed_after})) if found.owed_after else None,
        "more_done": Pager(after="?" + urlencode({"done": found.done_after})) if found.done_after else None,
        "paged": "owed" in request.GET or "done" in request.GET,
    }


def _chips(found: Wall, topic: str) -> list[Chip]:
    """What was asked about, as links that narrow the list."""
    if len(found.topics) < 2:
        return []
    chips = [Chip(label=word("all_topics"), href="?", here=not topic)]
    return chips + [
        Chip(label=title, href="?" + urlencode({"topic": key}) if key != topic else "?", on=key == topic)
        for key, title in found.topics
    ]
