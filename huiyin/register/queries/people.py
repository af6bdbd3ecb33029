"""Households and their people. Names and places in clear; numbers masked; doors stay sealed (see the reveal action)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from huiyin.core import text
from huiyin.core.models import Person
from huiyin.core.questions import ask
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.models import Abode, Household, Link, Phone, Resident
from huiyin.register.models.periods import standing
from huiyin.register.queries import places
from huiyin.register.queries.days import today

PHONE_COLUMN = "register.phone.number"
LONGEST_LIST = 500


@dataclass(frozen=True)
class HouseholdRow:
    """A household in a list. `head` is the name of its head, `lead` of the official who leads, `size` its people."""

    id: UUID
    code: str
    place_code: str
    path: str
    status: str
    head: str
    size: int
    lead: str


@dataclass(frozen=True)
class ResidentRow:
    """A person of a household; `phone` is masked, empty where none is kept."""

    person_id: UUID
    name: str
    relation: str
    phone: str
    since: date


@dataclass(frozen=True)
class LinkRow:
    """An official of a household."""

    id: UUID
    person_id: UUID
    official_id: UUID
    name: str
    duty_phone: str
    kind: str
    programme: str
    since: date


@dataclass(frozen=True)
class HouseholdPage:
    """A household with its people and its officials of today."""

    id: UUID
    code: str
    place_code: str
    path: str
    status: str
    residents: tuple[ResidentRow, ...]
    links: tuple[LinkRow, ...]
    phones: tuple[Phone, ...] = field(default=(), repr=False)
    """The rows of their numbers, as they are kept: encrypted."""


@dataclass(frozen=True)
class Caller:
    """Somebody who has a number: `household_id` and place are empty for a person of no household."""

    person_id: UUID
    name: str
    household_id: UUID | None
    place_code: str
    path: str


def linked_households(viewer: Viewer, at: datetime) -> frozenset[UUID]:
    """Ids of the households the viewer is linked to today."""
    if viewer.official_id is None:
        return frozenset()
    found = ask("people.linked_households", _linked, viewer, today(viewer, at))
    return frozenset(one for (one,) in found)


def _linked(viewer: Viewer, day: date) -> QuerySet[Link, Any]:
    rows = Link.objects.filter(standing(day), official=viewer.official_id, household__isnull=False)
    return rows.order_by().values_list("household_id")


def household(viewer: Viewer, household_id: UUID, at: datetime) -> HouseholdPage:
    """One household with its people and officials of today. Raises Missing also for one the viewer may not see."""
    day = today(viewer, at)
    row = Household.objects.visible_to(viewer, day).filter(pk=household_id).first()
    if row is None:
        raise Missing
    return page_of(viewer, row, day)


def kept_home(viewer: Viewer, household_id: UUID, *, lock: bool = False) -> Household:
    """A household that stands, whose register the viewer keeps; locked for who is about to change it.

    Who is linked to a household may read it, no more. Raises Missing; Refused("not_allowed").
    """
    viewer.need("register.edit")
    rows = Household.objects.filter(pk=household_id, until=None)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None or not viewer.sees(row.place_code):
        raise Missing
    return row


def page_of(viewer: Viewer, row: Household, day: date, *, was: Abode | None = None) -> HouseholdPage:
    """A household the caller may see, with its people and officials of a day; `was` where and how it was that day."""
    place = was.place_code if was is not None else row.place_code
    living = Resident.objects.filter(standing(day), household=row).select_related("person").order_by("since", "pk")
    people = [resident.person_id for resident in living]
    phones = tuple(Phone.objects.filter(standing(day), person_id__in=people).order_by("pk")) if people else ()
    numbers = _masked(phones)
    linked = Link.objects.filter(standing(day), household=row).select_related("official__person").order_by("kind", "pk")
    return HouseholdPage(
        row.pk,
        row.code,
        place,
        places.path_names(viewer, place, day=day if was is not None else None),
        was.status if was is not None else row.status,
        tuple(
            ResidentRow(one.person_id, one.person.name, one.relation, numbers.get(one.person_id, ""), one.since)
            for one in living
        ),
        tuple(
            LinkRow(
                one.pk,
                one.official.person_id,
                one.official_id,
                one.official.person.name,
                one.official.duty_phone,
                one.kind,
                one.programme,
                one.since,
            )
            for one in linked
        ),
        phones=phones,
    )


def rows_of(viewer: Viewer, ids: Collection[UUID], at: datetime) -> tuple[HouseholdRow, ...]:
    """Households by their ids, as rows of a list, by place; as of the day a viewer looks back to. The caller has chosen
    what the viewer may see."""
    day = today(viewer, at)
    found = list(Household.objects.filter(pk__in=ids).order_by("place_code", "code")[:LONGEST_LIST])
    was = {} if viewer.back is None else {one.household_id: one for one in _abodes(found, day)}
    paths = places.paths(viewer, [was.get(row.pk, row).place_code for row in found])
    heads: dict[UUID, str] = {}
    sizes: dict[UUID, int] = {}
    living = Resident.objects.filter(standing(day), household__in=found).order_by("pk")
    for household, relation, name in living.values_list("household_id", "relation", "person__name"):
        sizes[household] = sizes.get(household, 0) + 1
        if relation == "head":
            heads[household] = name
    leads = dict(
        Link.objects.filter(standing(day), household__in=found, kind="lead").values_list(
            "household_id", "official__person__name"
        )
    )
    return tuple(
        HouseholdRow(
            row.pk,
            row.code,
            was.get(row.pk, row).place_code,
            paths[was.get(row.pk, row).place_code],
            was.get(row.pk, row).status,
            heads.get(row.pk, ""),
            sizes.get(row.pk, 0),
            leads.get(row.pk, ""),
        )
        for row in found
    )


def _abodes(homes: Collection[Household], day: date) -> QuerySet[Abode]:
    return Abode.objects.filter(standing(day), household__in=homes)


def by_phone(viewer: Viewer, phone: str, at: datetime) -> tuple[Caller, ...]:
    """Who has a number today, found by its blind index, in the viewer's scope. Raises Refused for what is no number.

    For people who take matters (`matter.open`) or see the register; empty for others. Doors that show the answer to a
    person call the action `look_up_phone`, which leaves a trace.
    """
    blind = vault().blind(PHONE_COLUMN, text.phone(phone))
    if not (viewer.may("matter.open") or viewer.may("register.see")):
        return ()
    day = today(viewer, at)
    people = [
        row.person for row in Phone.objects.filter(standing(day), blind=blind).select_related("person").order_by("pk")
    ]
    homes = {
        row.person_id: row.household
        for row in Resident.objects.filter(standing(day), person__in=people).select_related("household")
    }
    known = [(person, homes.get(person.pk)) for person in people]
    seen = [(person, home) for person, home in known if home is None or viewer.sees(home.place_code)]
    paths = places.paths(viewer, [home.place_code for _, home in seen if home])
    return tuple(
        Caller(person.pk, person.name, home.pk, home.place_code, paths[home.place_code])
        if home
        else Caller(person.pk, person.name, None, "", "")
        for person, home in seen
    )


def numbers_of(viewer: Viewer, person_id: UUID) -> tuple[str, tuple[str, ...]]:
    """A person's name and every number they ever had, in clear: to erase them. Raises Refused without the verb."""
    viewer.need("register.erase")
    numbers = []
    for row in Phone.objects.filter(person_id=person_id):
        try:
            numbers.append(row.opened())
        except Shredded:
            continue  # erased once before: nothing can be found by it
    return Person.objects.values_list("name", flat=True).get(pk=person_id), tuple(dict.fromkeys(numbers))


def opened_many(phones: Sequence[Phone]) -> list[str | None]:
    """Some numbers in clear, in their order, their keys read by few questions; None where one was erased."""
    sealed = [(one.subject, str(one.pk), one.number) for one in phones]
    return vault().open_many(sealed, table="phone", column="number")


def _masked(rows: Sequence[Phone]) -> dict[UUID, str]:
    opened = zip(rows, opened_many(rows), strict=True)
    return {row.person_id: text.mask_phone(number) if number else "" for row, number in opened}


def subject_of(viewer: Viewer, typed: str) -> str:
    """What the log calls a household whose number was typed: its id; anything else as it came. At most one query.
    Raises Refused for who may not see the log.
    """
    viewer.need("audit.see")
    found = Household.objects.filter(code=typed).values_list("pk", flat=True).first() if typed else None
    return str(found) if found else typed


def codes_of(viewer: Viewer, households: Collection[UUID]) -> dict[UUID, str]:
    """The numbers of some households by id, for who reads the log; one query, none for none. Raises not_allowed."""
    viewer.need("audit.see")
    return dict(Household.objects.filter(pk__in=households).values_list("pk", "code")) if households else {}
