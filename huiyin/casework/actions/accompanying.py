"""Accompaniment at a first petition is the resident's to accept; the official learns of it only then (R-219, SG-02)."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.aside import opened
from huiyin.casework.actions.steps import find
from huiyin.casework.events import AccompanimentAnswered
from huiyin.casework.events.asking import AccompanimentEnded
from huiyin.casework.models import Accompaniment, Matter
from huiyin.casework.queries.accompanying import is_offered
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries import people

ANSWERS = ("accepted", "declined")
OUTCOMES = ("came", "missed")


@action
def answer(*, by: Viewer, at: datetime, matter_id: UUID, answer: str) -> Accompaniment:
    """Write down what the resident said when they were offered an official to go along. Once; a later yes is a call.

    Raises Missing; Refused: not_allowed, value_unknown, accompaniment_not_offered, already_done,
    accompaniment_no_household.
    """
    matter = find(by, matter_id)
    by.need("matter.open")
    if answer not in ANSWERS:
        raise Refused("value_unknown", field="answer")
    if Accompaniment.objects.filter(matter=matter).exists():
        raise Refused("already_done")
    if not is_offered(by, matter, at):
        raise Refused("accompaniment_not_offered")
    row = Accompaniment(matter=matter, answer=answer, by_id=by.person_id, at=at, answered_at=at)
    if answer == "accepted":
        row.household_id = _household(matter, at)
    row.save(force_insert=True)
    record(AccompanimentAnswered(subject=str(matter.id), answer=answer), by=by, at=at)
    return row


@action
def tell(*, by: Viewer, at: datetime, matter_id: UUID, outcome: str) -> Accompaniment:
    """Write down what the resident says afterwards: the official came along, or did not. Once, and only where company
    was wanted; who did not want it is asked nothing (SG-02).

    Raises Missing; Refused: not_allowed, value_unknown, accompaniment_not_offered, already_done.
    """
    matter = find(by, matter_id)
    by.need("matter.open")
    if outcome not in OUTCOMES:
        raise Refused("value_unknown", field="answer")
    row = Accompaniment.objects.select_for_update(of=("self",)).filter(matter=matter, answer="accepted").first()
    if row is None or matter.held or matter.sealed:
        raise Refused("accompaniment_not_offered")
    if row.outcome:
        raise Refused("already_done")
    row.outcome, row.outcome_by_id, row.outcome_at = outcome, by.person_id, at
    row.save()
    record(AccompanimentEnded(subject=str(matter.id), outcome=outcome), by=by, at=at)
    return row


def _household(matter: Matter, at: datetime) -> UUID:
    """The household of who reported it, by their number."""
    party = matter.parties.filter(role="reporter").first()
    phone = opened(party, "phone") if party is not None else ""
    found = people.by_phone(Viewer.system("accompaniment"), phone, at) if phone else ()
    household = next((one.household_id for one in found if one.household_id), None)
    if household is None:
        raise Refused("accompaniment_no_household")
    return household
