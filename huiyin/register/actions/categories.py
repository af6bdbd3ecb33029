"""Categories: a household or person is entered in one with its source, reviewed, taken out."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core import rulebook, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Person
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.refused import refused_in
from huiyin.programme.schema.people import Category
from huiyin.register.actions import need
from huiyin.register.events import CategoryEnded, CategoryEntered, CategoryReviewed
from huiyin.register.models import Body, Household, Membership, Objection, Removal, Resident
from huiyin.register.models.periods import standing
from huiyin.register.queries import served, staff
from huiyin.register.queries.days import today
from huiyin.register.rules.months import later, review_day

SOURCE_MOST = 200


@dataclass(frozen=True)
class Into:
    """Which category, and on what ground; `matter_id` where it stands with an open matter."""

    programme: str
    category: str
    source: str
    person_id: UUID | None = None
    matter_id: UUID | None = None
    since: date | None = None
    body: str = ""
    """The body's name, where the category asks for one."""
    where: str = ""
    paper_until: date | None = None
    """Until when the certificate holds, where the category has one."""


@dataclass(frozen=True)
class Heard:
    """How a removal came about: the day it was told, the day the household was heard, and why."""

    noticed_on: date | None
    heard_on: date | None
    reason: str


@action
def enter(*, by: Viewer, at: datetime, household_id: UUID, into: Into) -> UUID:
    """Enter a household, or one who lives in it, in a category until it expires. Returns the membership's id.

    Raises Refused: category_unknown, category_closed, category_needs_matter, category_there, words_refused,
    needs_source, category_needs_body, body_unknown.
    """
    day = today(by, at)
    household = household_to_correct(by, household_id, day)
    kind = _category(at, into)
    if kind.sensitivity == "high":
        by.need("register.sensitive")
    if kind.with_matter and into.matter_id is None:
        raise Refused("category_needs_matter", field="matter")
    source = screened(into.source, most=SOURCE_MOST, field="source")
    if not source:
        raise Refused("needs_source", field="source")
    person = _person(household, into.person_id, kind, day)
    body = _body_of(by, kind, into.body, day)
    there = Membership.objects.filter(
        standing(day), household=household, person=person, programme=into.programme, category=into.category, body=body
    )
    if there.exists():
        raise Refused("category_there", field="category")
    since = into.since or day
    row = Membership(
        household=household,
        person=person,
        programme=into.programme,
        category=into.category,
        high=kind.sensitivity == "high",
        source=source,
        since=since,
        until=_until(since, kind),
        review_on=review_day(since, kind.review_months, into.paper_until if kind.paper else None),
        paper_until=into.paper_until if kind.paper else None,
        matter_id=into.matter_id if kind.with_matter else None,
        body=body,
        recorded_at=at,
        by_id=by.person_id,
    )
    row.where = _where(row, kind, screened(into.where, most=SOURCE_MOST, field="where"))
    row.save(force_insert=True)
    record(CategoryEntered(subject=str(household.pk), membership=str(row.pk), programme=into.programme), by=by, at=at)
    need.entered(by, at, row)
    return row.pk


@action
def review(*, by: Viewer, at: datetime, membership_id: UUID, paper_until: date | None = None) -> UUID:
    """Say that it still holds: the record of before is closed and another begins its review and its end anew. A new
    `paper_until` stands for a new certificate; without one the old day stays."""
    day = today(by, at)
    row = _membership(by, membership_id, day)
    kind = _category(at, Into(row.programme, row.category, row.source))
    paper = (paper_until or row.paper_until) if kind.paper else None
    row.replaced_at = at
    row.save()
    fresh = Membership(
        household_id=row.household_id,
        person_id=row.person_id,
        programme=row.programme,
        category=row.category,
        high=row.high,
        source=row.source,
        since=row.since,
        until=_until(day, kind),
        review_on=review_day(day, kind.review_months, paper),
        paper_until=paper,
        matter_id=row.matter_id,
        body_id=row.body_id,
        recorded_at=at,
        by_id=by.person_id,
    )
    fresh.where = _where(fresh, kind, served.where_of(by, row))
    fresh.save(force_insert=True)
    fact = CategoryReviewed(subject=str(row.household_id), membership=str(fresh.pk), before=str(row.pk))
    record(fact, by=by, at=at)
    if kind.office:
        need.draw(by, at, fresh, kind.review_months)
    return fresh.pk


@action
def leave(*, by: Viewer, at: datetime, membership_id: UUID) -> None:
    """Take out of a category from today on. Raises Refused("category_office_only") for one that only an office ends."""
    row = _membership(by, membership_id, today(by, at))
    if office := served.office_of(by, at, row.programme, row.category):
        raise Refused("category_office_only", office=office)
    _end(row, by, at, "hand")


