"""The whole file of a matter: who held it when, what was promised, what was done; as PDF with proof from the log."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.actions.archive import take_out
from huiyin.casework.queries import history, keeping
from huiyin.casework.queries.history import Story
from huiyin.casework.rules import codes
from huiyin.casework.rules.hands import Hand, Promise
from huiyin.core import proofs
from huiyin.interfaces.common import downloads, reading, typed
from huiyin.interfaces.common.paper import case
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.timeline import timeline
from huiyin.programme.refusal import Refused
from huiyin.programme.words import label


@require_safe
@guarded
def file(request: Asked, code: str) -> HttpResponse:
    """The page. `on` is a day to go back to: in whose hands it lay then, and what had been promised."""
    return _page(request, code)


@require_POST
@guarded
def taken(request: Asked, code: str) -> HttpResponse:
    """The file as PDF, or its proof alone; who took it and why is written down first."""
    viewer, at = request.viewer, request.at
    found = history.story(viewer, code, at)
    reading.within(viewer, found.page, at)
    what, reason = request.POST.get("what", "file")[:10], request.POST.get("reason", "")[:300]
    try:
        matter = take_out(by=viewer, at=at, matter_id=found.page.matter.id, what=what, reason=reason)
    except Refused as refused:
        if refused.code != "needs_reason":
            raise
        return _page(request, code, problem=refused.sentence(language()), status=422)
    proof = proofs.proof(str(matter.id))
    if what == "proof":
        answer = HttpResponse(proof.text(), content_type="application/jsonl; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="proof-{matter.code}.jsonl"'
        return answer
    context = _told(request, found)
    made = case.pdf(found.page, context, proof, at)
    return downloads.pdf(made, f"file-{matter.code}", keep=True)


def _page(request: Asked, code: str, *, problem: str = "", status: int = 200) -> HttpResponse:
    found = history.story(request.viewer, code, request.at)
    reading.within(request.viewer, found.page, request.at)
    kept = keeping.until(request.viewer, found.page.matter, request.at)
    context = _told(request, found) | {
        "kept_until": kept,
        "story": found,
        "problem": problem,
        "then": _then(request, found),
    }
    return show(request, "desk/figures/file.html", context, status=status)


def _told(request: Asked, found: Story) -> dict[str, Any]:
    at = request.at
    return {
        "page": found.page,
        "matter": found.page.matter,
        "hands": [_hand(one, at) for one in found.hands],
        "promises": [_promise(one, at) for one in found.promises],
        "steps": timeline(found.page, at),
        "code": codes.spoken(found.page.matter.code),
    }


def _hand(one: Hand, at: datetime) -> dict[str, Any]:
    return {
        "who": " ".join(part for part in (one.body, one.person) if part),
        "waits": label("waits", one.waits, language()),
        "from_": one.from_,
        "until": one.until,
        "days": int(one.seconds(at) // 86_400),
        "hours": int(one.seconds(at) % 86_400 // 3_600),
        "missed": one.missed,
        "steps": [label("step", name, language()) for name in one.steps],
    }


def _promise(one: Promise, at: datetime) -> dict[str, Any]:
    if one.missed_at is not None or (one.runs_on(at) and one.due_at <= at):
        state = "late"
    elif one.met_at is not None:
        state = "kept"
    else:
        state = "running" if one.runs_on(at) else "ended"
    return {"one": one, "state": state, "words": label("promise_state", state, language())}


def _then(request: Asked, found: Story) -> dict[str, Any]:
    """What stood at the end of a day."""
    day = typed.day(request.GET.get("on", ""))
    if day is None or not date(1990, 1, 1) <= day <= date(2999, 1, 1):
        return {}
    zone = found.page.rulebook.county.tz
    moment = datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)
    hand = next((one for one in found.hands if one.covers(moment)), None)
    return {
        "day": day,
        "hand": _hand(hand, moment) if hand else None,
        "promises": [(one.name, one.due_on(moment)) for one in found.promises if one.runs_on(moment)],
    }
