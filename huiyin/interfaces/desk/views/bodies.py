"""Registering a body at the desk: an office, a key project, an enterprise, a hazard site that households lie at."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.core.rulebook import current
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once, Plain, line
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.coverage import named
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels, phrase
from huiyin.register.actions import staff as act
from huiyin.register.queries import bodies


class BodyForm(Once):
    """Its name, what it is, where; telephone and address where it has any."""

    name = Plain(line(maxlength="80"))
    kind = Plain(forms.Select())
    phone = Plain(line(maxlength="30", inputmode="tel"))
    address = Plain(line(maxlength="200"))

    def missing(self) -> list[Refused]:
        """All that is not there, each with its field."""
        return [Refused("value_missing", field=name) for name in ("name", "kind") if not self.value(name).strip()]


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
        try:
            made = _add(request, form, under, kinds)
        except Missing:
            raise
        except Refused as refused:
            for one in form.missing() or [refused]:
                form.refuse(one)
        else:
            messages.success(request, phrase("done", "saved", language()))
            return redirect("desk:body", made)
    context = {"form": form, "under": under, "place": place}
    return show(request, "desk/staff/new.html", context, status=422 if form.is_bound else 200)


def _add(request: Asked, form: BodyForm, under: str, kinds: tuple[str, ...]) -> UUID:
    """Write it down once however often the button was pressed."""
    by, at = request.viewer, request.at
    for one in form.missing():
        raise one
    if form.value("kind") not in kinds:
        raise Refused("value_unknown", field="kind")

    def run() -> dict[str, Any]:
        name, kind, phone, address = (form.value(one).strip() for one in ("name", "kind", "phone", "address"))
        made = act.add_body(
            by=by, at=at, name=name, kind=kind, place_code=under, phone=phone[:30], address=address[:200]
        )
        return {"body": str(made)}

    body = as_sent(request.POST)
    done = once_each(key=form.key_of(), route="desk.body", sender=str(by.account_id), body=body, at=at, run=run)
    return UUID(done["body"])
