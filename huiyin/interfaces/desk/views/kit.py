"""The kit of those who lead households: who lacks what in a town, and writing down what was handed over (R-119)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.desk.looking_back import looked
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.actions import kit as act
from huiyin.register.queries import kit, places


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def kits(request: Asked) -> HttpResponse:
    """A town: how many have all, and who lacks what."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    town, problem = (request.POST.get("town") or request.GET.get("town", ""))[:12], ""
    if request.method == "POST":
        try:
            _hand_over(request)
            messages.success(request, phrase("done", "saved", language()))
            return redirect(f"{reverse('desk:kit')}?town={town}")
        except Missing:
            raise
        except Refused as refused:
            problem = refused.sentence(language())
    towns, _ = places.towns_and_villages(viewer, current(at).rulebook.county.code)
    seen = [(code, name) for code, name in towns if viewer.sees(code)]
    here = town if any(code == town for code, _ in seen) else (seen[0][0] if seen else "")
    after, back = request.GET.get("after", ""), looked(request)
    found = (
        kit.of_place(back.viewer, at, here, after=int(after) if after.isdecimal() and len(after) < 6 else 0)
        if here
        else None
    )
    titles = {item.key: item.title for item in found.items} if found else {}
    context = {
        "towns": seen,
        "here": here,
        "found": found,
        "rows": [{"row": row, "lacks": [titles[key] for key in row.lacks]} for row in found.rows] if found else [],
        "pager": Pager(
            after=f"?{urlencode({'town': here, 'after': found.after, **back.kept})}" if found and found.after else ""
        ),
        "by_hand": [one for one in found.items if one.shown_by == act.BY_HAND] if found else [],
        "chosen": request.POST.get("item", ""),
        "ticked": request.POST.getlist("official"),
        "may_edit": back.day is None and viewer.may("register.edit"),
        "problem": problem,
        **back.context(town=here),
    }
    return show(request, "desk/cards/kit.html", context, status=422 if problem else back.status)


@guarded
@require_POST
def strike(request: Asked) -> HttpResponse:
    """What was written down as handed over was a mistake."""
    post = request.POST
    official, person = (typed.chosen(post.get(name, ""), "value_unknown") for name in ("official", "person"))
    act.strike(by=request.viewer, at=request.at, item=post.get("item", "")[:130], official_id=official)
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:official", person)


def _hand_over(request: Asked) -> None:
    some = [typed.chosen(one, "value_unknown", field="official") for one in request.POST.getlist("official")]
    act.hand_over(by=request.viewer, at=request.at, item=request.POST.get("item", "")[:130], official_ids=some)
