"""The ledgers: a month of a place by area, level and class, its lines, on paper, as a file, and what is written in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.actions import ledgers as actions
from huiyin.casework.actions.exports import Taken
from huiyin.casework.queries import ledgers as queries
from huiyin.casework.queries import matters
from huiyin.casework.queries.ledgers import Line, Wanted
from huiyin.casework.rules import codes
from huiyin.casework.rules.ledgers import Month, Totals, level_of, rule
from huiyin.core.rulebook import current
from huiyin.core.safe_cells import Cell
from huiyin.interfaces.common import downloads
from huiyin.interfaces.common.paper import ledger as ledger_paper
from huiyin.interfaces.common.paper import make
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Figure
from huiyin.interfaces.common.templatetags.hy import number as written
from huiyin.interfaces.desk.pages import Asked, begins_at, guarded, show
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.ledgers import Ledger
from huiyin.programme.schema.matters import Matters
from huiyin.programme.words import has_label, label, phrase
from huiyin.register.queries import places

WIDE = 8
"""Classes side by side at most."""


@guarded
@require_safe
def ledgers(request: Asked) -> HttpResponse:
    """The sums of a month: by area, by level, by class; each opens to its lines."""
    request.viewer.need("matter.see")
    wanted = _wanted(request)
    book, page = current(request.at).rulebook, programme_page(request.at)
    how = page.ledger
    found = queries.sheet(request.viewer, wanted.place_code, wanted.month, request.at)
    now = Month.of(request.at, how.cut_day, book.county.tz)
    context = {
        **_around(request, wanted, how),
        "found": found,
        "areas": [
            {"name": found.names[code], "totals": one, "query": _query(replace(wanted, place_code=code))}
            for code, one in found.areas.items()
        ],
        "opens": level_of(wanted.place_code) == "county",
        "levels": [
            {"level": level, "totals": one, "query": _query(replace(wanted, level=level))}
            for level, one in found.levels.items()
        ],
        "classes": [
            {"name": _class(page, how, name), "totals": one, "query": _query(replace(wanted, klass=name))}
            for name, one in found.classes.items()
            if not one.empty
        ],
        "grid": _grid(found, wanted, page),
        "sums": [
            Figure(
                value=written(getattr(found.whole, part)),
                label=label("ledger_part", part, language()),
                href=f"{reverse('desk:ledger_lines')}?{_query(replace(wanted, part=part))}",
            )
            for part in queries.PARTS[1:]
        ],
        "earlier": _query(replace(wanted, month=before)) if (before := wanted.month.before) else "",
        "later": _query(replace(wanted, month=wanted.month.moved(1))) if wanted.month < now else "",
        "signed": found.signed,
        "may_cut": found.cut is None
        and request.viewer.may("matter.assign")
        and request.viewer.sees(wanted.place_code)
        and request.at >= found.until - actions.EARLY,
    }
    return show(request, "desk/ledgers/sheet.html", context)


@guarded
@require_safe
def lines(request: Asked) -> HttpResponse:
    """The lines behind a sum."""
    request.viewer.need("matter.see")
    return _lines(request, _wanted(request))


@guarded
@require_POST
def note(request: Asked) -> HttpResponse:
    """Write how far a matter is, beside its line."""
    wanted = _wanted(request)
    matter = matters.ordinary(request.viewer, request.POST.get("code", ""))
    if matter is None:
        raise Missing
    said = request.POST.get("note", "")
    try:
        actions.annotate(by=request.viewer, at=request.at, matter_id=matter, month=wanted.month, note=said)
    except Missing:
        raise
    except Refused as refused:
        typed = {"refused": refused.sentence(language()), "code": request.POST.get("code", ""), "said": said}
        return _lines(request, wanted, status=422, typed=typed)
    messages.success(request, phrase("done", "saved", language()))
    return redirect(f"{reverse('desk:ledger_lines')}?{_query(wanted)}")


@guarded
@require_POST
def cut_off(request: Asked) -> HttpResponse:
    """Put one's name to the month; a second press finds it done."""
    wanted = _wanted(request)
    try:
        actions.cut_off(by=request.viewer, at=request.at, place_code=wanted.place_code, month=wanted.month)
    except Missing:
        raise
    except Refused as refused:
        if refused.code != "ledger_cut_already":
            raise
    else:
        messages.success(request, phrase("done", "ledger_cut", language()))
    return redirect(f"{reverse('desk:ledgers')}?{_query(wanted)}")


