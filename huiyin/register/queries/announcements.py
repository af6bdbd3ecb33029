"""Who is to be told that their official changed, by which number, and what became of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet

from huiyin.channels.queries import messages
from huiyin.channels.rules.pace import SERVICE
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.models import Announcement, Household, Link, Phone, Resident
from huiyin.register.models.announcements import ANNOUNCED, SENT, TO_VISIT
from huiyin.register.models.periods import standing
from huiyin.register.queries import cards, consents, people
from huiyin.register.queries.cards import Contact
from huiyin.register.queries.days import today
from huiyin.register.queries.people import HouseholdRow, opened_many
from huiyin.register.rules.consents import NOT_ASKED, STOPPED, Reach, grown

PAGE = 200
LATELY = 10
SHOWS = ("visit", *ANNOUNCED)
"""What the page of a hand-over or a round can show: whom to visit, or one state."""


@dataclass(frozen=True)
class ToldRow:
    """A household, and what became of telling it."""

    home: HouseholdRow
    state: str


@dataclass(frozen=True)
class ToldPage:
    """What became of telling of one hand-over or round, in the viewer's scope: counts by state, some households."""

    counts: Mapping[str, int]
    rows: tuple[ToldRow, ...]
    after: tuple[str, UUID] | None

    @property
    def to_visit(self) -> int:
        """How many were not told, and are to be visited."""
        return _to_visit(self.counts)


def due(viewer: Viewer, at: datetime, most: int, *, lock: bool = False) -> list[Announcement]:
    """What waits of changes of the days before, of at most so many households, all of each; two questions."""
    waiting = Announcement.objects.filter(state="waiting", on__lt=today(viewer, at))
    first = waiting.order_by("on", "household_id").values_list("household_id", flat=True)[:most]
    homes = dict.fromkeys(first)
    rows = waiting.filter(household_id__in=homes).order_by("household_id", "on", "id")
    return list(rows.select_for_update(of=("self",)) if lock else rows) if homes else []


def new_leads(viewer: Viewer, at: datetime, rows: Sequence[Announcement]) -> dict[UUID, list[Contact]]:
    """Who leads now and did not before, of each household for which that is news; nobody where a household had a lead
    and has none now; four questions.

    What changed and changed back in between is no news, and neither is a lead who holds no post any more.
    """
    first: dict[tuple[UUID, str], UUID | None] = {}
    for row in rows:
        for programme in row.programmes:
            first.setdefault((row.household_id, programme), row.before_id)
    homes = {row.household_id for row in rows}
    linked = Link.objects.filter(
        standing(today(viewer, at)), kind="lead", household_id__in=homes, household__until=None
    )
    leads = linked.order_by("programme", "pk").values_list("household__pk", "programme", "official_id")
    fresh: dict[UUID, dict[UUID, None]] = defaultdict(dict)
    led = set()
    for home, programme, official in leads:
        led.add(home)
        if first.get((home, programme), official) != official:
            fresh[home][official] = None
    contacts = cards.contacts(viewer, {one for some in fresh.values() for one in some}, at)
    named = {home: [contacts[one] for one in some if one in contacts] for home, some in fresh.items()}
    alone = {home for (home, _), before in first.items() if before is not None and home not in led}
    left = Household.objects.filter(pk__in=alone, until=None).values_list("pk", flat=True) if alone else ()
    return {home: some for home, some in named.items() if some} | {home: [] for home in left}


