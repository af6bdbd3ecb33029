"""Finding a person of the register by name, sound, telephone or a fragment of a door, within the viewer's scope.

Names and sounds are ranges of the narrow table `Findable`, telephones a blind index; doors are sealed, so that at most
one village's are opened for a look. Doors that show the answer to a person call the action `look_up`, which keeps a
trace and a daily budget.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, reduce
from heapq import nsmallest
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from huiyin.core import rulebook, text
from huiyin.core.caches import kept
from huiyin.core.models import Look
from huiyin.core.questions import NOBODY, Make, ask
from huiyin.core.vault import vault
from huiyin.core.viewer import Range, Viewer, subtree
from huiyin.programme.refusal import Refused
from huiyin.register.models import Findable, Household, Link, Phone, Resident
from huiyin.register.models.periods import standing
from huiyin.register.queries import asked, people, places, staff
from huiyin.register.queries.asked import Question
from huiyin.register.queries.days import today
from huiyin.register.queries.edition import edition_of

KIND = "people"
MOST = 50
"""So many are shown; whoever finds more narrows the question."""
PLACES_MOST = 20
VILLAGE_MOST = 3_000
END = "\U0010ffff"


class _Living(NamedTuple):
    """Who lives somewhere: what is shown of them, and what they are found by."""

    id: UUID
    person_id: UUID
    household_id: UUID
    relation: str
    name: str
    pinyin: str
    initials: str
    place_code: str


_OF_PERSON = ("person__name", "person__pinyin", "person__initials")
LIVING = ("pk", "person_id", "household_id", "relation", *_OF_PERSON, "household__place_code")
"""The columns of `_Living`."""


@dataclass(frozen=True)
class FoundPerson:
    """Somebody found, with their official of today; `mine` for a household the viewer is linked to."""

    person_id: UUID
    household_id: UUID
    name: str
    relation: str
    path: str
    lead: str
    duty_phone: str
    mine: bool


@dataclass(frozen=True)
class FoundOfficial:
    """A linked official of the name that was typed, with how many households in the viewer's sight they lead."""

    official_id: UUID
    name: str
    post: str
    households: int


@dataclass(frozen=True)
class Finding:
    """What a question found. `how` it was read, "" where it could not be; `more` where there are more than shown."""

    how: str
    rows: tuple[FoundPerson, ...] = ()
    more: bool = False
    officials: tuple[FoundOfficial, ...] = ()

    @property
    def outside(self) -> bool:
        """Whether it looked beyond the viewer's own households: it found none, or some that are not theirs."""
        return not self.rows or not all(row.mine for row in self.rows)


def find(viewer: Viewer, typed: str, at: datetime) -> Finding:
    """Who may be meant, in the viewer's scope and among the households they are linked to; at most 50.

    A hit beyond the scope is no hit. Raises Refused: search_too_short for what names nobody, door_needs_village,
    door_too_many, and
    what a telephone number may be refused for.
    """
    questions = asked.readings(typed)
    if not questions:
        raise Refused("search_too_short", field="q")
    day, how = today(viewer, at), questions[-1].how
    mine = people.linked_households(viewer, at)
    linked = _officials(viewer, questions[0], at, mine)
    for question in questions:
        residents = _residents(viewer, question, day, mine)
        if residents:
            return Finding(question.how, _shown(viewer, residents[:MOST], day, mine), len(residents) > MOST, linked)
    return Finding(how, officials=linked)


def left(viewer: Viewer, at: datetime) -> int:
    """How many looks beyond one's own households the viewer has left on this day of the county's zone."""
    county = rulebook.current(at).rulebook.county
    begin = at.astimezone(county.tz).replace(hour=0, minute=0, second=0, microsecond=0)
    day = (begin, begin + timedelta(days=1))
    spent = Look.objects.filter(person_id=viewer.person_id, kind=KIND, at__gte=day[0], at__lt=day[1]).count()
    return max(0, county.lookups_a_day - spent)


def _residents(viewer: Viewer, question: Question, day: date, mine: frozenset[UUID]) -> Sequence[_Living]:
    """Residents that one reading means, best first; one more than are shown where there are more."""
    within = _within(viewer, question)
    if question.how == "phone":
        return _by_phone(viewer, question.key, day, mine)
    if question.how == "door":
        return _by_door(viewer, question.key, within, day, mine)
    found: dict[UUID, None] = {}
    if viewer.may("register.see"):
        for column, key in _keys(question):
            if len(found) <= MOST:
                found.update(dict.fromkeys(_ranged(column, key, _met(viewer, within))))
    rows = [_Living(*row) for row in ask("finding.living", _some, NOBODY, day, tuple(found)[: MOST + 1])]
    known = {row.id for row in rows}
    own = _read(_living(day).filter(household__in=mine)) if mine else []
    rows += [row for row in own if row.id not in known and _is(row, question) and _inside(row, within)]
    return sorted(rows, key=lambda row: (row.name, row.place_code, str(row.id)))


