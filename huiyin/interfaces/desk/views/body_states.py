"""Saying how an enterprise or a project stands, with everything said before and who follows it up."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once, Plain, line
from huiyin.interfaces.desk.once import once
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels
from huiyin.register.actions import body_states as act
from huiyin.register.queries import bodies


class StateForm(Once):
    """The state, since when, and what is left to see to."""

    state = Plain(forms.Select())
    on = Plain(forms.DateInput(attrs={"type": "date"}))
    note = Plain(line(maxlength="120"))

    def missing(self) -> list[Refused]:
        """All that can be seen to be wrong before anything is looked up, each with its field."""
        found = [] if self.value("state") else [Refused("value_missing", field="state")]
        try:
            typed.dated(self.value("on"), field="on")
        except Refused as refused:
            found.append(refused)
        return found


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def state(request: Asked, body_id: UUID) -> HttpResponse:
    """The form; whoever edits the register there says it. Missing for a body that has no such state."""
    viewer, at = request.viewer, request.at
    viewer.need("register.edit")
    found = bodies.one(viewer, at, body_id)
    if not (viewer.sees(found.place_code) and found.stated):
        raise Missing
    form = StateForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    form.offer("state", [("", "—"), *labels("body_state", language()).items()])
    if request.method == "POST":
        made, wrong = _say(request, form, body_id)
        if made is not None:
            return redirect("desk:body", body_id)
        for refused in wrong:
            form.refuse(refused)
    return show(request, "desk/staff/state.html", {"body": found, "form": form}, status=422 if form.is_bound else 200)


def _say(request: Asked, form: StateForm, body_id: UUID) -> tuple[dict[str, Any] | None, list[Refused]]:
    """Write it down, or all that is wrong."""
    if wrong := form.missing():
        return None, wrong

    def run() -> dict[str, Any]:
        on = typed.dated(form.value("on"), field="on")
        state, note = form.value("state"), form.value("note")
        return {"state": str(act.say(by=request.viewer, at=request.at, body_id=body_id, state=state, on=on, note=note))}

    return once(request, form, "desk.body_state", run)
