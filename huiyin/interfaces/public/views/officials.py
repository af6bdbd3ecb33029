"""Who is my official: by the card's code, by a registered number (a clerk rings back), by one's village.

Nothing here says whether somebody is registered: a wrong code and an old card are one answer, every number is answered
alike, and a village's page shows posts that are public and who heads its grids, never who is there for whom.
"""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.common.my_official import ask_back, card_wait, reach
from huiyin.interfaces.common.pages import not_found
from huiyin.interfaces.common.qr import qr
from huiyin.interfaces.public.forms import MineForm
from huiyin.interfaces.public.frame import Request, page
from huiyin.interfaces.public.waiting import later
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import cards as act
from huiyin.register.queries import cards, grid_heads, places, portraits, staff
from huiyin.register.rules import codes

TOWN_WIDTH = 9
"""Digits of a town's code that say something."""
PHOTO = {
    "Content-Type": "image/jpeg",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=300",
}


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Request) -> HttpResponse:
    """The form, and the official of a card's household. A number is answered alike whether anybody has it."""
    if request.method != "POST":
        return _form(request, MineForm())
    form = MineForm(request.POST)
    form.is_valid()
    code = request.POST.get("proof") or form.cleaned_data["code"]
    try:
        if code.strip() or not form.cleaned_data["phone"].strip():
            return _by_card(request, form, code)
        return _by_phone(request, form)
    except Missing:
        return _form(request, form, status=404, missing=True)
    except Refused as refused:
        form.refuse(refused)
        return _form(request, form, status=422)


@require_POST
def another(request: Request) -> HttpResponse:
    """The holder of a card wishes another official; no reason is asked."""
    code = request.POST.get("code", "")[:60]
    if wait := card_wait(request, request.at):
        return later(request, "my_official_form", wait, MineForm({}), reach=reach(request.at))
    try:
        act.wish_another(by=request.viewer, at=request.at, code=code)
        return _shown(request, code, wished=True)
    except Missing:
        return _form(request, MineForm(), status=404, missing=True)


@require_safe
def directory(request: Request) -> HttpResponse:
    """The county's towns and villages, to choose one's own; below them the county's own public posts.

    A county whose places nobody has imported yet has a directory too; there is only nothing in it.
    """
    try:
        return _place(request, current(request.at).rulebook.county.code)
    except Missing:
        return page(request, "officials_empty", {"reach": reach(request.at)})


@require_safe
def place(request: Request, code: str) -> HttpResponse:
    """The public posts of a place and above it: duty telephones only, gone the day a post ends (SG-24)."""
    try:
        return _place(request, code[:15])
    except Missing:
        return not_found(request)


@require_safe
def board(request: Request, code: str) -> HttpResponse:
    """The same on one sheet of A4 (or A3) for the square: who holds a public post here, with photo and telephone."""
    try:
        context = _listed(request, code[:15])
    except Missing:
        return not_found(request)
    here, back = context["here"], reverse("public:officials_of", args=[code[:15]])
    address = request.build_absolute_uri(back)
    # A village's board tells its town too; a town's and a county's tell their own.
    near = next(one for one in codes.chain(here.code) if codes.width(one) <= TOWN_WIDTH)
    tiers = list(current(request.at).rulebook.county.tiers)
    shown = [one for one in context["listed"] if codes.inside(one.place_code, near)]
    context |= {
        # The nearest first, as everywhere; of one place the leaders.
        "listed": sorted(shown, key=lambda one: (-codes.width(one.place_code), _rank(tiers, one.tier))),
        "a3": request.GET.get("size") == "a3",
        "qr": qr(address),
        "address": address.split("//", 1)[-1],
        "back_url": back,
        "at": request.at,
    }
    return page(request, "officials_board", context)


def _rank(tiers: list[str], tier: str) -> int:
    return tiers.index(tier) if tier in tiers else len(tiers)


@require_safe
def photo(request: Request, portrait_id: UUID) -> HttpResponse:
    """A photo of the directory, as long as it is shown there. A browser keeps it five minutes, nobody between does."""
    try:
        data = portraits.picture(request.viewer, portrait_id, request.at)
    except Missing:
        return not_found(request)
    return HttpResponse(data, headers=PHOTO)


def _by_card(request: Request, form: MineForm, code: str) -> HttpResponse:
    if not code.strip():
        raise Refused("card_or_phone", field="code")
    if wait := card_wait(request, request.at):
        return later(request, "my_official_form", wait, form, reach=reach(request.at))
    return _shown(request, code)


def _shown(request: Request, code: str, *, wished: bool = False) -> HttpResponse:
    _, found = cards.by_card(request.viewer, code, request.at)
    return page(request, "my_official", {"found": found, "code": code, "wished": wished, "reach": reach(request.at)})


def _by_phone(request: Request, form: MineForm) -> HttpResponse:
    if wait := ask_back(request, request.viewer, form.cleaned_data["phone"], request.at):
        return later(request, "my_official_form", wait, form, reach=reach(request.at))
    return page(request, "my_official", {"asked": True, "reach": reach(request.at)})


def _place(request: Request, code: str) -> HttpResponse:
    return page(request, "officials", _listed(request, code))


def _listed(request: Request, code: str) -> dict[str, Any]:
    """The public posts of a place of the county and above it. Raises Missing."""
    county = current(request.at).rulebook.county.code
    here, below = places.with_children(request.viewer, code)
    if not (here.code == county or here.code.startswith(county[:6])) or here.until is not None:
        raise Missing
    listed = staff.directory(request.viewer, request.at, place_code=code)
    return {
        "here": here,
        "path": places.path_names(request.viewer, code),
        "below": [row for row in below if row.level in ("town", "village")],
        "listed": portraits.with_photos(request.viewer, listed, request.at),
        "heads": grid_heads.of_address(request.viewer, request.at, here.code, below),
        "photos": portraits.rules(request.viewer, request.at) is not None,
        "top": code == county,
        "reach": reach(request.at),
    }


def _form(request: Request, form: MineForm, *, status: int = 200, **told: bool) -> HttpResponse:
    return page(request, "my_official_form", {"form": form, "reach": reach(request.at), **told}, status=status)
