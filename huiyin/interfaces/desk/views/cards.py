"""Printing at the desk: choose villages and a kind, look at one, have it made, take the PDF, and what is issued."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.common import downloads
from huiyin.interfaces.common.paper import make
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.looking_back import looked
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels
from huiyin.register.actions import cards as act
from huiyin.register.queries import cards, handbook, places
from huiyin.register.queries.days import over


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: Asked) -> HttpResponse:
    """A town: its villages to choose from, the runs there were, what is issued against what there is."""
    viewer = request.viewer
    viewer.need("register.see")
    town = (request.POST.get("town") or request.GET.get("town", ""))[:12]
    if request.method != "POST":
        return _page(request, town, "")
    try:
        act.ask_for(by=viewer, at=request.at, kind=request.POST.get("kind", ""), place_codes=_chosen(request, town))
    except Refused as refused:
        return _page(request, town, refused.sentence(language()), status=422)
    return redirect(f"{reverse('desk:papers')}?town={town}")


def _chosen(request: Asked, town: str) -> list[str]:
    """The villages ticked; or all of the town, or of the county, that the viewer sees: a county has a thousand, and a
    form does not."""
    every = request.POST.get("every", "")
    if every not in ("town", "county"):
        return request.POST.getlist("village")
    _, villages = places.towns_and_villages(request.viewer, current(request.at).rulebook.county.code)
    some = [code for code, _, above in villages if every == "county" or above == town]
    return [code for code in some if request.viewer.sees(code)]


def _page(request: Asked, town: str, problem: str, status: int = 200) -> HttpResponse:
    viewer, at = request.viewer, request.at
    towns, villages = places.towns_and_villages(viewer, current(at).rulebook.county.code)
    seen = [(code, name) for code, name in towns if request.viewer.reaches(code)]
    here = town if any(code == town for code, _ in seen) else (seen[0][0] if seen else "")
    inside = [(code, name) for code, name, parent in villages if parent == here and viewer.sees(code)]
    whole = bool(here) and viewer.sees(here)
    back = looked(request)
    balance, counted = cards.balance(back.viewer, here, at) if whole else ((), None)
    found = cards.runs(viewer, under=here, before=over(back.viewer, at)) if here else ()
    context: dict[str, Any] = {
        "problem": problem,
        "towns": seen,
        "here": here,
        "villages": inside,
        "chosen": request.POST.get("kind", ""),
        "ticked": request.POST.getlist("village"),
        "everywhere": sum(viewer.sees(code) for code, *_ in villages),
        "kinds": [(name, title, labels("paper_line", language())[name]) for name, title in _kinds()],
        "runs": found,
        "busy": cards.waiting(viewer) if back.day is None else 0,
        "done": sum(row.state == "made" for row in found),
        "balance": balance,
        "counted": counted,
        "reached": handbook.reached(back.viewer, here, at) if whole else (),
        "without": sum(row.without for row in balance),
        "stale": sum(row.stale for row in balance),
        "may_edit": back.day is None and viewer.may("register.edit"),
        **back.context(town=here),
    }
    return show(request, "desk/cards/cards.html", context, status=max(status, back.status))


@guarded
@require_safe
def preview(request: Asked, kind: str, code: str) -> HttpResponse:
    """One piece as it would be printed today; nothing is issued."""
    request.viewer.need("register.edit")
    return _pdf(make.preview(request.viewer, kind, code[:15], request.at, origin=_origin(request)), "preview")


@guarded
@require_POST
def download(request: Asked, run_id: UUID) -> HttpResponse:
    """The papers of a run as PDF, made anew; taking them leaves a trace."""
    row = act.take(by=request.viewer, at=request.at, run_id=run_id)
    made = make.pdf(request.viewer, run_id, request.at, origin=_origin(request))
    return _pdf(made, f"{row.kind}-{row.place_code}-{row.edition}")


def _kinds() -> list[tuple[str, str]]:
    return list(labels("paper", language()).items())


def _origin(request: Asked) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _pdf(data: bytes, name: str) -> HttpResponse:
    if not data:
        raise Missing
    return downloads.pdf(data, name, keep=True)
