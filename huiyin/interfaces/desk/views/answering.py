"""Writing an answer: texts to begin with, and what to look at again, live beside the field."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from huiyin.casework.actions import accompanying
from huiyin.casework.queries import answering, one
from huiyin.casework.queries.one import OnePage
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.steps import StepForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views.matter import render_matter
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase

MOST = 5000


@require_POST
@guarded
def hints_of(request: Asked, code: str) -> HttpResponse:
    """What to look at again in an answer that is being written; a part of the page."""
    page = one.by_code(request.viewer, code, request.at)
    return show(request, "desk/parts/hints.html", {"hints": hints(request, page)})


@require_POST
@guarded
def accompany(request: Asked, code: str) -> HttpResponse:
    """What a resident said when they were offered company at a first petition, and afterwards whether it came."""
    page = one.by_code(request.viewer, code, request.at)
    said = request.POST.get("answer", "")
    try:
        if said in accompanying.OUTCOMES:
            accompanying.tell(by=request.viewer, at=request.at, matter_id=page.matter.id, outcome=said)
        else:
            accompanying.answer(by=request.viewer, at=request.at, matter_id=page.matter.id, answer=said)
    except Missing:
        raise
    except Refused as refused:
        if refused.code != "already_done":
            return render_matter(request, code, status=422, offer_refused=refused.sentence(language()))
        return redirect("desk:matter", code)
    messages.success(request, phrase("done", f"accompaniment_{said}", language()))
    return redirect("desk:matter", code)


def hints(request: Asked, page: OnePage) -> object:
    """The findings about what was typed into an answer's form."""
    return answering.advice(
        request.viewer,
        page,
        reply=request.POST.get("reply", "")[:MOST],
        public_text=request.POST.get("public_text", "")[:MOST],
        at=request.at,
    )


def begin(request: Asked, page: OnePage, form: StepForm) -> None:
    """Put the chosen text into the answer, after whatever stands there: nothing typed is lost.

    Raises Refused("value_unknown") for a text that is not offered.
    """
    text = answering.filled(request.viewer, page, request.POST.get("template", ""), request.at)
    there = request.POST.get("reply", "").rstrip()
    form.data = {**request.POST.dict(), "reply": f"{there}\n{text}".lstrip()[:MOST]}


def begun(request: Asked, page: OnePage, form: StepForm) -> HttpResponse:
    """The answer's field with the text in it, and the findings beside it: the part that htmx asked for."""
    reply = str(form.data["reply"])
    found = answering.advice(request.viewer, page, reply=reply, public_text="", at=request.at)
    return show(
        request, "desk/parts/reply.html", {"matter": page.matter, "reply": reply, "hints": found, "begun": True}
    )
