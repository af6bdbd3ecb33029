"""Posts at the desk: one put right, somebody moved to another, somebody appointed; and one link that ends."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.channels.queries import lines
from huiyin.core import text
from huiyin.core.rulebook import current
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.posts import AppointForm, CorrectPostForm, EndLinkForm, MovePostForm
from huiyin.interfaces.desk.once import carried_out
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.announced import tellings
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.actions import links
from huiyin.register.actions import staff as act
from huiyin.register.queries import bodies, household_file
from huiyin.register.queries import posts as ask
from huiyin.register.rules.consents import NOBODY

View = Callable[[Asked, UUID], HttpResponse]


def led_on(view: View) -> View:
    """A page of a post that was put right or ended since it was opened leads to the official's own, and says so."""

    @wraps(view)
    def seen(request: Asked, post_id: UUID) -> HttpResponse:
        try:
            return view(request, post_id)
        except Missing:
            person = ask.whose(request.viewer, post_id)
            if person is None:
                raise
            messages.info(request, phrase("done", "post_not_as_it_was", language()))
            return redirect("desk:official", person)

    return seen


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
@led_on
def correct(request: Asked, post_id: UUID) -> HttpResponse:
    """A wrong day or title of a post: the wrong record stays readable, another takes its place."""
    sent = request.method == "POST"
    form = CorrectPostForm(request.POST if sent else None, initial={"key": str(uuid4())})
    if sent:

        def run() -> dict[str, Any]:
            found = ask.one(request.viewer, request.at, post_id)
            since, until = form.days()
            title = form.value("title").strip()
            if not title:
                raise Refused("value_missing", field="title")
            act.correct_post(by=request.viewer, at=request.at, post_id=post_id, since=since, until=until, title=title)
            return {"person": str(found.person_id)}

        made = carried_out(request, form, "desk.post_correct", run)
        if made:
            return redirect("desk:official", made["person"])
    found = ask.one(request.viewer, request.at, post_id)
    if not sent:
        until = found.until.isoformat() if found.until else ""
        form.initial = {**form.initial, "title": found.title, "since": found.since.isoformat(), "until": until}
    return show(request, "desk/staff/post.html", {"form": form, "one": found}, status=422 if form.is_bound else 200)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
@led_on
def move(request: Asked, post_id: UUID) -> HttpResponse:
    """Somebody moves to another post: the old one ends the day the new one begins."""
    sent = request.method == "POST"
    form = MovePostForm(request.POST if sent else None, initial={"key": str(uuid4())})
    form.lay_out(ask.roles(request.viewer, request.at))
    if sent:

        def run() -> dict[str, Any]:
            found = ask.one(request.viewer, request.at, post_id)
            form.known()
            act.transfer(
                by=request.viewer,
                at=request.at,
                post_id=post_id,
                body_id=_body(request, form),
                role=form.value("role"),
                title=form.value("title").strip(),
                responsibility=form.value("responsibility") or "handler",
                on=form.day(),
            )
            return {"person": str(found.person_id)}

        made = None if form.lacks("body", "role", "title") else carried_out(request, form, "desk.post_move", run)
        if made:
            return redirect("desk:official", made["person"])
    found = ask.one(request.viewer, request.at, post_id)
    if not sent:
        form.initial = {**form.initial, "role": found.role, "responsibility": found.responsibility}
    context = {"form": form, "one": found, "several": form.several("which")}
    return show(request, "desk/staff/post_move.html", context, status=422 if form.is_bound else 200)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: Asked, body_id: UUID) -> HttpResponse:
    """Somebody gets a post in a body: somebody new, or who serves already."""
    viewer, at = request.viewer, request.at
    viewer.need("register.edit")
    found = bodies.one(viewer, at, body_id)
    if not viewer.sees(found.place_code):
        raise Missing
    start = {"key": str(uuid4()), "responsibility": "handler"}
    form = AppointForm(request.POST if request.method == "POST" else None, initial=start)
    form.lay_out(ask.roles(viewer, at), current(at).rulebook.county.tiers)
    if request.method == "POST":

        def run() -> dict[str, Any]:
            form.known()
            name, number, title = (form.value(one).strip() for one in ("name", "number", "title"))
            known = ask.numbered(viewer, number)
            if known is not None and known[1] != name:
                raise Refused("number_other_name", field="number")
            made = act.appoint(
                by=viewer,
                at=at,
                body_id=body_id,
                role=form.value("role"),
                title=title,
                name=name,
                number=number,
                person_id=known[0] if known is not None else None,
                responsibility=form.value("responsibility") or "handler",
                kind=form.value("kind") or "official",
                tier=form.value("tier"),
                duty_phone=text.office_phone(form.value("duty_phone"), field="duty_phone"),
                since=form.day(),
            )
            return {"person": str(made.person_id)}

        lacking = form.lacks("name", "number", "role", "title")
        made = None if lacking else carried_out(request, form, "desk.appoint", run)
        if made:
            return redirect("desk:official", made["person"])
    return show(request, "desk/staff/appoint.html", {"form": form, "body": found}, status=422 if form.is_bound else 200)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def end_link(request: Asked, household_id: UUID, link_id: UUID) -> HttpResponse:
    """One link of a household ends, with a reason; what is left without an official is said before and after."""
    request.viewer.need("register.edit")
    form = EndLinkForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    form.lay_out()
    if request.method == "POST":

        def run() -> dict[str, Any]:
            ask.link(request.viewer, household_id, link_id, request.at)
            if not form.value("why"):
                raise Refused("needs_link_end", field="why")
            until = typed.dated(form.value("until"), field="until")
            by, at, why = request.viewer, request.at, form.value("why")
            tell = request.POST.get("tell", NOBODY)
            links.end_link(by=by, at=at, link_id=link_id, why=why, until=until, tell=tell)
            return {}

        made = carried_out(request, form, "desk.link_end", run)
        if made is not None:
            return redirect("desk:household", household_id)
    found = ask.link(request.viewer, household_id, link_id, request.at)
    where = household_file.whose(request.viewer, household_id, request.at)
    context = {
        "form": form,
        "one": found,
        "home": household_id,
        "where": where,
        "sms_on": lines.is_on(request.viewer, "sms"),
        "tellings": tellings(request.POST.get("tell", NOBODY), of="ended") if found.kind == "lead" else (),
    }
    return show(request, "desk/households/end_link.html", context, status=422 if form.is_bound else 200)


def _body(request: Asked, form: MovePostForm) -> UUID:
    """The body that was typed: the one chosen from several, or the only one."""
    found = ask.bodies_named(request.viewer, form.value("body"))
    chosen = typed.identity(form.value("which"))
    if chosen is not None and chosen in {one for one, _ in found}:
        return chosen
    if not found:
        raise Refused("body_unknown", field="body")
    if len(found) > 1:
        form.offer_bodies((str(one), name) for one, name in found)
        raise Refused("body_several", field="body")
    return found[0][0]
