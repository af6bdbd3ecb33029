"""Answers read out to residents: the word of whoever was named as present, and taking back who was named."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.actions import reading_out
from huiyin.casework.queries import one
from huiyin.casework.queries import reading_out as queries
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.matter import render_matter
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase, say


@require_safe
@guarded
def readings(request: Asked) -> HttpResponse:
    """What waits for the viewer's own word, by code: they need not have the matter in sight."""
    return _list(request)


@require_POST
@guarded
def word(request: Asked, reply_id: UUID) -> HttpResponse:
    """They were there, or they were not and say what they know."""
    yes, words = request.POST.get("do") == "yes", request.POST.get("words", "")
    try:
        if yes:
            reading_out.confirm(by=request.viewer, at=request.at, reply_id=reply_id)
        else:
            reading_out.deny(by=request.viewer, at=request.at, reply_id=reply_id, words=words)
    except Missing:  # said or taken back a moment ago; what never was theirs is answered alike
        return _list(request, status=404, gone=say("read_out_not_waiting", language()))
    except Refused as refused:
        more = {"problem": refused.sentence(language()), "wrong": reply_id, "typed": words}
        return _list(request, status=422, **more)
    messages.success(request, phrase("done", "read_confirmed" if yes else "read_denied", language()))
    return redirect("desk:readings")


@require_POST
@guarded
def back(request: Asked, code: str) -> HttpResponse:
    """Whoever read it takes back whom they named."""
    page = one.by_code(request.viewer, code, request.at)
    try:
        reading_out.take_back(by=request.viewer, at=request.at, matter_id=page.matter.id)
    except Missing:
        return redirect("desk:matter", code)  # said or taken back a moment ago
    except Refused as refused:
        return render_matter(request, code, status=422, refused=refused.sentence(language()))
    messages.success(request, phrase("done", "read_taken_back", language()))
    return redirect("desk:matter", code)


def _list(request: Asked, *, status: int = 200, **more: object) -> HttpResponse:
    context = {"rows": queries.readings(request.viewer), **more}
    return show(request, "desk/ways/readings.html", context, status=status)
