"""Bodies called on in a matter they do not own, and the leader it is laid before (R-021, R-182, R-184, R-186)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.events import BodyCalled, RetentionEnded, ShareEnded
from huiyin.casework.models import Matter, Share
from huiyin.casework.rules import shares as rules
from huiyin.casework.rules.shares import Asked
from huiyin.core.events import record
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries import staff


def called(by: Viewer, at: datetime, matter: Matter, step: str, given: Mapping[str, Any]) -> list[Share]:
    """The shares a step will open, checked and not yet saved; none for steps that call on nobody.

    Raises Refused: apart_not_shared, body_unknown, body_apart, body_owns, body_called, leader_unknown,
    conflict_excluded, needs_leader.
    """
    part = rules.PART_OF.get(step)
    if part is None:
        return []
    if part == "leader":
        return [_share(by, at, matter, part, given, person_id=_leader(by, at, matter, given))]
    bodies = _bodies(by, given.get("bodies", ()))
    going = Share.objects.filter(matter=matter, part=part, ended_at__isnull=True, answered_at__isnull=True)
    rules.may_call(
        version(matter.rulebook_id).matters(matter.programme),
        str(given.get("topic") or matter.topic),
        bodies=bodies,
        owner=matter.owner_body_id,
        already=list(going.values_list("body_id", flat=True)),
        aside=matter.held or matter.sealed,
    )
    return [_share(by, at, matter, part, given, body_id=body.id) for body in bodies]


def keep(by: Viewer, at: datetime, matter: Matter, opened: Sequence[Share]) -> None:
    """Save and tell what a step opened."""
    for share in opened:
        share.save(force_insert=True)
        record(BodyCalled(subject=str(matter.id), share=str(share.id), part=share.part), by=by, at=at)


def lies_no_more(by: Viewer, at: datetime, matter: Matter) -> None:
    """A matter leaves its leader by another door than their own word: time, withdrawal, a complaint about somebody."""
    for share in Share.objects.filter(matter=matter, part="leader", ended_at__isnull=True):
        share.ended_at = at
        share.save()
        record(ShareEnded(subject=str(matter.id), share=str(share.id), part=share.part), by=by, at=at)


def looked_at(by: Viewer, at: datetime, matter: Matter) -> None:
    """A kept matter is taken up again: what kept it is over. Unless said otherwise already, somebody looked at it."""
    for row in matter.retentions.filter(consented=True, ended_at__isnull=True):
        row.ended_at, row.ended_why = at, "reviewed"
        row.save()
        record(RetentionEnded(subject=str(matter.id), retention=str(row.id), why="reviewed"), by=by, at=at)


def _share(
    by: Viewer,
    at: datetime,
    matter: Matter,
    part: str,
    given: Mapping[str, Any],
    *,
    body_id: UUID | None = None,
    person_id: UUID | None = None,
) -> Share:
    asked = str(given.get("question") or given.get("note") or given.get("reason") or "")
    until = given.get("until")
    return Share(
        matter=matter,
        part=part,
        body_id=body_id,
        person_id=person_id,
        asked=asked,
        by_id=by.person_id,
        at=at,
        due_on=until if isinstance(until, date) else None,
    )


def _bodies(by: Viewer, ids: Sequence[UUID]) -> list[Asked]:
    names = staff.body_names(by, ids)
    if set(ids) - set(names):
        raise Refused("body_unknown", field="bodies")
    return [Asked(one, names[one]) for one in dict.fromkeys(ids)]


def _leader(by: Viewer, at: datetime, matter: Matter, given: Mapping[str, Any]) -> UUID:
    """The leader, who may instruct and does not stand too near; the same person never submits and instructs."""
    leader: UUID | None = given.get("leader")
    if leader is None:
        raise Refused("needs_leader", field="leader")
    if matter.held or matter.sealed:
        raise Refused("apart_not_shared")
    leaders = staff.candidates(by, at, verb="matter.instruct", place_code=matter.place_code)
    if leader in by.persons or leader not in {row.person_id for row in leaders}:
        raise Refused("leader_unknown", field="leader")
    if leader in books.excluded(by, matter, at):
        raise Refused("conflict_excluded", field="leader")
    return leader