def reach(viewer: Viewer, at: datetime, homes: Collection[UUID]) -> dict[UUID, list[Reach]]:
    """The numbers of heads and grown people of some households, in clear, for the machine; five questions."""
    day = today(viewer, at)
    lives = _adults(homes, day)
    phones = list(Phone.objects.filter(standing(day), person_id__in=[person for _, person, _ in lives]).order_by("pk"))
    opened = {phone.pk: number for phone, number in zip(phones, opened_many(phones), strict=True) if number}
    said = consents.said_of(viewer, phones, day)
    numbers = set(opened.values())
    stopped = messages.stopped(viewer, "sms", numbers)
    since = at - timedelta(days=consents.unasked(viewer, at).days)
    sent = messages.sent_since(viewer, "sms", SERVICE, numbers, since)
    of: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for phone in phones:
        if number := opened.get(phone.pk):
            word = said.get((phone.person_id, bytes(phone.blind), "service"))
            stands = STOPPED if number in stopped else word.said if word is not None else NOT_ASKED
            of[phone.person_id].append((number, stands))
    found: dict[UUID, list[Reach]] = defaultdict(list)
    for home, person, head in lives:
        found[home] += [Reach(number, head, stands, sent.get(number, 0)) for number, stands in of[person]]
    return found


def counts(viewer: Viewer, cause_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Of some hand-overs and rounds, how many households of the viewer's scope are in which state; one question."""
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    rows = _seen(viewer).filter(cause_id__in=list(cause_ids)).values_list("cause_id", "state")
    for cause, state, number in rows.annotate(number=Count("*")).order_by():
        found[cause][state] = number
    return dict(found)


@dataclass(frozen=True)
class Sum:
    """Of one hand-over, round or list: households that wait, to whom an SMS went out, that are to be visited."""

    waiting: int
    sent: int
    visit: int


def summed(viewer: Viewer, cause_ids: Iterable[UUID]) -> dict[UUID, Sum]:
    """The same in short; one question."""
    return {
        cause: Sum(found.get("waiting", 0), sum(found.get(state, 0) for state in SENT), _to_visit(found))
        for cause, found in counts(viewer, cause_ids).items()
    }


def _to_visit(found: Mapping[str, int]) -> int:
    """How many were not told, and are to be visited."""
    return sum(found.get(state, 0) for state in TO_VISIT)


def page(viewer: Viewer, at: datetime, cause_id: UUID, show: str, after: tuple[str, UUID] | None = None) -> ToldPage:
    """One hand-over or round: the counts, and households of one of `SHOWS`, by place, after the last one of the page
    before (its place and id); eight questions. Raises Missing where the viewer sees none."""
    found = counts(viewer, [cause_id]).get(cause_id)
    if found is None or show not in SHOWS:
        raise Missing
    rows = _seen(viewer).filter(cause_id=cause_id, state__in=TO_VISIT if show == "visit" else (show,))
    if after is not None:
        rows = rows.filter(place_code__gte=after[0]).exclude(place_code=after[0], household_id__lte=after[1])
    columns = rows.order_by("place_code", "household_id").values_list("household_id", "state", "place_code")
    some = list(columns[: PAGE + 1])
    more = (some[PAGE - 1][2], some[PAGE - 1][0]) if len(some) > PAGE else None
    states = {home: state for home, state, _ in some[:PAGE]}
    shown = people.rows_of(viewer, states, at)
    return ToldPage(found, tuple(ToldRow(one, states[one.id]) for one in shown), more)


def of_household(viewer: Viewer, household_id: UUID) -> tuple[tuple[date, str], ...]:
    """The newest changes a household was to be told of: the day, and what became of it. The door has checked that the
    viewer may see it."""
    rows = Announcement.objects.filter(household_id=household_id).order_by("-on", "-id")
    return tuple(dict.fromkeys(rows.values_list("on", "state")[:LATELY]))


def _seen(viewer: Viewer) -> QuerySet[Announcement]:
    viewer.need("register.see")
    return Announcement.objects.filter(viewer.scope("place_code"))


def _adults(homes: Collection[UUID], day: date) -> list[tuple[UUID, UUID, bool]]:
    """Household, person, whether its head: heads, and those who are grown for certain, in the order they came."""
    living = Resident.objects.filter(standing(day), household_id__in=homes).order_by("since", "pk")
    columns = living.values_list("household_id", "person_id", "relation", "person__identity__birth_year")
    return [
        (home, person, relation == "head")
        for home, person, relation, born in columns
        if grown(born, day.year) or (relation == "head" and born is None)
    ]
