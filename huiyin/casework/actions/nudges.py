"""Telling staff at their desk: who it is for follows from the step or the deadline; read when they say so (R-188)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.events import ClockWarned, ExtensionDecided, MatterEscalated, MatterMoved, MatterOverdue
from huiyin.casework.events.early import SideHeard, SideObjected
from huiyin.casework.models import Alarm, Extension, Matter, Move, Nudge
from huiyin.casework.queries.books import PAUSE_OVER
from huiyin.core.actions import action
from huiyin.core.events import Told
from huiyin.core.viewer import Viewer
from huiyin.register.queries.reach import Wanted, holders

HANDLER, SUPERVISOR = "handler_id", "supervisor_id"
STEPS: Mapping[str, Sequence[tuple[str, str]]] = {
    "assign": ((HANDLER, "assigned"), (SUPERVISOR, "to_supervise")),
    "instruct": ((HANDLER, "assigned"), (SUPERVISOR, "to_supervise")),
    "decide": ((HANDLER, "assigned"), (SUPERVISOR, "to_supervise")),
    "hand_over": ((HANDLER, "assigned"),),
    "supervise": ((HANDLER, "supervised"),),
    "number": ((HANDLER, "numbered"), (SUPERVISOR, "to_supervise")),
    "more_given": ((HANDLER, "more_given"),),
    "resume": (),
    "reopen": ((HANDLER, "reopened"), (SUPERVISOR, "reopened")),
    "climb": ((HANDLER, "climbed"), (SUPERVISOR, "climbed")),
    "close": ((HANDLER, "closed"),),
    "withdraw": ((HANDLER, "withdrawn"),),
    "withdraw_asked": ((HANDLER, "withdraw_asked"),),
    "withdraw_undone": ((HANDLER, "withdraw_undone"),),
}
"""Who is told of a step, and as what; never who took it. Who resumes tells nobody, time that does tells the handler.
What waits for a body or a role stands in their lists."""
NAMED = {
    "submit": ("leader", "submitted"),
    "read_out": ("second", "read_out"),
    "read_denied": ("reader", "read_denied"),
}
"""Who is told of a step because it names them: under which name, and as what."""
ALARMS = {ClockWarned.NAME: "warned", MatterOverdue.NAME: "overdue", MatterEscalated.NAME: "escalated"}
PARTS = {"handler": HANDLER, "supervisor": SUPERVISOR, "caller": "caller_id"}
SIDES = {SideHeard.NAME: "side_wrote", SideObjected.NAME: "side_objected"}
"""What a mediator is told: that a side wrote on its own page, never which nor a word of it."""
MOST = 20
"""Persons of a role who are told of one deadline."""


@action
def tell(*, by: Viewer, at: datetime, told: Sequence[Told]) -> None:
    """Lay what staff are told of some events; running again lays nothing twice.

    Held, sealed and imported matters tell nobody anything (SG-01), nor does one to whom it is kept from.
    """
    matters = Matter.objects.in_bulk({UUID(one.subject) for one in told})
    heard = [
        (one, matter)
        for one in told
        if (matter := matters.get(UUID(one.subject))) and not (matter.held or matter.sealed or matter.history)
    ]
    asked = _Asked(by, at, [one for one, _ in heard], matters)
    said = [(one, matter, persons) for one, matter in heard if (persons := _persons(asked, one, matter))]
    concerned = {matter.id: matter for _, matter, _ in said}
    near = books.near_from(by, list(concerned.values()), at) if concerned else {}
    mediators = books.mediators(by, concerned.values()) if concerned else {}
    Nudge.objects.bulk_create(
        [
            Nudge(person_id=person, matter=matter, kind=kind, key=_key(one, matter), at=one.at)
            for one, matter, persons in said
            for person, kind in persons.items()
            if person not in near[matter.id] and (kind in SIDES.values() or person != mediators.get(matter.id))
        ],
        ignore_conflicts=True,
    )


@action
def lay(*, by: Viewer, at: datetime, matter_id: UUID, persons: Collection[UUID], kind: str, key: str) -> int:
    """Lay one thing before some persons, told by a higher room of a matter: once for each person and key.

    Held and sealed matters tell nobody anything (SG-01), nor does one to whom it is kept from. Returns to how many.
    """
    matter = Matter.objects.filter(id=matter_id, held=False, sealed=False, history=False).first()
    if matter is None or not persons:
        return 0
    near = books.near_from(by, [matter], at)[matter.id]
    told = [one for one in persons if one not in near][:MOST]
    rows = [Nudge(person_id=person, matter=matter, kind=kind, key=key, at=at) for person in told]
    Nudge.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@action
def read(*, by: Viewer, at: datetime, ids: Collection[UUID] | None = None) -> int:
    """The viewer has read these, or with None all that were told until now. Returns how many were unread."""
    mine = Nudge.objects.filter(person_id__in=by.persons, read_at__isnull=True, at__lte=at)
    return (mine if ids is None else mine.filter(id__in=ids)).update(read_at=at)


class _Asked:
    """What is known of some events beside their matters; each table is asked once for all of them."""

    def __init__(self, by: Viewer, at: datetime, told: Sequence[Told], matters: Mapping[UUID, Matter]) -> None:
        self._by, self._at, self._told, self._matters = by, at, told, matters

    @cached_property
    def moves(self) -> Mapping[tuple[UUID, int], tuple[UUID | None, Mapping[str, str]]]:
        """Who took a step and what was given with it, by matter and number; of steps that tell somebody."""
        some = [one for one in self._of(MatterMoved.NAME) if one.data["step"] in STEPS or one.data["step"] in NAMED]
        if not some:
            return {}
        rows = Move.objects.filter(
            matter_id__in={UUID(one.subject) for one in some}, seq__in={one.data["seq"] for one in some}
        )
        return {(one, seq): (by, data) for one, seq, by, data in rows.values_list("matter_id", "seq", "by_id", "data")}

    @cached_property
    def extensions(self) -> Mapping[tuple[UUID, datetime | None], tuple[UUID, bool | None]]:
        """Who asked for more time and what was decided, by clock and moment of the decision."""
        rows = Extension.objects.filter(clock_id__in={one.data["clock"] for one in self._of(ExtensionDecided.NAME)})
        return {
            (clock, decided): (asked, approved)
            for clock, decided, asked, approved in rows.values_list("clock_id", "decided_at", "asked_by_id", "approved")
        }

    @cached_property
    def mediators(self) -> Mapping[UUID, UUID]:
        """Who mediates where a side wrote, by matter."""
        return books.mediators(self._by, [self._matters[UUID(one.subject)] for one in self._of(*SIDES)])

    @cached_property
    def alarms(self) -> Mapping[tuple[UUID, str], str]:
        """To what role or parts a deadline goes, by clock and kind."""
        rows = Alarm.objects.filter(clock_id__in={one.data["clock"] for one in self._of(*ALARMS)})
        return {(clock, kind): role for clock, kind, role in rows.values_list("clock_id", "kind", "role")}

    @cached_property
    def roles(self) -> Mapping[Wanted, Sequence[UUID]]:
        """Who holds a role that a deadline goes to, in the body that has the matter, else nearest above its place."""
        wanted = set()
        for one in self._of(MatterEscalated.NAME):
            if role := self.alarms.get((UUID(one.data["clock"]), ALARMS[one.name])):
                wanted.add(_of_role(self._matters[UUID(one.subject)], role))
        return holders(self._by, self._at, wanted)

    def _of(self, *names: str) -> list[Told]:
        return [one for one in self._told if one.name in names]


def _of_role(matter: Matter, role: str) -> Wanted:
    """Whom a deadline of a matter goes to, by the role its programme names."""
    return Wanted(role, matter.owner_body_id, matter.place_code)


def _key(one: Told, matter: Matter) -> str:
    """Which event something comes from: once told, it is not told again."""
    if one.name == MatterMoved.NAME:
        return f"{matter.id}:{one.data['seq']}"
    if one.name in SIDES:
        return f"{matter.id}:event:{one.event_id}"
    return f"{one.data['clock']}:{ALARMS.get(one.name) or one.at.isoformat()}"


def _persons(asked: _Asked, one: Told, matter: Matter) -> dict[UUID, str]:
    """Whom one event tells, and as what; who stands too near is not yet left out."""
    if one.name == MatterMoved.NAME:
        found = _of_step(asked, one, matter)
    elif one.name == ExtensionDecided.NAME:
        found = _of_extension(asked, one)
    elif one.name in SIDES:
        found = _of_side(asked, one, matter)
    else:
        found = _of_alarm(asked, one, matter)
    kinds: dict[UUID, str] = {}
    for person, kind in found:
        kinds.setdefault(person, kind)
    return kinds


def _of_step(asked: _Asked, one: Told, matter: Matter) -> Iterator[tuple[UUID, str]]:
    step, seq = str(one.data["step"]), int(one.data["seq"])
    if step in NAMED:
        name, kind = NAMED[step]
        if person := asked.moves[matter.id, seq][1].get(name):
            yield UUID(person), kind
        return
    if step not in STEPS:
        return
    by, data = asked.moves[matter.id, seq]
    for column, kind in ((HANDLER, PAUSE_OVER),) if PAUSE_OVER in data else STEPS[step]:
        person = getattr(matter, column)
        if person is not None and person != by:
            yield person, kind


def _of_extension(asked: _Asked, one: Told) -> Iterator[tuple[UUID, str]]:
    found = asked.extensions.get((UUID(one.data["clock"]), one.at))
    if found is not None:
        yield found[0], "extended" if found[1] else "not_extended"


def _of_side(asked: _Asked, one: Told, matter: Matter) -> Iterator[tuple[UUID, str]]:
    """Whoever mediates, of what the side wrote itself; what staff write down for it is no news."""
    mediator = asked.mediators.get(matter.id)
    if mediator is not None and one.by_id is None:
        yield mediator, SIDES[one.name]


def _of_alarm(asked: _Asked, one: Told, matter: Matter) -> Iterator[tuple[UUID, str]]:
    """The parts a warning names; of a deadline that ran out who handles and supervises, and the role it goes to."""
    kind = ALARMS[one.name]
    role = asked.alarms.get((UUID(one.data["clock"]), kind))
    if role is None:
        return
    if kind == "escalated":
        yield from ((person, kind) for person in asked.roles[_of_role(matter, role)][:MOST])
        return
    parts = role.split(",") if kind == "warned" else ("handler", "supervisor")
    for part in parts:
        person = getattr(matter, PARTS[part]) if part in PARTS else None
        if person is not None:
            yield person, kind
