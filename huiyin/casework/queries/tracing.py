"""Who held the matters of a place, a topic or a person in a time, what was known when, what ran out in whose hands
(R-406)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Q

from huiyin.casework.models import Clock, Matter, Move
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.casework.rules.hands import Hand, Promise, Taken, hands
from huiyin.core.rulebook import current, version
from huiyin.core.viewer import Viewer, subtree
from huiyin.register.queries import staff

MOST = 40


@dataclass(frozen=True)
class Known:
    """What was known of a matter when: its arrival, a warning, a deadline that ran out, the resident's second word."""

    at: datetime
    what: str
    name: str = ""


@dataclass(frozen=True)
class Traced:
    """One matter with its hands and what was known, in the order of time."""

    row: MatterRow
    hands: Sequence[Hand]
    known: Sequence[Known]


@dataclass
class Holder:
    """Somebody who held matters here: how many, how long together, and which deadlines ran out meanwhile."""

    who: str
    matters: set[UUID] = field(default_factory=set)
    seconds: float = 0.0
    missed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Trace:
    """Matters by when they came, and their holders, most deadlines missed first. `more`: not all are shown."""

    matters: Sequence[Traced]
    holders: Sequence[Holder]
    more: bool


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is traced: matters of a place and below that were open within from_ <= day < until; a topic, a person who
    held them at any time."""

    place: str
    from_: date
    until: date
    topic: str = ""
    person: UUID | None = None
    code: str = ""
    """One matter by its number, whenever and wherever it was; the others are not asked then."""


def trace(viewer: Viewer, sought: Sought, at: datetime) -> Trace:
    """The trace, of ordinary matters in sight; seven questions. The caller has written down that it was asked."""
    rows = _seen(viewer).filter(_sought(sought, at)).order_by("opened_at", "id")
    found = list(rows.values(*COLUMNS, "programme", "kind", "rulebook_id")[: MOST + 1])
    here = found[:MOST]
    ids = [one["id"] for one in here]
    moves, clocks = _moves(viewer, ids), _clocks(ids)
    told = []
    for row, one in zip(rows_of(viewer, here), here, strict=True):
        final = version(one["rulebook_id"]).flow(one["programme"], one["kind"]).final
        promises = [promise for promise, _ in clocks[row.id]]
        told.append(
            Traced(row, hands(moves[row.id], final, promises, at), _known(moves[row.id], clocks[row.id], row.opened_at))
        )
    return Trace(told, _holders(told, at), len(found) > MOST)


def by_code(viewer: Viewer, code: str) -> UUID | None:
    """The id of a matter that may be traced; None for one that is absent, held, sealed or about the viewer."""
    return _seen(viewer).filter(code=code).values_list("id", flat=True).first()


def _seen(viewer: Viewer) -> MatterQuerySet:
    return Matter.objects.visible_to(viewer) if viewer.may("matter.see") else Matter.objects.traced_by(viewer)


def _sought(sought: Sought, at: datetime) -> Q:
    if sought.code:
        return Q(code=sought.code)
    zone = current(at).rulebook.county.tz
    first, last = (datetime.combine(day, time(), zone) for day in (sought.from_, sought.until))
    low, high = subtree(sought.place)
    wanted = Q(place_code__gte=low, place_code__lt=high, opened_at__lt=last)
    wanted &= Q(closed_at__isnull=True) | Q(closed_at__gte=first)
    if sought.topic:
        wanted &= Q(topic=sought.topic)
    if sought.person:
        held = Move.objects.filter(person_id=sought.person).values("matter_id")
        wanted &= Q(handler_id=sought.person) | Q(supervisor_id=sought.person) | Q(pk__in=held)
    return wanted


def _moves(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, list[Taken]]:
    rows = list(
        Move.objects.filter(matter_id__in=ids)
        .order_by("matter_id", "seq")
        .values_list("matter_id", "at", "step", "target", "body_id", "person_id")
    )
    bodies = staff.body_names(viewer, {row[4] for row in rows if row[4]})
    persons = staff.persons(viewer, {row[5] for row in rows if row[5]})
    found: dict[UUID, list[Taken]] = defaultdict(list)
    for matter, at, step, target, body, person in rows:
        names = (bodies.get(body, "") if body else "", persons.get(person, "") if person else "")
        found[matter].append(Taken(at, step, target, *names))
    return found


Ran = tuple[Promise, tuple[datetime | None, datetime | None]]
"""A deadline, when it warned, and when it was told to have run out."""


def _clocks(ids: Sequence[UUID]) -> dict[UUID, list[Ran]]:
    found: dict[UUID, list[Ran]] = defaultdict(list)
    for row in Clock.objects.filter(matter_id__in=ids).select_related("matter").order_by("started_at", "id"):
        known = version(row.matter.rulebook_id).matters(row.matter.programme).clocks
        name = known[row.name].title if row.name in known else row.name
        promise = Promise(name, row.started_at, row.first_due_at, row.due_at, row.met_at, row.ended_at)
        found[row.matter_id].append((promise, (row.warned_at, row.overdue_at)))
    return found


def _known(moves: Sequence[Taken], clocks: Sequence[Ran], opened_at: datetime) -> list[Known]:
    known = [Known(opened_at, "came")]
    for promise, (warned, overdue) in clocks:
        known += [Known(warned, "warned", promise.name)] if warned else []
        known += [Known(overdue, "ran_out", promise.name)] if overdue else []
    known += [Known(move.at, move.step) for move in moves if move.step in ("reopen", "supervise", "extend", "raise")]
    return sorted(known, key=lambda one: one.at)


def _holders(traced: Sequence[Traced], at: datetime) -> list[Holder]:
    found: dict[str, Holder] = {}
    for one in traced:
        for hand in one.hands:
            who = " ".join(part for part in (hand.body, hand.person) if part)
            if not who:
                continue
            holder = found.setdefault(who, Holder(who))
            holder.matters.add(one.row.id)
            holder.seconds += hand.seconds(at)
            holder.missed += hand.missed
    return sorted(found.values(), key=lambda one: (-len(one.missed), -one.seconds, one.who))
