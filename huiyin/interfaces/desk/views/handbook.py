"""Which households of a village have the handbook: delivery by groups, and taking back what was written by mistake."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.forms_once import once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.handbook import GivenForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.actions import handbook as act
from huiyin.register.queries import handbook, places
from huiyin.register.queries.days import today


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def given(request: Asked, run_id: UUID) -> HttpResponse:
    """The groups of the village with who has a copy; what was delivered is written down once."""
    viewer = request.viewer
    form = GivenForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    if request.method == "POST":
        try:
            done = _do(request, run_id, form)
        except Missing:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, phrase("done", done["said"], language(), count=done["count"]))
            return redirect("desk:handbook_given", run_id)
    run, groups = handbook.of_run(viewer, run_id)
    context = {
        "run": run,
        "groups": groups,
        "households": sum(one.households for one in groups),
        "reached": sum(one.given for one in groups),
        "place": places.path_names(viewer, run.place_code),
        "form": form,
        "ticked": request.POST.getlist("groups"),
        "may_edit": viewer.may("register.edit"),
        "today": today(viewer, request.at).isoformat(),
    }
    return show(request, "desk/cards/handbook.html", context, status=422 if form.errors else 200)


def _do(request: Asked, run_id: UUID, form: GivenForm) -> dict[str, Any]:
    """Hand out or take back, once however often the button is pressed."""
    by, at, post = request.viewer, request.at, request.POST

    def run() -> dict[str, Any]:
        if "back" in post:
            group, _, words = post["back"][:40].partition(" ")
            day = typed.day(words)
            if day is None:
                raise Missing
            return {"said": "handbooks_back", "count": act.take_back(by=by, at=at, run_id=run_id, group=group, on=day)}
        done = act.Round(groups=post.getlist("groups"), but=form.codes(), on=form.day())
        return {"said": "handbooks", "count": act.hand_out(by=by, at=at, run_id=run_id, done=done)}

    said = [str(run_id), post.get("back", ""), *post.getlist("groups"), form.value("but"), form.value("on")]
    sender, body = str(by.account_id), json.dumps(said).encode()
    return once_each(key=form.key_of(), route="desk.handbook_given", sender=sender, body=body, at=at, run=run)
