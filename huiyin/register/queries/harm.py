"""What was taken from households, or done to what is kept of them, after a day of each: who was told to look asks it.

Only facts the register has anyway, and no list of them is kept: the question is asked by whoever holds the answer to
why these households, and nobody else (trust.md C9). A fixed number of queries, however many households.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from django.db.models import Q

from huiyin.core.models import Look
from huiyin.core.viewer import Viewer
from huiyin.register.models import (
    Abode,
    Household,
    Link,
    LinkExclusion,
    Membership,
    Objection,
    Phone,
    Relief,
    ReliefList,
    Removal,
    Resident,
)

YEAR = timedelta(days=366)
MANY, WITHIN = 3, timedelta(days=30)
"""So many looks at one household's file within so long are a sign."""


@dataclass(frozen=True)
class Harm:
    """One sign: the household, what (a key of the label group `harm`), when, and who did it where it is known."""

    household_id: UUID
    kind: str
    on: date
    by: UUID | None = None


@dataclass(frozen=True)
class Span:
    """From a day of the county to a moment."""

    since: date
    at: datetime
    zone: tzinfo

    @property
    def begin(self) -> datetime:
        """The moment the first day begins."""
        return datetime.combine(self.since, time(), self.zone)

    @property
    def today(self) -> date:
        """The last day."""
        return self.day(self.at)

    def day(self, moment: datetime) -> date:
        """The county's day of a moment."""
        return moment.astimezone(self.zone).date()


