"""Looking up: by code and the phone's last four digits the state, by the proof all of it; answering the call-back."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.actions import dismissing, feedback, judging, withdrawing
from huiyin.casework.actions.feedback import opened_by_resident, resident_word
from huiyin.casework.actions.files import give
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.promises import resident_tells
from huiyin.casework.queries import files, sides
from huiyin.casework.queries import judging as judged
from huiyin.casework.queries import track as tracking
from huiyin.casework.queries.promises import promised_to
from huiyin.casework.queries.track import Tracked
from huiyin.casework.rules.codes import TRIES_AN_HOUR, keyed_in, meant_as_proof, read_code, read_proof
from huiyin.casework.rules.files import FROM_RESIDENTS
from huiyin.core.throttle import allow
from huiyin.core.vault import Shredded
from huiyin.interfaces.common import uploads
from huiyin.interfaces.common.forms_once import once_each
from huiyin.interfaces.common.network import client_address
from huiyin.interfaces.common.pages import not_found, problem
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.public import shown
from huiyin.interfaces.public.forms import JudgeForm, KeptForm, MoreForm, TrackForm, TurnForm, fresh, key_of
from huiyin.interfaces.public.frame import Request, page
from huiyin.interfaces.public.views import comment, side
from huiyin.interfaces.public.waiting import later
from huiyin.interfaces.public.words import word
from huiyin.programme.clock import explain
from huiyin.programme.refusal import Missing, Refused

A_MINUTE = 60
SENDER = "public"
NAMES = {"text": "more", "note": "more"}
TURN_NAMES = {"note": "words"}
MOVED = frozenset({"already_closed", "step_not_allowed", "step_past"})
"""What is refused because the matter went on since the page was opened: its own sentences tell staff what to do."""


@require_http_methods(["GET", "HEAD", "POST"])
def track(request: Request) -> HttpResponse:
    """The form, and what it finds. Wrong code, wrong digits, foreign and sealed are one answer."""
    if request.method != "POST":
        return page(request, "track_form", {"form": TrackForm()})
    form = TrackForm(request.POST)
    form.is_valid()
    code, key = form.cleaned_data["code"].strip(), form.cleaned_data["key"].strip()
    if request.POST.get("proof"):  # the card's own address, sent by its script
        key = request.POST["proof"].strip()
    written = {"key": keyed_in(key[:40]), "code": keyed_in(code[:40])}
    proof = read_proof(written["key"]) or read_proof(written["code"])
    try:
        if proof:
            return _by_proof(request, form, proof, code)
        for field, typed in written.items():
            if meant_as_proof(typed):
                raise Refused("proof_mistyped", field=field, n=len(typed))
        return _by_phone_end(request, form, code, key)
    except Missing:
        return page(request, "track_form", {"form": form, "missing": True}, status=404)
    except Refused as refused:
        form.refuse(refused)
        return page(request, "track_form", {"form": form}, status=422)


@require_POST
def more(request: Request) -> HttpResponse:
    """More words for a matter; where they were asked for, it goes on."""
    form = MoreForm(request.POST)
    form.is_valid()
    words = form.cleaned_data["more"]
    given = uploads.sent(request, FROM_RESIDENTS)
    if given.any:
        form.files_again()
    uploads.refuse(form, given)

    def run(found: Tracked) -> dict[str, Any]:
        matter = add_words(by=request.viewer, at=request.at, matter_id=found.id, words=words)
        give(by=request.viewer, at=request.at, matter_id=found.id, given=given.files)
        return {"id": str(matter.id)}

    return _act(request, form, "public.more", run, said="added", mark=given.mark, more=form)


@require_POST
def file(request: Request, file_id: UUID) -> HttpResponse:
    """A file of a matter, by its proof: saved by the browser, never shown. Anything else is what does not exist."""
    try:
        found = files.by_proof(request.viewer, request.POST.get("proof", "")[:40], file_id)
        return uploads.handed_out(found.file)
    except (Missing, Shredded):
        return not_found(request)
    except Refused as refused:
        return problem(request, 409, detail=refused.sentence(language()))


@require_POST
def judge(request: Request) -> HttpResponse:
    """The resident's word: it closes the matter, or opens it again."""
    form = JudgeForm(request.POST)
    form.is_valid()

    def run(found: Tracked) -> dict[str, Any]:
        said = form.said()
        return {"id": str(resident_word(by=request.viewer, at=request.at, matter_id=found.id, source="web", **said).id)}

    return _act(request, form, "public.judge", run, said="judged", judge=form)


