"""What becomes of households: they move, go away and return, split, merge and end; each from a day on.

Today's place, door and state stand in the household itself, those of before in its abodes; what happened keeps the code
of its day. Links follow by one rule: an official who reaches the new place stays, everybody else's link ends that day
(requirements §4.5). Files, cards of the residents and matters stay where they are: with the household.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.events import (
    HouseholdClosed,
    HouseholdMerged,
    HouseholdMoved,
    HouseholdSplit,
    Linked,
    LinkEnded,
    PresenceSet,
    TieEnded,
)
from huiyin.register.models import (
    Abode,
    Card,
    Household,
    HouseholdSuccession,
    Link,
    LinkExclusion,
    LinkWish,
    Membership,
    OverlayHousehold,
    Place,
    Resident,
    Tie,
)
from huiyin.register.models.files import RELATIONS
from huiyin.register.models.periods import standing
from huiyin.register.queries import apart, following
from huiyin.register.queries.days import today
from huiyin.register.queries.people import kept_home
from huiyin.register.queries.whereabouts import ENDS
from huiyin.register.rules.codes import WIDTHS

CODE_LENGTH, VILLAGE = 40, WIDTHS[4]
PRESENCE = ("present", "away", "empty")
SPLIT = "split"
"""Origin of the links a household gets from the one it split off."""


@dataclass(frozen=True)
class Whereto:
    """A place and, where it is known, a door."""

    place_code: str
    door: str = ""


@action
def move(*, by: Viewer, at: datetime, household_id: UUID, to: Whereto, on: date | None = None) -> int:
    """A household moves with everybody in it. Returns how many of its links ended, because nobody of theirs reaches it.

    Raises Missing, Refused: place_unknown, nothing_changed, day_ahead, period_wrong.
    """
    row, day = _home(by, at, household_id, on)
    _place(by, to.place_code)
    if to.place_code == row.place_code:
        raise Refused("nothing_changed", field="place")
    before = row.place_code
    _remember(row, day, at)
    row.place_code = to.place_code
    row.door = _door(row, to.door)
    row.save()
    ended = _end_links(row, by, at, day, keep=following.reaching(by, _links(row), to.place_code, day, at))
    if to.place_code[:VILLAGE] != before[:VILLAGE]:
        _out_of_grids(row, day)
    fact = HouseholdMoved(subject=str(row.pk), before=before, place_code=to.place_code, on=day.isoformat(), ended=ended)
    record(fact, by=by, at=at)
    return ended


@action
def set_presence(*, by: Viewer, at: datetime, household_id: UUID, status: str, on: date | None = None) -> None:
    """A household goes away to work, comes back, or leaves its house empty; it stays registered and linked (R-027).

    Raises Missing, Refused: value_unknown, nothing_changed, day_ahead, period_wrong.
    """
    row, day = _home(by, at, household_id, on)
    if status not in PRESENCE:
        raise Refused("value_unknown", field="status")
    if status == row.status:
        raise Refused("nothing_changed", field="status")
    _remember(row, day, at)
    row.status = status
    row.save()
    record(PresenceSet(subject=str(row.pk), status=status, on=day.isoformat()), by=by, at=at)


@dataclass(frozen=True)
class Off:
    """Who splits off, under which number, who heads them, and where to."""

    people: tuple[UUID, ...]
    head: UUID
    code: str
    to: Whereto


@action
def split(*, by: Viewer, at: datetime, household_id: UUID, off: Off, on: date | None = None) -> UUID:
    """Some of a household become one of their own; whoever was there for them stays, if they reach it. Returns its id.

    Raises Missing, Refused: place_unknown, value_missing, value_wrong, person_unknown, code_taken, split_whole,
    day_ahead, period_wrong.
    """
    row, day = _home(by, at, household_id, on)
    _place(by, off.to.place_code)
    leaving = _leaving(row, off, day)
    code = text.line(off.code, most=CODE_LENGTH, field="code")
    if not code:
        raise Refused("value_missing", field="code")
    if Household.objects.filter(code=code).exists():
        raise Refused("code_taken", field="code")
    fresh = Household(code=code, place_code=off.to.place_code, since=day)
    fresh.door = _door(fresh, off.to.door)
    fresh.save(force_insert=True)
    for home in leaving:
        relation = "head" if home.person_id == off.head else "other"
        _rehouse(home, fresh, relation, day, at)
    HouseholdSuccession(old=row, new=fresh, how="split", on=day, at=at).save(force_insert=True)
    _link_too(row, fresh, by, at, day)
    if fresh.place_code[:VILLAGE] == row.place_code[:VILLAGE]:
        for held in _in_grids(row, day):
            joined = OverlayHousehold(overlay=held.overlay, household=fresh, since=day, recorded_at=at)
            joined.save(force_insert=True)
    fact = HouseholdSplit(subject=str(row.pk), into=str(fresh.pk), people=len(leaving), on=day.isoformat())
    record(fact, by=by, at=at)
    return fresh.pk


@action
def merge(*, by: Viewer, at: datetime, household_id: UUID, into: UUID, on: date | None = None) -> int:
    """A household becomes part of another, whose officials, file and number stay. Returns how many people moved.

    Only the link of who may not be linked to those who come, because they live there or are kin, ends (SG-45).

    Raises Missing, Refused: merge_same, day_ahead, period_wrong.
    """
    if household_id == into:
        raise Refused("merge_same", field="into")
    # In one order, so that two who merge the same households do not wait for each other.
    rows = {one: _home(by, at, one, on) for one in sorted((household_id, into))}
    (row, day), (target, _) = rows[household_id], rows[into]
    living = list(Resident.objects.filter(standing(day), household=row))
    apart_before = apart.pairs(by, at, day=day, household_ids=[into])
    for home in living:
        _rehouse(home, target, "other", day, at)
    never = {official for _, official in apart.pairs(by, at, day=day, household_ids=[into]) - apart_before}
    _end_links(target, by, at, day, keep={link.pk for link in _links(target) if link.official_id not in never})
    HouseholdSuccession(old=row, new=target, how="merged", on=day, at=at).save(force_insert=True)
    _end(row, "merged", by, at, day)
    fact = HouseholdMerged(subject=str(row.pk), into=str(target.pk), people=len(living), on=day.isoformat())
    record(fact, by=by, at=at)
    return len(living)


@action
def close(*, by: Viewer, at: datetime, household_id: UUID, why: str, on: date | None = None) -> None:
    """A household ends: its people live in it no longer, its links, categories and card end. Its file stays readable.

    Raises Missing, Refused: value_unknown, day_ahead, period_wrong.
    """
    row, day = _home(by, at, household_id, on)
    if why not in ENDS:
        raise Refused("value_unknown", field="why")
    for home in Resident.objects.filter(standing(day), household=row):
        home.until = max(day, home.since)
        home.save()
    _end(row, why, by, at, day)
    record(HouseholdClosed(subject=str(row.pk), why=why, on=day.isoformat()), by=by, at=at)


def _home(by: Viewer, at: datetime, household_id: UUID, on: date | None) -> tuple[Household, date]:
    """The household, locked, and the day: not ahead of today, and after it last changed its place or state."""
    row = kept_home(by, household_id, lock=True)
    now = today(by, at)
    day = on or now
    if day > now:
        raise Refused("day_ahead", field="on")
    if day < _began(row):
        raise Refused("period_wrong", field="on")
    return row, day


def _began(row: Household) -> date:
    """Since when the household has been where and how it is."""
    last = Abode.objects.filter(household=row, replaced_at=None).order_by("-until").values_list("until", flat=True)
    return last.first() or row.since


def _remember(row: Household, day: date, at: datetime) -> None:
    """Keep where and how the household was up to a day; what lasted no day is not worth a line."""
    since = _began(row)
    if since == day:
        return
    former = Abode(household=row, place_code=row.place_code, status=row.status, since=since, until=day, recorded_at=at)
    if door := row.opened_door():
        former.door = vault().seal(row.subject, table="abode", column="door", row=str(former.pk), text=door)
    former.save(force_insert=True)


def _place(by: Viewer, code: str) -> None:
    if Place.objects.select_for_update(no_key=True).filter(code=code, until=None).first() is None:  # it may be ending
        raise Refused("place_unknown", field="place")
    if not by.sees(code):
        raise Refused("not_allowed", verb="register.edit")


def _door(row: Household, words: str) -> bytes | None:
    clean = text.line(words, most=200, field="door")
    return vault().seal(row.subject, table="household", column="door", row=str(row.pk), text=clean) if clean else None


def _leaving(row: Household, off: Off, day: date) -> list[Resident]:
    """Who splits off: some, not all, and the head is one of them."""
    living = list(Resident.objects.filter(standing(day), household=row))
    wanted = set(off.people)
    if not wanted:
        raise Refused("value_missing", field="people")
    if not wanted <= {home.person_id for home in living} or off.head not in wanted:
        raise Refused("person_unknown", field="head")
    if len(wanted) == len(living):
        raise Refused("split_whole", field="people")
    return [home for home in living if home.person_id in wanted]


def _rehouse(home: Resident, target: Household, relation: str, day: date, at: datetime) -> None:
    """One of a household lives in another from a day on."""
    home.until = max(day, home.since)
    home.save()
    kept = relation if relation in RELATIONS else "other"
    fresh = Resident(person_id=home.person_id, household=target, relation=kept, since=home.until, recorded_at=at)
    fresh.save(force_insert=True)


def _links(row: Household) -> list[Link]:
    found = Link.objects.filter(household=row, until=None, replaced_at=None)
    return list(found.select_related("official").order_by("pk"))


def _end_links(row: Household, by: Viewer, at: datetime, day: date, *, keep: Collection[UUID] = ()) -> int:
    """End what does not follow; how many."""
    ending = [link for link in _links(row) if link.pk not in keep]
    for link in ending:
        link.until = max(link.since, day)
        link.save()
        person, until = str(link.official.person_id), link.until.isoformat()
        record(LinkEnded(subject=str(row.pk), link=str(link.pk), person=person, until=until), by=by, at=at)
    return len(ending)


def _in_grids(row: Household, day: date) -> list[OverlayHousehold]:
    """Grids the household is part of by name."""
    return list(OverlayHousehold.objects.filter(standing(day), household=row).select_related("overlay").order_by("pk"))


def _out_of_grids(row: Household, day: date) -> None:
    """It is part of them no more: a grid of households is one village's."""
    for held in OverlayHousehold.objects.filter(household=row, until=None, replaced_at=None):
        held.until = max(held.since, day)
        held.save()