def homes_of(viewer: Viewer, persons: Collection[UUID], since: date) -> dict[UUID, frozenset[UUID]]:
    """The households in which each person has lived since a day; one query."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Resident.objects.filter(Q(until__isnull=True) | Q(until__gte=since), person_id__in=list(persons))
    for person, home in rows.filter(replaced_at__isnull=True).values_list("person_id", "household_id"):
        found[person].add(home)
    return {one: frozenset(homes) for one, homes in found.items()}


def harms(viewer: Viewer, homes: Collection[UUID], span: Span) -> list[Harm]:
    """The signs about some households in a span, oldest first; fourteen queries, none without households."""
    if not homes:
        return []
    wanted = list(homes)
    some = (_support, _marked, _relief, _kept_out, _moved, _links, _people, _refused, _looks)
    found = [one for ask in some for one in ask(wanted, span)]
    return sorted(found, key=lambda one: (one.on, one.kind))


def _support(homes: list[UUID], span: Span) -> Iterator[Harm]:
    """Out of a category before it ran out by itself."""
    rows = Membership.objects.filter(household_id__in=homes, replaced_at__isnull=True, until__gte=span.since)
    ended = {pk: (home, until) for pk, home, until in rows.values_list("pk", "household_id", "until")}
    by = dict(Removal.objects.filter(membership_id__in=ended).values_list("membership_id", "by_id"))
    for pk, (home, until) in ended.items():
        if until is not None and until <= span.today:
            yield Harm(home, "support_ended", until, by.get(pk))


def _marked(homes: list[UUID], span: Span) -> Iterator[Harm]:
    """Put into a highly sensitive category: a mark for whoever reads the file."""
    rows = Membership.objects.filter(household_id__in=homes, high=True, since__gte=span.since, since__lte=span.today)
    for home, day, by in rows.values_list("household_id", "since", "by_id"):
        yield Harm(home, "marked", day, by)


def _relief(homes: list[UUID], span: Span) -> Iterator[Harm]:
    """Struck off a list; or on one of that name within the year before, and not on a later one."""
    struck = Relief.objects.filter(household_id__in=homes, struck_at__gte=span.begin)
    for home, when, by in struck.values_list("household_id", "struck_at", "struck_by_id"):
        if when is not None:
            yield Harm(home, "relief_struck", span.day(when), by)
    lines = Relief.objects.filter(household_id__in=homes, struck_at__isnull=True, list__day__gte=span.since - YEAR)
    got: dict[tuple[UUID, str], set[date]] = defaultdict(set)
    for home, what, day in lines.values_list("household_id", "list__what", "list__day"):
        got[home, what].add(day)
    later = ReliefList.objects.filter(day__gt=span.since, day__lte=span.today, what__in={what for _, what in got})
    for what, day, by in later.values_list("what", "day", "by_id"):
        for (home, name), days in got.items():
            if name == what and min(days) < day and day not in days:
                yield Harm(home, "relief_missing", day, by)


def _kept_out(homes: list[UUID], span: Span) -> Iterator[Harm]:
    """Taken out of the rounds: nobody calls on it any more."""
    rows = LinkExclusion.objects.filter(household_id__in=homes, since__gte=span.since)
    for home, day, by in rows.values_list("household_id", "since", "by_id"):
        yield Harm(home, "left_out", day, by)


def _moved(homes: list[UUID], span: Span) -> Iterator[Harm]:
    """Said to be empty, away, moved or gone."""
    rows = Abode.objects.filter(household_id__in=homes, recorded_at__gte=span.begin)
    for home, when in rows.values_list("household_id", "recorded_at"):
        yield Harm(home, "record_changed", span.day(when))
    for home, day in Household.objects.filter(pk__in=homes, until__gte=span.since).values_list("pk", "until"):
        if day is not None:
            yield Harm(home, "household_closed", day)


def _links(homes: list[UUID], span: Span) -> Iterator[Harm]:
    """Its official taken from it, by itself: not with a round, nor because somebody handed over; and who was given to
    it since then, who is no sign but where the complaint was about them."""
    rows = Link.objects.filter(
        household_id__in=homes, replaced_at__isnull=True, until__gte=span.since, until__lte=span.today
    )
    alone = rows.filter(round_id__isnull=True, handover_id__isnull=True)
    for home, day in alone.values_list("household_id", "until"):
        if day is not None:
            yield Harm(home, "link_ended", day)
    begun = Link.objects.filter(
        household_id__in=homes, replaced_at__isnull=True, since__gte=span.since, since__lte=span.today
    )
    for home, day, official in begun.values_list("household_id", "since", "official__person_id"):
        yield Harm(home, "link_begun", day, official)


def _people(homes: list[UUID], span: Span) -> Iterator[Harm]:
    """Somebody put out of it, or a number taken from them."""
    lived = Resident.objects.filter(household_id__in=homes, replaced_at__isnull=True)
    members = list(lived.values_list("person_id", "household_id", "until"))
    for _, home, until in members:
        if until is not None and span.since <= until <= span.today:
            yield Harm(home, "resident_ended", until)
    home_of = {person: home for person, home, _ in members}
    changed = Q(replaced_at__gte=span.begin) | Q(replaced_at__isnull=True, until__gte=span.since, until__lte=span.today)
    for person, when, until in Phone.objects.filter(changed, person_id__in=home_of).values_list(
        "person_id", "replaced_at", "until"
    ):
        day = span.day(when) if when else until
        if day is not None:
            yield Harm(home_of[person], "phone_changed", day)


def _refused(homes: list[UUID], span: Span) -> Iterator[Harm]:
    """What it objected to in its file was left as it is."""
    rows = Objection.objects.filter(household_id__in=homes, outcome="kept", answered_at__gte=span.begin)
    for home, when, by in rows.values_list("household_id", "answered_at", "answered_by_id"):
        if when is not None:
            yield Harm(home, "objection_refused", span.day(when), by)


def _looks(homes: list[UUID], span: Span) -> Iterator[Harm]:
    """One person opens its file again and again, or one after another does."""
    names = {f"household:{home}": home for home in homes}
    rows = Look.objects.filter(subject__in=names, at__gte=span.begin, at__lte=span.at, person_id__isnull=False)
    seen: dict[tuple[UUID, UUID], list[datetime]] = defaultdict(list)
    anybody: dict[UUID, list[tuple[datetime, UUID]]] = defaultdict(list)
    for subject, person, when in rows.order_by("at", "id").values_list("subject", "person_id", "at"):
        if person is not None:
            seen[names[subject], person].append(when)
            anybody[names[subject]].append((when, person))
    for (home, who), times in seen.items():
        close = {
            span.day(last) for first, last in zip(times, times[MANY - 1 :], strict=False) if last - first <= WITHIN
        }
        for day in close:
            yield Harm(home, "looked_again", day, who)
    for home, looks in anybody.items():
        for when, last in looks:
            lately = {who for then, who in looks if when - WITHIN <= then <= when}
            if len(lately) >= MANY:
                yield Harm(home, "looked_by_many", span.day(when), last)
