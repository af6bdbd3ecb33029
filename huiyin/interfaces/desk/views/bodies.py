"""Registering a body at the desk: an office, a key project, an enterprise, a hazard site that households lie at."""

from collections.abc import Container
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.core import text
from huiyin.core.rulebook import current
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once, Plain, line
from huiyin.interfaces.desk.once import once
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.coverage import named
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels
from huiyin.register.actions import staff as act
from huiyin.register.queries import bodies


class BodyForm(Once):
    """Its name, what it is, where; telephone and address where it has any."""

    name = Plain(line(maxlength="60"))
    kind = Plain(forms.Select())
    phone = Plain(line(maxlength="30", inputmode="tel"))
    address = Plain(line(maxlength="200"))

    def wrong(self, kinds: Container[str]) -> list[Refused]:
        """All that is not there or is not understood, each with its field."""
        found = []
        if not self.value("name").strip():
            found.append(Refused("body_name_missing", field="name"))
        if not self.value("kind"):
            found.append(Refused("body_what_missing", field="kind"))
        elif self.value("kind") not in kinds:
            found.append(Refused("value_unknown", field="kind"))
        try:
            text.office_phone(self.value("phone"))
        except Refused as refused:
            found.append(refused)
        return found


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Asked) -> HttpResponse:
    """The form at a place; whoever edits the register there writes a body down."""
    viewer, at = request.viewer, request.at
    viewer.need("register.edit")
    given = request.POST if request.method == "POST" else request.GET
    under = (given.get("under") or begins_at(viewer, current(at).rulebook.county.code))[:15]
    if not viewer.sees(under):
        raise Missing
    place, _ = named(request, under, "desk:staff")
    form = BodyForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    kinds = bodies.kinds(viewer, at)
    words = labels("body_kinds", language())
    form.offer("kind", [("", "—"), *((one, words.get(one, one)) for one in kinds)])
    if request.method == "POST":
        made, wrong = _add(request, form, under, kinds)
        if made:
            return redirect("desk:body", made["body"])
        for refused in wrong:
            form.refuse(refused)
    context = {"form": form, "under": under, "place": place}
    return show(request, "desk/staff/new.html", context, status=422 if form.is_bound else 200)


def _add(
    request: Asked, form: BodyForm, under: str, kinds: tuple[str, ...]
) -> tuple[dict[str, Any] | None, list[Refused]]:
    """Write it down, or all that is wrong."""
    by, at = request.viewer, request.at
    if wrong := form.wrong(kinds):
        return None, wrong

    def run() -> dict[str, Any]:
        name, kind, phone, address = (form.value(one).strip() for one in ("name", "kind", "phone", "address"))
        made = act.add_body(by=by, at=at, name=name, kind=kind, place_code=under, phone=phone, address=address[:200])
        return {"body": str(made)}

    return once(request, form, "desk.body", run)
