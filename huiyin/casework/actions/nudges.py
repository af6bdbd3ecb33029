"""Telling staff at their desk: who it is for follows from the step or the deadline; read when they say so (R-188)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.events import ClockWarned, ExtensionDecided, MatterEscalated, MatterMoved, MatterOverdue
from huiyin.casework.models import Alarm, Extension, Matter, Move, Nudge
from huiyin.core.actions import action
from huiyin.core.events import Told
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

HANDLER, SUPERVISOR = "handler_id", "supervisor_id"
STEPS: Mapping[str, Sequence[tuple[str, str]]] = {
    "assign": ((HANDLER, "assigned"), (SUPERVISOR, "to_supervise")),
    "instruct": ((HANDLER, "assigned"), (SUPERVISOR, "to_supervise")),
    "decide": ((HANDLER, "assigned"), (SUPERVISOR, "to_supervise")),
    "hand_over": ((HANDLER, "assigned"),),
    "supervise": ((HANDLER, "supervised"),),
    "number": ((HANDLER, "numbered"), (SUPERVISOR, "to_supervise")),
    "more_given": ((HANDLER, "more_given"),),
    "reopen": ((HANDLER, "reopened"), (SUPERVISOR, "reopened")),
    "climb": ((HANDLER, "climbed"), (SUPERVISOR, "climbed")),
    "close": ((HANDLER, "closed"),),
    "withdraw": ((HANDLER, "withdrawn"),),
}
"""Who is told of a step, and as what; never who took it. What waits for a body or a role stands in their lists."""
ALARMS = {ClockWarned.NAME: "warned", MatterOverdue.NAME: "overdue", MatterEscalated.NAME: "escalated"}
PARTS = {"handler": HANDLER, "supervisor": SUPERVISOR, "caller": "caller_id"}
MOST = 20
"""Persons of a role who are told of one deadline."""


@action
def tell(*, by: Viewer, at: datetime, told: Sequence[Told]) -> None:
    """Lay what staff are told of some events; running again lays nothing twice.

    Held, sealed and imported matters tell nobody anything (SG-01), nor does one to whom it is kept from.
    """
    matters = Matter.objects.in_bulk({UUID(one.subject) for one in told})
    rows = []
    for one in told:
        matter = matters.get(UUID(one.subject))
        if matter is None or matter.held or matter.sealed or matter.history:
            continue
        rows += [
            Nudge(person_id=person, matter=matter, kind=kind, key=key, at=one.at)
            for person, kind, key in _for(by, at, one, matter)
        ]
    Nudge.objects.bulk_create(rows, ignore_conflicts=True)


@action
def read(*, by: Viewer, at: datetime, ids: Collection[UUID] | None = None) -> int:
    """The viewer has read these, or with None all that were told until now. Returns how many were unread."""
    mine = Nudge.objects.filter(person_id__in=by.persons, read_at__isnull=True, at__lte=at)
    return (mine if ids is None else mine.filter(id__in=ids)).update(read_at=at)


def _for(by: Viewer, at: datetime, one: Told, matter: Matter) -> Iterator[tuple[UUID, str, str]]:
    """Whom one event tells: person, kind and key."""
    if one.name == MatterMoved.NAME:
        found, key = _of_step(one, matter), f"{matter.id}:{one.data['seq']}"
    elif one.name == ExtensionDecided.NAME:
        found, key = _of_extension(one), f"{one.data['clock']}:{one.at.isoformat()}"
    else:
        found, key = _of_alarm(by, at, one, matter), f"{one.data['clock']}:{ALARMS[one.name]}"
    kinds: dict[UUID, str] = {}
    for person, kind in found:
        kinds.setdefault(person, kind)
    away = books.excluded(by, matter, at) if kinds else frozenset()
    yield from ((person, kind, key) for person, kind in kinds.items() if person not in away)


def _of_step(one: Told, matter: Matter) -> Iterator[tuple[UUID, str]]:
    step = str(one.data["step"])
    if step == "submit":
        move = Move.objects.get(matter=matter, seq=one.data["seq"])
        if leader := move.data.get("leader"):
            yield UUID(leader), "submitted"
        return
    wanted = STEPS.get(step)
    if wanted is None:
        return
    took = Move.objects.filter(matter=matter, seq=one.data["seq"]).values_list("by_id", flat=True).first()
    for column, kind in wanted:
        person = getattr(matter, column)
        if person is not None and person != took:
            yield person, kind


def _of_extension(one: Told) -> Iterator[tuple[UUID, str]]:
    row = Extension.objects.filter(clock_id=one.data["clock"], decided_at=one.at).first()
    if row is not None:
        yield row.asked_by_id, "extended" if row.approved else "not_extended"


def _of_alarm(by: Viewer, at: datetime, one: Told, matter: Matter) -> Iterator[tuple[UUID, str]]:
    """The parts a warning names; of a deadline that ran out who handles and supervises, and the role it goes to."""
    kind = ALARMS[one.name]
    alarm = Alarm.objects.filter(clock_id=one.data["clock"], kind=kind).first()
    if alarm is None:
        return
    if kind == "escalated":
        yield from ((person, kind) for person in _of_role(by, at, matter, alarm.role))
        return
    parts = alarm.role.split(",") if kind == "warned" else ("handler", "supervisor")
    for part in parts:
        person = getattr(matter, PARTS[part]) if part in PARTS else None
        if person is not None:
            yield person, kind


def _of_role(by: Viewer, at: datetime, matter: Matter, role: str) -> Iterable[UUID]:
    """Who holds a role in the body that has the matter, else nearest above its place."""
    found = staff.candidates(by, at, role=role, body_id=matter.owner_body_id) if matter.owner_body_id else ()
    found = found or staff.candidates(by, at, role=role, place_code=matter.place_code)
    return [row.person_id for row in found[:MOST]]
