"""What comes and goes by wire: how every channel is (R-239), what a clerk has to look at, what reached nobody."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages as said_of
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.actions import messages as actions
from huiyin.casework.queries import messages as queries
from huiyin.casework.rules.codes import spoken
from huiyin.channels.queries.messages import Said
from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.desk.forms.fields import Once, Plain, area, line
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import has_label, label, phrase

SHOWN_MOST = 120


class LookedAt(Once):
    """What a clerk decides about something that came in: a matter's code, or why it is none."""

    code = Plain(line(inputmode="numeric"))
    note = Plain(area(2))


@guarded
@require_safe
def messages(request: Asked) -> HttpResponse:
    """The channels of the county, what waits for a person, what was not delivered."""
    viewer, at = request.viewer, request.at
    _may(request)
    page = queries.waiting(viewer, at, after=request.GET.get("after", "")[:40])
    context = {
        "channels": queries.channels(viewer, at),
        "waiting": page,
        "rows": [_row(one) for one in page.rows] if page else [],
        "pager": Pager(after=f"?{urlencode({'after': page.after})}" if page and page.after else ""),
        "undelivered": queries.undelivered(viewer, at),
    }
    return show(request, "desk/messages/list.html", context)


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: Asked, incoming_id: UUID) -> HttpResponse:
    """One thing that came in: make it a matter, add it to one, or say why it is none."""
    _may(request)
    try:
        found = queries.one(request.viewer, incoming_id, request.at)
    except Missing:
        if request.method == "POST" and queries.reads(request.viewer, request.at):
            return redirect("desk:messages")  # a second press, or somebody else was faster
        raise
    if request.method != "POST":
        return _page(request, found, LookedAt(initial={"key": str(uuid4())}))
    form = LookedAt(request.POST)
    form.is_valid()
    try:
        told = _decided(request, found, form)
    except Missing:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _page(request, found, form, status=422)
    said_of.success(request, told.pop("says"))
    return redirect("desk:matter", told["code"]) if told.get("code") else redirect("desk:messages")


def _may(request: Asked) -> None:
    if not request.viewer.may("matter.open"):
        raise Missing


def _decided(request: Asked, found: Said, form: LookedAt) -> dict[str, Any]:
    """Do it once however often the button was pressed; gives what to say, and the matter where it may be seen."""
    by, at, do = request.viewer, request.at, request.POST.get("do", "")

    def run() -> dict[str, Any]:
        if do == "open":
            matter = actions.open_from(by=by, at=at, incoming_id=found.id)
            return {"do": "apart"} if matter.held else {"do": "opened", "code": matter.code}
        if do == "attach":
            matter = actions.attach(by=by, at=at, incoming_id=found.id, code=form.value("code")[:40])
            return {"do": "added"} if matter.held else {"do": "added", "code": matter.code}
        if do == "dismiss":
            actions.dismiss(by=by, at=at, incoming_id=found.id, note=form.value("note")[:2000])
            return {"do": "done"}
        raise Refused("value_unknown", field="do")

    told = once_each(
        key=form.key_of(),
        route="desk.messages",
        sender=str(by.account_id),
        body=as_sent(request.POST) + found.id.bytes,
        at=at,
        run=run,
    )
    code = str(told.get("code", ""))
    return {"says": phrase("done", f"message_{told['do']}", language(), code=spoken(code)), "code": code}


def _row(said: Said) -> dict[str, Any]:
    words = " ".join((said.body or said.title).split())
    return {"one": said, "words": words[:SHOWN_MOST], "why": _why(said)}


def _why(said: Said) -> str:
    return label("message_why", said.why if has_label("message_why", said.why) else "other", language())


def _page(request: Asked, found: Said, form: LookedAt, status: int = 200) -> HttpResponse:
    context = {"said": found, "why": _why(found), "form": form}
    return show(request, "desk/messages/one.html", context, status=status)
