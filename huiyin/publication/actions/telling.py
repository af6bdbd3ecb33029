"""Telling staff at their desk that a comment under the wall waits for them: once a person and day, never what it says.

Who publishes there, of comments to be looked at; whoever may answer for the unit in charge, of those that stand. The
page they are led to shows what is left of it and what they may see of it (SG-01).
"""

from collections.abc import Collection, Set
from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import nudges
from huiyin.casework.queries import board
from huiyin.core import four_eyes
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.publication.events import CommentMade
from huiyin.publication.models import Comment
from huiyin.publication.queries.parts import ANSWERS, PUBLISHES
from huiyin.register.queries import reach, staff

WAITS, OWED = "comment_waits", "comment_owed"
"""Keys of the label group `nudge`: a comment is to be looked at, an answer is owed."""


def waits(*, by: Viewer, at: datetime, comment_id: UUID) -> int:
    """Tell whom a comment waits for, by the state it is in now; nobody of one that is settled. Returns how many."""
    row = Comment.objects.select_related("notice").filter(id=comment_id).first()
    if row is None or (row.state, row.answered_at) not in (("waiting", None), ("shown", None)):
        return 0
    matter = row.notice.matter_id
    handler, body = board.hands(by, {matter}).get(matter, (None, row.notice.body_id))
    looks = row.state == "waiting"
    there = row.notice.place_code
    if looks or body is None:
        had = {handler, *four_eyes.acted(CommentMade, row.id)}
        units = {body, row.notice.body_id} if looks else set()
        persons = _publishing(by, at, there, had if looks else set(), units)
    else:
        persons = _answering(by, at, there, body)
    kind = WAITS if looks else OWED
    day = at.astimezone(current(at).rulebook.county.tz).date()
    return nudges.lay(by=by, at=at, matter_id=matter, persons=persons, kind=kind, key=f"{kind}:{day}")


def _publishing(
    by: Viewer, at: datetime, place_code: str, had: Set[UUID | None], units: Set[UUID | None]
) -> Collection[UUID]:
    """Who publishes at a place and has no part in the matter."""
    found = _holding(by, at, PUBLISHES, None, place_code)
    bodies = staff.bodies_of(by, found, at)
    return [one for one in found if one not in had and not bodies[one] & units]


def _answering(by: Viewer, at: datetime, place_code: str, body_id: UUID) -> Collection[UUID]:
    """Who may answer for a unit."""
    found = _holding(by, at, ANSWERS, body_id, place_code)
    bodies = staff.bodies_of(by, found, at)
    return [one for one in found if body_id in bodies[one]]


def _holding(by: Viewer, at: datetime, verb: str, body_id: UUID | None, place_code: str) -> Collection[UUID]:
    roles = current(at).rulebook.county.roles
    wanted = {reach.Wanted(name, body_id, place_code) for name, role in roles.items() if verb in role.verbs}
    found = reach.holders(by, at, wanted)
    return tuple(dict.fromkeys(person for one in sorted(wanted) for person in found[one]))
