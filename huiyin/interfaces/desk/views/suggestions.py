"""The register of suggestions at the desk."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions import suggestions as actions
from huiyin.casework.queries import matters
from huiyin.casework.queries import suggestions as queries
from huiyin.casework.rules import suggestions as rules
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels, phrase


@guarded
@require_http_methods(["GET", "POST"])
def suggestions(request: Asked) -> HttpResponse:
    """The list; with `do` decide or result it does that first."""
    request.viewer.need("matter.see")
    if request.method == "GET":
        return _page(request)
    matter = matters.ordinary(request.viewer, request.POST.get("code", ""))
    if matter is None:
        raise Missing
    given = {name: request.POST.get(name, "") for name in ("decision", "reason", "result")}
    do = _result if request.POST.get("do") == "result" else _decide
    try:
        told = do(request, matter, given)
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "not_allowed":
            raise
        told = {} if refused.code == "already_done" else {refused.field or "reason": refused.sentence(language())}
    if told:
        return _page(request, status=422, code=request.POST.get("code", ""), told=told, typed=given)
    messages.success(request, phrase("done", "saved", language()))
    return redirect(f"{reverse('desk:suggestions')}?show={_state(request)}")


def _decide(request: Asked, matter: UUID, given: dict[str, str]) -> dict[str, str]:
    """Decide; gives every refusal by its field."""
    decision, reason = given["decision"], given["reason"]
    told = {wrong.field: wrong.sentence(language()) for wrong in rules.faults(decision=decision, reason=reason)}
    if not told:
        actions.decide(by=request.viewer, at=request.at, matter_id=matter, decision=decision, reason=reason)
    return told


def _result(request: Asked, matter: UUID, given: dict[str, str]) -> dict[str, str]:
    """Write what came of it."""
    actions.write_result(by=request.viewer, at=request.at, matter_id=matter, result=given["result"])
    return {}


def _state(request: Asked) -> str:
    wanted = request.GET.get("show", "")
    return wanted if wanted in queries.STATES else queries.STATES[0]


def _page(
    request: Asked,
    *,
    status: int = 200,
    code: str = "",
    told: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    natures = [name for name, one in programme_page(request.at).natures.items() if one.suggestion]
    state = _state(request)
    found = queries.register(request.viewer, natures, state)
    context = {
        "found": found,
        "state": state,
        "states": [(name, found.counts[name], name == state) for name in queries.STATES],
        "decisions": [(name, labels("adoption", language())[name]) for name in rules.DECISIONS],
        "wrong": code,
        "told": told or {},
        "typed": typed or {},
    }
    return show(request, "desk/suggestions.html", context, status=status)
