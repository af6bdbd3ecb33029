"""Who leads matters that go together takes theirs back alone: the others go on together, with another lead (R-236).

Each keeps its number, people, dates and answer as before. What may not go along with the new lead goes on by itself.
"""

from collections.abc import Sequence
from datetime import datetime

from huiyin.casework.actions import books
from huiyin.casework.actions.joining import APART, STEP, side_of
from huiyin.casework.events import MatterJoined, MatterSplit
from huiyin.casework.models import Joining, Matter
from huiyin.casework.rules import joining
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase


def pass_on(*, by: Viewer, at: datetime, lead: Matter) -> Matter | None:
    """Let what follows a matter that ended without an answer follow another; part of the action that ended it.

    The one who speaks for all leads now, else who said it first. Gives the new lead; None where nothing open followed.
    """
    rows = list(
        Joining.objects.filter(lead=lead, split_at__isnull=True)
        .select_related("member")
        .order_by("-spokesperson", "member__opened_at", "member_id")
    )
    able = [row for row in rows if _goes_on(row.member)]
    for row in rows:
        _apart(by, at, row)
    if not able:
        return None
    first, others = able[0].member, able[1:]
    _together(by, at, first, others)
    return first


def _goes_on(member: Matter) -> bool:
    return member.closed_at is None and not (member.held or member.sealed)


def _apart(by: Viewer, at: datetime, row: Joining) -> None:
    row.split_at, row.split_by_id, row.split_reason = at, by.person_id, phrase("template", "lead_withdrawn")
    row.save()
    if _goes_on(row.member):
        books.note_move(by=by, at=at, matter=row.member, step=APART, note=row.split_reason)
    record(MatterSplit(subject=str(row.member_id)), by=by, at=at)


def _together(by: Viewer, at: datetime, lead: Matter, rows: Sequence[Joining]) -> None:
    ahead = side_of(by, lead, at)
    for old in rows:
        try:
            joining.may_join(lead=ahead, member=side_of(by, old.member, at), reason=old.split_reason)
        except Refused:
            continue  # who must be kept out of one would learn of it through the other
        Joining(
            lead=lead,
            member=old.member,
            reason=old.reason,
            joint=old.joint,
            spokesperson=old.spokesperson,
            by_id=by.person_id,
            at=at,
        ).save(force_insert=True)
        books.note_move(by=by, at=at, matter=old.member, step=STEP, note=old.split_reason)
        record(MatterJoined(subject=str(old.member_id), joint=old.joint), by=by, at=at)
