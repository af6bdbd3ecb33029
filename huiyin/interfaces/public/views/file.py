"""A household's own file, opened with its key: what is kept, who looked; objecting and asking for corrections."""

import json
import re
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.actions.objecting import object_to
from huiyin.casework.queries import track
from huiyin.casework.rules.codes import read_proof
from huiyin.core.rulebook import current
from huiyin.core.throttle import allow
from huiyin.interfaces.common import typed as typed_
from huiyin.interfaces.common.forms_once import once_each
from huiyin.interfaces.common.network import client_address
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.public.forms import fresh, key_of
from huiyin.interfaces.public.frame import Request, page
from huiyin.interfaces.public.waiting import later
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import labels, say
from huiyin.register.actions import consents
from huiyin.register.actions import household_file as act
from huiyin.register.queries import consents as numbers_of
from huiyin.register.queries import household_file as ask
from huiyin.register.queries import relief

A_MINUTE = 20
SENDER = "public"


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: Request) -> HttpResponse:
    """The form for the key, and what it opens. A wrong key and an expired one are one answer."""
    if request.method != "POST":
        return page(request, "file_form", {})
    typed = request.POST.get("proof") or request.POST.get("key", "")
    if not typed.strip():
        return _form(request, say("file_key_missing", language()), 422)
    return _opened(request, typed)


@require_POST
def objection(request: Request) -> HttpResponse:
    """Object to what the file says, once for each form, and show the file again."""
    post = request.POST
    key, about, words = post.get("key", "")[:40], post.get("about", "")[:12], post.get("words", "")
    try:
        found = ask.by_key(request.viewer, read_proof(key) or "", request.at)

        def run() -> dict[str, Any]:
            made = object_to(
                by=request.viewer,
                at=request.at,
                household_id=found.page.id,
                about=about,
                words=words,
                key=read_proof(key) or "",
                slip=slip,
            )
            return {"code": made.matter.code if made else ""}

        again = key_of(post.get("again", ""))
        slip = f"objection:{again}"
        body = json.dumps([about, words]).encode()
        done = once_each(key=again, route="public.objection", sender=SENDER, body=body, at=request.at, run=run)
    except Missing:
        return _form(request, say("file_key_wrong", language()), 404)
    except Refused as refused:
        return _opened(request, key, problem=refused.sentence(language()), words=words, about=about, status=422)
    if done["code"]:
        proof = track.proof_of(request.viewer, slip)
        return _opened(request, key, matter=done["code"], proof=" ".join(re.findall("....", proof)))
    return _opened(request, key, said=True)


@require_POST
def another(request: Request) -> HttpResponse:
    """The household wishes another official; no reason is asked, and the answer is the same the second time."""
    key = request.POST.get("key", "")[:40]
    try:
        official = typed_.chosen(request.POST.get("official", ""), "value_unknown")
        act.wish_another(by=request.viewer, at=request.at, key=read_proof(key) or "", official_id=official)
    except Missing:
        return _form(request, say("file_key_wrong", language()), 404)
    except Refused as refused:
        return _opened(request, key, problem=refused.sentence(language()), status=422)
    return _opened(request, key, wished=official)


@require_POST
def phones(request: Request) -> HttpResponse:
    """The household says whether a number of theirs may be written to unasked, or takes that back (SG-16)."""
    post = request.POST
    key, (purpose, _, said) = post.get("key", "")[:40], post.get("say", "")[:40].partition(".")
    try:
        phone = typed_.chosen(post.get("phone", ""), "value_unknown")
        opens = read_proof(key) or ""
        consents.say_by_key(by=request.viewer, at=request.at, key=opens, phone_id=phone, purpose=purpose, said=said)
    except Missing:
        return _form(request, say("file_key_wrong", language()), 404)
    except Refused as refused:
        return _opened(request, key, problem=refused.sentence(language()), status=422)
    return _opened(request, key, noted=True)


def _opened(request: Request, typed: str, *, status: int = 200, **more: Any) -> HttpResponse:
    wait = allow("public.file", client_address(request), limit=A_MINUTE, window=timedelta(minutes=1), at=request.at)
    if wait:
        return later(request, "file_form", wait)
    key = read_proof(typed[:40]) or ""
    try:
        found = ask.by_key(request.viewer, key, request.at)
        past = ask.history_by_key(request.viewer, key, request.at)
        numbers = numbers_of.by_key(request.viewer, key, request.at)
    except Missing:
        return _form(request, say("file_key_wrong", language()), 404)
    context = {
        "file": found,
        "past": past,
        "numbers": numbers,
        "unasked": numbers_of.unasked(request.viewer, request.at),
        "key": key,
        "categories": [(_title(request, one.programme, one.category), one) for one in found.categories],
        "removals": [(_title(request, one.programme, one.category), one) for one in past.removals],
        "relief": relief.by_key(request.viewer, key, request.at),
        "abouts": labels("objection_about", language()),
        "outcomes": labels("objection_outcome", language()),
        "sources": labels("phone_source", language()),
        "purposes": labels("phone_purpose", language()),
        "stands": labels("phone_said", language()),
        "relations": labels("relation", language()),
        "sections": labels("file_section", language()),
        "facts": labels("file_fact", language()),
        "again": fresh()["key"],
        **more,
    }
    return page(request, "file", context, status=status)


def _form(request: Request, problem: str, status: int) -> HttpResponse:
    return page(request, "file_form", {"problem": problem}, status=status)


def _title(request: Request, programme: str, category: str) -> str:
    found = current(request.at).rulebook.programmes.get(programme)
    kinds = found.people.categories if found is not None and found.people is not None else {}
    return kinds[category].title if category in kinds else category
