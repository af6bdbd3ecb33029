"""Ending a complaint without its being looked into: two persons of two bodies, and of ten one looked at again (SG-01).

What was ever held because it may be about somebody in office stays a complaint here, also when one person has cleared
it or classed it as something else since: else clearing and declining would be one person's way around the second.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from huiyin.programme.clock import Due, WorkingDays, due
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.base import Limit

DISMISSES = frozenset({"decline", "pass"})
"""Steps that end a matter without anybody looking into it."""
SHARE = 100
"""Of a thousand that are ended so, this many are looked at once more by a third person."""
WITHIN = Limit(amount=15, unit="working_days")
"""So long the second person has to decide, and the third to look again; what nobody came to goes on as if it had never
been proposed. So a county with nobody to be the third ends none that was drawn."""


def lapses(since: datetime, *, zone: ZoneInfo, days: WorkingDays) -> Due:
    """Until when somebody has to come to what waits since then."""
    return due(since, WITHIN, zone, days)


def is_complaint(*, sealed: bool, held_why: str) -> bool:
    """Whether a matter is, or once was, held as one about somebody in office."""
    return sealed or bool(held_why)


def may_decide(
    *,
    persons: Collection[UUID],
    bodies: Collection[UUID],
    had: Collection[UUID],
    theirs: Collection[UUID],
    before: Collection[UUID | None],
    parts: Collection[UUID | None],
) -> None:
    """The second person: not who proposed it nor whom for (`had`), of none of their bodies (`theirs`), with no part in
    the matter, and not who decided on it `before`. Raises Refused: dismissal_needs_other, dismissal_same_body."""
    if not persons or {*had, *before, *parts} & set(persons):
        raise Refused("dismissal_needs_other")
    if not bodies or set(bodies) & set(theirs):
        raise Refused("dismissal_same_body")


def may_review(*, persons: Collection[UUID], had: Collection[UUID | None]) -> None:
    """The third person: nobody who proposed, decided or has a part. Raises Refused("dismissal_needs_other")."""
    if not persons or set(had) & set(persons):
        raise Refused("dismissal_needs_other")