@require_POST
def promise(request: Request) -> HttpResponse:
    """Whether what was promised was kept: "no" takes the matter up again."""
    form = KeptForm(request.POST, auto_id="id_kept_%s")
    form.is_valid()

    def run(found: Tracked) -> dict[str, Any]:
        promise_id, kept, words = form.said()
        by, at = request.viewer, request.at
        row = resident_tells(by=by, at=at, matter_id=found.id, promise_id=promise_id, kept=kept, words=words)
        return {"id": str(row.id)}

    return _act(request, form, "public.promise", run, said="kept", kept=form)


@require_POST
def review(request: Request) -> HttpResponse:
    """The resident asks that “not reasonable” be looked at again by another body (SG-34)."""
    return _turn(request, "public.review", judging.ask_review, said="review")


@require_POST
def withdraw(request: Request) -> HttpResponse:
    """The resident takes their matter back: true only when they had time to think again."""
    return _turn(request, "public.withdraw", withdrawing.ask, said="withdrawn")


@require_POST
def stay(request: Request) -> HttpResponse:
    """They changed their mind in time."""
    form = TurnForm(request.POST, auto_id="id_turn_%s")
    form.is_valid()

    def run(found: Tracked) -> dict[str, Any]:
        return {"id": str(withdrawing.stay(by=request.viewer, at=request.at, matter_id=found.id).id)}

    return _act(request, form, "public.stay", run, said="stays", turn=form)


@require_POST
def take_up(request: Request) -> HttpResponse:
    """The resident wants a matter they took back handled after all."""
    return _turn(request, "public.take_up", feedback.take_up, said="taken_up")


@require_POST
def objected(request: Request) -> HttpResponse:
    """The resident does not accept that their matter is kept, or ended unlooked at: it comes back into the queue."""
    return _turn(request, "public.objected", dismissing.objected, said="taken_up")


