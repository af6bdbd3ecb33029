"""Calls made once more by somebody else, and what differs from what had been recorded."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.actions import aside
from huiyin.casework.actions import rechecks as actions
from huiyin.casework.queries import calls
from huiyin.casework.queries import rechecks as queries
from huiyin.casework.queries.one import OnePage
from huiyin.core.rulebook import current
from huiyin.interfaces.common import reading
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.calls import CallForm, ways
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase


@require_safe
@guarded
def rechecks(request: Asked) -> HttpResponse:
    """What differs, by call and by caller, and the draws with their seeds; for who sees statistics."""
    viewer, at = request.viewer, request.at
    context = {
        "rows": queries.compared(viewer, at),
        "callers": queries.by_caller(viewer, at),
        "draws": queries.draws(viewer, at),
        "seeds": calls.seeds(viewer, at),
    }
    return show(request, "desk/rechecks/list.html", context)


@require_http_methods(["GET", "POST"])
@guarded
def recheck(request: Asked, recheck_id: UUID) -> HttpResponse:
    """Ask once more, without seeing what was recorded; sent, it gives way to the list of calls."""
    viewer, at = request.viewer, request.at
    try:
        row, page = queries.checking(viewer, recheck_id, at)
    except Missing:
        if request.method == "POST" and viewer.may("matter.call_back") and request.POST.get("do") != "ring":
            return redirect("desk:calls")  # a second press, or somebody else was faster
        raise
    reading.within(viewer, page, at)
    first = row.first
    back = page.matter.state == "withdrawn"
    how = "back" if back else "unasked" if first is None else "call" if first.source == "call" else "word"
    grades = page.rulebook.matters(page.matter.programme).grades
    if request.method == "GET":
        return _page(request, recheck_id, page, CallForm(grades=grades), how=how)
    form = CallForm(request.POST, grades=grades)
    form.is_valid()
    if request.POST.get("do") == "ring":
        reason = label("todo", "recheck", language())
        number = aside.reveal_to_check(by=viewer, at=at, recheck_id=recheck_id, reason=reason)
        return _page(request, recheck_id, page, form, how=how, number=number)
    offered = ways(page.rulebook, page.matter.programme)
    outcome = offered.pressed(request.POST)
    told = form.told() if outcome in dict(offered.reached) else {}
    if back and told:  # one question
        told = {"solved": request.POST.get("own", ""), "words": told["words"]}
    try:
        actions.recheck(by=viewer, at=at, recheck_id=recheck_id, outcome=outcome, **told)
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _page(request, recheck_id, page, form, how=how, status=422)
    messages.success(request, phrase("done", "rechecked", language()))
    return redirect("desk:calls")


def _page(
    request: Asked,
    recheck_id: UUID,
    page: OnePage,
    form: CallForm,
    *,
    how: str,
    status: int = 200,
    number: str = "",
) -> HttpResponse:
    context = {
        "recheck_id": recheck_id,
        "by_call": how == "call",
        "withdrawn": how == "back",
        "unasked": how == "unasked",
        "page": page,
        "matter": page.matter,
        "form": form,
        "keys": form.keys(),
        "number": number,
        "rests": calls.rests(request.viewer, page, request.at),
        "county": current(request.at).rulebook.county,
        "ways": ways(page.rulebook, page.matter.programme),
    }
    return show(request, "desk/rechecks/ask.html", context, status=status)
