"""Residents' matters: intake without an account, and the state for whoever holds the proof."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router
from ninja.params.models import Header
from ninja.responses import Status

from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.queries import receipts, track
from huiyin.core.idempotency import once
from huiyin.core.throttle import Wait, allow
from huiyin.core.viewer import Viewer
from huiyin.interfaces.api.shapes import OpenedOut, Problem, TrackedOut, WordsIn, plain
from huiyin.interfaces.common.network import client_address
from huiyin.interfaces.common.phrases import language
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import say

Key = Annotated[
    str,
    Header("", alias="Idempotency-Key", description="A UUID made by the sender", format="uuid"),
]
Proof = Annotated[str, Header("", alias="Proof", description="The proof that came with the receipt")]
router = Router(tags=["matters"])
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
PER_MINUTE = 30
TRIES = 30


@router.post("", response={201: OpenedOut, 400: Problem, 409: Problem, 413: Problem, 422: Problem, 429: Problem})
def open_one(
    request: HttpRequest,
    words: WordsIn,
    key: Key = "",
) -> Any:
    """Open a matter. The same key and body get the same answer; another body under the key is refused (409)."""
    at: datetime = request.at  # type: ignore[attr-defined]  # set by our middleware
    wait = allow("intake", client_address(request), limit=PER_MINUTE, window=A_MINUTE, at=at)
    if wait is not None:
        return later(wait)
    uuid = _key(key)
    slip = f"api:{uuid}"
    result = once(
        key=uuid,
        route="api.matters",
        sender="resident",
        body=request.body,
        at=at,
        run=lambda: _open(words, slip, at),
    )
    # The proof is reckoned from the key, with a secret that is not in the database; it is kept nowhere.
    return Status(201, result | {"proof": track.proof_of(Viewer.resident(), slip)})


def _open(words: WordsIn, slip: str, at: datetime) -> dict[str, Any]:
    by = Viewer.resident(language())
    opened = open_matter(
        by=by,
        at=at,
        words=Words(
            text=words.text,
            subject=words.subject,
            channel=words.channel,
            place_code=words.place_code,
            reporter_name=words.reporter_name,
            reporter_phone=words.reporter_phone,
            disclosure="anonymous" if words.anonymous else "named",
            slip=slip,
        ),
    )
    matter = opened.matter
    return {
        "code": matter.code,
        "received_at": at.isoformat(),
        "due_at": matter.due_at.isoformat() if matter.due_at else None,
        "due_provisional": matter.due_provisional,
        "receipt": receipts.receipt(by, matter.id),
    }


@router.get("/{code}", response={200: TrackedOut, 404: Problem, 429: Problem})
def track_one(
    request: HttpRequest,
    code: str,
    proof: Proof = "",
) -> Any:
    """One matter, for whoever holds its proof. Wrong code, wrong proof and sealed answer alike."""
    at: datetime = request.at  # type: ignore[attr-defined]  # set by our middleware
    wait = allow("track", client_address(request), limit=TRIES, window=A_MINUTE, at=at)
    if wait is not None:
        return later(wait)
    found = track.by_proof(Viewer.resident(language()), proof[:64], at)
    if found.code != code:
        raise Missing
    return plain(found, TrackedOut)


def later(wait: Wait) -> HttpResponse:
    """429 with Retry-After."""
    body = {"error": "too_many", "sentence": say("too_many", language(), seconds=wait.seconds), "field": ""}
    answer = JsonResponse(body, status=429, json_dumps_params={"ensure_ascii": False})
    answer.headers["Retry-After"] = str(wait.seconds)
    return answer


def _key(text: str) -> UUID:
    try:
        return UUID(text.strip())
    except ValueError as problem:
        raise Refused("not_a_key", field="Idempotency-Key") from problem
