"""Who is my official: by the card's code, by a registered number (a clerk rings back), by one's village.

Nothing here says whether somebody is registered: a wrong code and an old card are one answer, every number is answered
alike, and a village's page shows posts that are public, never who is there for whom.
"""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.common.my_official import ask_back, card_wait, reach
from huiyin.interfaces.common.pages import not_found
from huiyin.interfaces.public.forms import MineForm
from huiyin.interfaces.public.frame import Request, page
from huiyin.interfaces.public.waiting import later
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import cards as act
from huiyin.register.queries import cards, places, staff


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
    county = current(request.at).rulebook.county.code
    here, below = places.with_children(request.viewer, code)
    if not (here.code == county or here.code.startswith(county[:6])) or here.until is not None:
        raise Missing
    listed = staff.directory(request.viewer, request.at, place_code=code)
    context = {
        "here": here,
        "path": places.path_names(request.viewer, code),
        "below": [row for row in below if row.level in ("town", "village")],
        "listed": listed,
        "top": code == county,
        "reach": reach(request.at),
    }
    return page(request, "officials", context)


def _form(request: Request, form: MineForm, *, status: int = 200, **told: bool) -> HttpResponse:
    return page(request, "my_official_form", {"form": form, "reach": reach(request.at), **told}, status=status)
