"""Going to people: whom to offer a visit, what they said, the visits to come, and what came of them."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions import seeking as actions
from huiyin.casework.queries import matters
from huiyin.casework.queries import seeking as queries
from huiyin.casework.rules import seeking as rules
from huiyin.core.rulebook import current
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.typed import chosen, day, identity, known
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.early import people_of, tabs
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels, phrase
from huiyin.register.queries.days import today


@guarded
@require_http_methods(["GET", "POST"])
def seeking(request: Asked) -> HttpResponse:
    """The list; with `do` one of answer, visited, show it does that first."""
    if request.method == "GET":
        return _page(request)
    do = {"answer": _answer, "visited": _visited, "show": _show}.get(request.POST.get("do", ""))
    if do is None:
        raise Missing
    return do(request)


def _answer(request: Asked) -> HttpResponse:
    """What the resident said to the offer."""
    by, at, post = request.viewer, request.at, request.POST
    matter = matters.ordinary(by, post.get("code", ""))
    if matter is None:
        raise Missing
    said, person, on = post.get("answer", ""), identity(post.get("person", "")), day(post.get("on", ""))
    wrong = list(rules.faults(answer=said, named=person is not None, on=on, today=today(by, at)))

    def run() -> dict[str, Any]:
        return {"id": str(actions.answer(by=by, at=at, matter_id=matter, answer=said, person=person, on=on).id)}

    try:
        if wrong:
            raise wrong[0]
        key = chosen(post.get("key", ""), "not_a_key")
        once_each(key=key, route="desk.seeking", sender=str(by.account_id), body=as_sent(post), at=at, run=run)
    except Refused as refused:
        return _told(request, post.get("code", ""), wrong or [refused])
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:seeking")


def _visited(request: Asked) -> HttpResponse:
    by, at, post = request.viewer, request.at, request.POST
    visit = known(post.get("visit", ""))
    try:
        outcome, result = post.get("outcome", ""), post.get("result", "")
        actions.visited(by=by, at=at, seeking_id=visit, outcome=outcome, result=result)
    except Refused as refused:
        return _told(request, str(visit), [refused])
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:seeking")


def _show(request: Asked) -> HttpResponse:
    """Whom one goes to; it leaves a trace."""
    visit = known(request.POST.get("visit", ""))
    name, phone = actions.reveal(by=request.viewer, at=request.at, seeking_id=visit)
    return _page(request, shown=visit, name=name, phone=phone)


def _told(request: Asked, wrong: str, found: list[Refused]) -> HttpResponse:
    """The page again with what is wrong; back to it where somebody was faster."""
    codes = {one.code for one in found}
    if codes & {"not_found", "not_allowed"}:
        raise found[0]
    if "already_done" in codes:
        return redirect("desk:seeking")
    told = {one.field or "answer": one.sentence(language()) for one in found}
    return _page(request, status=422, wrong=wrong, told=told, typed=request.POST)


def _page(request: Asked, *, status: int = 200, shown: UUID | None = None, **more: Any) -> HttpResponse:
    viewer, at = request.viewer, request.at
    may_offer = viewer.may("matter.see") and (viewer.may("matter.call_back") or viewer.may("matter.open"))
    waiting = queries.waiting(viewer, at) if may_offer else ()
    own = begins_at(viewer, current(at).rulebook.county.code)
    context = {
        "tabs": tabs(request, "seeking"),
        "waiting": waiting,
        "visits": queries.visits(viewer),
        "people": people_of(viewer, at, own) if waiting else (),
        "outcomes": [(name, labels("seeking_outcome", language())[name]) for name in rules.OUTCOMES],
        "may_offer": may_offer,
        "key": str(uuid4()),
        "shown": shown,
        **more,
    }
    return show(request, "desk/early/seeking.html", context, status=status)
