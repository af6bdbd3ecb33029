"""Matters kept without action, and matters on the numbered list."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.actions import retaining, supervision
from huiyin.casework.queries import one
from huiyin.casework.queries import retained as queries
from huiyin.casework.queries import supervision as numbers
from huiyin.casework.rules.spans import Behind
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Tab
from huiyin.interfaces.desk import opened
from huiyin.interfaces.desk.faces import row_face
from huiyin.interfaces.desk.figure_words import link, opens_at
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.views import overseeing
from huiyin.interfaces.desk.views.matter import render_matter
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase

LISTS = ("asked", "due", "all")


@require_safe
@guarded
def kept(request: Asked) -> HttpResponse:
    """What waits for a second person, what is to be looked at again, all that is kept; and how much it is by town."""
    viewer, at = request.viewer, request.at
    viewer.need("matter.see")
    which = request.GET.get("show", "asked")
    which = which if which in LISTS else "asked"
    counts = queries.counts(viewer, at)
    tabs = [
        Tab(label=label("kept_list", key, language()), href=f"?show={key}", count=counts[key], here=key == which)
        for key in LISTS
    ]
    context = {"rows": queries.kept(viewer, at, which), "tabs": tabs, "which": which}
    return show(
        request,
        "desk/ways/kept.html",
        {**context, "shares": [_share(one, opens_at(viewer)) for one in queries.shares(viewer, at)]},
    )


def _share(found: queries.Share, opens: str) -> dict[str, Any]:
    """A town's line; both numbers open to their matters."""
    opened = Behind(found.wanted, "collected")
    kept = Behind(replace(found.wanted, only=(*found.wanted.only, queries.KEPT)), "collected")
    return {"found": found, "opened": link(opened, opens), "kept": link(kept, opens) if found.kept else ""}


@require_POST
@guarded
def decide(request: Asked, code: str, retention_id: UUID) -> HttpResponse:
    """Consent to keeping a matter, or say why not."""
    refusal, consent = request.POST.get("refusal", ""), request.POST.get("do") == "consent"

    def run() -> None:
        own = opened.own(request)
        common: dict[str, Any] = {"by": request.viewer, "at": request.at, "retention_id": retention_id}
        retaining.decide(**common, consent=consent, refusal=refusal, own=own)

    return _done(request, code, run, "retention", kept_typed=refusal)


@require_POST
@guarded
def longer(request: Asked, code: str) -> HttpResponse:
    """Propose to keep a kept matter longer: with a reason, a word to the resident and another day."""
    viewer, post = request.viewer, request.POST
    page = one.by_code(viewer, code, request.at)
    day: date | None = typed.day(post.get("review_date", ""))
    given: dict[str, Any] = {"reason": post.get("reason", ""), "reply": post.get("reply", ""), "review_date": day}

    def run() -> None:
        retaining.propose(by=viewer, at=request.at, matter_id=page.matter.id, given=given)

    return _done(request, code, run, "retain_proposed", kept_again=post)


@require_safe
@guarded
def numbered(request: Asked) -> HttpResponse:
    """The numbered list: number, matter, who has it, who watches, the deadline's shape; or what was struck off."""
    viewer: Viewer = request.viewer
    viewer.need("matter.see")
    struck = request.GET.get("show") == "struck"
    spoken = language()
    tabs = [
        Tab(label=label("numbered_list", "open", spoken), href="?", here=not struck),
        Tab(label=label("numbered_list", "struck", spoken), href="?show=struck", here=struck),
    ]
    rows = [
        {"number": row, "row": row.matter, "face": row_face(row.matter, request.at)}
        for row in numbers.numbered(viewer, struck=struck)
        if row.matter is not None
    ]
    return show(
        request,
        "desk/ways/numbered.html",
        {"rows": rows, "tabs": tabs, "struck": struck, "over": overseeing.tabs(request, "numbered")},
    )


@require_POST
@guarded
def strike(request: Asked, code: str, numbered_id: UUID) -> HttpResponse:
    """Strike a closed matter off the numbered list."""
    note = request.POST.get("note", "")

    def run() -> None:
        supervision.strike(by=request.viewer, at=request.at, numbered_id=numbered_id, note=note)

    return _done(request, code, run, "struck", strike_typed=note)


def _done(request: Asked, code: str, run: Any, said: str, **typed_again: Any) -> HttpResponse:
    """Do it and go back to the matter; what was refused is said on its page with what was typed."""
    try:
        run()
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "already_done":
            return redirect("desk:matter", code)
        more = {"way_refused": refused.sentence(language()), **typed_again}
        return render_matter(request, code, status=422, **more)
    messages.success(request, phrase("done", said, language()))
    return redirect("desk:matter", code)
