"""Looking for who was left out, with the same effort as for who is to be taken out (SG-15)."""

import secrets
from datetime import datetime
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.events import NeedLookAnswered, NeedLookDrawn
from huiyin.register.models import Household, Membership, NeedLook
from huiyin.register.queries import need
from huiyin.register.queries.days import today


def draw(by: Viewer, at: datetime, row: Membership, months: int) -> None:
    """Draw one household of the same village that is not in the category, by chance; none where all were looked at.

    Called by the action that reviews or ends somebody's support, inside it: one look here for each look there.
    """
    left = need.never_looked_at(by, at, row, months)
    if not left:
        return
    made = NeedLook(
        household_id=secrets.choice(left),
        programme=row.programme,
        category=row.category,
        high=row.high,
        drawn_at=at,
    )
    made.save(force_insert=True)
    record(NeedLookDrawn(subject=str(made.household_id), look=str(made.pk)), by=by, at=at)


def entered(by: Viewer, at: datetime, row: Membership) -> None:
    """Somebody was entered: if chance had brought their household up, that look has found them. Inside the action."""
    rows = NeedLook.objects.filter(household_id=row.household_id, programme=row.programme, category=row.category)
    for look in rows.filter(answered_at=None):
        _answer(look, by, at, found=True)


@action
def not_in_need(*, by: Viewer, at: datetime, look_id: UUID) -> None:
    """Somebody looked: the household needs no support of the kind. Said twice, it is said once. Raises Missing."""
    by.need("register.correct")
    seen = Household.objects.visible_to(by, today(by, at))
    look = NeedLook.objects.select_for_update(of=("self",)).filter(pk=look_id, household__in=seen).first()
    if look is None or (look.high and not by.may("register.sensitive")):
        raise Missing
    if look.answered_at is None:
        _answer(look, by, at, found=False)


def _answer(look: NeedLook, by: Viewer, at: datetime, *, found: bool) -> None:
    look.answered_at, look.found, look.by_id = at, found, by.person_id
    look.save()
    record(NeedLookAnswered(subject=str(look.household_id), look=str(look.pk), found=found), by=by, at=at)
