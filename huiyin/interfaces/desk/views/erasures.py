"""Erasures: who asked, what a second person decides, and the certificates."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions.erasure import decide_erasure, decline_erasure
from huiyin.register.queries import erasure as ask
from huiyin.register.queries import keeping


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def erasures(request: Asked) -> HttpResponse:
    """The list; the second person's yes or no."""
    viewer = request.viewer
    if not viewer.may("register.erase"):
        raise Missing
    problem = ""
    if request.method == "POST":
        try:
            _once(request)
            return redirect("desk:erasures")
        except Missing:
            raise
        except Refused as refused:
            problem = refused.sentence(language())
    rows = ask.erasures(viewer)
    context = {
        "waiting": [one for one in rows if one.state == "asked"],
        "under_way": [one for one in rows if one.state == "decided" or (one.state == "done" and not one.certified_at)],
        "past": [one for one in rows if one.state == "declined" or one.certified_at],
        "schedule": keeping.schedule(viewer, request.at),
        "lists": ask.lists_under_way(viewer),
        "problem": problem,
        "fresh": uuid4,  # each form has a key of its own
    }
    return show(request, "desk/households/erasures.html", context, status=422 if problem else 200)


def _once(request: Asked) -> None:
    """Decide once however often the button was pressed."""
    by, at, post = request.viewer, request.at, request.POST

    def run() -> dict[str, Any]:
        found = typed.known(post.get("erasure", ""))
        if post.get("do") == "decline":
            decline_erasure(by=by, at=at, erasure_id=found)
        elif post.get("sure"):
            decide_erasure(by=by, at=at, erasure_id=found)
        else:
            raise Refused("erase_not_sure", field="sure")
        return {}

    key, sender = Once(post).key_of(), str(by.account_id)
    once_each(key=key, route="desk.erasures", sender=sender, body=as_sent(post), at=at, run=run)
