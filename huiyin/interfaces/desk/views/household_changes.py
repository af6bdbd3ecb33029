"""What became of a household, from a day on: it moved, went away or came back, split, merged, ended. One form each."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.forms_once import once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.households import ChangeForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.whereto import place_meant
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.actions import households as act
from huiyin.register.actions.households import Off, Whereto
from huiyin.register.queries import household_file as ask
from huiyin.register.queries.household_file import HouseholdFile

WHAT = ("move", "presence", "split", "merge", "close")


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def became(request: Asked, household_id: UUID, what: str) -> HttpResponse:
    """The form for one kind of change, and the change."""
    request.viewer.need("register.edit")
    if what not in WHAT:
        raise Missing
    file = ask.household_file(request.viewer, household_id, request.at)
    if file.ended and request.method != "POST":
        raise Missing
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        initial={
            "on": request.GET.get("on", "")[:10] or file.day.isoformat(),
            "why": request.GET.get("why", "")[:20],
            "door": "",
            "key": str(uuid4()),
        },
    )
    form.lay_out([(str(one.person_id), one.name) for one in file.page.residents], file.page.status)
    if request.method != "POST":
        return _page(request, what, file, form)
    shown, wrong = _sent(request, what, file, form)
    if shown is None:
        for one in wrong:
            form.refuse(one)
        return _page(request, what, file, form, status=422)
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:household", shown) if request.viewer.may("register.see") else redirect("desk:today")


def _sent(request: Asked, what: str, file: HouseholdFile, form: ChangeForm) -> tuple[UUID | None, list[Refused]]:
    """Which household is to be shown then, or all that is wrong. Of one that ended, nothing but a repeat is known."""
    wrong = [] if file.ended else form.wrong(what)
    if wrong:
        return None, wrong
    try:
        return _once(request, what, file, form), []
    except Missing:
        raise
    except Refused as refused:
        if file.ended:
            raise Missing from refused
        return None, [refused]


def _once(request: Asked, what: str, file: HouseholdFile, form: ChangeForm) -> UUID:
    """Carry it out once however often the button was pressed: a household that has ended by it is known again."""

    def run() -> dict[str, Any]:
        if file.ended:
            raise Missing
        return {"shown": str(_change(request, what, file, form))}

    sender, body = str(request.viewer.account_id), form.body(file.page.id, what)
    done = once_each(key=form.key_of(), route="desk.became", sender=sender, body=body, at=request.at, run=run)
    return UUID(done["shown"])


def _change(request: Asked, what: str, file: HouseholdFile, form: ChangeForm) -> UUID:
    """Carry it out; which household is to be shown then."""
    by, at, home, on = request.viewer, request.at, file.page.id, form.day()
    match what:
        case "move":
            act.move(by=by, at=at, household_id=home, to=_whereto(request, form), on=on)
        case "presence":
            act.set_presence(by=by, at=at, household_id=home, status=form.value("status"), on=on)
        case "split":
            return act.split(by=by, at=at, household_id=home, off=_off(request, file, form), on=on)
        case "merge":
            into = ask.numbered(by, form.value("into"), at)
            if into is None:
                raise Refused("household_unknown", field="into")
            act.merge(by=by, at=at, household_id=home, into=into, on=on)
            return into
        case _:
            act.close(by=by, at=at, household_id=home, why=form.value("why"), on=on)
    return home


def _off(request: Asked, file: HouseholdFile, form: ChangeForm) -> Off:
    """Who splits off and where to; without a place they stay where they are."""
    people = tuple(one for one in (typed.identity(text) for text in request.POST.getlist("people")) if one)
    head = typed.identity(form.value("head"))
    if head is None:
        raise Refused("value_missing", field="head")
    same = not form.value("place").strip()
    to = Whereto(file.page.place_code, form.value("door")) if same else _whereto(request, form)
    return Off(people, head, form.value("code"), to)


def _whereto(request: Asked, form: ChangeForm) -> Whereto:
    """The place that was typed, and the door."""
    return Whereto(place_meant(request.viewer, form), form.value("door"))


def _page(request: Asked, what: str, file: HouseholdFile, form: ChangeForm, status: int = 200) -> HttpResponse:
    context = {
        "what": what,
        "file": file,
        "form": form,
        "several": form.several("code_of_place"),
        "people": [(str(one.person_id), one.name, one.relation) for one in file.page.residents],
        "last": what == "close" and not file.page.residents,
        "picked": request.POST.getlist("people"),
    }
    return show(request, "desk/households/became.html", context, status=status)
