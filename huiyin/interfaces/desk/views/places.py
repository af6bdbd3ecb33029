"""What is known of places: one place with those below it side by side, and one fact of many places written at once."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.core.rulebook import current
from huiyin.core.safe_cells import Cell
from huiyin.interfaces.common import downloads
from huiyin.interfaces.common.forms_once import once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.places import FactForm
from huiyin.interfaces.desk.looking_back import looked
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.coverage import named
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase
from huiyin.register.actions import facts as act
from huiyin.register.queries import facts, place_history, place_plan, places
from huiyin.register.queries.days import today
from huiyin.register.queries.facts import Column
from huiyin.register.queries.places import PlaceRow
from huiyin.register.rules import codes


@guarded
@require_safe
def about(request: Asked) -> HttpResponse:
    """A place, what is known of it, and the places directly below it side by side; today or as of a day."""
    viewer, at = request.viewer, request.at
    under, back = _under(request), looked(request)
    day = back.day
    here, below = places.with_children(back.viewer, under)
    if request.GET.get("as") == "xlsx":
        return _sheet(request, here, day)
    level = below[0].level if below else ""
    columns = facts.columns(viewer, at, level) if level else ()
    known = facts.side_by_side(viewer, [one.code for one in below], at, day=day) if columns else {}
    place, crumbs = named(request, under, "desk:about_places", back=back)
    context = {
        "here": here,
        "place": place,
        "crumbs": crumbs,
        "under": under,
        "rows": facts.of_place(viewer, under, here.level, at, day=day),
        "level": label("level", level, language()) if level else "",
        "columns": [{"column": one, "key": f"{one.programme}.{one.name}"} for one in columns],
        "below": [{"row": one, "values": [_cell(column, known, one.code) for column in columns]} for one in below],
        "may_change": _may_change(request, here, day),
        "became": _became(request, here),
        "divided": day is None and bool(place_plan.remainders(viewer, [under])) and here.until is None,
        "changes": place_history.of_place(viewer, under),
        "may_edit": day is None and viewer.may("register.edit") and viewer.reaches(under),
        "may_here": day is None and here.until is None and viewer.may("register.edit") and viewer.sees(under),
        "sheet": f"?{urlencode({'under': under, 'as': 'xlsx', **back.kept})}",
        **back.context(under=under),
    }
    return show(request, "desk/places/about.html", context, status=back.status)


def _may_change(request: Asked, here: PlaceRow, day: date | None) -> bool:
    """Whether somebody may say what becomes of a place: who keeps the register of what is above it."""
    viewer = request.viewer
    known = day is None and here.until is None and codes.width(here.code) >= codes.WIDTHS[3]
    return known and viewer.may("register.edit") and viewer.sees(here.code) and viewer.sees(here.parent_code)


def _became(request: Asked, here: PlaceRow) -> list[tuple[str, str]]:
    """What a place that has ended is today, by code and name."""
    if here.until is None:
        return []
    found = places.successors(request.viewer, here.code, day=today(request.viewer, request.at))
    return list(places.paths(request.viewer, found).items())


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def fact(request: Asked) -> HttpResponse:
    """One fact of a place and of those directly below it that have it: written at once, with its source and its day."""
    viewer, at = request.viewer, request.at
    viewer.need("register.edit")
    under = _under(request)
    programme, _dot, name = request.GET.get("fact", "")[:130].partition(".")
    kind = facts.kind_of(viewer, at, programme, name)
    here, below = places.with_children(viewer, under)
    rows = [one for one in (here, *below) if one.level in kind.of and viewer.sees(one.code)]
    if not rows:
        raise Missing
    known = facts.side_by_side(viewer, [one.code for one in rows], at)
    stands = {one.code: known.get(one.code, {}).get((programme, name), "") for one in rows}
    form = FactForm(request.POST if request.method == "POST" else None, initial={"key": str(uuid4())})
    back = f"{reverse('desk:about_places')}?{urlencode({'under': under})}"
    wrong: dict[str, str] = {}
    if request.method == "POST":
        told = form.told(stands)
        wrong = form.wrong(facts.faults(viewer, kind, {code: one.value for code, one in told.items()}))
        if not wrong:
            try:
                messages.success(request, _kept(request, form, (programme, name), told))
                return redirect(back)
            except Refused as refused:
                if refused.field in stands:
                    wrong[refused.field] = refused.sentence(language())
                    told = {**told, refused.field: act.Told(told[refused.field].value, stands[refused.field])}
                else:
                    form.refuse(refused)
    else:
        told = {code: act.Told(value, value) for code, value in stands.items()}
    context = {
        "form": form,
        "kind": kind,
        "yes_no": [(one, label("yes_no", one, language())) for one in ("yes", "no")],
        "choices": [(one, one) for one in kind.choices],
        "rows": [_line(one, told, stands, wrong) for one in rows],
        "place": places.path_names(viewer, under),
        "back": back,
        "many_wrong": [(code, sentence) for code, sentence in wrong.items()],
        "today": today(viewer, at).isoformat(),
    }
    return show(request, "desk/places/fact.html", context, status=422 if wrong or form.errors else 200)


def _kept(request: Asked, form: FactForm, which: tuple[str, str], told: dict[str, act.Told]) -> str:
    """Write it down once; what was done as a sentence."""
    by, at, known = request.viewer, request.at, form.known()

    def run() -> dict[str, Any]:
        done = act.state(by=by, at=at, programme=which[0], fact=which[1], told=told, known=known)
        return {"stated": done.stated, "ended": done.ended, "confirmed": done.confirmed}

    said = [
        *which,
        *sorted((code, one.value) for code, one in told.items()),
        known.source,
        str(known.since),
        known.looked,
    ]
    sender, body = str(by.account_id), json.dumps(said).encode()
    done = once_each(key=form.key_of(), route="desk.place_fact", sender=sender, body=body, at=at, run=run)
    return phrase("done", "facts", language(), **done)


def _line(one: PlaceRow, told: dict[str, act.Told], stands: dict[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    said = told.get(one.code, act.Told(stands[one.code], stands[one.code]))
    return {
        "row": one,
        "value": said.value,
        "before": said.before,
        "stands": stands[one.code],
        "wrong": wrong.get(one.code),
    }


def _under(request: Asked) -> str:
    viewer = request.viewer
    viewer.need("register.see")
    county = current(request.at).rulebook.county.code
    return (request.GET.get("under") or begins_at(viewer, county))[:15]


def _cell(column: Column, known: dict[str, dict[tuple[str, str], str]], code: str) -> dict[str, str]:
    value = known.get(code, {}).get((column.programme, column.name), "")
    return {"value": value, "kind": column.kind.kind}


def _sheet(request: Asked, here: PlaceRow, day: date | None) -> HttpResponse:
    """All places under one with what is known of each, as a workbook; numbers as numbers."""
    viewer, at = request.viewer, request.at
    rows = places.places(viewer, under=here.code, day=day)
    levels = dict.fromkeys(one.level for one in rows)
    columns = tuple(dict.fromkeys(column for level in levels for column in facts.columns(viewer, at, level)))
    known = facts.side_by_side(viewer, [one.code for one in rows], at, day=day)
    titles = [f"{one.kind.title}{f' ({one.kind.unit})' if one.kind.unit else ''}" for one in columns]
    header = [*(label("list", name, language()) for name in ("place_code", "place", "level")), *titles]
    lines = (
        [
            one.code,
            one.name,
            label("level", one.level, language()),
            *(_plain(_cell(c, known, one.code)) for c in columns),
        ]
        for one in rows
    )
    return downloads.workbook(header, lines, f"places-{here.code}")


def _plain(cell: dict[str, str]) -> Cell:
    if cell["kind"] == "yes" and cell["value"]:
        return label("yes_no", cell["value"], language())
    return Decimal(cell["value"]) if cell["kind"] == "number" and cell["value"] else cell["value"]
