"""The kit of those who lead households: who has all of it, who lacks what (R-119); their functions (R-073 to R-075)."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Value

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.links import Item
from huiyin.register.models import Card, FileNote, KitGiven, Link, Post, PrintRun, Tie
from huiyin.register.models.periods import standing
from huiyin.register.queries import staff
from huiyin.register.queries.days import held, over, today
from huiyin.register.queries.drawing import in_scope
from huiyin.register.rules import kit as rules

LISTED = 100
CARD, NOTE = "card", "note"
VILLAGE = 12
PAPERS = ("letter", "book")
"""Papers of the kit that are printed for officials, a village at a time."""
NAMED = ("official__person_id", "official__person__name", "official__duty_phone", "body__name", "title")


@dataclass(frozen=True)
class Piece:
    """An item: `key` is programme and name, what shows it, how many lack it."""

    key: str
    title: str
    shown_by: str
    lacking: int


@dataclass(frozen=True)
class Bearer:
    """Somebody who leads households, how many, and which items they lack, by key."""

    official_id: UUID
    person_id: UUID
    name: str
    post: str
    homes: int
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Kits:
    """The items; those who lack one, a page of them; how many lead, and how many have all."""

    items: tuple[Piece, ...]
    rows: tuple[Bearer, ...]
    officials: int
    whole: int
    after: int = 0
    """How many stand before the next page; 0 at the end."""

    @property
    def short(self) -> int:
        """How many lack something, also of those that are not listed."""
        return self.officials - self.whole


@dataclass(frozen=True)
class OwnKit:
    """The items of one who leads, each lacking or not; and those that somebody wrote down they were handed, by key."""

    items: tuple[Piece, ...]
    handed: frozenset[str]

    @property
    def lacks(self) -> int:
        """How many items are lacking."""
        return sum(one.lacking for one in self.items)


@dataclass(frozen=True)
class Office:
    """What somebody is to be in a kind of link: its title, its purpose, its functions."""

    title: str
    purpose: str
    functions: tuple[str, ...]


def items(viewer: Viewer, at: datetime) -> dict[str, Item]:
    """The items of the programmes in force, by "programme.name"."""
    programmes = rulebook.current(at).rulebook.programmes
    return {
        f"{name}.{key}": item
        for name, one in programmes.items()
        for key, item in (one.links.kit.items() if one.links else ())
    }


def duties(viewer: Viewer, at: datetime) -> tuple[str, ...]:
    """What those who lead are to be, in the words of the method in force (R-073): its functions, else its purpose."""
    pages = [one.links for one in rulebook.current(at).rulebook.programmes.values() if one.links]
    found = [page.pairings[name] for page in pages for name in page.leads()]
    return tuple(found[0].functions or (found[0].purpose,)) if found else ()


def of_place(viewer: Viewer, at: datetime, place_code: str, *, after: int = 0) -> Kits:
    """The kits of those who lead households at or under a place, a hundred from `after` on. Raises Missing outside the
    scope."""
    if not (viewer.may("register.see") and viewer.sees(place_code)):
        raise Missing
    return _kits(viewer, at, in_scope(place_code, "household__place_code"), after)


def leading(viewer: Viewer, day: date, place_code: str) -> dict[UUID, str]:
    """Everybody in service who leads households at or under a place on a day, by person; one question."""
    led = Link.objects.filter(standing(day), in_scope(place_code, "household__place_code"), kind="lead")
    posts = Post.objects.filter(standing(day), official_id__in=led.values("official_id"))
    return dict(posts.values_list("official__person_id", "official__person__name"))


def of_official(viewer: Viewer, at: datetime, official_id: UUID, phone: str) -> OwnKit | None:
    """The kit of one in service who has a duty telephone or none; None where they lead nobody. Four questions."""
    viewer.need("register.see")
    wanted = items(viewer, at)
    held = _held(viewer, at, _leads(viewer, at, Q(official_id=official_id))).get(official_id) if wanted else None
    if held is None:
        return None
    lacks = rules.lacking({key: item.shown_by for key, item in wanted.items()}, replace(held, phone=bool(phone)))
    pieces = tuple(Piece(key, item.title, item.shown_by, int(key in lacks)) for key, item in wanted.items())
    return OwnKit(pieces, held.handed)


def offices(viewer: Viewer, at: datetime, official_id: UUID) -> tuple[Office, ...]:
    """What an official is to be, by the kinds of their links of today. One question."""
    which = Q(standing(today(viewer, at)), official_id=official_id)
    of_homes, of_bodies = (
        model._default_manager.filter(which).values_list("programme", "pairing") for model in (Link, Tie)
    )
    mine = set(of_homes.union(of_bodies))
    found = []
    for name, one in rulebook.current(at).rulebook.programmes.items():
        if one.links is None:
            continue
        # A lead that names no pairing is one of the first that leads.
        first = one.links.leads()[:1] if mine & {("", ""), (name, "")} else ()
        for key, pairing in one.links.pairings.items():
            if key in first or (name, key) in mine:
                found.append(Office(pairing.title, pairing.purpose, pairing.functions))
    return tuple(found)


def _kits(viewer: Viewer, at: datetime, which: Q, after: int = 0) -> Kits:
    """Six questions, however many lead."""
    wanted, day = items(viewer, at), today(viewer, at)
    if not wanted:
        return Kits((), (), 0, 0)
    found, titles = _held(viewer, at, _leads(viewer, at, which)), {key: item.shown_by for key, item in wanted.items()}
    posts = Post.objects.filter(standing(day), official_id__in=found)
    count, short = Counter[str](), list[Bearer]()
    for official, (person, name, phone, body, title) in staff.main_posts(viewer, posts, *NAMED).items():
        lacks = rules.lacking(titles, replace(found[official], phone=bool(phone)))
        count.update(lacks)
        if lacks:
            short.append(Bearer(official, person, name, f"{body} {title}", found[official].homes, lacks))
    short.sort(key=lambda row: (-len(row.lacks), row.name, str(row.official_id)))
    pieces = tuple(Piece(key, item.title, item.shown_by, count[key]) for key, item in wanted.items())
    # Who has left service stands under hand-overs, not here.
    serving = posts.values("official_id").distinct().count()
    end = after + LISTED
    return Kits(pieces, tuple(short[after:end]), serving, serving - len(short), end if len(short) > end else 0)


def _leads(viewer: Viewer, at: datetime, which: Q) -> QuerySet[Link]:
    led = Link.objects.filter(standing(today(viewer, at)), which, kind="lead", household__isnull=False)
    return led.filter(household__until=None) if viewer.back is None else led


def _held(viewer: Viewer, at: datetime, led: QuerySet[Link]) -> dict[UUID, rules.Held]:
    """What is known of everybody who leads in some links, but for their telephones."""
    homes: dict[UUID, set[UUID]] = defaultdict(set)
    begun: dict[UUID, dict[str, date]] = defaultdict(dict)
    for official, home, place, since in led.values_list(
        "official_id", "household_id", "household__place_code", "since"
    ):
        village = place[:VILLAGE]
        homes[official].add(home)
        begun[official][village] = min(since, begun[official].get(village, since))
    inside, before = led.values("household_id"), over(viewer, at)
    cards: dict[UUID | None, set[UUID]] = defaultdict(set)
    noted = set[UUID]()
    issued = Card.objects.filter(held(before, began="issued_at", ended="replaced_at"), household__in=inside)
    notes = FileNote.objects.filter(held(before, began="at", ended="replaced_at"), household__in=inside)
    of_cards = issued.order_by().values_list(Value(CARD), "official_id", "household_id")
    for what, official_id, home in of_cards.union(
        notes.order_by().values_list(Value(NOTE), "household_id", "household_id")
    ):
        (cards[official_id] if what == CARD else noted).add(home)
    printed = _printed(at, {village for some in begun.values() for village in some}, before)
    handed: dict[UUID, set[str]] = defaultdict(set)
    for official, programme, item in KitGiven.objects.filter(
        held(before, began="at", ended="struck_at"), official__in=homes
    ).values_list("official_id", "programme", "item"):
        handed[official].add(f"{programme}.{item}")
    return {
        official: rules.Held(
            homes=len(own),
            cards=len(own & cards[official]),
            files=len(own & noted),
            villages=frozenset(begun[official]),
            printed={
                kind: [one for one, since in begun[official].items() if made.get(one, date.min) >= since]
                for kind, made in printed.items()
            },
            phone=False,
            handed=frozenset(handed[official]),
        )
        for official, own in homes.items()
    }


def _printed(at: datetime, villages: Collection[str], before: datetime | None) -> dict[str, dict[str, date]]:
    """By paper and village the day on which it was printed last."""
    zone = rulebook.current(at).rulebook.county.tz
    runs = PrintRun.objects.filter(kind__in=PAPERS, state="made", place_code__in=villages)
    runs = runs if before is None else runs.filter(made_at__lt=before)
    found: dict[str, dict[str, date]] = {kind: {} for kind in PAPERS}
    for kind, village, made in runs.order_by().values_list("kind", "place_code").annotate(last=Max("made_at")):
        found[kind][village] = made.astimezone(zone).date()
    return found
