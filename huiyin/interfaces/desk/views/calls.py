"""Call-backs: one at a time, the number masked, the script read as it stands, what follows said beforehand."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.actions import aside, feedback
from huiyin.casework.actions.numbers import second_number
from huiyin.casework.queries import calls as queries
from huiyin.casework.queries import matters
from huiyin.casework.queries.calls import CallPage
from huiyin.casework.queries.promises import to_ask
from huiyin.casework.queries.rechecks import to_check
from huiyin.casework.queries.today import tally
from huiyin.casework.rules import closing
from huiyin.casework.rules.bell import said
from huiyin.casework.rules.codes import spoken
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import reading
from huiyin.interfaces.common.drawn import draw
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import ClockFace
from huiyin.interfaces.common.templatetags import hy
from huiyin.interfaces.common.templatetags.addresses import address
from huiyin.interfaces.common.templatetags.hy import day_words
from huiyin.interfaces.desk.faces import clock_face
from huiyin.interfaces.desk.forms.calls import CallForm, ways
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.matter import wish_of
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase
from huiyin.register.queries import staff
from huiyin.register.queries.days import today

PARTS = ("morning", "afternoon", "evening")


@guarded
@require_safe
def calls(request: Asked) -> HttpResponse:
    """Who is to be rung, those that may be rung now first."""
    viewer, at = _who(request)
    rows = queries.waiting(viewer, at)
    request.tally = tally(viewer, at)
    context = {
        "rows": rows,
        "more": max(request.tally.calls - len(rows), 0) if len(rows) >= queries.PAGE else 0,
        "many": said(max(request.tally.calls, len(rows))) if len(rows) >= queries.PAGE else str(len(rows)),
        "rings_again": queries.rings_again(viewer, rows, at),
        "lines": [_line(one, first=number == 0) for number, one in enumerate(rows)],
        "promises": to_ask(viewer, at),
        "checks": to_check(viewer, at),
    }
    return show(request, "desk/calls/calls.html", context)


def _line(one: queries.Waiting, *, first: bool) -> SafeString:
    """A line of the queue; the first is where the keyboard stands."""
    missing = "number" if one.numbers else "none"
    state = missing if one.number_missing else "passed" if one.passed_on else "now" if one.now else "later"
    noted = bool(one.note)
    shape = {
        **{"first": first, "state": state, "last": one.last, "own": bool(one.last_title)},
        **{"blind": one.blind, "tries": one.tries, "noted": noted},
    }
    values = {
        "when": hy.datetime(one.next_at),
        "address": address("desk:call", one.row.code),
        "title": one.row.title,
        "said": hy.code(one.row.code),
        "place": one.row.place,
        "body": "" if one.blind else one.row.body,
        "answered": hy.datetime(one.answered_at),
        "ended": one.last_title,
        "note": one.note,
    }
    return draw("desk/calls/row.html", shape, values)


@guarded
@require_http_methods(["GET", "POST"])
def call(request: Asked, code: str) -> HttpResponse:
    """One call; sent, it gives way to the next."""
    viewer, at = _who(request)
    try:
        page = queries.call(viewer, code, at)
    except Missing:
        if request.method == "POST":
            return redirect("desk:calls")  # a second press, or somebody else was faster
        raise
    reading.within(viewer, page.one, at)
    if request.method == "GET":
        return _page(request, page, _form(page))
    form = _form(page, request.POST)
    form.is_valid()
    try:
        done = _send(request, page, form)
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _page(request, page, form, status=422)
    if request.POST.get("do") == "second":
        return redirect("desk:call", code)
    messages.success(request, _noted(request, code, done))
    return redirect("desk:call_next")


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def back(request: Asked, code: str) -> HttpResponse:
    """Take back what was written down by mistake a moment ago; where that is no longer possible, what to do instead."""
    viewer, at = _who(request)
    try:
        found = queries.noted(viewer, code, at)
    except Missing:
        if request.method == "POST":
            return redirect("desk:calls")  # a second press
        raise
    if request.method != "POST" or found.why_not is not None:
        context = {"noted": found, "why_not": found.why_not.sentence(language()) if found.why_not else ""}
        return show(request, "desk/calls/back.html", context, status=422 if request.method == "POST" else 200)
    feedback.take_back(by=viewer, at=at, matter_id=matters.by_code(viewer, code))
    messages.success(request, phrase("done", "call_taken_back", language(), code=spoken(code)))
    return redirect("desk:call", code)


@guarded
@require_safe
def following(request: Asked) -> HttpResponse:
    """The next call, or the queue when nobody is to be rung now."""
    viewer, at = _who(request)
    code = queries.next_call(viewer, at)
    return redirect("desk:call", code) if code else redirect("desk:calls")


@guarded
@require_POST
def ring(request: Asked, code: str) -> HttpResponse:
    """The number, for ringing: shown once, kept in no page and no address, and written down that it was looked at."""
    viewer, at = _who(request)
    page = queries.call(viewer, code, at)
    reading.within(viewer, page.one, at)
    reason = label("todo", "call", language())
    what = "second" if request.POST.get("what") == "second" else "phone"
    number = aside.reveal(by=viewer, at=at, matter_id=page.one.matter.id, what=what, reason=reason)
    return _page(request, page, _form(page), number=number)


def _noted(request: Asked, code: str, outcome: str) -> SafeString:
    """What was just recorded, said above the next call: the call itself is gone from sight."""
    if request.POST.get("do") == "close":
        return format_html("{}", phrase("done", "call_closed", language(), code=spoken(code)))
    said = phrase("done", "call_noted", language(), code=spoken(code), outcome=outcome)
    words = phrase("done", "call_mistaken", language())
    return format_html('{} <a href="{}">{}</a>', said, address("desk:call_back", code), words)


def _form(page: CallPage, data: QueryDict | None = None) -> CallForm:
    """The questions with the programme's scale."""
    matter = page.one.matter
    return CallForm(data, grades=page.one.rulebook.matters(matter.programme).grades)


