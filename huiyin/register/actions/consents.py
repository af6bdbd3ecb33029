"""Whether a number may be written to unasked: said at the desk, or by the household itself with its key (SG-16)."""

from datetime import datetime
from uuid import UUID

from huiyin.channels.queries import messages
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.vault import Shredded
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import dated
from huiyin.register.actions.categories import household_to_correct
from huiyin.register.events import PhoneConsentSaid
from huiyin.register.models import Household, Phone, PhoneConsent
from huiyin.register.models.people import CONSENTS, PURPOSES
from huiyin.register.models.periods import standing
from huiyin.register.queries import household_file as ask
from huiyin.register.queries.days import today


@action
def say(*, by: Viewer, at: datetime, household_id: UUID, phone_id: UUID, purpose: str, said: str) -> bool:
    """Write down what somebody of a household said of a number of theirs: `agreed` or `declined`, for one purpose.

    Said again it changes nothing: False. Raises Missing; Refused: value_unknown, number_stopped.
    """
    household = household_to_correct(by, household_id, today(by, at))
    return _say(by, at, household, phone_id, purpose, said, "desk")


@action
def say_by_key(*, by: Viewer, at: datetime, key: str, phone_id: UUID, purpose: str, said: str) -> bool:
    """The household itself gives its consent or takes it back, by its key. As `say`; Missing for a wrong key."""
    return _say(by, at, ask.household_of_key(by, key, at), phone_id, purpose, said, "self")


def _say(by: Viewer, at: datetime, household: Household, phone_id: UUID, purpose: str, said: str, source: str) -> bool:
    if purpose not in PURPOSES or said not in CONSENTS:
        raise Refused("value_unknown", field="said")
    day = today(by, at)
    phone = Phone.objects.filter(standing(day), pk=phone_id, person__in=household.people(day)).first()
    if phone is None:
        raise Missing
    if said == "agreed" and _stopped(by, phone):
        # What was said from the number itself stands above what somebody says for it.
        raise Refused("number_stopped", field="said")
    rows = PhoneConsent.objects.filter(person_id=phone.person_id, blind=phone.blind, purpose=purpose)
    former = rows.filter(until=None, replaced_at=None).select_for_update(of=("self",)).first()
    if former is not None and former.said == said:
        return False
    if former is not None:
        dated.end(former, day, at)
    row = PhoneConsent(person_id=phone.person_id, blind=phone.blind, purpose=purpose, said=said, source=source)
    row.since, row.recorded_at, row.by_id = day, at, by.person_id
    row.save(force_insert=True)
    record(PhoneConsentSaid(subject=str(row.person_id), purpose=purpose, said=said, source=source), by=by, at=at)
    return True


def _stopped(by: Viewer, phone: Phone) -> bool:
    """Whether the number itself asked for no more messages."""
    try:
        number = phone.opened()
    except Shredded as problem:
        raise Missing from problem
    return bool(messages.stopped(by, "sms", [number]))
