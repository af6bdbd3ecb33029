"""Joint sessions: called with members and matters, voted in, ended with minutes and tasks, printed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.actions import sessions as actions
from huiyin.casework.actions.sessions import Ending
from huiyin.casework.queries import sessions as queries
from huiyin.casework.queries.matters import ordinary
from huiyin.casework.queries.sessions import SessionPage
from huiyin.casework.rules.sessions import KINDS, WORDS, Given
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Tab
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase
from huiyin.register.queries import staff

MOST = 50


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
        return _form(request, request.GET, {"codes": request.GET.get("code", "")[:20], "key": str(uuid4())})
    post = request.POST

    def run() -> dict[str, Any]:
        session = actions.call(
            by=viewer,
            at=at,
            kind=post.get("kind", ""),
            title=post.get("title", ""),
            where=post.get("where", ""),
            meets_at=_moment(post.get("meets_at", "")),
            members=_ids(post.getlist("members")),
            matters=_matters(viewer, post.get("codes", "")),
        )
        return {"id": str(session.id)}

    try:
        key, sender = typed.chosen(post.get("key", ""), "not_a_key"), str(viewer.account_id)
        done = once_each(key=key, route="desk.session", sender=sender, body=as_sent(post), at=at, run=run)
    except Missing:
        raise
    except Refused as refused:
        again = post.get("key", "") if refused.code not in ("form_used", "not_a_key") else str(uuid4())
        more = {**post.dict(), "key": again, "wrong": refused.sentence(language()), "wrong_at": refused.field}
        return _form(request, post, more, status=422)
    messages.success(request, phrase("done", "session_called", language()))
    return redirect("desk:session", done["id"])


@require_http_methods(["GET", "POST"])
@guarded
def session(request: Asked, session_id: UUID) -> HttpResponse:
    """One session; its chair ends it here."""
    page = queries.one(request.viewer, session_id)
    if request.method == "GET":
        return _page(request, page)
    try:
        ending = _ending(request.POST, page)
        actions.end(by=request.viewer, at=request.at, session_id=session_id, ending=ending)
    except Missing:
        raise
    except Refused as refused:
        return _page(request, page, status=422, wrong=refused.sentence(language()), typed=request.POST)
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
    word, dissent = request.POST.get("word", ""), request.POST.get("dissent", "")
    try:
        actions.vote(by=request.viewer, at=request.at, item_id=item_id, word=word, dissent=dissent)
    except Missing:
        raise
    except Refused as refused:
        page = queries.one(request.viewer, session_id)
        return _page(request, page, status=422, wrong=refused.sentence(language()))
    messages.success(request, phrase("done", "session_voted", language()))
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


def _form(request: Asked, given: QueryDict, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    viewer, at = request.viewer, request.at
    people = staff.candidates(viewer, at, verb="matter.discuss")
    context = {
        "kinds": [(kind, label("session_kind", kind, language())) for kind in KINDS],
        "people": [row for row in people if row.person_id not in viewer.persons],
        "chosen": given.getlist("members"),
        "v": values,
    }
    return show(request, "desk/ways/session_new.html", context, status=status)


def _page(request: Asked, page: SessionPage, *, status: int = 200, **more: Any) -> HttpResponse:
    people = staff.candidates(request.viewer, request.at, verb="matter.accept") if page.chairs else ()
    written = request.POST
    parts = ("decision", "task", "owner", "day")
    items = [{"row": item, **{part: written.get(f"{part}-{item.id}", "") for part in parts}} for item in page.items]
    context = {"page": page, "words": WORDS, "people": people, "items": items, **more}
    return show(request, "desk/ways/session.html", context, status=status)


def _ending(post: QueryDict, page: SessionPage) -> Ending:
    """What the chair wrote: minutes, who was there, a decision and at most one task for each matter."""
    tasks: dict[UUID, Sequence[Given]] = {}
    for item in page.items:
        text, person = post.get(f"task-{item.id}", "").strip(), post.get(f"owner-{item.id}", "")
        if not (text or person):
            continue
        day = typed.day(post.get(f"day-{item.id}", ""))
        if day is None:
            raise Refused("not_a_date", field="tasks")
        tasks[item.id] = [Given(typed.chosen(person, "value_unknown", field="tasks"), text, day)]
    return Ending(
        minutes=post.get("minutes", ""),
        decisions={item.id: post.get(f"decision-{item.id}", "") for item in page.items},
        present=_ids(post.getlist("present")),
        tasks=tasks,
    )


def _ids(values: Sequence[str]) -> list[UUID]:
    return [typed.chosen(one, "value_unknown", field="members") for one in values[:MOST]]


def _matters(viewer: Viewer, codes: str) -> list[UUID]:
    """The matters whose codes were typed, one by one; those that are none are left out."""
    found = [ordinary(viewer, one) for one in codes.replace("，", " ").replace(",", " ").split()[:MOST]]
    return [one for one in found if one is not None]


def _moment(written: str) -> datetime:
    """A day and time as a form carries them, in the county's zone. Raises Refused("not_a_date")."""
    try:
        return timezone.make_aware(datetime.fromisoformat(written)) if written else _none()
    except ValueError as wrong:
        raise Refused("not_a_date", field="meets_at") from wrong


def _none() -> datetime:
    raise Refused("not_a_date", field="meets_at")
