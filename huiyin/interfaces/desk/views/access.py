"""How an official gets into the desk: the account, the slip with the key for the first time, and being let in again."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.posts import AccessForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import access as act
from huiyin.register.actions import account_notices as notices
from huiyin.register.actions import resets as again
from huiyin.register.queries import access as ask
from huiyin.register.queries import bodies
from huiyin.register.queries import resets as waiting


@sensitive_post_parameters()
@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: Asked, person_id: UUID) -> HttpResponse:
    """How far somebody's account is; a key for them is shown on a slip, once. A second press makes the one key that is
    valid, so that the slip on the screen is always the right one. Or: telephone and recovery codes are lost."""
    viewer, at = request.viewer, request.at
    viewer.need("register.edit")
    found = bodies.official(viewer, at, person_id, day=None)
    reset = request.POST.get("do") == "reset"
    form = AccessForm(request.POST if request.method == "POST" else None, initial={"username": found.number})
    if request.method == "POST":
        try:
            if reset:
                made = again.ask_reset(by=viewer, at=at, person_id=person_id, reason=form.value("reason"))
            else:
                made = act.give_first_key(by=viewer, at=at, person_id=person_id, username=form.value("username"))
        except Missing:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            return slip(request, found, made, "first" if reset else "")
    context = {
        "one": found,
        "form": form,
        "standing": ask.of(viewer, person_id),
        "at": at,
        "own": person_id in viewer.persons,
        "asked": ask.asked(viewer, person_id),
        "reset": reset,
    }
    return show(request, "desk/staff/access.html", context, status=422 if form.is_bound else 200)


def slip(request: Asked, one: Any, made: act.Given, half: str = "") -> HttpResponse:
    """A slip with a key or with a `half` of one (`first` or `second`), shown once; `one` has name and person."""
    context = {
        "one": one,
        "made": made,
        "half": half,
        "address": request.build_absolute_uri(reverse("account_first")),
        "county": current(request.at).rulebook.county,
    }
    return show(request, "desk/staff/access_slip.html", context)


@sensitive_post_parameters()
@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def resets(request: Asked) -> HttpResponse:
    """Accounts that somebody asked to open anew: the second person's yes, with the other half of the key, or no."""
    viewer, at, problem = request.viewer, request.at, ""
    rows = waiting.listed(viewer, at)
    if request.method == "POST":
        reset_id = typed.known(request.POST.get("reset", ""))
        one = next((row for row in rows if row.id == reset_id), None)
        try:
            if one is None:
                raise Missing
            if request.POST.get("do") == "decline":
                again.decline_reset(by=viewer, at=at, reset_id=reset_id)
                return redirect("desk:resets")
            if not request.POST.get("sure"):
                raise Refused("reset_not_sure")
            return slip(request, one, again.confirm_reset(by=viewer, at=at, reset_id=reset_id), "second")
        except Missing:
            raise
        except Refused as refused:
            problem = refused.sentence(language())
    context = {
        "waiting": [one for one in rows if one.state == "asked"],
        "past": [one for one in rows if one.state != "asked"],
        "problem": problem,
        "may_edit": viewer.may("register.edit"),
        "persons": viewer.persons,
    }
    return show(request, "desk/staff/resets.html", context, status=422 if problem else 200)


@guarded
@require_POST
def told(request: Asked) -> HttpResponse:
    """The owner has read what others did with the account, or stops what somebody asked for."""
    if stop := request.POST.get("stop", ""):
        again.decline_reset(by=request.viewer, at=request.at, reset_id=typed.known(stop))
    notices.read(by=request.viewer, at=request.at)
    return redirect("desk:today")
