"""Grids, work areas, area offices laid by an office: the list of a town, a new one, one with all that is done to it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.core.rulebook import current
from huiyin.interfaces.desk.forms.grids import CorrectForm, Dated, EndForm, HeadForm, LayForm, PlacesForm
from huiyin.interfaces.desk.looking_back import looked
from huiyin.interfaces.desk.once import once
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.coverage import named
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import grids as act
from huiyin.register.queries import overlays, places, staff
from huiyin.register.queries.overlays import One
from huiyin.register.rules import codes

FORMS: dict[str, type[Dated]] = {"places": PlacesForm, "head": HeadForm, "correct": CorrectForm, "end": EndForm}


@guarded
@require_safe
def laid(request: Asked) -> HttpResponse:
    """The grids over a town or a village, kind by kind; of a county how many each town has."""
    viewer, at = request.viewer, request.at
    under, back = _under(request), looked(request)
    place, crumbs = named(request, under, "desk:grids_laid", whole=True, back=back)
    county = codes.width(under) < codes.WIDTHS[3]
    kinds = overlays.kinds(viewer, at)
    counts = overlays.by_town(back.viewer, at, under) if county else {}
    towns = places.children(viewer, under) if county else ()
    context = {
        "under": under,
        "place": place,
        "crumbs": crumbs,
        "kinds": kinds.values(),
        "towns": [(one, [counts.get(one.code, {}).get(kind, 0) for kind in kinds]) for one in towns],
        "layers": () if county else overlays.of_place(back.viewer, at, under),
        "county": county,
        "may_edit": bool(kinds) and not county and back.day is None and viewer.may("register.edit"),
        **back.context(under=under),
    }
    return show(request, "desk/links/laid.html", context, status=back.status)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def lay(request: Asked) -> HttpResponse:
    """A new grid over some of the places below a town or a village."""
    viewer, at = request.viewer, request.at
    viewer.need("register.edit")
    under = _under(request)
    place, crumbs = named(request, under, "desk:grids_laid", whole=True)
    form = LayForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    kinds = overlays.kinds(viewer, at)
    levels = {level for kind in kinds.values() for level in kind.of}
    form.offer("kind", [("", "—"), *((name, one.title) for name, one in kinds.items())])
    below = [one for one in places.children(viewer, under) if one.level in levels and viewer.sees(one.code)]
    form.offer("place_codes", [(one.code, one.name) for one in below])
    if request.method == "POST":
        made, wrong = _laid(request, form)
        if made is not None:
            if "id" in made:
                return redirect("desk:grid_laid", made["id"])
            return redirect(f"{reverse('desk:grids_laid')}?{urlencode({'under': under})}")
        for refused in wrong:
            form.refuse(refused)
    context = {
        "form": form,
        "under": under,
        "place": place,
        "crumbs": crumbs,
        "below": below,
        "homes": "household" in levels and codes.width(under) == codes.WIDTHS[4],
        "kinds": kinds.values(),
    }
    return show(request, "desk/links/lay.html", context, status=422 if form.is_bound else 200)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: Asked, overlay_id: UUID) -> HttpResponse:
    """A grid: what it is, what was done with it; its places, head, name and end are changed here."""
    viewer, at = request.viewer, request.at
    found = overlays.one(viewer, at, overlay_id)
    may = overlays.may_change(viewer, found.laid)
    do = request.POST.get("do", "")
    if request.method == "POST" and not may:
        raise Missing
    forms = _forms(request, found, do)
    if request.method == "POST" and do in FORMS and not request.POST.get("find"):
        made, wrong = _done(request, forms[do], do, overlay_id)
        if made is not None:
            return redirect("desk:grid_laid", overlay_id)
        for refused in wrong:
            forms[do].refuse(refused)
        if any(refused.code == "grid_changed" for refused in wrong):
            forms[do].put(seen=_seen(found))
    people = staff.called(viewer, at, forms["head"].value("q")) if do == "head" else ()
    forms["head"].offer("post", [(str(row.post_id), f"{row.name} {row.body_name} {row.title}") for row in people])
    spots = [code for code, _ in found.laid.places] or [code for _, _, code in found.laid.homes]
    town = (spots[0] if spots else "")[:9].ljust(12, "0")
    context = {"found": found, "laid": found.laid, "forms": forms, "may": may, "people": people, "town": town, "do": do}
    status = 422 if any(form.errors for form in forms.values() if form.is_bound) else 200
    return show(request, "desk/links/laid_one.html", context, status=status)


def _under(request: Asked) -> str:
    viewer = request.viewer
    viewer.need("register.see")
    under = (request.GET.get("under") or begins_at(viewer, current(request.at).rulebook.county.code))[:15]
    if not codes.is_code(under) or not viewer.sees(under) or codes.width(under) < codes.WIDTHS[2]:
        raise Missing
    return under


def _seen(found: One) -> str:
    return " ".join([*(code for code, _ in found.laid.places), *(number for _, number, _ in found.laid.homes)])


def _forms(request: Asked, found: One, do: str) -> dict[str, Any]:
    """All forms of the page; the one that was sent holds what was typed."""
    laid = found.laid
    before: dict[str, dict[str, Any]] = {
        "places": {
            "place_codes": [code for code, _ in laid.places],
            "homes": "\n".join(number for _, number, _ in laid.homes),
            "seen": _seen(found),
        },
        "correct": {"name": laid.name, "on": laid.since.isoformat()},
    }
    forms: dict[str, Any] = {
        name: form(
            request.POST if do == name else None,
            initial={"key": str(uuid4()), **before.get(name, {})},
            auto_id=f"id_{name}_%s",
        )
        for name, form in FORMS.items()
    }
    forms["places"].offer("place_codes", found.choices)
    return forms


def _laid(request: Asked, form: LayForm) -> tuple[dict[str, Any] | None, list[Refused]]:
    def run() -> dict[str, Any]:
        told = {"kind": form.value("kind"), "name": form.value("name"), "reason": form.value("reason")}
        parts: dict[str, Any] = {"place_codes": form.ticked(), "homes": form.numbers()}
        made = act.lay(by=request.viewer, at=request.at, since=form.day(), **parts, **told)
        return {"id": str(made)}

    return once(request, form, "desk.grid_lay", run)


def _done(request: Asked, form: Any, do: str, overlay_id: UUID) -> tuple[dict[str, Any] | None, list[Refused]]:
    """Carry out the form that was sent, or say what is wrong."""

    def run() -> dict[str, Any]:
        common: dict[str, Any] = {"by": request.viewer, "at": request.at, "overlay_id": overlay_id}
        common["reason"], day = form.value("reason"), form.day()
        match do:
            case "places":
                parts = {"place_codes": form.ticked(), "homes": form.numbers()}
                act.change(**common, **parts, on=day, seen=form.value("seen").split())
            case "head":
                act.head(**common, on=day, post_id=form.identity("post") or _nobody())
            case "correct":
                act.correct(**common, name=form.value("name"), since=day or _no_day())
            case _:
                act.end(**common, on=day)
        return {}

    return once(request, form, f"desk.grid_{do}", run)


def _nobody() -> UUID:
    raise Refused("value_missing", field="post")


def _no_day() -> Any:
    raise Refused("value_missing", field="on")
