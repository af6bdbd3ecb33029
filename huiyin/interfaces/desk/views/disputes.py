"""Disputes at the desk: the list, registering one, the page of one, and what each may do on it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.actions import intake, sides
from huiyin.casework.actions import mediation as actions
from huiyin.casework.actions.mediation import Told
from huiyin.casework.queries import mediation as queries
from huiyin.casework.queries.mediation import DisputePage
from huiyin.casework.rules.codes import read_code
from huiyin.casework.rules.mediation import LETTERS, WORDS
from huiyin.core.rulebook import current
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.qr import qr
from huiyin.interfaces.common.typed import identity, known, needed_day
from huiyin.interfaces.desk.forms.early import DisputeForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.early import here, tabs
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, labels, phrase
from huiyin.register.queries.days import today

FIELDS = ("sort", "place_code", "title", "about", "channel")
SIDES = ("a_name", "a_phone", "a_words", "b_name", "b_phone", "b_words")
SAME = {"text": "about", "subject": "title", "reporter_name": "a_name", "reporter_phone": "a_phone"}
"""Where what intake finds is shown."""


@require_safe
@guarded
def disputes(request: Asked) -> HttpResponse:
    """Disputes by where they stand."""
    viewer, at = request.viewer, request.at
    found = queries.disputes(viewer, state := _state(request), today(viewer, at))
    page = queries.page_of(viewer, at)
    context = {
        "tabs": tabs(request, "disputes"),
        "found": found,
        "state": state,
        "states": [(name, found.counts[name], name == state) for name in queries.STATES],
        "sorts": page.sorts if page else {},
        "may_open": page is not None and viewer.may("matter.open"),
    }
    return show(request, "desk/early/disputes.html", context)


def _state(request: Asked) -> str:
    wanted = request.GET.get("show", "")
    return wanted if wanted in queries.STATES else queries.STATES[0]


@guarded
@require_http_methods(["GET", "POST"])
def new(request: Asked) -> HttpResponse:
    """Register a dispute with both sides."""
    viewer, at = request.viewer, request.at
    viewer.need("matter.open")
    if request.method == "GET":
        return _new(request, DisputeForm(initial={"key": str(uuid4()), "channel": "counter"}))
    form = DisputeForm(request.POST)
    told = Told(**{name: form.value(name) for name in (*FIELDS, *SIDES)})
    wrong = _wrong(request, told)

    def run() -> dict[str, Any]:
        return {"code": actions.register(by=viewer, at=at, told=told).matter.code}

    try:
        if wrong:
            raise wrong[0]
        sender, body = str(viewer.account_id), as_sent(request.POST)
        made = once_each(key=form.key_of(), route="desk.disputes", sender=sender, body=body, at=at, run=run)
    except Refused as refused:
        if refused.code in ("not_found", "not_allowed"):
            raise
        for one in wrong or [refused]:
            form.refuse(one)
        return _new(request, form, status=422)
    messages.success(request, phrase("done", "dispute_opened", language(), code=made["code"]))
    return _to(request, made["code"])


def _wrong(request: Asked, told: Told) -> list[Refused]:
    """All that is wrong with a dispute, as the room says and as intake does, one for each field."""
    viewer, at = request.viewer, request.at
    wrong = actions.faults(viewer, at, told)
    found = intake.faults(viewer, actions.words_of(viewer, at, told), at) if queries.page_of(viewer, at) else []
    shown = {one.field for one in wrong}
    for one in found:
        field = SAME.get(one.field, one.field)
        if field not in shown:
            wrong.append(Refused(one.code, field=field, **one.values))
            shown.add(field)
    return wrong


def _to(request: Asked, code: str) -> HttpResponse:
    """To the dispute; to the list where what a side said holds it, so that who wrote it down reads it no more."""
    try:
        queries.dispute(request.viewer, code, today(request.viewer, request.at))
    except Missing:
        return redirect("desk:disputes")
    return redirect("desk:dispute", code)


def _new(request: Asked, form: DisputeForm, *, status: int = 200) -> HttpResponse:
    page = queries.page_of(request.viewer, request.at)
    channels = [(name, one.title) for name, one in programme_page(request.at).channels.items() if not one.authorless]
    form.lay_out(here(request.viewer, request.at), page.sorts.items() if page else (), channels)
    return show(request, "desk/early/dispute_new.html", {"form": form, "page": page}, status=status)


@guarded
@require_http_methods(["GET", "POST"])
def dispute(request: Asked, code: str) -> HttpResponse:
    """One dispute; `do` is one of name, read, hear, meet, agree, fail, ask, ring."""
    page = queries.dispute(request.viewer, read_code(code) or "", today(request.viewer, request.at))
    if request.method == "GET":
        return _page(request, page)
    do = DOES.get(request.POST.get("do", ""))
    if do is None:
        raise Missing
    given = {name: request.POST.get(name, "")[:20_000] for name in request.POST}
    try:
        more = do(request, page, given)
    except Refused as refused:
        if refused.code in PASSED:
            raise
        if refused.code in ("already_done", "dispute_over"):
            return redirect("desk:dispute", code)
        told = {refused.field or "page": refused.sentence(language())}
        return _page(request, page, status=422, told=told, typed=given)
    if more:
        return _page(request, page, **more)
    messages.success(request, phrase("done", "saved", language()))
    return _to(request, page.matter.code)


@guarded
@require_POST
def slip(request: Asked, code: str) -> HttpResponse:
    """The slip with which one side opens its own page, shown this once and kept by nobody."""
    viewer, at = request.viewer, request.at
    page = queries.dispute(viewer, read_code(code) or "", today(viewer, at))
    letter, key = request.POST.get("letter", "")[:1], known(request.POST.get("key", ""))
    if key is None:
        raise Missing
    try:
        proof = sides.make_slip(by=viewer, at=at, matter_id=page.matter.id, letter=letter, key=key)
    except Refused as refused:
        if refused.code in PASSED:
            raise
        return _page(request, page, status=422, told={"page": refused.sentence(language())})
    address = request.build_absolute_uri(reverse("public:track"))
    context = {
        "matter": page.matter,
        "letter": letter,
        "proof": proof,
        "county": current(at).rulebook.county,
        "qr": qr(f"{address}#{proof}"),
        "address": address.split("//", 1)[-1],
    }
    return show(request, "desk/early/side_slip.html", context)


PASSED = frozenset({"not_found", "not_allowed", "not_mediator", "handler_may_not_call"})
"""Refusals that are pages of their own."""


def _name(request: Asked, page: DisputePage, given: dict[str, str]) -> dict[str, Any]:
    mediator = identity(given.get("mediator", ""))
    if mediator is None:
        raise Refused("official_unknown", field="mediator")
    actions.name_mediator(by=request.viewer, at=request.at, matter_id=page.matter.id, mediator=mediator)
    return {}


def _read(request: Asked, page: DisputePage, given: dict[str, str]) -> dict[str, Any]:
    return {"opened": actions.read(by=request.viewer, at=request.at, matter_id=page.matter.id)}


def _hear(request: Asked, page: DisputePage, given: dict[str, str]) -> dict[str, Any]:
    letter = given.get("letter", "")
    words = given.get(f"{letter}_words", "") if letter in LETTERS else ""
    actions.hear(by=request.viewer, at=request.at, matter_id=page.matter.id, letter=letter, words=words)
    return {}


def _meet(request: Asked, page: DisputePage, given: dict[str, str]) -> dict[str, Any]:
    on = needed_day(given.get("on", ""), field="on")
    came = "".join(letter for letter in LETTERS if f"came_{letter}" in given)
    where, note = given.get("where", ""), given.get("note", "")
    actions.meet(by=request.viewer, at=request.at, matter_id=page.matter.id, on=on, where=where, came=came, note=note)
    return {}


def _agree(request: Asked, page: DisputePage, given: dict[str, str]) -> dict[str, Any]:
    agreement = given.get("agreement", "")
    actions.agree(by=request.viewer, at=request.at, matter_id=page.matter.id, agreement=agreement)
    return {}


def _fail(request: Asked, page: DisputePage, given: dict[str, str]) -> dict[str, Any]:
    actions.fail(by=request.viewer, at=request.at, matter_id=page.matter.id)
    return {}


def _ask(request: Asked, page: DisputePage, given: dict[str, str]) -> dict[str, Any]:
    follow_up = _one_of(page, given)
    letter, word, words = given.get("letter", ""), given.get("word", ""), given.get("words", "")
    actions.ask(by=request.viewer, at=request.at, follow_up_id=follow_up, letter=letter, word=word, words=words)
    return {}


def _ring(request: Asked, page: DisputePage, given: dict[str, str]) -> dict[str, Any]:
    letter = given.get("letter", "")
    number = actions.reveal(by=request.viewer, at=request.at, follow_up_id=_one_of(page, given), letter=letter)
    return {"number": number, "ringing": letter}


def _one_of(page: DisputePage, given: dict[str, str]) -> Any:
    """A day of this very dispute. Raises Missing."""
    follow_up = known(given.get("follow_up", ""))
    if follow_up not in {one.row.pk for one in page.follow_ups}:
        raise Missing
    return follow_up


DOES = {
    **{"name": _name, "read": _read, "hear": _hear, "meet": _meet, "agree": _agree, "fail": _fail},
    **{"ask": _ask, "ring": _ring},
}


def _page(
    request: Asked,
    page: DisputePage,
    *,
    status: int = 200,
    told: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    viewer, at = request.viewer, request.at
    how = queries.page_of(viewer, at)
    may_name = viewer.may("matter.assign") and page.row.state == "open"
    context = {
        "page": page,
        "matter": page.matter,
        "sort": (how.sorts if how else {}).get(page.row.sort, page.row.sort),
        "days": how.follow_up if how else (),
        "letters": [(letter, label("side", letter, language()), letter in page.heard) for letter in LETTERS],
        "words": [(word, labels("side_word", language())[word]) for word in WORDS],
        "candidates": queries.candidates(viewer, at, page.matter) if may_name else (),
        "may_name": may_name,
        "today": _day(request, at),
        "slip_key": str(uuid4()),
        "told": told or {},
        "typed": typed or {},
        "list_url": reverse("desk:disputes"),
        **more,
    }
    return show(request, "desk/early/dispute.html", context, status=status)


def _day(request: Asked, at: datetime) -> str:
    return today(request.viewer, at).isoformat()
