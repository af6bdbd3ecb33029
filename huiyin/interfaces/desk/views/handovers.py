"""Handing over: who has left and is still linked, whom each household goes to, all in one step."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels
from huiyin.register.actions import handovers as actions
from huiyin.register.queries import handovers as queries
from huiyin.register.queries import staff
from huiyin.register.queries.handovers import Plan

MOST_FOUND = 12


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def handovers(request: Asked) -> HttpResponse:
    """Who left and still has households, what was handed over lately, and finding somebody who moves."""
    viewer, at = request.viewer, request.at
    viewer.need("register.see")
    query = request.POST.get("q", "")[:60]
    found = {one.official_id: one for one in staff.officials(viewer, at, text=query)} if query.strip() else {}
    context = {
        "left": queries.left(viewer, at),
        "recent": queries.recent(viewer, at),
        "query": query,
        "people": list(found.values())[:MOST_FOUND],
        "may_edit": viewer.may("register.edit"),
    }
    return show(request, "desk/links/handovers.html", context)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: Asked, official_id: UUID) -> HttpResponse:
    """An official's links, each with whom it is suggested for; handed over in one transaction."""
    viewer, at = request.viewer, request.at
    viewer.need("register.edit")
    if request.method != "POST":
        return _page(request, queries.plan(viewer, official_id, at), "")
    chosen = {key.removeprefix("to_"): request.POST.get(key, "") for key in request.POST if key.startswith("to_")}
    try:
        actions.hand_over(
            by=viewer,
            at=at,
            official_id=official_id,
            to={_uuid(link): _uuid(value) for link, value in chosen.items() if value},
            successor_id=_uuid(request.POST.get("successor", "")),
            why=request.POST.get("why", ""),
        )
    except Missing:
        raise
    except Refused as refused:
        return _page(request, queries.plan(viewer, official_id, at), refused.sentence(language()), status=422)
    return redirect(f"{reverse('desk:handovers')}#recent")


def _page(request: Asked, plan: Plan, problem: str, status: int = 200) -> HttpResponse:
    rows = [
        {"row": one, "chosen": request.POST.get(f"to_{one.link_id}", str(one.suggested or ""))} for one in plan.links
    ]
    context = {
        "plan": plan,
        "rows": rows,
        "problem": problem,
        "whys": labels("handover_why", language()),
        "why": request.POST.get("why", "transfer"),
        "successor": request.POST.get("successor", str(plan.main[0].official_id) if plan.main else ""),
    }
    return show(request, "desk/links/handover.html", context, status=status)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text[:40])
    except ValueError as wrong:
        raise Refused("official_unknown", field="successor") from wrong
