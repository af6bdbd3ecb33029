"""The register of suggestions: decided on with a reason, and what came of it."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.steps import find
from huiyin.casework.events import SuggestionDecided, SuggestionResulted
from huiyin.casework.models import Adoption, Matter
from huiyin.casework.rules import suggestions as rules
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused


@action
def decide(*, by: Viewer, at: datetime, matter_id: UUID, decision: str, reason: str) -> Adoption:
    """Decide whether a suggestion is taken up. It is no answer yet: that is sent as of any matter.

    Raises Missing; Refused: not_allowed, already_done, needs_decision, needs_reason, text_too_long.
    """
    matter = _suggestion(by, matter_id)
    by.need("matter.approve")
    if Adoption.objects.filter(matter=matter).exists():
        raise Refused("already_done")
    for wrong in rules.faults(decision=decision, reason=reason):
        raise wrong
    row = Adoption(
        matter=matter,
        decision=decision,
        reason=text.normalise(reason, most=2000, least=1, field="reason"),
        by_id=by.person_id,
        at=at,
    )
    row.save(force_insert=True)
    record(SuggestionDecided(subject=str(matter.id), decision=decision), by=by, at=at)
    return row


@action
def write_result(*, by: Viewer, at: datetime, matter_id: UUID, result: str) -> Adoption:
    """Say what came of a suggestion that was taken up: its handler, or who decides.

    Raises Missing; Refused: not_allowed, not_decided, already_done, text_empty, text_too_long.
    """
    matter = _suggestion(by, matter_id)
    if matter.handler_id not in by.persons:
        by.need("matter.approve")
    row = Adoption.objects.select_for_update().filter(matter=matter).first()
    if row is None or row.decision not in rules.WITH_RESULT:
        raise Refused("not_decided")
    if row.result_at is not None:
        raise Refused("already_done")
    row.result = text.normalise(result, most=2000, least=1, field="result")
    row.result_at, row.result_by_id = at, by.person_id
    row.save()
    record(SuggestionResulted(subject=str(matter.id)), by=by, at=at)
    return row


def _suggestion(by: Viewer, matter_id: UUID) -> Matter:
    """An ordinary matter in sight whose nature stands in the register. Raises Missing."""
    matter = find(by, matter_id)
    nature = version(matter.rulebook_id).matters(matter.programme).natures.get(matter.nature)
    if matter.held or matter.sealed or nature is None or not nature.suggestion:
        raise Missing
    return matter
