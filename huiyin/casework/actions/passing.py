"""Open matters of an official who handed over get new owners, within seconds and by name (R-094)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from huiyin.casework.actions import books
from huiyin.casework.models import Matter
from huiyin.casework.rules.shares import keeps_apart
from huiyin.core.actions import action
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer, subtree
from huiyin.register.actions import handovers as register
from huiyin.register.queries import handovers, staff

STEP = "hand_over"


@action
def pass_matters(*, by: Viewer, at: datetime, handover_id: UUID) -> int:
    """Give every open matter of who handed over to who took most households of its village, else to their successor,
    else to somebody else of the owning body or of those above the place; never to who stands near its subject or has
    another part in it. Where only some villages passed and they still serve, only matters from those.

    Sealed matters stay: only who holds them says who may read them. Deadlines stay as they are. Returns how many
    passed; running again does nothing.
    """
    row = handovers.one(by, handover_id)
    if row.matters_at is not None:
        return 0
    villages = handovers.successors(by, handover_id)
    passed = 0
    rows = Matter.objects.filter(handler_id=row.person_id, closed_at__isnull=True, sealed=False, held=False)
    if row.partly and staff.bodies_of(by, [row.person_id], at)[row.person_id]:
        # Who still serves keeps what comes from elsewhere; of who left nothing stays behind.
        some = Q(pk__in=[])
        for low, high in map(subtree, villages):
            some |= Q(place_code__gte=low, place_code__lt=high)
        rows = rows.filter(some)
    for matter in rows.select_for_update(of=("self",)).order_by("opened_at", "id"):
        for taker in _takers(by, at, matter, villages.get(matter.place_code[:12]), row.successor_id):
            units = _units(by, at, matter, taker)
            if units:
                _pass(by, at, matter, taker, units[0])
                passed += 1
                break
    register.matters_passed(by=by, at=at, handover_id=handover_id, matters=passed)
    return passed


def _takers(by: Viewer, at: datetime, matter: Matter, village: UUID | None, successor: UUID) -> Iterator[UUID]:
    """Who may take a matter, nearest first; those with another part in it or kept out of it are passed over."""
    never = {matter.supervisor_id, matter.caller_id, matter.handler_id} | books.excluded(by, matter, at)
    for person in (village, successor):
        if person is not None and person not in never:
            yield person
    without = [one for one in never if one is not None]
    if matter.owner_body_id is not None:
        rows = staff.candidates(by, at, verb="matter.accept", body_id=matter.owner_body_id, without=without)
        yield from (row.person_id for row in rows)
    for row in staff.candidates(by, at, verb="matter.accept", place_code=matter.place_code, without=without):
        yield row.person_id


def _units(by: Viewer, at: datetime, matter: Matter, person: UUID) -> Sequence[UUID | None]:
    """With which bodies somebody may take a matter over: the owning one where they are of it or of none, else those of
    theirs that its topic is not kept from (SG-29, SG-30)."""
    bodies = staff.bodies_of(by, [person], at)[person]
    if not bodies or matter.owner_body_id in bodies:
        return [matter.owner_body_id]
    names, page = staff.body_names(by, bodies), version(matter.rulebook_id).matters(matter.programme)
    return [one for one in sorted(bodies) if not keeps_apart(page, matter.topic, names[one])]


def _pass(by: Viewer, at: datetime, matter: Matter, taker: UUID, unit: UUID | None) -> None:
    """A new handler; the owning body follows where the new handler is of another."""
    matter.owner_body_id = unit
    matter.handler_id = taker
    books.note_move(by=by, at=at, matter=matter, step=STEP, body_id=matter.owner_body_id, person_id=taker)
