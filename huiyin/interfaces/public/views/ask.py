"""Asking: one page, no account, no script. The receipt is the answer to the form, so no proof stands in an address."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.actions.afresh import ask_afresh
from huiyin.casework.actions.files import give
from huiyin.casework.actions.intake import faults, open_matter
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.recurring import said_again
from huiyin.casework.queries import track
from huiyin.casework.queries.compartment import locks
from huiyin.casework.queries.track import Tracked
from huiyin.casework.rules.codes import read_proof, spoken
from huiyin.casework.rules.files import FROM_RESIDENTS
from huiyin.channels.queries.lines import is_on
from huiyin.core.idempotency import once
from huiyin.core.rulebook import current
from huiyin.core.sealing import newest_witnessed
from huiyin.core.throttle import allow
from huiyin.interfaces.common import uploads
from huiyin.interfaces.common.by_number import within_a_day
from huiyin.interfaces.common.network import client_address
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.qr import qr
from huiyin.interfaces.common.uploads import Sent
from huiyin.interfaces.public import shown
from huiyin.interfaces.public.forms import (
    NAMES,
    SLIP,
    AfreshForm,
    AskForm,
    TrackForm,
    Worded,
    fresh,
    key_of,
    place_choices,
)
from huiyin.interfaces.public.frame import Request, page
from huiyin.interfaces.public.views.track import opened
from huiyin.interfaces.public.waiting import later
from huiyin.interfaces.public.words import word
from huiyin.programme.clock import explain
from huiyin.programme.refusal import Missing, Refused

A_MINUTE = 30
"""So many may send from one network in a minute; beyond, the page asks to wait and keeps the text."""
SENDER = "public"
"""Whom keys are bound to: not the network, which changes while a telephone travels. A key is secret enough."""


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request) -> HttpResponse:
    """The form; what was typed is never lost, whatever happens."""
    if request.method != "POST":
        return _form(request, _blank(request))
    wait = allow("public.ask", client_address(request), limit=A_MINUTE, window=timedelta(minutes=1), at=request.at)
    typed = _typed(request)
    form = _bound(request, typed)
    if wait:
        form.is_valid()
        return later(request, "ask", wait, form, says="wait_minute")
    do = request.POST.get("do", "")
    if do in ("sealed", "plain"):
        typed["sealed"] = "1" if do == "sealed" else ""
        return _form(request, _blank(request, typed.dict()))
    form.is_valid()
    given = uploads.sent(request, FROM_RESIDENTS)
    if given.any:
        form.files_again()
    try:
        if uploads.refuse(form, given):
            return _form(request, form, status=422)
        return _added(request, form, given) if do == "add" else _opened(request, form, given)
    except Refused as refused:
        if refused.code == "key_reused":
            return _which(request, form, given)
        return _refused(request, form, refused, do)


def _refused(request: Request, form: AskForm, refused: Refused, do: str) -> HttpResponse:
    for one in _faults(request, form, do) or [refused]:
        form.refuse(one, NAMES)
    return _form(request, form, status=422)


def _faults(request: Request, form: AskForm, do: str) -> list[Refused]:
    """All that is wrong with a new message, to be told at once; nothing of words to be added to an earlier one."""
    if do == "add":
        return []
    try:
        found = faults(request.viewer, form.words(apart(request)), request.at)
    except Refused as refused:
        found = [refused]
    try:
        _earlier(request, form)
    except Refused as refused:
        found.append(refused)
    return found


def _earlier(request: Request, form: AskForm) -> Tracked | None:
    """The earlier matter whose proof was typed; None for none, and for what goes the confidential way."""
    return None if form.apart else track.earlier_by_proof(request.viewer, form.cleaned_data["earlier"], request.at)


def _opened(request: Request, form: AskForm, given: Sent) -> HttpResponse:
    """Open the matter with its files once, however often the button was pressed, and answer with the receipt."""
    words, earlier = form.words(apart(request)), _earlier(request, form)

    def run() -> dict[str, Any]:
        if words.disclosure != "anonymous":
            within_a_day(words.reporter_phone, request.at)
        if earlier is not None:
            again = said_again(by=request.viewer, at=request.at, matter_id=earlier.id, words=words, given=given.files)
            return {"id": str(again.matter.id), "became": again.became, "reached": again.reached}
        matter = open_matter(by=request.viewer, at=request.at, words=words).matter
        give(by=request.viewer, at=request.at, matter_id=matter.id, given=given.files)
        return {"id": str(matter.id), "became": "new"}

    made = once(
        key=key_of(form.cleaned_data["key"]),
        route="public.ask",
        sender=SENDER,
        body=_body(form, given),
        at=request.at,
        run=run,
    )
    if made.get("became") in _GONE_ON:
        written = bool(form.cleaned_data["phone"].strip())
        reach = "own" if not written else "kept" if made.get("reached", True) else "left"
        proof = read_proof(form.cleaned_data["earlier"][:40]) or ""
        return opened(request, proof, said=_GONE_ON[made["became"]], reach=reach)
    return receipt(request, track.proof_of(request.viewer, words.slip))


_GONE_ON = {"added": "added", "reopened": "taken_up", "added_later": "added_later"}
"""What is said on the page of the earlier matter, where the words went to that one."""


def _added(request: Request, form: AskForm, given: Sent) -> HttpResponse:
    """Add the words to the matter of a moment ago, by the slip of its form."""
    proof = track.proof_of(request.viewer, form.cleaned_data["slip"])
    found = track.by_proof(request.viewer, proof, request.at)
    text = form.cleaned_data["text"]
    once(
        key=key_of(form.cleaned_data["key"]),
        route="public.more",
        sender=SENDER,
        body=_body(form, given),
        at=request.at,
        run=lambda: {"id": str(add_words(by=request.viewer, at=request.at, matter_id=found.id, words=text).id)},
    )
    return opened(request, proof, said="added")


@require_POST
def afresh(request: Request) -> HttpResponse:
    """A new matter after one that ended too long ago, by that one's proof: one click, words if they like."""
    form = AfreshForm(request.POST, auto_id="id_turn_%s")
    form.is_valid()
    proof, slip = read_proof(form.cleaned_data["proof"][:40]), form.cleaned_data["slip"]
    try:
        if proof is None or not SLIP.fullmatch(slip):
            raise Missing
        found = track.by_proof(request.viewer, proof, request.at)
        words = form.cleaned_data["words"].strip() or word("afresh_text", code=spoken(found.code))
        once(
            key=key_of(form.cleaned_data["again"]),
            route="public.afresh",
            sender=SENDER,
            body=said(form),
            at=request.at,
            run=lambda: {"id": str(_afresh(request, found.id, words, slip))},
        )
    except Missing:
        return page(request, "track_form", {"form": TrackForm(), "missing": True}, status=404)
    except Refused as refused:
        form.refuse(refused, {"text": "words"})
        return opened(request, proof or "", status=422, turn=form)
    return receipt(request, track.proof_of(request.viewer, slip))