def _link_too(old: Household, fresh: Household, by: Viewer, at: datetime, day: date) -> None:
    """Whoever was there for a household is there for what split off it, if they reach it and nothing keeps them off."""
    links = _links(old)
    near = following.reaching(by, links, fresh.place_code, day, at)
    never = apart.pairs(by, at, day=day, household_ids=[fresh.pk], split_from=old.pk)
    for link in links:
        if link.pk not in near or (fresh.pk, link.official_id) in never:
            continue
        row = Link(household=fresh, official=link.official, kind=link.kind, programme=link.programme, since=day)
        row.pairing, row.origin, row.recorded_at = link.pairing, SPLIT, at
        row.save(force_insert=True)
        person = str(link.official.person_id)
        fact = Linked(subject=str(fresh.pk), link=str(row.pk), person=person, kind=row.kind, since=day.isoformat())
        record(fact, by=by, at=at)


def _end(row: Household, status: str, by: Viewer, at: datetime, day: date) -> None:
    """What stands for a household stands no longer; its file, its past and its number in lists stay."""
    _remember(row, day, at)
    _end_links(row, by, at, day)
    _out_of_grids(row, day)
    for model in (Membership, LinkWish, LinkExclusion):
        for one in model.objects.filter(standing(day), household=row):
            one.until = max(one.since, day)
            one.save()
    for tie in Tie.objects.filter(Q(household=row) | Q(to_household=row), until=None, replaced_at=None):
        tie.until = max(tie.since, day)
        tie.save()
        record(TieEnded(subject=str(tie.pk), until=tie.until.isoformat()), by=by, at=at)
    for card in Card.objects.filter(household=row, replaced_at=None):
        card.replaced_at = at
        card.save()
    row.status, row.until = status, max(row.since, day)
    row.save()
