"""A second person approves an answer before it goes out, or sends it back with a reason (R-177)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.casework.actions import approved
from huiyin.casework.actions.steps import find, standing, tidy
from huiyin.casework.events import ReplyDecided, ReplyProposed
from huiyin.casework.models import ReplyDraft
from huiyin.casework.queries.books import actor_of
from huiyin.casework.rules import flow
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

OPEN_STATES = ("waiting", "approved")


@action
def propose(
    *, by: Viewer, at: datetime, matter_id: UUID, given: Mapping[str, Any], seen: int | None = None
) -> ReplyDraft:
    """Put an answer to a second person: whoever may answer the matter now; a newer version replaces the older one.

    The same words again are the same version. Raises Missing; Refused: approval_not_asked, and as the step `answer`.
    """
    matter = find(by, matter_id, seen)
    clean = tidy(given)
    if not approved.wanted(matter, clean):
        raise Refused("approval_not_asked")
    page = version(matter.rulebook_id).matters(matter.programme)
    flow.take_step(
        matters=page,
        standing=standing(by, matter, clean, at, "answer"),
        name="answer",
        actor=actor_of(by),
        given=clean,
    )
    if by.person_id is None:
        raise Refused("not_allowed", verb="matter.reply")
    rows = list(ReplyDraft.objects.select_for_update(of=("self",)).filter(matter=matter).order_by("number"))
    said = (clean["reply"], clean.get("public_text", ""))
    for row in rows:
        if row.state not in OPEN_STATES:
            continue
        if (row.text, row.public_text) == said:
            return row
        row.state = "replaced"
        row.save()
    draft = ReplyDraft(
        matter=matter, number=len(rows) + 1, text=said[0], public_text=said[1], by_id=by.person_id, at=at
    )
    draft.save(force_insert=True)
    record(ReplyProposed(subject=str(matter.id), draft=str(draft.id), number=draft.number), by=by, at=at)
    return draft


@action
def decide(*, by: Viewer, at: datetime, draft_id: UUID, approve: bool, reason: str = "") -> ReplyDraft:
    """Approve a version as it stands, or send it back with a reason.

    Never whoever wrote it, handles the matter or will ring about it. Raises Missing; Refused: not_allowed,
    approve_own, already_done, needs_reason.
    """
    row = ReplyDraft.objects.filter(id=draft_id).first()
    if row is None:
        raise Missing
    matter = find(by, row.matter_id)
    by.need("matter.approve")
    row = ReplyDraft.objects.select_for_update(of=("self",)).get(id=draft_id)
    wrote = {row.by_id} | four_eyes.acted(ReplyProposed, matter.id, draft=str(row.id))
    parts = four_eyes.hands(matter.id, [matter.handler_id, matter.caller_id])
    four_eyes.need_another(by, wrote | parts, "approve_own")
    if row.state != "waiting":
        raise Refused("already_done")
    why = text.normalise(reason, most=2000, field="reason")
    if not approve and not why:
        raise Refused("needs_reason", field="reason")
    row.state, row.reason = "approved" if approve else "refused", why
    row.decided_by_id, row.decided_at = by.person_id, at
    row.save()
    record(ReplyDecided(subject=str(matter.id), draft=str(row.id), approved=approve), by=by, at=at)
    return row