@action
def remove(*, by: Viewer, at: datetime, membership_id: UUID, heard: Heard) -> UUID:
    """The competent office takes out of a category that means support: told first, then heard, with the reason (SG-15).

    What the household has objected to its category is answered before. Raises Missing; Refused: category_office_only,
    value_missing, heard_before_told, day_ahead, needs_note, category_appeal_open.
    """
    day = today(by, at)
    row = _membership(by, membership_id, day)
    office = served.office_of(by, at, row.programme, row.category)
    if not staff.serves_in(by, office):
        raise Refused("category_office_only", office=office or "—")
    if heard.noticed_on is None or heard.heard_on is None:
        raise Refused("value_missing", field="noticed" if heard.noticed_on is None else "heard")
    if heard.heard_on <= heard.noticed_on:
        raise Refused("heard_before_told", field="heard")
    if heard.heard_on > day:
        raise Refused("day_ahead", field="heard")
    why = screened(heard.reason, most=SOURCE_MOST, field="reason")
    if not why:
        raise Refused("needs_note", field="reason")
    open_ = Objection.objects.filter(household_id=row.household_id, about="category", answered_at=None)
    if open_.exists():
        raise Refused("category_appeal_open")
    made = Removal(membership=row, noticed_on=heard.noticed_on, heard_on=heard.heard_on, by_id=by.person_id, at=at)
    made.reason = vault().seal(made.subject, table="removal", column="reason", row=str(made.pk), text=why)
    _end(row, by, at, "office")
    made.save(force_insert=True)
    need.draw(by, at, row, _category(at, Into(row.programme, row.category, row.source)).review_months)
    return made.pk


@action
def end_with_matter(*, by: Viewer, at: datetime, matter_id: UUID) -> int:
    """End what stood with a matter that is over (SG-13); returns how many."""
    found = Membership.objects.filter(standing(today(by, at)), matter_id=matter_id)
    homes = Household.objects.select_for_update().filter(pk__in=set(found.values_list("household_id", flat=True)))
    list(homes.order_by("pk").values_list("pk"))  # before the rows are read: a review makes others of them
    rows = list(found.all())
    for row in rows:
        _end(row, by, at, "matter")
    return len(rows)


def household_to_correct(by: Viewer, household_id: UUID, day: date) -> Household:
    """The household, locked, for whoever may correct its file: in scope, or linked. Raises Missing, Refused."""
    by.need("register.correct")
    rows = Household.objects.visible_to(by, day).filter(pk=household_id)
    found = Household.objects.select_for_update().filter(pk__in=rows.values("pk"), until=None).first()
    if found is None:
        raise Missing
    return found


def screened(words: str, *, most: int, field: str) -> str:
    """Free words as they may be kept. Raises Refused("words_refused") for what is never kept (SG-12, SG-17)."""
    clean = text.normalise(words, most=most, field=field)
    if (found := refused_in(clean)) is not None:
        raise Refused("words_refused", field=field, word=found[1])
    return clean


def _until(begin: date, kind: Category) -> date | None:
    """When it ends by itself: never where support hangs on it, and only an office takes it away (SG-15)."""
    return None if kind.office else later(begin, kind.lasts_months)


def _where(row: Membership, kind: Category, words: str) -> bytes | None:
    if not (kind.where and words):
        return None
    return vault().seal(f"person:{row.person_id}", table="membership", column="where", row=str(row.pk), text=words)


def _body_of(by: Viewer, kind: Category, name: str, day: date) -> Body | None:
    """The body that is named, of a kind the category asks for. Bodies are no secret, so any of the county is known."""
    if not kind.bodies:
        return None
    if not name.strip():
        raise Refused("category_needs_body", field="body")
    open_ = Q(until__isnull=True) | Q(until__gt=day)
    found = Body.objects.filter(open_, since__lte=day, kind__in=kind.bodies, name=name.strip()[:80])
    row = found.order_by("place_code", "pk").first()
    if row is None:
        raise Refused("body_unknown", field="body")
    return row


def _category(at: datetime, into: Into) -> Category:
    programme = rulebook.current(at).rulebook.programmes.get(into.programme)
    page = programme.people if programme is not None else None
    kind = page.categories.get(into.category) if page is not None else None
    if kind is None:
        raise Refused("category_unknown", field="category")
    if kind.closed:
        raise Refused("category_closed", field="category")
    return kind


def _person(household: Household, person_id: UUID | None, kind: Category, day: date) -> Person | None:
    if kind.of == "household":
        return None
    if person_id is None:
        raise Refused("person_unknown", field="person")
    home = Resident.objects.filter(standing(day), household=household, person_id=person_id)
    found = home.select_related("person").first()
    if found is None:
        raise Refused("person_unknown", field="person")
    return found.person


def _membership(by: Viewer, membership_id: UUID, day: date) -> Membership:
    """A membership that stands, read after its household is locked: who reviews or ends it at once finds none."""
    found = Membership.objects.filter(standing(day), pk=membership_id)
    home = found.values_list("household_id", flat=True).first()
    if home is None:
        raise Missing
    household_to_correct(by, home, day)
    row = found.first()
    if row is None:
        raise Missing
    if row.high:
        by.need("register.sensitive")
    return row


def _end(row: Membership, by: Viewer, at: datetime, why: str) -> None:
    row.until = max(row.since, today(by, at))
    row.save()
    record(CategoryEnded(subject=str(row.household_id), membership=str(row.pk), why=why), by=by, at=at)
