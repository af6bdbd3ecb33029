"""One person of a household, for whoever keeps the register there; and who is of it no more."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.models import Departure, Identity, Kin, Resident
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today
from huiyin.register.queries.people import kept_home

MOST_GONE = 10


@dataclass(frozen=True)
class NearRow:
    """A relative: `where` is the number of their household in sight, or their post's staff number."""

    id: UUID
    name: str
    relation: str
    theirs: bool
    """Whether the relation is what the person is to the other, not the other to the person."""
    household_id: UUID | None
    where: str
    official: bool


@dataclass(frozen=True)
class OnePerson:
    """Somebody who lives there: what tells them from others, and who stands near them."""

    person_id: UUID
    name: str
    relation: str
    since: date
    born: int | None
    sex: str
    has_id: bool
    kin: tuple[NearRow, ...]
    others: tuple[tuple[UUID, str], ...]
    """Who else lives there."""


@dataclass(frozen=True)
class GoneRow:
    """Somebody who died or left, and when."""

    id: UUID
    name: str
    why: str
    on: date


def one(viewer: Viewer, household_id: UUID, person_id: UUID, at: datetime) -> OnePerson:
    """The person. Raises Missing also for a household the viewer keeps no register of. Six queries."""
    home, day = kept_home(viewer, household_id), today(viewer, at)
    living = list(Resident.objects.filter(standing(day), household=home).select_related("person").order_by("pk"))
    row = next((found for found in living if found.person_id == person_id), None)
    if row is None:
        raise Missing
    known = Identity.objects.filter(person_id=person_id).first()
    return OnePerson(
        person_id,
        row.person.name,
        row.relation,
        row.since,
        known.birth_year if known is not None else None,
        known.sex if known is not None else "",
        known is not None and known.number is not None,
        _kin(viewer, person_id, day),
        tuple((found.person_id, found.person.name) for found in living if found.person_id != person_id),
    )


def gone(viewer: Viewer, household_id: UUID) -> tuple[GoneRow, ...]:
    """Who died or left, the latest first, for a household the caller may change."""
    rows = Departure.objects.filter(household_id=household_id, replaced_at=None).select_related("person")
    return tuple(GoneRow(row.pk, row.person.name, row.why, row.on) for row in rows.order_by("-on", "-pk")[:MOST_GONE])


def _kin(viewer: Viewer, person_id: UUID, day: date) -> tuple[NearRow, ...]:
    both = Q(person_id=person_id) | Q(relative_id=person_id)
    rows = list(Kin.objects.filter(standing(day), both).select_related("person", "relative").order_by("pk"))
    others = [row.relative_id if row.person_id == person_id else row.person_id for row in rows]
    homes = {
        found.person_id: found.household
        for found in Resident.objects.filter(standing(day), person_id__in=others).select_related("household")
    }
    numbers = dict(Official.objects.filter(person_id__in=others).values_list("person_id", "number"))
    found = []
    for row, other in zip(rows, others, strict=True):
        theirs = row.person_id == person_id
        home = homes.get(other)
        seen = home is not None and viewer.sees(home.place_code)
        where = home.code if home is not None and seen else numbers.get(other, "")
        named = row.relative.name if theirs else row.person.name
        there = home.pk if home is not None and seen else None
        found.append(NearRow(row.pk, named, row.relation, theirs, there, where, other in numbers))
    return tuple(found)
