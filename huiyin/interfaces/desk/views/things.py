"""Practical things: what every village commits to, by whom and when, and what came of it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions import things as actions
from huiyin.casework.queries import things as queries
from huiyin.casework.queries.things import Book
from huiyin.core.rulebook import current
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.typed import identity
from huiyin.interfaces.desk.forms.things import ThingForm
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.queries import places, staff
from huiyin.register.queries.days import today


@guarded
@require_http_methods(["GET", "POST"])
def things(request: Asked) -> HttpResponse:
    """The list by village; with `do` one of commit, finish it does that first."""
    if request.method == "GET":
        return _page(request)
    if request.POST.get("do") == "finish":
        return _finish(request)
    return _commit(request)


def _commit(request: Asked) -> HttpResponse:
    form = ThingForm(request.POST)
    told: list[Refused] = []
    if not form.value("title").strip():
        told.append(Refused("text_empty", field="title"))
    if not form.value("place_code"):
        told.append(Refused("place_unknown", field="place_code"))
    try:
        day = form.day()
    except Refused as refused:
        told.append(refused)
    if told:
        return _refused(request, form, *told)

    def run() -> dict[str, Any]:
        actions.commit(
            by=request.viewer,
            at=request.at,
            place_code=form.value("place_code"),
            title=form.value("title"),
            due_on=day,
            person=form.identity("person"),
            body=form.identity("body"),
        )
        return {}

    try:
        sender, body = str(request.viewer.account_id), as_sent(request.POST)
        once_each(key=form.key_of(), route="desk.things", sender=sender, body=body, at=request.at, run=run)
    except Refused as refused:
        return _refused(request, form, refused)
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:things")


def _finish(request: Asked) -> HttpResponse:
    thing = identity(request.POST.get("thing", ""))
    if thing is None:
        raise Missing
    result = request.POST.get("result", "")
    try:
        actions.finish(by=request.viewer, at=request.at, thing_id=thing, result=result)
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "already_done":
            return redirect("desk:things")
        return _page(request, status=422, wrong=thing, why=refused.sentence(language()), typed=result)
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:things")


def _refused(request: Asked, form: ThingForm, *told: Refused) -> HttpResponse:
    for wrong in told:
        form.refuse(wrong)
    return _page(request, status=422, form=form)


def _page(
    request: Asked,
    *,
    status: int = 200,
    form: ThingForm | None = None,
    wrong: UUID | None = None,
    why: str = "",
    typed: str = "",
) -> HttpResponse:
    viewer, at = request.viewer, request.at
    book, how = current(at).rulebook, programme_page(at).ledger
    own = begins_at(viewer, book.county.code)
    under = request.GET.get("under", own)[:12]
    if under != own and not (viewer.reaches(under) and places.exists(viewer, under)):
        raise Missing
    done = request.GET.get("show") == "done"
    found: Book = queries.book(viewer, under, how, today(viewer, at), done=done)
    form = form or ThingForm(initial={"key": str(uuid4())})
    people = staff.candidates(viewer, at, verb="matter.open", place_code=own) if viewer.scopes else ()
    form.lay_out(
        [(code, name) for code, name, _ in found.villages],
        dict.fromkeys((str(one.person_id), f"{one.name} · {one.body_name}") for one in people),
        [(str(one.id), one.name) for one in staff.bodies(viewer, at, place_code=own)] if viewer.scopes else (),
    )
    context = {
        "found": found,
        "only_done": done,
        "place": places.path_names(viewer, under) if under != own else "",
        "how": how,
        "form": form,
        "owing": sum(1 for _, _, owed in found.villages if owed.first == "missing" or owed.missing),
        "may_commit": viewer.may("matter.open") or viewer.may("matter.accept") or viewer.may("matter.assign"),
        "wrong": wrong,
        "why": why,
        "typed": typed,
    }
    return show(request, "desk/things.html", context, status=status)
