"""One person of a household: what is kept of them, who stands near them; that they died, left or never were there."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.one_person import GoneForm, KinForm
from huiyin.interfaces.desk.once import carried_out
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing
from huiyin.programme.words import labels
from huiyin.register.actions import by_hand, people
from huiyin.register.actions import departures as act
from huiyin.register.queries import household_file as file_of
from huiyin.register.queries import one_person as ask

WHAT = ("died", "left", "struck")


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: Asked, household_id: UUID, person_id: UUID) -> HttpResponse:
    """The person; a relative is written down or taken off."""
    found = ask.one(request.viewer, household_id, person_id, request.at)
    form = KinForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    form.lay_out()
    if request.method == "POST":

        def run() -> dict[str, Any]:
            by, at, do = request.viewer, request.at, request.POST.get("do", "")
            if do in ("end", "never"):
                kin = typed.chosen(request.POST.get("kin", ""), "value_unknown")
                people.end_kin(by=by, at=at, household_id=household_id, kin_id=kin, never=do == "never")
            else:
                home = {"household_id": household_id, "person_id": person_id}
                by_hand.new_kin(by=by, at=at, texts=form.told(), **home)
            return {}

        made = carried_out(request, form, "desk.person", run)
        if made is not None:
            return redirect("desk:person", household_id, person_id)
    context = {
        "one": found,
        "home": household_id,
        "where": file_of.whose(request.viewer, household_id, request.at),
        "form": form,
        "facts": labels("file_fact", language()),
        "changes": {what: labels("person_change", language())[what] for what in WHAT},
        "kin_words": labels("kin", language()),
        "fresh": uuid4,
    }
    return show(request, "desk/households/person.html", context, status=422 if form.errors else 200)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def became(request: Asked, household_id: UUID, person_id: UUID, what: str) -> HttpResponse:
    """The form for one kind of change, and the change; of a household with nobody left it is asked to be closed."""
    request.viewer.need("register.edit")
    if what not in WHAT:
        raise Missing
    form = GoneForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    if request.method == "POST":

        def run() -> dict[str, Any]:
            return _change(request, household_id, person_id, what, form)

        made = carried_out(request, form, f"desk.person.{what}", run)
        if made is not None:
            return redirect(_then(household_id, what, made))
    found = ask.one(request.viewer, household_id, person_id, request.at)
    form.lay_out([(str(one), name) for one, name in found.others])
    context = {
        "one": found,
        "home": household_id,
        "where": file_of.whose(request.viewer, household_id, request.at),
        "what": what,
        "form": form,
        "asks_head": what != "struck" and found.relation == "head" and found.others,
    }
    return show(request, "desk/households/person_became.html", context, status=422 if form.errors else 200)


def _change(request: Asked, household_id: UUID, person_id: UUID, what: str, form: GoneForm) -> dict[str, Any]:
    """Carry it out; how many are left, and the day."""
    by, at = request.viewer, request.at
    if what == "struck":
        act.strike(by=by, at=at, household_id=household_id, person_id=person_id)
        return {}
    on, head = typed.dated(form.value("on"), field="on"), form.identity("head")
    left = act.gone(by=by, at=at, household_id=household_id, person_id=person_id, why=what, on=on, head=head)
    return {"left": left, "on": on.isoformat() if on else ""}


def _then(household_id: UUID, what: str, made: dict[str, Any]) -> str:
    """The household; or, of which nobody is left, the form that closes it, with the reason and the day."""
    if made.get("left") != 0:
        return reverse("desk:household", args=[household_id])
    why = {"why": "died_out" if what == "died" else "left", "on": made["on"], "last": "1"}
    return f"{reverse('desk:household_became', args=[household_id, 'close'])}?{urlencode(why)}"
