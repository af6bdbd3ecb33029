"""The telephones of a household: from where each is, and whether it may be written to unasked (SG-16)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.actions import consents as act
from huiyin.register.queries import announcements
from huiyin.register.queries import consents as ask
from huiyin.register.queries import household_file as files


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def phones(request: Asked, household_id: UUID) -> HttpResponse:
    """Each number, masked, with a button for every word that does not stand yet; what was sent, and what was not."""
    viewer, at = request.viewer, request.at
    problem = ""
    if request.method == "POST":
        viewer.need("register.correct")
        try:
            phone, purpose, said = _said(request)
            act.say(by=viewer, at=at, household_id=household_id, phone_id=phone, purpose=purpose, said=said)
        except Missing:
            raise
        except Refused as refused:
            problem = refused.sentence(language())
        else:
            messages.success(request, phrase("done", "saved", language()))
            return redirect("desk:household_phones", household_id)
    rows = ask.of_household(viewer, household_id, at)
    head = files.whose(viewer, household_id, at)[1]
    context = {
        "rows": rows,
        "household_id": household_id,
        "head": head,
        "told": announcements.of_household(viewer, household_id),
        "unasked": ask.unasked(viewer, at),
        "may": viewer.may("register.correct"),
        "problem": problem,
    }
    return show(request, "desk/households/phones.html", context, status=422 if problem else 200)


def _said(request: Asked) -> tuple[UUID, str, str]:
    """Number, purpose and word of the button that was pressed."""
    purpose, _, said = request.POST.get("say", "")[:40].partition(".")
    return typed.chosen(request.POST.get("phone", ""), "value_unknown"), purpose, said
