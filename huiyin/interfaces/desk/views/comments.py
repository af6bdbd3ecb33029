"""Comments under entries of walls, at the desk: looked at, answered, and said by an office (R-348)."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager, Tab, WallLine
from huiyin.interfaces.desk.forms.comments import AnswerForm, LookForm, SayForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.early import here
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels, phrase
from huiyin.publication.actions import comments as actions
from huiyin.publication.queries import desk_comments as queries
from huiyin.publication.queries import entries
from huiyin.publication.queries.desk_comments import STATES, CommentAlone, State


@guarded
@require_safe
def comments(request: Asked) -> HttpResponse:
    """Comments of one state in the viewer's places, narrowed to a place or to what is overdue."""
    state = next((one for one in STATES if one == request.GET.get("state", STATES[0])), None)
    if state is None:
        raise Missing
    place, late = request.GET.get("place", "")[:15], bool(request.GET.get("late"))
    page = queries.listed(
        request.viewer, request.at, state=state, place_code=place, late=late, after=request.GET.get("after", "")[:100]
    )
    chosen = {name: value for name, value in (("place", place), ("late", "1" if late else "")) if value}
    after = f"?{urlencode({'state': state, **chosen, 'after': page.after})}" if page.after else ""
    context = {
        "rows": page.rows,
        "tabs": _tabs(page, state, chosen),
        "state": state,
        "place": place,
        "late": late,
        "places": here(request.viewer, request.at),
        "page": Pager(after=after),
    }
    return show(request, "desk/comments/list.html", context)


def _tabs(page: queries.CommentPage, state: State, chosen: dict[str, str]) -> list[Tab]:
    return [
        Tab(
            label=labels("comment", language())[name],
            href=f"?{urlencode({'state': name, **chosen})}",
            count=page.counts.get(name),
            here=name == state,
        )
        for name in STATES
    ]


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: Asked, comment_id: UUID) -> HttpResponse:
    """One comment beside its entry; with `do` show, refuse, hand or answer it does that first."""
    if request.method != "POST":
        return _one(request, queries.one(request.viewer, comment_id, request.at))
    do, by, at = request.POST.get("do", ""), request.viewer, request.at
    look, answer = LookForm(request.POST), AnswerForm(request.POST)
    try:
        if do == "show":
            actions.show(by=by, at=at, comment_id=comment_id)
        elif do == "refuse":
            actions.refuse(by=by, at=at, comment_id=comment_id, reason=look.value("reason")[:60])
        elif do == "hand":
            actions.hand_on(by=by, at=at, comment_id=comment_id)
        else:
            actions.answer(by=by, at=at, comment_id=comment_id, said=answer.value("answer"))
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "not_allowed":
            raise
        (answer if do == "answer" else look).refuse(refused)
        return _one(request, queries.one(by, comment_id, at), status=422, look=look, answer=answer)
    messages.success(request, phrase("done", "saved", language()))
    return redirect("desk:comments")


def _one(
    request: Asked,
    found: CommentAlone,
    *,
    status: int = 200,
    look: LookForm | None = None,
    answer: AnswerForm | None = None,
) -> HttpResponse:
    look = look or LookForm()
    look.offer("reason", found.reasons)
    lines = [WallLine("ask", found.asked), WallLine("do", found.done), WallLine("owe", found.owed)]
    context: dict[str, Any] = {
        "found": found,
        "row": found.row,
        "look": look,
        "answer": answer or AnswerForm(),
        "lines": [one for one in lines if one.text],
    }
    return show(request, "desk/comments/one.html", context, status=status)


@guarded
@require_safe
def walls(request: Asked) -> HttpResponse:
    """What stands on the walls of the viewer's places, to say something about in the name of an office."""
    rows, after = queries.entries(request.viewer, request.at, after=request.GET.get("after", "")[:100])
    page = Pager(after=f"?{urlencode({'after': after})}" if after else "")
    return show(request, "desk/comments/walls.html", {"rows": rows, "page": page})


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: Asked, notice_id: UUID) -> HttpResponse:
    """Say something under an entry, in the name of one's office."""
    by, at = request.viewer, request.at
    by.need("matter.see")
    found = entries.entry(by, notice_id, at)
    if found.page is None:
        raise Refused("comments_closed")
    if request.method != "POST":
        return _say(request, found, SayForm(initial={"key": str(uuid4())}))
    form = SayForm(request.POST)

    def run() -> dict[str, Any]:
        return {"id": str(actions.say_of_office(by=by, at=at, notice_id=notice_id, said=form.value("text")).id)}

    try:
        sender, body = str(by.account_id), as_sent(request.POST)
        once_each(key=form.key_of(), route="desk.comment", sender=sender, body=body, at=at, run=run)
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "not_allowed":
            raise
        form.refuse(refused)
        return _say(request, found, form, status=422)
    messages.success(request, phrase("done", "comment_sent", language()))
    return redirect("desk:comment_walls")


def _say(request: Asked, found: entries.Entry, form: SayForm, status: int = 200) -> HttpResponse:
    item = found.item
    lines = [WallLine("ask", item.asked), WallLine("do", item.done), WallLine("owe", item.owed, item.late)]
    context = {"entry": found, "lines": [one for one in lines if one.text], "form": form}
    return show(request, "desk/comments/say.html", context, status=status)
