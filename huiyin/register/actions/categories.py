"""Categories: a household or person is entered in one with its source, reviewed, taken out."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.core import rulebook, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Person
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.refused import refused_in
from huiyin.programme.schema.people import Category
from huiyin.register.events import CategoryEnded, CategoryEntered, CategoryReviewed
from huiyin.register.models import Household, Membership, Resident
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today
from huiyin.register.rules.months import later

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


@action
def enter(*, by: Viewer, at: datetime, household_id: UUID, into: Into) -> UUID:
    """Enter a household, or one who lives in it, in a category until it expires. Returns the membership's id.

    Raises Refused: category_unknown, category_closed, category_needs_matter, category_there, words_refused,
    needs_source.
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
    there = Membership.objects.filter(
        standing(day), household=household, person=person, programme=into.programme, category=into.category
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
        until=later(since, kind.lasts_months),
        review_on=later(since, kind.review_months),
        matter_id=into.matter_id if kind.with_matter else None,
        recorded_at=at,
        by_id=by.person_id,
    )
    row.save(force_insert=True)
    record(CategoryEntered(subject=str(household.pk), membership=str(row.pk), programme=into.programme), by=by, at=at)
    return row.pk


@action
def review(*, by: Viewer, at: datetime, membership_id: UUID) -> UUID:
    """Say that it still holds: the record of before is closed and another begins its review and its end anew."""
    day = today(by, at)
    row = _membership(by, membership_id, day)
    kind = _category(at, Into(row.programme, row.category, row.source))
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
        until=later(day, kind.lasts_months),
        review_on=later(day, kind.review_months),
        matter_id=row.matter_id,
        recorded_at=at,
        by_id=by.person_id,
    )
    fresh.save(force_insert=True)
    fact = CategoryReviewed(subject=str(row.household_id), membership=str(fresh.pk), before=str(row.pk))
    record(fact, by=by, at=at)
    return fresh.pk


@action
def leave(*, by: Viewer, at: datetime, membership_id: UUID) -> None:
    """Take out of a category from today on. Support does not end by it: the competent office decides (SG-15)."""
    row = _membership(by, membership_id, today(by, at))
    _end(row, by, at, "hand")


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
