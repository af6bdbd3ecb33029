"""What a body is asked in matters of others, and what lies before a leader: lists, reading, answering."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.actions import shares as actions
from huiyin.casework.queries import shares as queries
from huiyin.casework.queries.shares import CalledPage
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager, Tab
from huiyin.interfaces.desk.faces import row_face
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.matter import render_matter
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase


@require_safe
@guarded
def asked(request: Asked) -> HttpResponse:
    """What the viewer's bodies were asked, told or invited to, in matters that are others'."""
    request.viewer.need("matter.see")
    return _list(request, "asked", queries.asked)


@require_safe
@guarded
def reading(request: Asked) -> HttpResponse:
    """The leader's own list: what was submitted, by whom, since when."""
    request.viewer.need("matter.instruct")
    return _list(request, "reading", queries.before_me)


def _list(request: Asked, name: str, ask: Any) -> HttpResponse:
    viewer: Viewer = request.viewer
    done = request.GET.get("show") == "done"
    found: CalledPage = ask(viewer, done=done, after=request.GET.get("after", "")[:80])
    spoken = language()
    tabs = [
        Tab(label=label("called_list", f"{name}_open", spoken), href="?", here=not done),
        Tab(label=label("called_list", f"{name}_done", spoken), href="?show=done", here=done),
    ]
    following = urlencode({**({"show": "done"} if done else {}), "after": found.after})
    rows = [{"share": one.share, "row": one.matter, "face": row_face(one.matter, request.at)} for one in found.rows]
    context = {"rows": rows, "tabs": tabs, "done": done, "pager": Pager(after=f"?{following}" if found.after else "")}
    return show(request, f"desk/ways/{name}.html", context)


@require_POST
@guarded
def share(request: Asked, code: str, share_id: UUID) -> HttpResponse:
    """Say that it was read, or answer the part that was asked; a second press changes nothing."""
    viewer, at = request.viewer, request.at
    do, answer = request.POST.get("do", ""), request.POST.get("answer", "")
    try:
        if do == "answer":
            actions.answer(by=viewer, at=at, share_id=share_id, answer=answer)
        else:
            actions.read(by=viewer, at=at, share_id=share_id)
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "already_done":
            return redirect("desk:matter", code)
        more = {"share_refused": refused.sentence(language()), "share_id": share_id, "share_answer": answer}
        return render_matter(request, code, status=422, **more)
    messages.success(request, phrase("done", "share_answered" if do == "answer" else "share_read", language()))
    return redirect("desk:matter", code)
