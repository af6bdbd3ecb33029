"""Households, who lives in them, their telephones and relatives; and looking at what is sealed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.models import Person
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import links
from huiyin.register.actions.edition import new_edition
from huiyin.register.events import HouseholdAdded, KinAdded, KinEnded, PhoneSet, ResidentAdded
from huiyin.register.models import Departure, Household, Kin, Phone, Place, Resident
from huiyin.register.models.people import PHONE_SOURCES
from huiyin.register.models.periods import standing
from huiyin.register.queries import household_file, people, served
from huiyin.register.queries.days import today

CODE_LENGTH = 40


@dataclass(frozen=True)
class Revealed:
    """What was sealed of a household: its door, numbers by person id, sensitive categories for who has their verb."""

    door: str
    phones: dict[UUID, str]
    categories: tuple[household_file.MembershipRow, ...] = ()
    away: tuple[tuple[str, str], ...] = ()
    """Name and where, of those of whom it is kept (R-042)."""
    doors: tuple[tuple[datetime, str], ...] = ()
    """When the door was put right, and what stood there before."""


@action
def add_household(
    *,
    by: Viewer,
    at: datetime,
    code: str,
    place_code: str,
    door: str = "",
    status: str = "present",
    since: date | None = None,
) -> UUID:
    """Register a household at a place (its group, where groups are kept); `code` is its key in the list it is from."""
    _may_edit(by, place_code)
    if Place.objects.select_for_update(no_key=True).filter(code=place_code, until=None).first() is None:
        raise Refused("place_unknown", field="place_code")  # or it is ending just now
    if not 0 < len(code) <= CODE_LENGTH:
        raise Refused("value_wrong", field="code")
    if Household.objects.filter(code=code).exists():
        raise Refused("code_taken", field="code")
    row = Household(code=code, place_code=place_code, status=status, since=since or today(by, at))
    if clean := text.line(door, most=200, field="door"):
        row.door = vault().seal(row.subject, table="household", column="door", row=str(row.pk), text=clean)
    row.save(force_insert=True)
    record(HouseholdAdded(subject=str(row.pk), place_code=place_code), by=by, at=at)
    return row.pk


@action
def add_resident(
    *,
    by: Viewer,
    at: datetime,
    household_id: UUID,
    name: str = "",
    person_id: UUID | None = None,
    relation: str = "head",
    phone: str = "",
    since: date | None = None,
) -> UUID:
    """Say that a person lives in a household: a new one by `name`, or one who is known, such as an official.

    Somebody who lived elsewhere moves: that ends the day this begins. Returns the person's id.
    """
    household = _household(by, at, household_id)
    day = since or today(by, at)
    person = _person(person_id, name)
    if person_id is not None and Departure.objects.filter(person=person, why="died", replaced_at=None).exists():
        raise Refused("person_died", field="name")
    for former in Resident.objects.filter(person=person, until=None, replaced_at=None):
        if former.household_id == household.pk or former.since > day:
            raise Refused("nothing_changed", field="person_id")
        former.until = day
        former.save()
    Resident(person=person, household=household, relation=relation, since=day, recorded_at=at).save(force_insert=True)
    record(ResidentAdded(subject=str(household.pk), person=str(person.pk)), by=by, at=at)
    if phone:
        set_phone(by=by, at=at, person_id=person.pk, phone=phone, since=day)
    if person_id is not None:
        links.end_own(by=by, at=at, person_ids=[person.pk])
    return person.pk


@action
def set_phone(
    *, by: Viewer, at: datetime, person_id: UUID, phone: str, since: date | None = None, source: str = "desk"
) -> bool:
    """Record a person's telephone number, sealed; the one before ends. False, and nothing told, if it is the same.

    `source` says from where it is: desk, or self where the person gave it.
    """
    by.need("register.edit")
    if source not in PHONE_SOURCES:
        raise Refused("value_unknown", field="source")
    number = text.phone(phone)
    if not Person.objects.filter(pk=person_id).exists():
        raise Refused("person_unknown", field="person_id")
    home = (
        Resident.objects.filter(person_id=person_id, until=None, replaced_at=None).select_related("household").first()
    )
    if home is not None and not by.sees(home.household.place_code):
        raise Missing
    blind = vault().blind(people.PHONE_COLUMN, number)
    day = since or today(by, at)
    for former in Phone.objects.filter(person_id=person_id, until=None, replaced_at=None):
        if bytes(former.blind) == blind:
            return False
        former.until = max(day, former.since)
        former.save()
    row = Phone(person_id=person_id, blind=blind, source=source, since=day, recorded_at=at)
    row.number = vault().seal(row.subject, table="phone", column="number", row=str(row.pk), text=number)
    row.save(force_insert=True)
    record(PhoneSet(subject=str(person_id)), by=by, at=at)
    return True


@action
def add_kin(
    *, by: Viewer, at: datetime, person_id: UUID, relative_id: UUID, relation: str = "", since: date | None = None
) -> UUID:
    """Record that two persons are relatives; neither is linked to, nor handles matters of, the other's household.

    A link that stood between them ends today. Raises Refused: person_unknown, kin_known.
    """
    by.need("register.edit")
    if person_id == relative_id or Person.objects.filter(pk__in=[person_id, relative_id]).count() != 2:
        raise Refused("person_unknown", field="relative_id")
    if _kin(person_id, relative_id) is not None:
        raise Refused("kin_known", field="relative_id")
    row = Kin(
        person_id=person_id, relative_id=relative_id, relation=relation, since=since or today(by, at), recorded_at=at
    )
    row.save(force_insert=True)
    new_edition()  # who is near whom is kept under it
    record(KinAdded(subject=str(person_id), relative=str(relative_id)), by=by, at=at)
    links.end_own(by=by, at=at, person_ids=[person_id, relative_id])
    return row.pk


@action
def end_kin(*, by: Viewer, at: datetime, household_id: UUID, kin_id: UUID, never: bool = False) -> None:
    """Two persons, one of a household, are no relatives from today on; with `never` they never were.

    Raises Missing; Refused: official_near where it is about the viewer themselves.
    """
    home = _household(by, at, household_id)
    row = Kin.objects.filter(pk=kin_id, until=None, replaced_at=None).first()
    lives = set(home.people(today(by, at)).values_list("pk", flat=True))
    if row is None or not lives & {row.person_id, row.relative_id}:
        raise Missing
    if by.persons & {row.person_id, row.relative_id}:
        raise Refused("official_near")
    if never:
        row.replaced_at = at
    else:
        row.until = max(today(by, at), row.since)
    row.save()
    new_edition()
    record(KinEnded(subject=str(row.person_id), relative=str(row.relative_id)), by=by, at=at)


def _kin(one: UUID, other: UUID) -> Kin | None:
    both = Q(person_id=one, relative_id=other) | Q(person_id=other, relative_id=one)
    return Kin.objects.filter(both, until=None, replaced_at=None).first()


@action
def reveal_household(*, by: Viewer, at: datetime, household_id: UUID, reason: str) -> Revealed:
    """Open a household's door and numbers. Looking is an action: who looked and why is kept (SG-49)."""
    day = today(by, at)
    household = Household.objects.visible_to(by, day).filter(pk=household_id).first()
    if household is None:
        raise Missing
    why = text.line(reason, most=200, field="reason")
    if not why:
        raise Refused("needs_reason", field="reason")
    look(by, kind="household", subject=f"household:{household.pk}", at=at, reason=why)
    phones = {}
    for row in Phone.objects.filter(standing(day), person__in=household.people(day)):
        try:
            phones[row.person_id] = row.opened()
        except Shredded:
            continue  # the person was erased: there is nothing to show, and that is meant
    high = household_file.high_of(by, household.pk, at) if by.may("register.sensitive") else ()
    try:
        door = household.opened_door()
    except Shredded:
        door = ""  # the household was erased, as above
    away = served.away_of(by, household.pk, at)
    where = tuple((one.person.name if one.person else "", served.where_of(by, one)) for one in away)
    return Revealed(door, phones, high, where, household_file.doors_of(by, household.pk))


