"""A function or item of a department at the desk: written down, changed, ended, with who answers for it (R-052)."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.desk.forms.fields import Once, Plain, line
from huiyin.interfaces.desk.once import carried_out
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing
from huiyin.register.actions import remits as act
from huiyin.register.queries import bodies
from huiyin.register.queries import remits as ask
from huiyin.register.queries.bodies import BodyDay


class RemitForm(Once):
    """What it is, who answers for it on each of the four levels, and since when."""

    name = Plain(line(maxlength="60"))
    main = Plain(forms.Select())
    charge = Plain(forms.Select())
    section = Plain(forms.Select())
    handler = Plain(forms.Select())
    on = Plain(forms.DateInput(attrs={"type": "date"}))


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Asked, body_id: UUID) -> HttpResponse:
    """One more function or item of a body."""
    return _page(request, body_id, None)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Asked, body_id: UUID, remit_id: UUID) -> HttpResponse:
    """One there is: called otherwise, somebody else answers for it, or it is there no more."""
    return _page(request, body_id, remit_id)


def _page(request: Asked, body_id: UUID, remit_id: UUID | None) -> HttpResponse:
    body = _body(request, body_id)
    row = ask.one(request.viewer, request.at, remit_id, body_id=body_id) if remit_id is not None else None
    form = RemitForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    _lay_out(request, form, body_id, row)
    if (
        request.method == "POST"
        and carried_out(request, form, "desk.remit", lambda: _do(request, form, body_id, row)) is not None
    ):
        return redirect("desk:body", body_id)
    context = {"body": body, "remit": row, "form": form}
    return show(request, "desk/staff/remit.html", context, status=422 if form.is_bound else 200)


def _body(request: Asked, body_id: UUID) -> BodyDay:
    request.viewer.need("register.edit")
    found = bodies.one(request.viewer, request.at, body_id)
    if not request.viewer.sees(found.place_code):
        raise Missing
    return found


def _lay_out(request: Asked, form: RemitForm, body_id: UUID, row: ask.RemitLine | None) -> None:
    """Whom each level offers; first who stands there, for a new one whoever holds such a post."""
    seats, first = ask.seats(request.viewer, request.at, body_id)
    held = {one.level: one for one in row.answer} if row is not None else {}
    known = {seat.official_id for seat in seats}
    for level in ask.LEVELS:
        left = [held[level]] if level in held and held[level].official_id not in known else []
        choices = [(str(one.official_id), one.name) for one in left]
        choices += [(str(seat.official_id), f"{seat.name} {seat.post}") for seat in seats]
        form.offer(level, [("", "—"), *choices])
        form.initial[level] = str(held[level].official_id if level in held else first.get(level, ""))
    form.initial["name"] = row.name if row is not None else ""


def _do(request: Asked, form: RemitForm, body_id: UUID, row: ask.RemitLine | None) -> dict[str, Any]:
    on = typed.dated(form.value("on"), field="on")
    remit_id = row.id if row is not None else None
    if remit_id is not None and request.POST.get("do") == "end":
        act.end(by=request.viewer, at=request.at, body_id=body_id, remit_id=remit_id, on=on)
        return {"remit": str(remit_id)}
    chosen = {level: form.identity(level) for level in ask.LEVELS}
    answer = {level: one for level, one in chosen.items() if one is not None}
    name = form.value("name")
    made = act.put(
        by=request.viewer, at=request.at, body_id=body_id, name=name, answer=answer, remit_id=remit_id, on=on
    )
    return {"remit": str(made)}
