"""Erasing a person from the whole house: the register's part, and who reported a matter that is over.

A matter's story stays, as evidence of what the office did; its reporter's name and numbers go. While a matter of theirs
is open they are needed to answer it, also a held or sealed one: it is marked, and loses them by itself when it ends.
How many ordinary ones wait stands in the certificate; of others nothing is told (SG-01).
"""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import files
from huiyin.casework.events import ReporterErased
from huiyin.casework.models import Party, Side
from huiyin.casework.queries.calls import SECOND
from huiyin.channels.actions import outbox
from huiyin.core import shredding
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.register.actions import erasure as register
from huiyin.register.queries import erasure as ask
from huiyin.register.queries.people import numbers_of

ERASER = Viewer.system("erasure")
_TABLE = "casework.party"
SLICE = 200


def carry_out(*, by: Viewer, at: datetime, erasure_id: UUID, person_id: UUID) -> int:
    """Carry a decided erasure out and certify it; returns how many open ordinary matters keep their reporter.

    For the worker and for whoever may run commands on the machine. Raises Missing, Refused(erase_import_open).
    """
    traces = ask.traces(by, person_id)
    left = _erase(by=by, at=at, erasure_id=erasure_id, person_id=person_id, traces=traces)
    register.finish(by=by, at=at, erasure_id=erasure_id)
    return left


@looking_as(OPEN)  # also of sealed matters, which whoever decides may not read; nothing of them is told
@action
def _erase(*, by: Viewer, at: datetime, erasure_id: UUID, person_id: UUID, traces: ask.Traces) -> int:
    """The reporters, then the register: one transaction, because afterwards nobody knows the numbers any more."""
    name, numbers = numbers_of(by, person_id)
    blinds = [vault().blind("phone", number) for number in numbers]
    left = 0
    rows = Party.objects.filter(phone_blind__in=blinds).select_related("matter")
    for party in {one.id: one for one in (_theirs(party, name) for party in rows) if one is not None}.values():
        if party.matter.closed_at is None:
            # Who decided reads the count, and may be whom a sealed one is about (SG-01).
            left += not (party.matter.held or party.matter.sealed)
            party.erase_at_end = True
            party.save()
            continue
        forget_all(party, by, at)
    for side in Side.objects.filter(person_id__isnull=True, phone_blind__in=blinds):
        if not _named(side, "casework.side", f"side:{side.id}", name):
            continue
        side.person_id = person_id  # by this it is found when its dispute ends: the number leads to nobody then
        side.save()
    left += forget_sides(by=by, at=at, person_id=person_id)
    register.erase(by=by, at=at, erasure_id=erasure_id, traces=traces, left=left)
    return left


@action
def forget_sides(*, by: Viewer, at: datetime, person_id: UUID) -> int:
    """Take the person out of the disputes that are over; how many ordinary ones still need them.

    A side of another name that only gave their number keeps its words, and nothing in it leads to them any more.
    """
    name, _ = numbers_of(by, person_id)
    left = 0
    for side in Side.objects.filter(person_id=person_id).select_related("mediation__matter"):
        matter = side.mediation.matter
        if not _named(side, "casework.side", f"side:{side.id}", name):
            side.person_id = None
            side.save()
            continue
        if matter.closed_at is None:
            left += not (matter.held or matter.sealed)
            continue
        forget_side(side, by, at)
    return left


def empty(side: Side) -> None:
    """Leave nothing of who a side is and what it said; its key is for the caller to destroy."""
    side.name = side.phone = side.phone_blind = side.words = side.person_id = side.household_id = None
    side.proof_key = side.last_four = None
    side.save()
    for said in side.said.filter(words__isnull=False):
        said.words = None
        said.save()
    for written in side.written.filter(words__isnull=False):
        written.words = None
        written.save()


def forget_side(side: Side, by: Viewer, at: datetime) -> None:
    """One side of a dispute; part of an action."""
    empty(side)
    outbox.erase(by=by, at=at, about=f"side:{side.id}")
    shredding.owe(at, f"side:{side.id}")
    record(ReporterErased(subject=str(side.mediation.matter_id)), by=by, at=at)


@looking_as(OPEN)
@action
def at_end(*, by: Viewer, at: datetime) -> int:
    """Take reporters and sides of disputes out of what has ended since their erasure was decided. Returns how many.

    A matter that was taken up again meanwhile waits for its next end.
    """
    rows = Party.objects.filter(erase_at_end=True, matter__closed_at__isnull=False).select_related("matter")
    done = 0
    for party in rows.order_by("id")[:SLICE]:
        party.erase_at_end = False
        forget_all(party, by, at)
        done += 1
    sides = Side.objects.filter(person_id__in=ask.erased(by), mediation__matter__closed_at__isnull=False)
    for side in sides.select_related("mediation").order_by("id")[:SLICE]:
        forget_side(side, by, at)
        done += 1
    return done


def _theirs(party: Party, name: str) -> Party | None:
    """What of a matter goes with a person whose number a row of it holds: who reported it with all they gave, or,
    where a reporter of another name left it as their second, that number alone; None where families share one.
    """
    if party.role != SECOND:
        return party if _is_of(party, name) else None
    first = party.matter.parties.filter(role="reporter").select_related("matter").first()
    return first if first is not None and _is_of(first, name) else party


def _is_of(party: Party, name: str) -> bool:
    return _named(party, _TABLE, f"matter:{party.matter_id}", name)


def _named(row: Party | Side, table: str, subject: str, name: str) -> bool:
    """Whether a row with the person's number is the person: families share numbers."""
    if row.name is None:
        return True
    try:
        return vault().open(subject, table=table, column="name", row=str(row.pk), sealed=row.name) == name
    except (Shredded, Damaged):
        return False


def forget_all(party: Party, by: Viewer, at: datetime) -> None:
    """The reporter with all they gave and the second number; or somebody else's second number alone."""
    about = f"matter:{party.matter_id}"
    if party.role == SECOND and party.phone_blind is not None:
        outbox.erase(by=by, at=at, about=about, to=bytes(party.phone_blind))
    elif party.role != SECOND:
        files.erase(by=by, at=at, matter=party.matter)
        outbox.erase(by=by, at=at, about=about)
        for one in party.matter.parties.filter(role=SECOND).exclude(id=party.id):
            _empty(one)
    _empty(party)
    record(ReporterErased(subject=str(party.matter_id)), by=by, at=at)


def _empty(party: Party) -> None:
    party.name = party.phone = party.phone_blind = party.last_four = None
    party.save()