@guarded
@require_POST
def printed(request: Asked) -> HttpResponse:
    """The lines on paper, in the columns of the programme; a number stands where a name would."""
    wanted = _wanted(request)
    taken = _taken(request, wanted, "ledger_print", paper=True)
    if isinstance(taken, HttpResponse):
        return taken
    how = programme_page(request.at).ledger
    context = {
        **_around(request, wanted, how),
        "head": _head(how),
        "rows": list(_cells(taken.rows, how)),
        "number": taken.number,
        "at": request.at,
        "back_url": f"{reverse('desk:ledger_lines')}?{_query(wanted)}",
    }
    return show(request, "desk/ledgers/print.html", context)


@guarded
@require_POST
def pdf(request: Asked) -> HttpResponse:
    """The same as PDF, the number of the taking at the foot of every page."""
    wanted = _wanted(request)
    make.font()  # without one nothing is drawn, and no leave is used up
    taken = _taken(request, wanted, "ledger_pdf", paper=True)
    if isinstance(taken, HttpResponse):
        return taken
    how = programme_page(request.at).ledger
    around = _around(request, wanted, how)
    made = ledger_paper.pdf(
        title=around["title"],
        under=f"{around['place']} · {around['month']}",
        head=_head(how),
        rows=list(_cells(taken.rows, how)),
        foot=f"{label('list', 'export_number', language())} {taken.number}",
    )
    return downloads.pdf(made, f"ledger-{wanted.place_code}-{wanted.month}")


@guarded
@require_POST
def export(request: Asked) -> HttpResponse:
    """The lines as a workbook, the number of the taking on every row; who took it is written down."""
    wanted = _wanted(request)
    taken = _taken(request, wanted, "ledger_export")
    if isinstance(taken, HttpResponse):
        return taken
    how = programme_page(request.at).ledger
    name = f"ledger-{wanted.place_code}-{wanted.month}"
    head = [*_head(how), label("list", "export_number", language())]
    rows: Iterator[list[Cell]] = ([*cells, taken.number] for cells in _cells(taken.rows, how))
    return downloads.workbook(head, rows, name, sheet=str(wanted.month))


# --- what they share -------------------------------------------------------------------------------------------------


def _taken(request: Asked, wanted: Wanted, where: str, *, paper: bool = False) -> Taken[Line] | HttpResponse:
    """The lines to be taken away; or, where they are many, the page that asks for leave, which comes back here with
    a `reason`."""
    common: dict[str, Any] = {"by": request.viewer, "at": request.at, "wanted": wanted}
    try:
        if "reason" not in request.POST:
            return actions.printed(**common) if paper else actions.export(**common)
        actions.ask_leave(**common, paper=paper, reason=request.POST["reason"])
    except Refused as refused:
        status = {"export_needs_leave": 403, "needs_reason": 422}.get(refused.code)
        if status is None:
            raise
        address = f"{reverse(f'desk:{where}')}?{_query(wanted)}"
        asks = {"problem": refused.sentence(language()), "where": address, "asks": True}
        return show(request, "desk/exports.html", asks, status=status)
    messages.success(request, phrase("done", "export_leave", language()))
    return redirect("desk:exports")


def _lines(request: Asked, wanted: Wanted, *, status: int = 200, typed: dict[str, str] | None = None) -> HttpResponse:
    found, more = queries.lines(request.viewer, wanted, request.at, after=request.GET.get("after", "")[:80])
    page = programme_page(request.at)
    may = request.viewer.may("matter.assign")
    context = {
        **_around(request, wanted, page.ledger),
        "rows": [{"line": one, "may_note": (one.mine or may) and one.row.closed_at is None} for one in found],
        "next": f"{_query(wanted)}&{urlencode({'after': more})}" if more else "",
        "part": wanted.part,
        "level": wanted.level,
        "klass": None if wanted.klass is None else _class(page, page.ledger, wanted.klass),
        "typed": typed or {},
        "parts": [
            {"part": part, "query": _query(replace(wanted, part=part)), "on": part == wanted.part}
            for part in queries.PARTS
        ],
    }
    return show(request, "desk/ledgers/lines.html", context, status=status)


def _wanted(request: Asked) -> Wanted:
    """What an address asks for; what is not understood is the month and the place of today."""
    book = current(request.at).rulebook
    now = Month.of(request.at, rule(book).cut_day, book.county.tz)
    given = request.GET
    place = given.get("place", "")[:12]
    known = place.isascii() and place.isdigit() and len(place) == 12
    level, part = given.get("level", ""), given.get("part", "all")
    return Wanted(
        place_code=place if known else begins_at(request.viewer, book.county.code),
        month=Month.read(given.get("month", "")) or now,
        level=level if level in rule(book).levels else "",
        klass=given["class"][:60] if "class" in given else None,
        part=part if part in queries.PARTS else "all",
    )