def opened(
    request: Request,
    proof: str,
    *,
    found: Tracked | None = None,
    said: str = "",
    reach: str = "",
    words: str = "",
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    """The whole page of one matter, read anew unless just `found`. Opening it with the proof delivers an answer that
    waited. `reach` is what became of the number on a form whose words went here: "kept", "left", or "own" for none.
    `words` were typed in a form that the page may show no more: they stand in whichever it shows.
    """
    found = found or tracking.by_proof(request.viewer, proof, request.at)
    if found.waits:
        opened_by_resident(by=request.viewer, at=request.at, matter_id=found.id)
    new = fresh()
    hidden = {"proof": proof, "again": new["key"]}
    turn = forms.get("turn") or TurnForm(initial={**hidden, "words": words}, auto_id="id_turn_%s")
    if found.may_take_up or found.kept or found.dismissed:
        turn["words"].label = word("words_objecting" if found.kept or found.dismissed else "words_again")
    judge = forms.get("judge") or JudgeForm(initial={**hidden, "words": words})
    context = {
        **_shown(found),
        "said": said,
        "reach": reach,
        "words": words,
        "proof": proof,
        "more": forms.get("more") or MoreForm(initial={**hidden, "more": words}),
        "judge": judge.on(tracking.grades(request.viewer, found)),
        "turn": turn,
        "decided": (decided := judged.of_resident(request.viewer, found.id)),
        "may_ask_review": judged.may_ask(request.viewer, decided),
        "kept": forms.get("kept") or KeptForm(initial=hidden, auto_id="id_kept_%s"),
        "promises": promised_to(request.viewer, found.id, found.laid),
        "again": hidden["again"],
        "slip": new["slip"],
        "leaf": tracking.receipt(request.viewer, found.id),
    }
    return page(request, "matter", context, status=status)


def _turn(request: Request, route: str, turn: Callable[..., Any], *, said: str) -> HttpResponse:
    """What a resident says with words of their own, and nothing else, that turns their matter."""
    form = TurnForm(request.POST, auto_id="id_turn_%s")
    form.is_valid()
    words = form.cleaned_data["words"]

    def run(found: Tracked) -> dict[str, Any]:
        return {"id": str(turn(by=request.viewer, at=request.at, matter_id=found.id, words=words).id)}

    return _act(request, form, route, run, said=said, turn=form)


def _act(
    request: Request,
    form: MoreForm | JudgeForm | TurnForm | KeptForm,
    route: str,
    run: Callable[[Tracked], dict[str, Any]],
    *,
    said: str,
    mark: str = "",
    **forms: Any,
) -> HttpResponse:
    """Do one thing to the matter of a proof, once for each form, and show the matter again.

    `mark` stands for the files that came with the form; a form with errors does nothing.
    """
    proof = read_proof(form.cleaned_data["proof"][:40])
    try:
        if proof is None:
            raise Missing
        found = tracking.by_proof(request.viewer, proof, request.at)
        if form.errors:
            return opened(request, proof, status=422, **forms)
        once_each(
            key=key_of(form.cleaned_data["again"]),
            route=route,
            sender=SENDER,
            body=json.dumps([*sorted(form.cleaned_data.items()), *([mark] if mark else [])]).encode(),
            at=request.at,
            run=lambda: run(found),
        )
    except Missing:
        return page(request, "track_form", {"form": TrackForm(), "missing": True}, status=404)
    except Refused as refused:
        words = form.cleaned_data.get("words") or form.cleaned_data.get("more", "")
        moved = Refused("moved_meanwhile") if refused.code in MOVED else refused
        form.refuse(moved, TURN_NAMES if isinstance(form, TurnForm) else NAMES)
        return opened(request, proof or "", words=words, status=422, **forms)
    return opened(request, proof, said=said)


def _by_proof(request: Request, form: TrackForm, proof: str, code: str) -> HttpResponse:
    wait = allow("public.proof", client_address(request), limit=A_MINUTE, window=timedelta(minutes=1), at=request.at)
    if wait:
        return later(request, "track_form", wait, form)
    try:
        found = tracking.by_proof(request.viewer, proof, request.at)
    except Missing:  # or that of a side of a dispute, or of a comment
        return _by_other_proof(request, proof, code)
    _of_code(code, found.code)
    return opened(request, proof, found=found)


def _by_other_proof(request: Request, proof: str, code: str) -> HttpResponse:
    """What a proof opens that is no matter's. Raises Missing."""
    try:
        one = sides.by_proof(request.viewer, proof, request.at)
    except Missing:
        if code and read_proof(keyed_in(code[:40])) is None:  # a comment has no code
            raise
        return comment.own(request, proof)
    _of_code(code, one.code)
    return side.shown(request, proof, found=one)


def _of_code(typed: str, code: str) -> None:
    """A code that was typed beside a proof is its own. Raises Missing."""
    if typed and read_proof(keyed_in(typed[:40])) is None and read_code(typed) != code:
        raise Missing


def _by_phone_end(request: Request, form: TrackForm, code: str, key: str) -> HttpResponse:
    if not code:
        raise Refused("code_missing", field="code")
    if not key:
        raise Refused("last_four_missing", field="key")
    counted = read_code(code[:40]) or "".join(code.split())[:40]
    wait = allow("public.track", counted, limit=TRIES_AN_HOUR, window=timedelta(hours=1), at=request.at)
    if wait:
        return later(request, "track_form", wait, form)
    try:
        found = tracking.by_phone_end(request.viewer, code[:60], key[:20], request.at)
    except Missing:  # or of the other side of a dispute
        return side.shown(request, "", found=sides.by_phone_end(request.viewer, code[:60], key[:20], request.at))
    return page(request, "matter", {**_shown(found), "said": ""})


def _shown(found: Tracked) -> dict[str, Any]:
    return {
        "found": found,
        "late": found.late,
        "due": shown.last_day(found.due_at),
        "first_due": shown.last_day(found.first_due_at),
        "face": shown.face(found.reading, extended=found.extended),
        "steps": shown.steps(found),
        "sum": explain(found.deadline.sum, language()) if found.deadline else "",
        "promised": found.promised,
        "promised_what": shown.owed(found),
    }
