"""Who leads matters that go together takes theirs back alone: the others go on together, with another lead (R-236).

Each keeps its number, people, dates and answer as before. What may not go along with the new lead goes on by itself.
"""

from collections.abc import Sequence
from datetime import datetime

from huiyin.casework.actions import books
from huiyin.casework.actions.joining import APART, side_of, tie, untie
from huiyin.casework.models import Joining, Matter
from huiyin.casework.rules import joining
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase


def pass_on(*, by: Viewer, at: datetime, lead: Matter) -> Matter | None:
    """Let what follows a matter that ended without an answer follow another; part of the action that ended it.

    The one who speaks for all leads now, else who said it first. Gives the new lead; None where nothing open followed.
    """
    rows = _followers(lead)
    able = [row for row in rows if _goes_on(row.member)]
    why = phrase("template", "lead_withdrawn")
    for row in rows:
        untie(by, at, row, why)
    for row in able:
        books.note_move(by=by, at=at, matter=row.member, step=APART, note=why)
    if not able:
        return None
    first, others = able[0].member, able[1:]
    _together(by, at, first, others, why)
    return first


def _followers(lead: Matter) -> list[Joining]:
    """What follows it, each with its matter locked: it is written whole, and somebody may be working on it."""
    rows = Joining.objects.filter(lead=lead, split_at__isnull=True)
    members = Matter.objects.filter(id__in=list(rows.values_list("member_id", flat=True))).order_by("id")
    locked = {one.id: one for one in members.select_for_update(of=("self",))}
    followers = list(rows.order_by("-spokesperson", "member__opened_at", "member_id"))  # as they stand since
    for row in followers:
        row.member = locked[row.member_id]
    return followers


def _goes_on(member: Matter) -> bool:
    return member.closed_at is None and not (member.held or member.sealed)


def _together(by: Viewer, at: datetime, lead: Matter, rows: Sequence[Joining], why: str) -> None:
    ahead = side_of(by, lead, at)
    for old in rows:
        try:
            joining.may_join(lead=ahead, member=side_of(by, old.member, at), reason=why)
        except Refused:
            continue  # who must be kept out of one would learn of it through the other
        row = Joining(
            lead=lead,
            member=old.member,
            reason=old.reason,
            joint=old.joint,
            spokesperson=old.spokesperson,
            by_id=by.person_id,
            at=at,
        )
        tie(by, at, row, note=why)