def _query(wanted: Wanted) -> str:
    told: dict[str, str] = {"place": wanted.place_code, "month": str(wanted.month)}
    if wanted.level:
        told["level"] = wanted.level
    if wanted.klass is not None:
        told["class"] = wanted.klass
    if wanted.part != "all":
        told["part"] = wanted.part
    return urlencode(told)


def _around(request: Asked, wanted: Wanted, how: Ledger) -> dict[str, Any]:
    """Title, place and month in words, and the address of the same on the other pages."""
    spoken = language()
    book = current(request.at).rulebook
    above = "" if wanted.place_code == book.county.code else f"{wanted.place_code[:9]:0<12}"
    if above == wanted.place_code:
        above = book.county.code
    last = wanted.month.last_day(how.cut_day)
    return {
        "title": how.title or label("nav", "ledgers", spoken),
        "place": places.path_names(request.viewer, wanted.place_code),
        "above": _query(replace(wanted, place_code=above, klass=None, level="", part="all")) if above else "",
        "month": phrase("ledger_says", "month", spoken, year=wanted.month.year, month=wanted.month.number),
        "last_day": last,
        "query": _query(wanted),
        "bare": _query(replace(wanted, klass=None, level="", part="all")),
    }


def _class(page: Matters, how: Ledger, name: str) -> str:
    """The title of a class; what is in none yet has a word of its own."""
    table = _classes(page, how)
    if name in table:
        return str(table[name].title)
    return name or label("ledger", "unclassified", language())


def _classes(page: Matters, how: Ledger) -> dict[str, Any]:
    """The classes the ledger is drawn up by, as the programme has them."""
    tables: dict[str, dict[str, Any]] = {"nature": {**page.natures}, "topic": {**page.topics}, "kind": {**page.kinds}}
    return (tables | {"heading": {**page.headings}})[how.by]


def _grid(found: queries.Sheet, wanted: Wanted, page: Matters) -> dict[str, Any]:
    """What came in during the month, by area and class (R-424): all the programme's classes where they are few, else
    those of which most came in. Each number opens to its lines.
    """
    how = page.ledger
    known = list(_classes(page, how))
    most = sorted(found.classes, key=lambda name: (-found.classes[name].new, name))
    chosen = [*known, *(name for name in found.classes if name not in known)] if len(known) <= WIDE else most[:WIDE]

    def cell(code: str, name: str) -> dict[str, Any]:
        new = found.by_area_and_class.get((code, name), Totals()).new
        asked = replace(wanted, place_code=code, klass=name, part="new")
        return {"new": new, "query": _query(asked) if new else ""}

    return {
        "head": [_class(page, how, name) for name in chosen],
        "rows": [
            {"name": found.names[code], "cells": [cell(code, name) for name in chosen], "all": one.new}
            for code, one in found.areas.items()
        ],
        "sums": [found.classes.get(name, Totals()).new for name in chosen],
        "left_out": found.whole.new - sum(found.classes.get(name, Totals()).new for name in chosen),
    }


def _head(how: Ledger) -> list[str]:
    return [label("ledger_column", name, language()) for name in how.columns]


def _cells(found: Sequence[Line], how: Ledger) -> Iterator[list[str]]:
    """Lines in the programme's columns, as words."""
    return (_line(one, number, how) for number, one in enumerate(found, start=1))


def _line(one: Line, number: int, how: Ledger) -> list[str]:
    spoken = language()
    due = one.row.due_at
    told = {
        "number": str(number),
        # Paper goes from hand to hand: the number of the matter stands where a name would (SG-21).
        "applicant": codes.spoken(one.row.code),
        "item": one.row.title,
        "responsible": " ".join(part for part in (one.row.body, one.row.handler) if part),
        # A limit that ends at midnight is the day before's.
        "due": f"{timezone.localtime(due - timedelta(microseconds=1)):%Y-%m-%d}" if due else "",
        "progress": progress(one, spoken),
        "place": one.row.place,
        "opened": f"{timezone.localtime(one.row.opened_at):%Y-%m-%d}",
    }
    return [told[name] for name in how.columns]


def sortable(day: date) -> str:
    """A day as lists taken away write it: sortable, whichever year they are read in."""
    return day.isoformat()


def progress(one: Line, spoken: str, say: Callable[[date], str] = sortable) -> str:
    """How far it is: crossed off, or what was written for the month, or the last step with its day, as `say` has it."""
    if one.crossed is not None:
        return phrase("ledger_says", "crossed", spoken, day=say(timezone.localtime(one.crossed).date()))
    if one.note:
        return one.note
    step = label("step", one.step, spoken) if has_label("step", one.step) else one.step
    return f"{step} {say(timezone.localtime(one.step_at).date())}" if one.step_at else step
