"""A hand-over before it happens: whether it may, and who would have what afterwards. The action asks the same."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.models import Link, Tie
from huiyin.register.models.rounds import HANDOVER_WHY
from huiyin.register.queries import apart, drawing, staff
from huiyin.register.queries import handovers as asked
from huiyin.register.queries import ties as tied
from huiyin.register.queries.days import today


class Given(TypedDict):
    """What a hand-over is asked for with: who takes each link, who takes what is no household's, why."""

    to: Mapping[UUID, UUID]
    successor_id: UUID
    why: str


class GivenSome(TypedDict):
    """The same where perhaps only some households pass: then nobody takes the rest."""

    to: Mapping[UUID, UUID]
    successor_id: UUID | None
    why: str


@dataclass(frozen=True)
class Checked:
    """A hand-over that may happen: whose, their links with household and body, who takes each, from which day on."""

    official: Official
    held: tuple[Link, ...]
    to: Mapping[UUID, UUID]
    day: date
    ties: tuple[Tie, ...]
    """What goes to who takes what is no household's."""


@dataclass(frozen=True)
class Receiver:
    """Somebody who takes over: how many households more (`has` they lead for today), how many projects, enterprises
    and places, and whether what is no household's goes to them."""

    official_id: UUID
    person_id: UUID
    name: str
    post: str
    has: int
    households: int
    bodies: int
    main: bool


@dataclass(frozen=True)
class Preview:
    """What a hand-over would do. `villages` says whose an open matter from a village becomes: the person's."""

    person_id: UUID
    name: str
    day: date
    receivers: tuple[Receiver, ...]
    villages: Mapping[str, UUID]
    successor: UUID


def preview(
    viewer: Viewer,
    at: datetime,
    *,
    official_id: UUID,
    to: Mapping[UUID, UUID],
    successor_id: UUID | None,
    why: str,
) -> Preview:
    """Everybody who takes over, most households first; without a successor some households pass. Raises as `check`."""
    viewer.need("register.edit")
    if successor_id is None:
        found = check_some(viewer, at, official_id=official_id, to=to, why=why)
        successor_id = most_taken(found.to)
    else:
        found = check(viewer, at, official_id=official_id, to=to, successor_id=successor_id, why=why)
    takers = {*found.to.values(), successor_id}
    homes = Counter(found.to[link.pk] for link in found.held if link.household_id is not None)
    others = Counter(found.to[link.pk] for link in found.held if link.household_id is None)
    others[successor_id] += len(found.ties)
    named = Official.objects.filter(pk__in=takers).values_list("pk", "person_id", "person__name")
    known = {one: (person, name) for one, person, name in named}
    posts, has = staff.post_words(viewer, takers, found.day), drawing.loads_of(viewer, takers, found.day)
    receivers = [
        Receiver(
            one, *known[one], posts.get(one, ""), has.get(one, 0), homes[one], others[one], main=one == successor_id
        )
        for one in takers
    ]
    villages = asked.most_by_village(
        (link.household.place_code, known[found.to[link.pk]][0]) for link in found.held if link.household is not None
    )
    ordered = tuple(sorted(receivers, key=lambda one: (-one.households, not one.main, one.name)))
    person = found.official.person
    return Preview(person.pk, person.name, found.day, ordered, villages, known[successor_id][0])


def check(
    viewer: Viewer,
    at: datetime,
    *,
    official_id: UUID,
    to: Mapping[UUID, UUID],
    successor_id: UUID,
    why: str,
    on: date | None = None,
    lock: bool = False,
) -> Checked:
    """Whether a hand-over may happen as asked for. What is no household's goes to `successor_id` unless `to` says.

    Raises Missing; Refused: value_unknown, official_unknown, handover_self, handover_nothing, handover_incomplete,
    official_near, kept_apart, period_wrong.
    """
    if why not in HANDOVER_WHY:
        raise Refused("value_unknown", field="why")
    day = on or today(viewer, at)
    official = Official.objects.select_related("person").filter(pk=official_id).first()
    if official is None:
        raise Missing
    ties = tied.held_by(viewer, official.pk, at, day)
    kept = tuple(ties.select_for_update(of=("self",)) if lock else ties)
    if not all(viewer.sees(tied.place_of(one)) for one in kept):
        raise Missing
    held = _held(viewer, at, official, day, lock=lock)
    if not held and not kept:
        raise Refused("handover_nothing", field="official_id")
    whole = {link.pk: successor_id for link in held if link.household_id is None} | dict(to)
    takers = {*whole.values(), successor_id}
    if official_id in takers:
        raise Refused("handover_self", field="successor")
    if missing := sum(link.pk not in whole for link in held):
        raise Refused("handover_incomplete", count=missing)
    if takers - set(staff.serving(viewer, day).filter(official_id__in=takers)):
        raise Refused("official_unknown", field="successor")
    apart.not_near(viewer, takers)
    _conflicts(viewer, at, day, held, whole)
    return Checked(official, tuple(held), whole, day, kept)


def check_some(
    viewer: Viewer,
    at: datetime,
    *,
    official_id: UUID,
    to: Mapping[UUID, UUID],
    why: str,
    on: date | None = None,
    lock: bool = False,
) -> Checked:
    """The same for some of an official's households, those in `to`: everything else stays where it is.

    Raises Missing; Refused: value_unknown, official_unknown, handover_self, handover_none_chosen, official_near,
    kept_apart, period_wrong.
    """
    if why not in HANDOVER_WHY:
        raise Refused("value_unknown", field="why")
    if not to:
        raise Refused("handover_none_chosen")
    day = on or today(viewer, at)
    official = Official.objects.select_related("person").filter(pk=official_id).first()
    if official is None:
        raise Missing
    held = _held(viewer, at, official, day, lock=lock, some=to)
    if {link.pk for link in held} != set(to) or any(link.household_id is None for link in held):
        raise Missing
    takers = set(to.values())
    if official_id in takers:
        raise Refused("handover_self", field="successor")
    if takers - set(staff.serving(viewer, day).filter(official_id__in=takers)):
        raise Refused("official_unknown", field="successor")
    apart.not_near(viewer, takers)
    _conflicts(viewer, at, day, held, to)
    return Checked(official, tuple(held), to, day, ())


def most_taken(to: Mapping[UUID, UUID]) -> UUID:
    """Who takes most of some links; of equals always the same."""
    counted = Counter(to.values())
    return min(counted, key=lambda one: (-counted[one], str(one)))


def _held(
    viewer: Viewer, at: datetime, official: Official, day: date, *, lock: bool, some: Collection[UUID] | None = None
) -> list[Link]:
    """What the official is linked to, or some of it; all of it within the scope of who hands over."""
    rows = asked.held(viewer, official.pk, day).order_by("pk").select_related("household", "body")
    if some is not None:
        rows = rows.filter(pk__in=list(some))
    held = list(rows.select_for_update(of=("self",)) if lock else rows)
    for link in held:
        if not viewer.sees(asked.place_of(link)):
            raise Missing
        if day < link.since <= today(viewer, at):
            raise Refused("period_wrong", field="on")
    return held


def _conflicts(viewer: Viewer, at: datetime, day: date, held: Collection[Link], to: Mapping[UUID, UUID]) -> None:
    homes = [link.household_id for link in held if link.household_id is not None]
    never = apart.pairs(viewer, at, day=day, household_ids=homes)
    if any(link.household_id is not None and (link.household_id, to[link.pk]) in never for link in held):
        raise Refused("kept_apart", field="to")
