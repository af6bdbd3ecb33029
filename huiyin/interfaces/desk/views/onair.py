"""The radio hotline: its episodes, one with its calls, and the sheet for the studio."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.actions import onair as actions
from huiyin.casework.queries import onair as queries
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.onair import CallForm, EpisodeForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.queries import staff


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def episodes(request: Asked) -> HttpResponse:
    """The episodes; a form plans one."""
    form = EpisodeForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    if request.method != "POST":
        return _list(request, form)
    topic, body_id = form.value("topic"), form.identity("body")
    told = list(actions.faults(request.viewer, request.at, topic=topic, body=body_id))
    on = None
    try:
        on = form.day()
    except Refused as refused:
        told.append(refused)
    if told or on is None:
        return _list(request, form, *told)

    def run() -> dict[str, Any]:
        row = actions.plan(by=request.viewer, at=request.at, on=on, topic=topic, body=body_id)
        return {"id": str(row.id)}

    try:
        sender, body = str(request.viewer.account_id), as_sent(request.POST)
        done = once_each(key=form.key_of(), route="desk.onair", sender=sender, body=body, at=request.at, run=run)
    except Refused as refused:
        return _list(request, form, refused)
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:episode", done["id"])


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def episode(request: Asked, episode_id: UUID) -> HttpResponse:
    """One episode; with `do` one of take (a call by its code), tell (an earlier call is told in this one)."""
    form = CallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        do = actions.tell if request.POST.get("do") == "tell" else actions.take
        try:
            do(by=request.viewer, at=request.at, episode_id=episode_id, code=form.value("code"))
        except Missing:
            raise
        except Refused as refused:
            if refused.code != "already_done":
                form.refuse(refused)
                return _one(request, episode_id, form, status=422)
        else:
            messages.success(request, phrase("done", "saved", language()))
        return redirect("desk:episode", episode_id)
    return _one(request, episode_id, form)


@guarded
@require_safe
def sheet(request: Asked, episode_id: UUID) -> HttpResponse:
    """For the studio, on paper: nothing in it says who rang."""
    page = queries.episode(request.viewer, episode_id, request.at)
    return show(request, "desk/onair/sheet.html", {"page": page, "at": request.at})


def _list(request: Asked, form: EpisodeForm, *told: Refused) -> HttpResponse:
    for wrong in told:
        form.refuse(wrong)
    viewer, at = request.viewer, request.at
    plans = queries.plans(viewer, at)
    form.lay_out([(str(one.id), one.name) for one in staff.bodies(viewer, at)] if plans else ())
    context = {"rows": queries.episodes(viewer), "form": form, "plans": plans, "on": queries.is_on(viewer, at)}
    return show(request, "desk/onair/list.html", context, status=422 if told else 200)


def _one(request: Asked, episode_id: UUID, form: CallForm, *, status: int = 200) -> HttpResponse:
    page = queries.episode(request.viewer, episode_id, request.at)
    return show(request, "desk/onair/one.html", {"page": page, "form": form}, status=status)
