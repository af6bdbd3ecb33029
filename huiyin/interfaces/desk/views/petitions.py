"""Petition figures of areas at the desk: half-years by class and town, and what the office that keeps them enters."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions import petitions as actions
from huiyin.casework.queries import petitions as queries
from huiyin.casework.rules import petitions as rules
from huiyin.core.rulebook import current
from huiyin.interfaces.desk.forms.early import PetitionForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.early import sent, tabs
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.early import WHOLE
from huiyin.register.queries.days import today


@guarded
@require_http_methods(["GET", "POST"])
def petitions(request: Asked) -> HttpResponse:
    """A half-year of figures; a form sent enters a month of a town first."""
    if not queries.keeps(request.viewer, request.at):
        request.viewer.need("stats.see")
    if request.method == "GET":
        return _page(request)
    form, by, at = _form(request, request.POST), request.viewer, request.at
    place, said = form.value("place_code"), form.said()
    told: list[Refused] = []
    if place not in dict(queries.towns(by, at)):
        told.append(Refused("place_unknown", field="place_code"))
    try:
        form.first()
    except Refused as refused:
        told.append(refused)
    told += rules.faults(said, [kind for kind in form.kinds if kind != WHOLE])

    def run() -> dict[str, Any]:
        return {"rows": len(actions.count(by=by, at=at, place_code=place, month=form.first(), said=said))}

    return sent(request, form, told, run, route="desk.petitions", back="desk:petitions", again=_page)


def _form(request: Asked, post: Any = None) -> PetitionForm:
    viewer, at = request.viewer, request.at
    page, county = queries.page_of(viewer, at), current(at).rulebook.county
    here = [(code, name or county.name) for code, name in queries.towns(viewer, at)]
    first = today(viewer, at).replace(day=1)
    initial = {"key": str(uuid4()), "month": f"{first:%Y-%m}"}
    return PetitionForm(post, initial=initial, kinds=page.titles if page else {}, places=here)


def _page(request: Asked, *, status: int = 200, form: PetitionForm | None = None) -> HttpResponse:
    viewer, at = request.viewer, request.at
    day = today(viewer, at)
    half = rules.read_half(request.GET.get("half", "")[:10]) or rules.last_whole(day)
    now = rules.half_of(day)
    half = min(half, now)
    found, page = queries.figures(viewer, at, half), queries.page_of(viewer, at)
    keeps = queries.keeps(viewer, at)
    context = {
        "tabs": tabs(request, "petitions"),
        "found": found,
        "page": page,
        "half": half,
        "last": half == now,
        "county": current(at).rulebook.county.name,
        "keeps": keeps,
        "missing": queries.missing(viewer, at, day.replace(day=1)) if keeps else (),
        "form": (form or _form(request)) if keeps else None,
    }
    return show(request, "desk/early/petitions.html", context, status=status)
