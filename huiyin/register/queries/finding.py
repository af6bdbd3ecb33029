"""Finding a person of the register by name, sound, telephone or a fragment of a door, within the viewer's scope.

Names and sounds are ranges of the narrow table `Findable`, telephones a blind index; doors are sealed, so that at most
one village's are opened for a look. Doors that show the answer to a person call the action `look_up`, which keeps a
trace and a daily budget.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from huiyin.core import rulebook, text
from huiyin.core.models import Look
from huiyin.core.vault import vault
from huiyin.core.viewer import Range, Viewer, subtree
from huiyin.programme.refusal import Refused
from huiyin.register.models import Findable, Household, Link, Phone, Resident
from huiyin.register.models.periods import standing
from huiyin.register.queries import asked, people, places, staff
from huiyin.register.queries.asked import Question
from huiyin.register.queries.days import today

KIND = "people"
MOST = 50
"""So many are shown; whoever finds more narrows the question."""
PLACES_MOST = 20
VILLAGE_MOST = 3_000
END = "\U0010ffff"


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


def _residents(viewer: Viewer, question: Question, day: date, mine: frozenset[UUID]) -> Sequence[Resident]:
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
    own = _living(day).filter(household__in=mine)
    rows = list(_living(day).filter(pk__in=list(found)[: MOST + 1]))
    known = {row.pk for row in rows}
    rows += [row for row in own if row.pk not in known and _is(row, question) and _inside(row, within)] if mine else []
    return sorted(rows, key=lambda row: (row.person.name, row.household.place_code, str(row.pk)))


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
    if not within:
        return []
    if len(within) > PLACES_MOST:
        either = reduce(or_, (Q(place_code__gte=low, place_code__lt=high) for low, high in within))
        return list(rows.filter(either).values_list("pk", flat=True)[: MOST + 1])
    found: list[UUID] = []
    for low, high in within:
        part = rows.filter(place_code__gte=low, place_code__lt=high)
        found += part.values_list("pk", flat=True)[: MOST + 1 - len(found)]
        if len(found) > MOST:
            break
    return found


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


def _inside(row: Resident, within: list[Range] | None) -> bool:
    return within is None or any(low <= row.household.place_code < high for low, high in within)


def _is(row: Resident, question: Question) -> bool:
    """The same test as the index, for the few people of one's own households."""
    person = row.person
    if question.how == "name":
        return person.name.startswith(question.key) or (
            len(question.key) > 1 and person.name[1:].startswith(question.key)
        )
    return person.pinyin.startswith(question.key) or person.initials.startswith(question.key)


def _officials(viewer: Viewer, question: Question, at: datetime, mine: frozenset[UUID]) -> tuple[FoundOfficial, ...]:
    """Officials of that name who lead households the viewer sees: one who rings often knows only theirs (R-060)."""
    if question.how not in ("name", "sound") or question.place:
        return ()
    named = staff.sounding(viewer, question.key, at)
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


def _by_phone(viewer: Viewer, phone: str, day: date, mine: frozenset[UUID]) -> list[Resident]:
    blind = vault().blind(people.PHONE_COLUMN, text.phone(phone, field="q"))
    holders = Phone.objects.filter(standing(day), blind=blind).values("person")
    rows = _living(day).filter(person__in=holders).order_by("pk")
    return [row for row in rows[: MOST + 1] if _may_see(viewer, row.household, mine)]


def _by_door(
    viewer: Viewer, key: str, within: list[Range] | None, day: date, mine: frozenset[UUID]
) -> Sequence[Resident]:
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
    return list(_living(day).filter(household__in=hits[: MOST + 1], relation="head"))


def _living(day: date) -> QuerySet[Resident]:
    return Resident.objects.filter(standing(day), household__until=None).select_related("person", "household")


def _may_see(viewer: Viewer, home: Household, mine: frozenset[UUID]) -> bool:
    return home.pk in mine or (viewer.may("register.see") and viewer.sees(home.place_code))


def _shown(viewer: Viewer, rows: Sequence[Resident], day: date, mine: frozenset[UUID]) -> tuple[FoundPerson, ...]:
    paths = places.paths(viewer, [row.household.place_code for row in rows])
    linked = Link.objects.filter(standing(day), household__in={row.household_id for row in rows}, kind="lead")
    leads = {
        home: (name, phone)
        for home, name, phone in linked.order_by("-pk").values_list(
            "household_id", "official__person__name", "official__duty_phone"
        )
    }
    return tuple(
        FoundPerson(
            row.person_id,
            row.household_id,
            row.person.name,
            row.relation,
            paths[row.household.place_code],
            *leads.get(row.household_id, ("", "")),
            row.household_id in mine,
        )
        for row in rows
    )


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