@action
def look_up_phone(*, by: Viewer, at: datetime, phone: str, reason: str = "") -> tuple[people.Caller, ...]:
    """Who has a number; leaves a look for each household found that is not the viewer's own to care for."""
    found = people.by_phone(by, phone, at)
    mine = people.linked_households(by, at)
    for household in {caller.household_id for caller in found if caller.household_id} - mine:
        look(by, kind="phone", subject=f"household:{household}", at=at, reason=reason)
    return found


def _may_edit(by: Viewer, place_code: str) -> None:
    by.need("register.edit")
    if not by.sees(place_code):
        raise Refused("not_allowed", verb="register.edit")


def _household(by: Viewer, at: datetime, household_id: UUID) -> Household:
    by.need("register.edit")
    row = Household.objects.visible_to(by, today(by, at)).filter(pk=household_id, until=None).first()
    if row is None or not by.sees(row.place_code):
        raise Missing
    return row


def _person(person_id: UUID | None, name: str) -> Person:
    if person_id is not None:
        known = Person.objects.filter(pk=person_id).first()
        if known is None:
            raise Refused("person_unknown", field="person_id")
        return known
    clean = text.person(name)
    if not clean:
        raise Refused("value_missing", field="name")
    pinyin, initials = text.pinyin_keys(clean)
    person = Person(name=clean, pinyin=pinyin, initials=initials)
    person.save(force_insert=True)
    return person
