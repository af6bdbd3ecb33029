"""Residents' matters: intake without an account, and the state for whoever holds the proof."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Router
from ninja.decorators import decorate_view
from ninja.params.models import Header
from ninja.responses import Status

from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.recurring import said_again
from huiyin.casework.queries import receipts, track
from huiyin.casework.queries.left_out import LeftOut, left_out
from huiyin.casework.rules.codes import read_proof
from huiyin.core.idempotency import once
from huiyin.core.throttle import allow
from huiyin.core.viewer import Viewer
from huiyin.interfaces.api.keys import A_MINUTE, SENDER, Key, key_of, wait_for
from huiyin.interfaces.api.refusing import later, takes_json
from huiyin.interfaces.api.shapes import UNTAKEN, OpenedOut, Problem, TrackedOut, WordsIn, plain
from huiyin.interfaces.common.asked import Asked
from huiyin.interfaces.common.by_number import within_a_day
from huiyin.interfaces.common.network import client_address
from huiyin.interfaces.common.phrases import language
from huiyin.programme.refusal import Missing
from huiyin.register.queries import staff

Proof = Annotated[str, Header("", alias="Proof", description="The proof that came with the receipt")]
router = Router(tags=["matters"])
TRIES = 30

ROUTE, COUNTER = "api.matters", "intake"


@router.post(
    "",
    response={201: OpenedOut, **UNTAKEN},
)
@decorate_view(takes_json)
def open_one(
    request: Asked,
    words: WordsIn,
    key: Key = "",
) -> Any:
    """Open a matter. The same key and body get the same answer; another body under the key is refused (409).

    With `earlier_proof` the words go to that matter while it is open or was closed lately; then code and proof are its.
    So they are where the words go to an open one that was asked for after it (`added_later`): its own it has got.
    """
    at = request.at
    uuid = key_of(key)
    wait = wait_for(COUNTER, uuid, route=ROUTE, address=client_address(request), at=at)
    if wait is not None:
        return later(wait)
    slip = f"api:{uuid}"
    said, by = _words(words, slip), staff.under_edition(Viewer.resident(language()), at)
    parts, person = (words.text, words.subject), (words.reporter_name, words.reporter_phone)
    gone = left_out(by, at, channel=words.channel, said=parts, person=person)
    result = once(
        key=uuid,
        route=ROUTE,
        sender=SENDER,
        body=request.body,
        at=at,
        run=lambda: _open(by, at, said, gone, earlier=words.earlier_proof),
    )
    # The proof is reckoned from the key, with a secret that is not in the database; it is kept nowhere.
    # So is what is said of the words, so that it is kept nowhere.
    told = {"left_out": gone.all if gone else 0}
    gone_on = result.get("became", "new") != "new"
    proof = read_proof(words.earlier_proof) if gone_on else track.proof_of(Viewer.resident(), slip)
    return Status(201, result | told | {"proof": proof})


def _words(words: WordsIn, slip: str) -> Words:
    return Words(
        text=words.text,
        subject=words.subject,
        channel=words.channel,
        place_code=words.place_code,
        reporter_name=words.reporter_name,
        reporter_phone=words.reporter_phone,
        disclosure="anonymous" if words.anonymous else "named",
        slip=slip,
    )


def _open(by: Viewer, at: datetime, words: Words, gone: LeftOut | None, *, earlier: str) -> dict[str, Any]:
    """Open it, or go on with the earlier matter of that proof. Raises Refused("earlier_unknown")."""
    before = track.earlier_by_proof(by, earlier, at)
    if words.disclosure != "anonymous" and gone is None:  # of what was said in public no number is even counted
        within_a_day(words.reporter_phone, at)
    if before is not None:
        again = said_again(by=by, at=at, matter_id=before.id, words=words)
        matter, became = again.held, again.became
    else:
        matter, became = open_matter(by=by, at=at, words=words).matter, "new"
    return {
        "became": became,
        "code": matter.code,
        "received_at": at.isoformat(),
        "due_at": matter.due_at.isoformat() if matter.due_at else None,
        "due_provisional": matter.due_provisional,
        "receipt": receipts.receipt(by, matter.id),
    }


@router.get("/{code}", response={200: TrackedOut, 404: Problem, 429: Problem})
def track_one(
    request: Asked,
    code: str,
    proof: Proof = "",
) -> Any:
    """One matter, for whoever holds its proof. Wrong code, wrong proof and sealed answer alike."""
    at = request.at
    wait = allow("track", client_address(request), limit=TRIES, window=A_MINUTE, at=at)
    if wait is not None:
        return later(wait)
    found = track.by_proof(Viewer.resident(language()), proof[:64], at)
    if found.code != code.replace("-", ""):
        raise Missing
    return plain(found, TrackedOut) | {"due_provisional": found.provisional}