def _keys(question: Question) -> Sequence[tuple[str, str]]:
    """The columns in which a key is looked for."""
    if question.how == "sound":
        return (("pinyin", question.key), ("initials", question.key))
    key = question.key
    return (("name", key), ("given", key)) if len(key) > 1 else (("name", key),)


def _ranged(column: str, key: str, within: Sequence[Range] | None) -> list[UUID]:
    """Residents whose key begins so, in places within; one range of an index for each."""
    rows = Findable.objects.filter(**{f"{column}__gte": key, f"{column}__lt": key + END}).order_by(column, "place_code")
    if within is None:
        return list(rows.values_list("pk", flat=True)[: MOST + 1])
    if len(within) > PLACES_MOST:
        either = reduce(or_, (Q(place_code__gte=low, place_code__lt=high) for low, high in within))
        return list(rows.filter(either).values_list("pk", flat=True)[: MOST + 1])
    found: list[UUID] = []
    for low, high in within:
        part = ask(("finding.ranged", column), _in_range(column), NOBODY, key, key + END, low, high)
        found += (one for (one,) in part)
        if len(found) > MOST:
            break
    return found[: MOST + 1]


def _in_range(column: str) -> Make:
    """Who is found by a range of a column in a range of places: as many as are shown and one more."""

    def make(viewer: Viewer, begin: str, end: str, low: str, high: str) -> QuerySet[Findable, Any]:
        keyed = {f"{column}__gte": begin, f"{column}__lt": end, "place_code__gte": low, "place_code__lt": high}
        return Findable.objects.filter(**keyed).order_by(column, "place_code").values_list("pk")[: MOST + 1]

    return make


def _within(viewer: Viewer, question: Question) -> list[Range] | None:
    """The places a question is about; None where it names none."""
    if not question.place:
        return None
    return [subtree(row.code) for row in places.search_places(viewer, question.place, limit=PLACES_MOST)]


def _met(viewer: Viewer, within: list[Range] | None) -> list[Range] | None:
    """The same within the viewer's scope; None for everywhere."""
    if viewer.everything:
        return within
    return list(viewer.scopes) if within is None else _both(within, viewer.scopes)


def _both(some: Iterable[Range], others: Sequence[Range]) -> list[Range]:
    pairs = ((max(one[0], other[0]), min(one[1], other[1])) for one in some for other in others)
    return sorted({(low, high) for low, high in pairs if low < high})


def _inside(row: _Living, within: list[Range] | None) -> bool:
    return within is None or any(low <= row.place_code < high for low, high in within)


def _is(row: _Living, question: Question) -> bool:
    """The same test as the index, for the few people of one's own households."""
    if question.how == "name":
        return row.name.startswith(question.key) or (len(question.key) > 1 and row.name[1:].startswith(question.key))
    return row.pinyin.startswith(question.key) or row.initials.startswith(question.key)


def _officials(viewer: Viewer, question: Question, at: datetime, mine: frozenset[UUID]) -> tuple[FoundOfficial, ...]:
    """Officials of that name who lead households the viewer sees: one who rings often knows only theirs (R-060)."""
    if question.how not in ("name", "sound") or question.place:
        return ()
    named = _sounding(viewer, question.key, at)
    if not named:
        return ()
    day = today(viewer, at)
    seen = viewer.scope("household__place_code") if viewer.may("register.see") else Q(pk__in=[])
    led = Link.objects.filter(seen | Q(household__pk__in=mine), standing(day), kind="lead", household__until=None)
    rows = led.filter(official__person__in=[one.person for one in named]).values_list("official_id")
    counts = dict(rows.annotate(n=Count("household_id", distinct=True)).order_by())
    posts = {one.official_id: one for one in reversed(staff.posts_of(viewer, list(counts), at))}
    return tuple(
        FoundOfficial(key, post.name, f"{post.body_name} {post.title}", counts[key])
        for key, post in sorted(posts.items(), key=lambda one: (one[1].name, str(one[0])))
    )


def _by_phone(viewer: Viewer, phone: str, day: date, mine: frozenset[UUID]) -> list[_Living]:
    blind = vault().blind(people.PHONE_COLUMN, text.phone(phone, field="q"))
    holders = Phone.objects.filter(standing(day), blind=blind).values("person")
    rows = _living(day).filter(person__in=holders).order_by("pk")
    return [row for row in _read(rows[: MOST + 1]) if _may_see(viewer, row, mine)]


