"""What every action of the room needs at hand: working days, the roll of officials, rows of clocks and moves."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiyin.casework.events import MatterMoved
from huiyin.casework.models import Clock, Conflict, Matter, Mediation, Move
from huiyin.casework.models.matters import ABOUT
from huiyin.casework.queries import mediation
from huiyin.casework.queries.books import days as days
from huiyin.casework.queries.books import forget_days
from huiyin.casework.queries.roll import forget_rolls
from huiyin.casework.queries.roll import roll as roll
from huiyin.casework.rules import flow
from huiyin.casework.rules.clocks import Started
from huiyin.core.caches import kept
from huiyin.core.events import record
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.register.queries import conflict
from huiyin.register.queries.days import today


def forget() -> None:
    """Drop what is kept; tests do between databases."""
    forget_days()
    forget_rolls()


kept(forget)


def clock(matter: Matter, begun: Started, at: datetime) -> Clock:
    """The row of a clock that starts; clocks of imported history are silent."""
    return Clock(
        matter=matter,
        name=begun.name,
        started_at=at,
        amount=begun.limit.amount,
        unit=begun.limit.unit,
        first_due_at=begun.due.at,
        due_at=begun.due.at,
        warn_at=begun.warn_at,
        provisional=begun.due.provisional,
        silent=matter.history,
    )


def excluded(by: Viewer, matter: Matter, at: datetime) -> frozenset[UUID]:
    """Who may have no part in a matter: whom it is about and who stands near them, who withdrew, and of a dispute its
    mediator and the families of both sides."""
    return excluded_from(by, [matter], at)[matter.id]


def excluded_from(by: Viewer, matters: Sequence[Matter], at: datetime) -> dict[UUID, frozenset[UUID]]:
    """The same for each of several matters: three questions, two more where one is a dispute, and one for each set of
    people that some of them are about; who stands near is reckoned for each matter's own day.
    """
    mediating = mediators(by, matters)
    near = near_from(by, matters, at)
    return {one: persons | ({mediating[one]} if one in mediating else set()) for one, persons in near.items()}


def mediators(by: Viewer, matters: Iterable[Matter]) -> dict[UUID, UUID]:
    """Who stands between the sides of those that are disputes, by the matter; one query."""
    named = Mediation.objects.filter(matter__in=matters)
    return {one: mediator for one, mediator in named.values_list("matter_id", "mediator_id") if mediator is not None}


def near_from(by: Viewer, matters: Sequence[Matter], at: datetime) -> dict[UUID, frozenset[UUID]]:
    """Of several matters, whom each is about and who stands near them, who withdrew, and the families of its sides."""
    away = dict(_kept_away(by, matters, at))
    for matter_id, family in mediation.families(by, [one.id for one in matters], today(by, at)).items():
        away[matter_id] |= family
    return away


def kept_away(by: Viewer, matter: Matter, at: datetime) -> frozenset[UUID]:
    """Whom a matter is about and who stands near them, and who withdrew."""
    return _kept_away(by, [matter], at)[matter.id]


def _kept_away(by: Viewer, matters: Sequence[Matter], at: datetime) -> dict[UUID, frozenset[UUID]]:
    persons: dict[UUID, set[UUID]] = {matter.id: set() for matter in matters}
    about: dict[UUID, set[UUID]] = {matter.id: set() for matter in matters}
    for matter_id, person, kind in Conflict.objects.filter(matter__in=matters).values_list(
        "matter_id", "person_id", "kind"
    ):
        persons[matter_id].add(person)
        if kind in ABOUT:
            about[matter_id].add(person)
    known: dict[tuple[frozenset[UUID], date], frozenset[UUID]] = {}
    found = {}
    for matter in matters:
        meant = frozenset(about[matter.id]), matter.local_day
        if meant[0] and meant not in known:
            known[meant] = conflict.exclusion(by, meant[0], at=at, day=matter.local_day)
        found[matter.id] = known.get(meant, frozenset()) | persons[matter.id]
    return found


def note_move(*, by: Viewer, at: datetime, matter: Matter, step: str, **columns: Any) -> None:
    """Keep and tell a move that leaves the matter in its state; what the caller changed of it is saved with it."""
    last = matter.moves.order_by("-seq").values_list("seq", flat=True).first() or 0
    move = Move(
        matter=matter,
        seq=last + 1,
        step=step,
        source=matter.state,
        target=matter.state,
        at=at,
        by_id=by.person_id,
        on_behalf_of_id=by.on_behalf_of,
        by_name=by.name,
        **columns,
    )
    move.save(force_insert=True)
    matter.version += 1
    matter.save()
    record(moved(matter, move), by=by, at=at)


def moved(matter: Matter, move: Move) -> MatterMoved:
    """What the log is told of a move."""
    return MatterMoved(
        subject=str(matter.id),
        step=move.step,
        source=move.source,
        target=move.target,
        seq=move.seq,
        aside=matter.held or matter.sealed,
        history=matter.history,
    )


def make_ordinary(matter: Matter) -> bool:
    """Let a matter go on under a kind that can be handed on (`rules.flow.ordinary`); the caller saves it if changed."""
    book, before = version(matter.rulebook_id), matter.kind
    matter.kind = flow.ordinary(book.matters(matter.programme), matter.kind, book.county.intake.kind)
    return matter.kind != before


def level(place_code: str) -> str:
    """The level a place code stands on: county, town, village or group."""
    if len(place_code) > 12:
        return "group"
    if set(place_code[6:]) <= {"0"}:
        return "county"
    return "town" if set(place_code[9:]) <= {"0"} else "village"
