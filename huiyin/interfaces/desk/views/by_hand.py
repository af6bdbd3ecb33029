"""A new household and a new resident, written down at the desk one by one; whether it is the same person is asked."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.core.looks import look
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.by_hand import HouseholdForm, PersonForm
from huiyin.interfaces.desk.once import once
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.whereto import place_meant
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label
from huiyin.register.actions import by_hand as act
from huiyin.register.queries import finding, rosters
from huiyin.register.queries import household_file as ask


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def new_household(request: Asked) -> HttpResponse:
    """The form, and a household of it."""
    request.viewer.need("register.edit")
    form = HouseholdForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    form.lay_out()
    asked: dict[str, Any] = {}
    if request.method == "POST":

        def run() -> dict[str, Any]:
            place = place_meant(request.viewer, form)
            made = act.new_household(by=request.viewer, at=request.at, told=form.told(place_code=place))
            return {"household": str(made)}

        made, wrong = once(request, form, "desk.new_household", run)
        if made:
            return redirect("desk:household", made["household"])
        asked = _asked(request, form, wrong)
    context = {"form": form, "several": form.several("code_of_place"), **asked}
    return show(request, "desk/households/new.html", context, status=422 if form.is_bound else 200)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def new_resident(request: Asked, household_id: UUID) -> HttpResponse:
    """The form, and somebody who lives there from then on."""
    request.viewer.need("register.edit")
    file = ask.household_file(request.viewer, household_id, request.at)
    if file.ended or not request.viewer.sees(file.page.place_code):
        raise Missing
    form = PersonForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    form.lay_out()
    asked: dict[str, Any] = {}
    if request.method == "POST":

        def run() -> dict[str, Any]:
            if not form.value("relation"):
                raise Refused("needs_relation", field="relation")
            told = form.told()
            made = act.new_resident(by=request.viewer, at=request.at, household_id=household_id, told=told)
            return {"person": str(made)}

        made, wrong = once(request, form, "desk.new_resident", run)
        if made:
            return redirect("desk:household", household_id)
        asked = _asked(request, form, wrong)
    context = {"form": form, "file": file, **asked}
    return show(request, "desk/households/new_resident.html", context, status=422 if form.is_bound else 200)


def _asked(request: Asked, form: PersonForm, wrong: list[Refused]) -> dict[str, Any]:
    """Show what is wrong; where the register asks who it is, with those it may be and what can be decided."""
    found: dict[str, Any] = {}
    for refused in wrong:
        if refused.code == "same_asked":
            look(request.viewer, kind=finding.KIND, subject="search:by_hand", at=request.at)
            reason = str(refused.values["reason"])
            about = rosters.about(request.viewer, str(refused.values["about"]).split())
            form.ask(reason, about)
            found = {"question": label("roster_held", reason, language()), "about": tuple(about.values())}
        form.refuse(refused)
    return found