def _send(request: Asked, page: CallPage, form: CallForm) -> str:
    """Do what was pressed; how the call ended in words, empty where it was none."""
    viewer, at = _who(request)
    if request.POST.get("do") == "close":
        feedback.close_unreached(by=viewer, at=at, matter_id=page.one.matter.id, seen=form.version)
        return ""
    if request.POST.get("do") == "second":
        second_number(by=viewer, at=at, matter_id=page.one.matter.id, phone=form.value("second"))
        return ""
    outcome = ways(page.one.rulebook, page.one.matter.programme).pressed(request.POST)
    ended = closing.ended(page.calls, outcome)
    told: dict[str, Any] = {}
    if ended.meaning == closing.REACHED:
        told = form.told()
    if ended.meaning == closing.ANOTHER_CALLER:
        told = {"note": form.value("note")}
    if ended.meaning == closing.CALL_AGAIN:
        told = {"again_at": form.again(page.one.rulebook.county.tz), "words": ""}
    if ended.meaning == closing.REACHED and not told["solved"]:
        raise Refused("needs_solved", field="solved")
    feedback.call_back(by=viewer, at=at, matter_id=page.one.matter.id, outcome=outcome, seen=form.version, **told)
    return page.one.rulebook.outcome(page.one.matter.programme, ended.meaning, ended.code, language())


def _page(request: Asked, page: CallPage, form: CallForm, *, status: int = 200, number: str = "") -> HttpResponse:
    viewer, at = _who(request)
    name, body = _me(viewer, at)
    reply = page.one.replies[-1] if page.one.replies else None
    matter, county = page.one.matter, current(at).rulebook.county
    said = {
        "caller": name,
        "caller_body": body,
        "centre": county.centre,
        "day": day_words(matter.local_day, "plain"),
        "title": matter.title,
        "body": "" if page.calls.blind else page.one.body or county.centre,
        "answered_on": day_words(timezone.localtime(reply.at).date(), "plain") if reply else "",
    }
    context = {
        "page": page,
        "matter": matter,
        "greeting": page.calls.greeting.format(**said),
        "asks": page.calls.questions,
        "blind": page.calls.blind,
        "reply": reply,
        "form": form,
        "keys": form.keys(),
        "wish": wish_of(page.one),
        "number": number,
        "me": name,
        "my_body": body,
        "county": county,
        "ways": ways(page.one.rulebook, matter.programme),
        "days": _days(page, viewer, at),
        "parts": PARTS,
        "clocks": _answered(page, at),
        "mine": _mine(page, viewer, at),
    }
    return show(request, "desk/calls/call.html", context, status=status)


def _answered(page: CallPage, at: datetime) -> list[tuple[str, ClockFace]]:
    """The limits an answer meets, by their titles: was it in time?"""
    clocks = page.one.rulebook.matters(page.one.matter.programme).clocks
    met = [row for row in page.one.clocks if row.name in clocks and "answer" in clocks[row.name].met_by]
    return [(clocks[row.name].title, clock_face(row, at)) for row in met]


def _days(page: CallPage, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """Attempts as a table: a line a day, a column each part of the day, the one under way marked."""
    here = today(viewer, at)
    now = queries.part_of_day(viewer, at)
    book, programme = page.one.rulebook, page.one.matter.programme
    made = [(one, book.outcome(programme, one.outcome, one.code, language())) for one in page.tries]
    days = sorted({one.local_day for one in page.tries} | {here})
    return [
        {
            "day": day,
            "cells": [
                {
                    "outcomes": [said for one, said in made if (one.local_day, one.day_part) == (day, part)],
                    "now": day == here and part == now,
                }
                for part in PARTS
            ],
        }
        for day in days
    ]


def _mine(page: CallPage, viewer: Viewer, at: datetime) -> bool:
    """Whether the newest attempt is the viewer's own of a moment ago, to be taken back if it was a mistake."""
    last = page.tries[-1] if page.tries else None
    return last is not None and last.caller_id == viewer.person_id and at - last.at <= closing.BACK_WITHIN


def _me(viewer: Viewer, at: datetime) -> tuple[str, str]:
    if viewer.person_id is None:
        return "", ""
    post = staff.official(viewer, viewer.person_id, at)[0]
    return post.name, post.body_name


def _who(request: Asked) -> tuple[Viewer, datetime]:
    """Who rings, and when. Raises Missing for somebody who rings nobody."""
    viewer = request.viewer
    if not viewer.may("matter.call_back"):
        raise Missing
    return viewer, request.at
