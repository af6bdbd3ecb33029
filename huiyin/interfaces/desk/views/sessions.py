"""Joint sessions: called with members and matters, voted in, ended with minutes and tasks, printed."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.actions import pledges as pledging
from huiyin.casework.actions import sessions as actions
from huiyin.casework.queries import pledges
from huiyin.casework.queries import sessions as queries
from huiyin.casework.queries.matters import ordinary
from huiyin.casework.queries.sessions import SessionPage
from huiyin.casework.rules.sessions import UNFULFILLED
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Tab
from huiyin.interfaces.desk.forms.sessions import MOST, EndForm, PledgeForm, SessionForm, VoteForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase
from huiyin.register.queries import staff


@require_safe
@guarded
def sessions(request: Asked) -> HttpResponse:
    """Sessions the viewer sits in, and what they were given to do."""
    viewer: Viewer = request.viewer
    viewer.need("matter.see")
    ended = request.GET.get("show") == "ended"
    tabs = [
        Tab(label=label("session_list", "open", language()), href="?", here=not ended),
        Tab(label=label("session_list", "ended", language()), href="?show=ended", here=ended),
    ]
    tasks = queries.my_tasks(viewer).select_related("item__matter", "item__session").order_by("due_on", "id")[:MOST]
    rows = queries.mine(viewer, ended=ended)
    return show(request, "desk/ways/sessions.html", {"rows": rows, "tabs": tabs, "tasks": tasks})


@require_http_methods(["GET", "POST"])
@guarded
def new(request: Asked) -> HttpResponse:
    """Call a session: kind, name, where and when, who, and on which matters."""
    viewer, at = request.viewer, request.at
    viewer.need("matter.discuss")
    if request.method == "GET":
        return _form(request, SessionForm(initial={**_proposed(request), "key": str(uuid4())}))
    form = SessionForm(request.POST)
    form.is_valid()

    def run() -> dict[str, Any]:
        session = actions.call(
            by=viewer,
            at=at,
            kind=form.value("kind"),
            title=form.value("title"),
            where=form.value("where"),
            meets_at=form.moment(),
            members=form.persons(),
            matters=_matters(viewer, form.value("codes")),
        )
        return {"id": str(session.id)}

    try:
        key, sender = form.key_of(), str(viewer.account_id)
        done = once_each(key=key, route="desk.session", sender=sender, body=as_sent(request.POST), at=at, run=run)
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _form(request, form, status=422)
    messages.success(request, phrase("done", "session_called", language()))
    return redirect("desk:session", done["id"])


@require_http_methods(["GET", "POST"])
@guarded
def session(request: Asked, session_id: UUID) -> HttpResponse:
    """One session; its chair ends it here."""
    page = queries.one(request.viewer, session_id)
    if request.method == "GET":
        return _page(request, page)
    form = EndForm(request.POST)
    form.lay_out(page, _owners(request, page))
    form.is_valid()
    try:
        actions.end(by=request.viewer, at=request.at, session_id=session_id, ending=form.ending())
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "session_over" and page.row.ended_at:  # a second press
            return redirect("desk:session", session_id)
        form.refuse(refused)
        return _page(request, page, form, status=422)
    messages.success(request, phrase("done", "session_ended", language()))
    return redirect("desk:session", session_id)


@require_safe
@guarded
def printed(request: Asked, session_id: UUID) -> HttpResponse:
    """The minutes on paper: no name of who reported a matter."""
    page = queries.one(request.viewer, session_id)
    return show(request, "desk/ways/session_print.html", {"page": page, "at": request.at})


@require_POST
@guarded
def vote(request: Asked, session_id: UUID, item_id: UUID) -> HttpResponse:
    """A member's own word on one matter."""
    form = VoteForm(request.POST, auto_id=_ids(item_id))
    word, dissent = form.value("word"), form.value("dissent")
    try:
        actions.vote(by=request.viewer, at=request.at, item_id=item_id, word=word, dissent=dissent)
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _page(request, queries.one(request.viewer, session_id), status=422, vote=(item_id, form))
    messages.success(request, phrase("done", "session_voted", language()))
    return redirect("desk:session", session_id)


