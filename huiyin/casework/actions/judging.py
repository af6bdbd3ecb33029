"""Whether an appeal is reasonable: decided before its outcome by another body, and looked at again once (SG-34).

The resident is told which and why, and may ask for the review; whoever reviews stands apart from the first as well.
"""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.holding import hold_if_about_officials
from huiyin.casework.actions.steps import find
from huiyin.casework.events import ReasonableJudged, ReasonableReviewed, ReviewAsked
from huiyin.casework.models import Determination, Matter
from huiyin.casework.queries.judging import FIRST, REVIEW
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import staff


@action
def judge_reasonable(
    *, by: Viewer, at: datetime, matter_id: UUID, reasonable: bool, reason: str, seen: int | None = None
) -> Matter:
    """Decide whether an appeal is reasonable, before its outcome, by another body, with a reason (R-212, SG-34).

    Raises Missing; Refused: not_allowed, judge_apart, already_done, needs_reason, outcome_known.
    """
    matter = find(by, matter_id, seen)
    by.need("matter.approve")
    if matter.answered_at is not None:
        raise Refused("outcome_known")
    if matter.reasonable is not None:
        raise Refused("already_done")
    _apart(by, matter)
    _decide(by, at, matter, FIRST, reasonable=reasonable, reason=reason)
    record(ReasonableJudged(subject=str(matter.id), reasonable=reasonable), by=by, at=at)
    return matter


@looking_as(OPEN)
@action
def ask_review(*, by: Viewer, at: datetime, matter_id: UUID, words: str) -> Matter:
    """The resident asks that “not reasonable” be looked at again; the door has checked the proof. Once.

    What they say about somebody in office holds the matter, as at every other door (SG-01).

    Raises Missing; Refused: review_none, review_asked, text_not_readable, text_too_long.
    """
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    first = matter.determinations.filter(number=FIRST).first()
    if first is None or first.reasonable or matter.held or matter.sealed:  # nothing is told of those either
        raise Refused("review_none")
    if first.asked_at is not None:
        raise Refused("review_asked")
    first.asked_at, first.asked_words = at, text.normalise(words, most=2000, field="words")
    first.save()
    matter.version += 1
    matter.save()
    record(ReviewAsked(subject=str(matter.id)), by=by, at=at)
    hold_if_about_officials(by=by, at=at, matter=matter, said=first.asked_words)
    return matter


@action
def review(
    *, by: Viewer, at: datetime, matter_id: UUID, reasonable: bool, reason: str, seen: int | None = None
) -> Matter:
    """Look once more at an appeal found not reasonable, because the resident asked: by neither the handler's body nor
    that of whoever decided first. It may be after the outcome: it can only turn out for the resident.

    Raises Missing; Refused: not_allowed, review_none, already_done, judge_apart, needs_reason.
    """
    matter = find(by, matter_id, seen)
    by.need("matter.approve")
    known = {row.number: row for row in matter.determinations.all()}
    first = known.get(FIRST)
    if first is None or first.asked_at is None:
        raise Refused("review_none")
    if REVIEW in known:
        raise Refused("already_done")
    _apart(by, matter)
    four_eyes.need_another(by, {first.by_id} | four_eyes.acted(ReasonableJudged, matter.id), "judge_apart")
    if staff.bodies_held(by) & {UUID(one) for one in first.body_ids}:
        raise Refused("judge_apart")
    _decide(by, at, matter, REVIEW, reasonable=reasonable, reason=reason)
    record(ReasonableReviewed(subject=str(matter.id), reasonable=reasonable), by=by, at=at)
    return matter


def _apart(by: Viewer, matter: Matter) -> None:
    parts = four_eyes.hands(matter.id, [matter.handler_id, matter.supervisor_id])
    if matter.owner_body_id in staff.bodies_held(by) or not four_eyes.is_another(by, parts):
        raise Refused("judge_apart")


def _decide(by: Viewer, at: datetime, matter: Matter, number: int, *, reasonable: bool, reason: str) -> None:
    why = text.normalise(reason, most=2000, field="reason")
    if not why:
        raise Refused("needs_reason", field="reason")
    Determination(
        matter=matter,
        number=number,
        reasonable=reasonable,
        reason=why,
        by_id=by.person_id,
        body_ids=sorted(str(one) for one in staff.bodies_held(by)),
        at=at,
    ).save(force_insert=True)
    matter.reasonable, matter.reasonable_why, matter.reasonable_by_id = reasonable, why, by.person_id
    matter.version += 1
    matter.save()
