"""Who is of a household no more: died, left the county, or never was there; and what was written down wrongly.

What is the person's ends the same day: where they lived, their numbers, the categories they were in. What is the
household's stays with whoever is left: its links, its card, its file. A household of which nobody is left stands until
somebody closes it; the desk asks for that.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.kept import Kept
from huiyin.core.models import Official
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import links
from huiyin.register.events import HouseholdReopened, ResidentBack, ResidentGone, ResidentStruck
from huiyin.register.models import Abode, Departure, Household, Link, Membership, Phone, Post, Resident
from huiyin.register.models.people import DEPARTURES
from huiyin.register.models.periods import Dated, lasting
from huiyin.register.queries.days import today
from huiyin.register.queries.people import kept_home
from huiyin.register.queries.whereabouts import ENDS


@action
def gone(
    *,
    by: Viewer,
    at: datetime,
    household_id: UUID,
    person_id: UUID,
    why: str,
    on: date | None = None,
    head: UUID | None = None,
) -> int:
    """Somebody died or left the county on a day; `head` heads the household then, if they did. Returns who is left.

    Raises Missing; Refused: value_unknown, day_ahead, period_wrong, needs_head, person_unknown, still_in_post.
    """
    if why not in DEPARTURES:
        raise Refused("value_unknown", field="why")
    home, day = kept_home(by, household_id, lock=True), _day(by, at, on)
    row = _lives(home, person_id)
    if day < row.since:
        raise Refused("period_wrong", field="on")
    if why == "died":
        _out_of_office(person_id, day)
    others = list(Resident.objects.filter(household=home, until=None, replaced_at=None).exclude(pk=row.pk))
    if row.relation == "head" and others:
        _heads(others, head, day, at)
    ended: list[list[str]] = []
    _end(row, day, ended)
    for phone in Phone.objects.filter(lasting(day), replaced_at=None, person_id=person_id):
        _end(phone, day, ended)
    for one in Membership.objects.filter(lasting(day), replaced_at=None, person_id=person_id):
        _end(one, day, ended)
    fact = Departure(person_id=person_id, household=home, why=why, on=day, recorded_at=at, by_id=by.person_id)
    fact.ended = ended
    fact.save(force_insert=True)
    record(ResidentGone(subject=str(home.pk), person=str(person_id), why=why, on=day.isoformat()), by=by, at=at)
    return len(others)


@action
def back(*, by: Viewer, at: datetime, departure_id: UUID) -> UUID:
    """That somebody died or left was wrong: what ended with it holds again, under new records. Returns the household.

    A household that was closed since is opened again. Raises Missing; Refused: lives_somewhere, household_merged.
    """
    by.need("register.edit")
    row = Departure.objects.select_for_update().filter(pk=departure_id, replaced_at=None).first()
    if row is None:
        raise Missing
    if row.household.status == "merged":
        raise Refused("household_merged")
    if row.household.until is not None:
        reopen(by=by, at=at, household_id=row.household_id)
    home = kept_home(by, row.household_id, lock=True)
    if Resident.objects.filter(person_id=row.person_id, until=None, replaced_at=None).exists():
        raise Refused("lives_somewhere")
    headed = Resident.objects.filter(household=home, relation="head", until=None, replaced_at=None).exists()
    for label, key, until in row.ended:
        _again(label, key, until, at, headed=headed)
    row.replaced_at = at
    row.save()
    record(ResidentBack(subject=str(home.pk), person=str(row.person_id)), by=by, at=at)
    links.end_own(by=by, at=at, person_ids=[row.person_id])
    return home.pk


@action
def strike(*, by: Viewer, at: datetime, household_id: UUID, person_id: UUID) -> None:
    """Somebody never lived in a household: the record is closed. Who had been moved there lives where they did before.

    Raises Missing; Refused: head_stays.
    """
    home = kept_home(by, household_id, lock=True)
    row = _lives(home, person_id)
    others = Resident.objects.filter(household=home, until=None, replaced_at=None).exclude(pk=row.pk)
    if row.relation == "head" and others.exists():
        raise Refused("head_stays")
    row.replaced_at = at
    row.save()
    before = Resident.objects.filter(person_id=person_id, until=row.since, replaced_at=None)
    former = before.exclude(household=home).select_related("household").order_by("-since", "pk").first()
    if former is not None and former.household.until is None and by.sees(former.household.place_code):
        headed = Resident.objects.filter(household=former.household, relation="head", until=None, replaced_at=None)
        _again(former._meta.label_lower, str(former.pk), "", at, headed=headed.exists())
    for one in Membership.objects.filter(household=home, person_id=person_id, until=None, replaced_at=None):
        one.replaced_at = at
        one.save()
    record(ResidentStruck(subject=str(home.pk), person=str(person_id)), by=by, at=at)


@action
def reopen(*, by: Viewer, at: datetime, household_id: UUID) -> int:
    """That a household ended was wrong: it stands as before with whoever lived there to the end; how many.

    Its links and categories do not come back by themselves: an official is given by hand or by the next round.
    Raises Missing; Refused: nothing_changed, household_merged.
    """
    by.need("register.edit")
    row = Household.objects.select_for_update(of=("self",)).filter(pk=household_id).first()
    if row is None or not by.sees(row.place_code):
        raise Missing
    if row.status == "merged":
        raise Refused("household_merged")
    if row.until is None or row.status not in ENDS:
        raise Refused("nothing_changed")
    last = Abode.objects.filter(household=row, until=row.until, replaced_at=None).order_by("-since", "pk").first()
    if last is not None:
        last.replaced_at = at
        last.save()
    died = Departure.objects.filter(household=row, replaced_at=None).values("person_id")
    ended = Resident.objects.filter(household=row, until=row.until, replaced_at=None).exclude(person_id__in=died)
    elsewhere = Resident.objects.filter(until=None, replaced_at=None).values("person_id")
    rows = ended.exclude(person_id__in=elsewhere).order_by("since", "pk")
    people = list({one.person_id: one for one in rows}.values())  # who headed it on its last day has two records
    row.status, row.until = last.status if last is not None else "present", None
    row.save()
    for one in people:
        _again(one._meta.label_lower, str(one.pk), "", at, headed=False)
    record(HouseholdReopened(subject=str(row.pk), people=len(people)), by=by, at=at)
    links.end_own(by=by, at=at, person_ids=[one.person_id for one in people])
    return len(people)


def _day(by: Viewer, at: datetime, on: date | None) -> date:
    now = today(by, at)
    if on is not None and on > now:
        raise Refused("day_ahead", field="on")
    return on or now


def _lives(home: Household, person_id: UUID) -> Resident:
    row = Resident.objects.filter(household=home, person_id=person_id, until=None, replaced_at=None).first()
    if row is None:
        raise Missing
    return row


def _out_of_office(person_id: UUID, day: date) -> None:
    """Who is in office, or there for a household, is not written off in passing: posts end and links pass on first."""
    official = Official.objects.filter(person_id=person_id).first()
    if official is None:
        return
    for model in (Post, Link):
        if model.objects.filter(lasting(day), replaced_at=None, official=official).exists():
            raise Refused("still_in_post")


def _heads(others: list[Resident], head: UUID | None, day: date, at: datetime) -> None:
    """Another heads the household from the day on; what they were in it before stays what they were."""
    if head is None:
        raise Refused("needs_head", field="head")
    row = next((one for one in others if one.person_id == head), None)
    if row is None:
        raise Refused("person_unknown", field="head")
    since = max(day, row.since)
    if row.since < day:
        row.until = day
    else:
        row.replaced_at = at
    row.save()
    fresh = Resident(person_id=head, household=row.household, relation="head", since=since, recorded_at=at)
    fresh.save(force_insert=True)


def _end(row: Dated, day: date, ended: list[list[str]]) -> None:
    ended.append([row._meta.label_lower, str(row.pk), row.until.isoformat() if row.until else ""])
    row.until = max(day, row.since)
    row.save()


SEALED = {"register.phone": ("number", "phone"), "register.membership": ("where", "membership")}
"""What is sealed in rows that come back: column and table. A ciphertext is of its row, so it is sealed anew."""
_MODELS: dict[str, type[Dated]] = {
    "register.resident": Resident,
    "register.phone": Phone,
    "register.membership": Membership,
}


def _again(label: str, key: str, until: str, at: datetime, *, headed: bool) -> None:
    """A record of before, its end taken away: the wrong one is closed, another takes its place."""
    row = _MODELS[label]._default_manager.filter(pk=key, replaced_at=None).first()
    if row is None:
        return
    row.replaced_at = at
    row.save()
    fresh = type(row)(**_columns(row), until=date.fromisoformat(until) if until else None, recorded_at=at)
    if isinstance(fresh, Resident) and headed and fresh.relation == "head":
        fresh.relation = "other"
    if isinstance(row, Phone | Membership):
        column, table = SEALED[label]
        sealed = _sealed_anew(f"person:{row.person_id}", table, column, row, fresh, getattr(row, column))
        setattr(fresh, column, sealed)
    fresh.save(force_insert=True)


def _columns(row: Kept) -> dict[str, Any]:
    """The columns of a row but its key, end and records."""
    without = {"id", "until", "recorded_at", "replaced_at"}
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if one.name not in without}


def _sealed_anew(subject: str, table: str, column: str, row: Kept, fresh: Kept, words: bytes | None) -> bytes | None:
    if words is None:
        return None
    try:
        clear = vault().open(subject, table=table, column=column, row=str(row.pk), sealed=words)
    except Shredded:
        return None
    return vault().seal(subject, table=table, column=column, row=str(fresh.pk), text=clear)