@require_POST
@guarded
def pledged(request: Asked, session_id: UUID) -> HttpResponse:
    """Its chair writes down what a unit said in public; each of its matters then has a promise."""
    viewer, at = request.viewer, request.at
    form = PledgeForm(request.POST)
    told = form.faults()

    def run() -> dict[str, Any]:
        pledging.pledge(
            by=viewer,
            at=at,
            session_id=session_id,
            body=typed.chosen(form.value("body"), "body_unknown", field="body"),
            who=form.value("who"),
            said=form.value("said"),
            until=typed.needed_day(form.value("until"), field="until"),
        )
        return {}

    try:
        if not told:
            sender, body = str(viewer.account_id), as_sent(request.POST)
            once_each(key=form.key_of(), route="desk.pledge", sender=sender, body=body, at=at, run=run)
    except Missing:
        raise
    except Refused as refused:
        told = [refused]
    if told:
        for one in told:
            form.refuse(one)
        return _page(request, queries.one(viewer, session_id), status=422, pledge=form)
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:session", session_id)


@require_POST
@guarded
def task(request: Asked, task_id: UUID) -> HttpResponse:
    """What a session gave somebody to do is done."""
    try:
        actions.finish(by=request.viewer, at=request.at, task_id=task_id, note=request.POST.get("note", ""))
    except Missing:
        raise
    except Refused as refused:
        if refused.code != "already_done":
            messages.warning(request, refused.sentence(language()))
        return redirect("desk:sessions")
    messages.success(request, phrase("done", "task_done", language()))
    return redirect("desk:sessions")


def _proposed(request: Asked) -> dict[str, str]:
    """What a meeting begins with: a matter, or what a unit has not done (R-404)."""
    body = typed.identity(request.GET.get("body", ""))
    if body is None:
        return {"codes": request.GET.get("code", "")[:20]}
    name = staff.body_names(request.viewer, {body}).get(body, "")
    codes = pledges.unfulfilled(request.viewer, body, request.at)
    title = phrase("oversee_says", "meeting", language(), body=name)
    return {"kind": UNFULFILLED, "title": title, "codes": " ".join(codes)}


def _form(request: Asked, form: SessionForm, *, status: int = 200) -> HttpResponse:
    viewer, at = request.viewer, request.at
    people = staff.candidates(viewer, at, verb="matter.discuss")
    form.lay_out(_named(row for row in people if row.person_id not in viewer.persons))
    return show(request, "desk/ways/session_new.html", {"form": form}, status=status)


def _page(
    request: Asked,
    page: SessionPage,
    form: EndForm | None = None,
    *,
    status: int = 200,
    vote: tuple[UUID, VoteForm] | None = None,
    **more: Any,
) -> HttpResponse:
    if form is None:
        form = EndForm()
        form.lay_out(page, _owners(request, page))
    if page.row.kind == UNFULFILLED:
        more = {**_said(request, page, more.pop("pledge", None)), **more}
    votes = {
        one.id: VoteForm(initial={"word": one.said, "dissent": one.dissent}, auto_id=_ids(one.id)) for one in page.items
    }
    context = {"page": page, "form": form, "votes": votes | dict([vote] if vote else []), **more}
    return show(request, "desk/ways/session.html", context, status=status)


def _ids(item_id: UUID) -> str:
    """How the fields of one matter's vote are called on the page."""
    return f"id_{item_id}_%s"


def _said(request: Asked, page: SessionPage, form: PledgeForm | None) -> dict[str, Any]:
    """What units said, and the form for the next of them where the reader is in the chair."""
    units = pledges.units_of(request.viewer, page.row.id) if page.chairs else []
    form = form or PledgeForm(initial={"key": str(uuid4())})
    form.offer("body", [("", "—"), *units])
    return {"pledges": pledges.of_session(request.viewer, page.row.id), "pledge": form if units else None}


def _owners(request: Asked, page: SessionPage) -> list[tuple[str, str]]:
    """Who may be given something to do, for the chair."""
    return _named(staff.candidates(request.viewer, request.at, verb="matter.accept")) if page.chairs else []


def _named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(row.person_id), f"{row.body_name} {row.name} {row.title}") for row in rows]


def _matters(viewer: Viewer, codes: str) -> list[UUID]:
    """The matters whose codes were typed. Raises Refused("session_code") for one that is none, or not to be seen."""
    written = re.split(r"[\s,，、;；]+", codes.strip())[:MOST]
    found = {code: ordinary(viewer, code) for code in written if code}
    for code, one in found.items():
        if one is None:
            raise Refused("session_code", field="codes", code=code[:20])
    return [one for one in found.values() if one is not None]