def _afresh(request: Request, matter_id: UUID, words: str, slip: str) -> UUID:
    made = ask_afresh(by=request.viewer, at=request.at, matter_id=matter_id, words=words, slip=slip)
    return made.matter.id


def receipt(request: Request, proof: str, *, apart: bool = False) -> HttpResponse:
    """The receipt: code, proof, what follows by when, and the seal. `apart`: words for a wall went the confidential
    way instead."""
    found = track.by_proof(request.viewer, proof, request.at)
    promised = track.promises(request.viewer, found)
    first = next((one.due for one in promised if one.due), None)
    address = request.build_absolute_uri(reverse("public:track"))
    context = {
        "found": found,
        "proof": proof,
        "apart": apart,
        "proof_parts": [proof[at : at + 4] for at in range(0, 16, 4)],
        "steps": shown.promises(found, promised),
        "sum": explain(first, language()) if first else "",
        "qr": qr(f"{address}#{proof}"),
        "address": address.split("//", 1)[-1],
        "leaf": track.receipt(request.viewer, found.id),
        "root": newest_witnessed(),
    }
    return page(request, "receipt", context, status=201)


def _which(request: Request, form: AskForm, given: Sent) -> HttpResponse:
    """The same form with other words: added to the matter of a moment ago, or a new one?"""
    proof = track.proof_of(request.viewer, form.cleaned_data["slip"])
    try:
        found = track.by_proof(request.viewer, proof, request.at)
    except Missing:  # the words of a moment ago went to an earlier matter, whose proof was typed with them
        typed = _typed(request)
        typed["key"] = fresh()["key"]
        again = _bound(request, typed)
        again.is_valid()
        again.refuse(Refused("form_used"))
        return _form(request, again, status=409)
    context = {"form": form, "found": found, "new": fresh(), "text": form.cleaned_data["text"], "files": given.any}
    return page(request, "which", context, status=409)


def _form(request: Request, form: AskForm, status: int = 200) -> HttpResponse:
    return page(request, "ask", {"form": form, "locks": form.apart and locks(request.viewer)}, status=status)


def _blank(request: Request, initial: dict[str, Any] | None = None) -> AskForm:
    towns, villages = place_choices(request.viewer, current(request.at).rulebook.county.code, request.at)
    chosen = {
        "disclosure": "named",
        "sealed": "1" if request.GET.get("sealed") else "",
        "village": "",
        "answer_by": "code",
        **fresh(),
    }
    return AskForm(
        initial={**chosen, **(initial or {})}, towns=towns, villages=villages, by_sms=is_on(request.viewer, "sms")
    )


def _bound(request: Request, typed: QueryDict) -> AskForm:
    towns, villages = place_choices(request.viewer, current(request.at).rulebook.county.code, request.at)
    return AskForm(typed, towns=towns, villages=villages, by_sms=is_on(request.viewer, "sms"))


def _typed(request: Request) -> QueryDict:
    """What was sent, with a slip of ours where the form brought none."""
    typed = request.POST.copy()
    if not SLIP.fullmatch(typed.get("slip", "")):
        typed["slip"] = fresh()["slip"]
    return typed


def apart(request: Request) -> str:
    """The nature that is held: the confidential way of this county's programme."""
    book = current(request.at).rulebook
    return book.matters(book.county.intake.programme).held_nature()


def said(form: Worded, **more: str) -> bytes:
    """What "the same message" means: every field but the key."""
    words = {name: value for name, value in sorted(form.cleaned_data.items()) if name not in ("key", "attached")}
    return json.dumps(words | more).encode()


def _body(form: AskForm, given: Sent) -> bytes:
    """The same message, and the same files."""
    return said(form, **({"files": given.mark} if given.mark else {}))
