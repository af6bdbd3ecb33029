"""What is said under entries of the echo wall, for a county's own programs: read by anybody, written by anybody."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Router
from ninja.decorators import decorate_view
from ninja.params.models import Query
from ninja.responses import Status

from huiyin.casework.queries import track
from huiyin.core.idempotency import once
from huiyin.core.viewer import Viewer
from huiyin.interfaces.api.keys import SENDER, Key, key_of, wait_for
from huiyin.interfaces.api.refusing import later, takes_json
from huiyin.interfaces.api.shapes import UNTAKEN, CommentIn, CommentOut, CommentsOut, Problem, SaidOut, plain
from huiyin.interfaces.common.asked import Asked
from huiyin.interfaces.common.network import client_address
from huiyin.interfaces.common.phrases import language
from huiyin.publication.actions import comments
from huiyin.publication.queries import entries
from huiyin.publication.rules.comments import says_undone
from huiyin.register.queries import staff

After = Annotated[str, Query("", max_length=100, description="The key of the next page, as the last one gave it")]
ROUTE = "api.comments"
COUNTER = "public.comment"
"""The page of an entry and this door count together what one network sends."""
router = Router(tags=["wall"])


@router.get("/{notice_id}/comments", response={200: CommentsOut, 404: Problem, 422: Problem})
def under(request: Asked, notice_id: UUID, after: After = "") -> Any:
    """What stands under an entry, the newest first, with its answers; `longest` is 0 where nothing can be said."""
    at = request.at
    found = entries.entry(Viewer.resident(language()), notice_id, at, after=after)
    return {
        "items": [plain(one, CommentOut) for one in found.comments],
        "after": found.after,
        "longest": found.page.longest if found.page else 0,
    }


@router.post(
    "/{notice_id}/comments",
    response={201: SaidOut, 404: Problem, **UNTAKEN},
)
@decorate_view(takes_json)
def say(request: Asked, notice_id: UUID, words: CommentIn, key: Key = "") -> Any:
    """Say something under an entry: it waits until somebody without a part in the matter has looked at it. What speaks
    about somebody in office becomes a confidential matter instead; the proof opens either.
    """
    at = request.at
    uuid = key_of(key)
    if wait := wait_for(COUNTER, uuid, route=ROUTE, address=client_address(request), at=at):
        return later(wait)
    slip, by = f"api.comment:{uuid}", staff.under_edition(Viewer.resident(language()), at)
    body = f"{notice_id} ".encode() + request.body
    told = once(
        key=uuid,
        route=ROUTE,
        sender=SENDER,
        body=body,
        at=at,
        run=lambda: _said(by, at, notice_id, words.text, slip),
    )
    return Status(201, told | {"proof": track.proof_of(by, slip)})


def _said(by: Viewer, at: datetime, notice_id: UUID, text: str, slip: str) -> dict[str, Any]:
    """Keep it as a comment or, by its words, as a held matter."""
    done = entries.done(by, notice_id, at)
    row = comments.say(by=by, at=at, notice_id=notice_id, said=text, slip=slip)
    if row is None:
        return {"became": "matter", "look_by": None, "says_undone": False}
    return {"became": "comment", "look_by": row.look_by.isoformat(), "says_undone": done and says_undone(text)}
