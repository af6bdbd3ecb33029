"""Writing an answer: texts to begin with, and what to look at again, live beside the field."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from huiyin.casework.queries import answering, one
from huiyin.casework.queries.one import OnePage
from huiyin.interfaces.desk.forms.steps import StepForm
from huiyin.interfaces.desk.pages import Asked, guarded, show

MOST = 5000


@require_POST
@guarded
def hints_of(request: Asked, code: str) -> HttpResponse:
    """What to look at again in an answer that is being written; a part of the page."""
    page = one.by_code(request.viewer, code, request.at)
    return show(request, "desk/parts/hints.html", {"hints": hints(request, page)})


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
