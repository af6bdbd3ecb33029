"""Complaints that two people end without looking into them: the second person's list, and the third's."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.actions import dismissing
from huiyin.casework.queries import dismissing as queries
from huiyin.casework.queries.dismissing import DismissalPage
from huiyin.core.looks import look
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk import opened
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase


@require_safe
@guarded
def dismissed(request: Asked) -> HttpResponse:
    """What waits for the viewer, by code: no subject line, no place, no person."""
    request.viewer.need("matter.see")
    rows = queries.waiting(request.viewer)
    pressing = {row.id for row in rows if row.soon(request.at)}
    return show(request, "desk/held/dismissed.html", {"rows": rows, "pressing": pressing})


@require_http_methods(["GET", "POST"])
@guarded
def dismissal(request: Asked, dismissal_id: UUID) -> HttpResponse:
    """One of them with its matter: to consent to or turn down, or to look at again. Reading leaves a trace."""
    found = queries.dismissal(request.viewer, dismissal_id, request.at, opened.key(request))
    if request.method == "GET":
        return _page(request, found)
    try:
        _act(request, found)
    except Missing:
        raise
    except Refused as refused:
        if refused.code != "already_done":
            return _page(request, found, refused.sentence(language()))
    messages.success(request, phrase("done", "dismissal_decided", language()))
    return redirect("desk:dismissed")


def _act(request: Asked, found: DismissalPage) -> None:
    post = request.POST
    common: dict[str, Any] = {"by": request.viewer, "at": request.at, "dismissal_id": found.row.id}
    yes, words = post.get("do") == "yes", post.get("words", "")
    if found.again:
        dismissing.review(**common, upheld=yes, note=words)
    else:
        dismissing.decide(**common, consent=yes, refusal=words, own=opened.own(request))


def _page(request: Asked, found: DismissalPage, problem: str = "") -> HttpResponse:
    matter = found.one.matter
    request.tally = None
    if not matter.locked and (matter.held or matter.sealed):
        look(by=request.viewer, at=request.at, kind="matter.sealed", subject=str(matter.id))
    context = {
        "found": found,
        "matter": matter,
        "until": queries.until(request.viewer, found.row),
        "step": label("step", found.row.step, language()),
        "problem": problem,
        "typed": request.POST.get("words", ""),
        **(opened.door(request) if matter.locked else {}),
    }
    return show(request, "desk/held/dismissal.html", context, status=422 if problem else 200)