def _by_door(
    viewer: Viewer, key: str, within: list[Range] | None, day: date, mine: frozenset[UUID]
) -> Sequence[_Living]:
    """Heads of the households whose door holds the fragment, in the places named: all of them in one village."""
    villages = {low[:12] for low, _ in within or () if len(low) >= 12}
    if within is None or len(villages) != 1 or any(len(low) < 12 for low, _ in within):
        raise Refused("door_needs_village", field="q")
    named = reduce(or_, (Q(place_code__gte=low, place_code__lt=high) for low, high in within))
    rows = Household.objects.visible_to(viewer, day).filter(named, until=None)
    sealed = list(rows.exclude(door=None).only("pk", "door").order_by("code")[: VILLAGE_MOST + 1])
    if len(sealed) > VILLAGE_MOST:
        raise Refused("door_too_many", field="q", most=VILLAGE_MOST)
    doors = vault().open_many(
        ((row.subject, str(row.pk), row.door or b"") for row in sealed), table="household", column="door"
    )
    hits = [row.pk for row, door in zip(sealed, doors, strict=True) if door and key in asked.door_key(door)]
    return _read(_living(day).filter(household__in=hits[: MOST + 1], relation="head"))


def _living(day: date) -> QuerySet[Resident]:
    return Resident.objects.filter(standing(day), household__until=None)


def _some(viewer: Viewer, day: date, ids: Collection[UUID]) -> QuerySet[Resident, Any]:
    return _living(day).filter(pk__in=ids).values_list(*LIVING)


def _read(rows: QuerySet[Resident]) -> list[_Living]:
    return [_Living(*row) for row in rows.values_list(*LIVING)]


def _leads(viewer: Viewer, day: date, homes: Collection[UUID]) -> QuerySet[Link, Any]:
    rows = Link.objects.filter(standing(day), household__in=homes, kind="lead").order_by("-pk")
    return rows.values_list("household_id", "official__person__name", "official__duty_phone")


def _may_see(viewer: Viewer, row: _Living, mine: frozenset[UUID]) -> bool:
    return row.household_id in mine or (viewer.may("register.see") and viewer.sees(row.place_code))


def _shown(viewer: Viewer, rows: Sequence[_Living], day: date, mine: frozenset[UUID]) -> tuple[FoundPerson, ...]:
    paths = places.paths(viewer, [row.place_code for row in rows])
    homes = tuple(dict.fromkeys(row.household_id for row in rows))
    leads = {home: (name, phone) for home, name, phone in ask("finding.leads", _leads, NOBODY, day, homes)}
    return tuple(
        FoundPerson(
            row.person_id,
            row.household_id,
            row.name,
            row.relation,
            paths[row.place_code],
            *leads.get(row.household_id, ("", "")),
            row.household_id in mine,
        )
        for row in rows
    )


def _sounding(viewer: Viewer, key: str, at: datetime) -> tuple[staff.Named, ...]:
    """Who is in post and whose name, or its sound, begins so; a dozen at most."""
    day = today(viewer, at)
    people, *keys = _sounds(day, edition_of(viewer))
    found: set[int] = set()
    for some in keys:
        found.update(n for _, n in some[bisect_left(some, (key, 0)) : bisect_left(some, (key + END, 0))])
    return tuple(people[n] for n in nsmallest(staff.CALLED, found))


@lru_cache(maxsize=2)
def _sounds(day: date, edition: UUID | None) -> tuple[list[staff.Named], list[tuple[str, int]], list[tuple[str, int]]]:
    """Everybody in post by name; and the names, and how they sound, in order, each with the place in that list: to go
    through a county's ten thousand took as long as to find their residents."""
    everybody = staff.in_post(NOBODY, day, edition)
    people = sorted(everybody, key=lambda one: (one.name, str(one.person)))
    names = sorted((one.name, n) for n, one in enumerate(people))
    return people, names, sorted((one.pinyin, n) for n, one in enumerate(people))


kept(_sounds.cache_clear)


def living_there(viewer: Viewer, at: datetime, village: str, names: Collection[str]) -> frozenset[str]:
    """Which of some full names somebody bears who is registered in a village or one of its groups, as far as the viewer
    may look people up: with `register.see`, and while looks are left, anybody; else of their own households only, so
    that nobody learns here who lives where (SG-49). Whoever tells of a name found writes it down as a look (`KIND`).
    Three queries at most, none for no names.
    """
    if not names:
        return frozenset()
    low, high = subtree(village)
    rows = Findable.objects.filter(name__in=list(names), place_code__gte=low, place_code__lt=high)
    if not (viewer.may("register.see") and left(viewer, at)):
        mine = _living(today(viewer, at)).filter(household__in=people.linked_households(viewer, at))
        rows = rows.filter(resident_id__in=mine.order_by().values("pk"))
    return frozenset(rows.values_list("name", flat=True))
