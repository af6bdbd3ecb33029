"""Cards and printed things: runs, what stands on each piece, and what was issued against what there is."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing
from huiyin.register.models import Card, Enquiry, Household, Link, Place, PrintRun, Resident
from huiyin.register.models.cards import PAPER_KINDS as KINDS
from huiyin.register.models.periods import standing
from huiyin.register.queries import cover_counts, places, staff, whereabouts
from huiyin.register.queries.days import held, over, today
from huiyin.register.queries.drawing import in_scope
from huiyin.register.rules import card_codes

LONGEST_LIST = 200
DELIVERY = timedelta(days=60)
"""How long a card still opens after the next edition was printed: by then somebody has brought that to the door."""
PAPER_KINDS = KINDS
SECRET, BLIND = "register.card.code.of", "register.card.code"


@dataclass(frozen=True)
class RunRow:
    """A run; `by` is who asked for it."""

    id: UUID
    kind: str
    place_code: str
    place: str
    edition: int
    state: str
    count: int
    asked_at: datetime
    by: str


@dataclass(frozen=True)
class Contact:
    """How to reach an official: name, title, unit, the unit's telephone, their duty telephone and its hours."""

    official_id: UUID
    name: str
    title: str
    unit: str
    unit_phone: str
    duty_phone: str
    hours: str


@dataclass(frozen=True)
class Face:
    """What stands on one household's paper. `code` is empty where it carries none."""

    household: str
    head: str
    group: str
    code: str
    official: Contact | None


@dataclass(frozen=True)
class Balance:
    """Issued against there is, in one village: with a card that names today's official, an older name, none."""

    place_code: str
    place: str
    households: int
    right: int
    stale: int

    @property
    def without(self) -> int:
        """Households that hold no card."""
        return self.households - self.right - self.stale


@dataclass(frozen=True)
class Asking:
    """Somebody who asked by telephone who their official is, and what to tell them."""

    id: UUID
    household_id: UUID
    name: str
    path: str
    asked_at: datetime
    official: Contact | None


def code_of(card_id: UUID) -> str:
    """A card's code, reckoned; it is kept nowhere."""
    return card_codes.code_of(vault().blind(SECRET, str(card_id)))


def blind_of(code: str) -> bytes:
    """What finds a card by its code."""
    return vault().blind(BLIND, code)


def runs(viewer: Viewer, *, under: str = "", before: datetime | None = None) -> tuple[RunRow, ...]:
    """The newest runs in scope, at most 200; those asked for before a moment."""
    found = _runs(viewer) if before is None else _runs(viewer).filter(asked_at__lt=before)
    if under:
        low, high = subtree(under)
        found = found.filter(place_code__gte=low, place_code__lt=high)
    return _run_rows(viewer, found.order_by("-asked_at", "-pk")[:LONGEST_LIST])


def run(viewer: Viewer, run_id: UUID) -> RunRow:
    """One run. Raises Missing."""
    found = _runs(viewer).filter(pk=run_id).first()
    if found is None:
        raise Missing
    return _run_rows(viewer, [found])[0]


def waiting(viewer: Viewer) -> int:
    """How many runs in scope are still to be made."""
    return _runs(viewer).filter(state="asked").count()


def asked(viewer: Viewer) -> list[UUID]:
    """Runs that wait to be made, oldest first."""
    return list(PrintRun.objects.filter(state="asked").order_by("asked_at").values_list("pk", flat=True))


def faces(viewer: Viewer, run_id: UUID, at: datetime) -> tuple[Face, ...]:
    """The cards of a run, by group and household: of households that the viewer sees and that have not ended since.
    Raises Missing."""
    row = run(viewer, run_id)
    there = Household.objects.visible_to(viewer, today(viewer, at)).filter(until=None)
    cards = list(
        Card.objects.filter(run_id=row.id, household__in=there.values("pk"))
        .select_related("household")
        .order_by("household__place_code", "household__code")
    )
    people = contacts(viewer, {card.official_id for card in cards if card.official_id}, at)
    heads, names = _heads([card.household_id for card in cards], today(viewer, at)), _groups(row.place_code)
    return tuple(
        Face(
            card.household.code,
            heads.get(card.household_id, ""),
            names.get(card.household.place_code, ""),
            code_of(card.pk),
            people.get(card.official_id) if card.official_id else None,
        )
        for card in cards
    )


def linked_in(viewer: Viewer, place_code: str, at: datetime) -> tuple[tuple[Contact, tuple[Face, ...]], ...]:
    """The officials who lead in a village, each with their households: books, letters and the chart. Raises Missing."""
    if not (viewer.may("register.see") and viewer.sees(place_code)):
        raise Missing
    day = today(viewer, at)
    low, high = subtree(place_code)
    linked = Link.objects.filter(
        standing(day),
        kind="lead",
        household__place_code__gte=low,
        household__place_code__lt=high,
        household__until=None,
    )
    rows = list(linked.select_related("household").order_by("household__place_code", "household__code"))
    people = contacts(viewer, {row.official_id for row in rows}, at)
    heads, names = _heads([row.household_id for row in rows if row.household_id], day), _groups(place_code)
    found: dict[UUID, list[Face]] = {}
    for row in rows:
        home = row.household
        if home is not None:
            face = Face(home.code, heads.get(home.pk, ""), names.get(home.place_code, ""), "", None)
            found.setdefault(row.official_id, []).append(face)
    return tuple(
        (people[official], tuple(homes))
        for official, homes in sorted(found.items(), key=lambda one: people[one[0]].name if one[0] in people else "")
        if official in people
    )


@dataclass(frozen=True)
class Sheet:
    """A household's registration card: who lives there, who leads, and what is empty for the next visit (R-031).

    No telephone and no door: they are locked, and paper lies about.
    """

    household: str
    group: str
    head: str
    lead: str
    members: tuple[tuple[str, str], ...]
    """Names and relations to the head."""


def sheets(viewer: Viewer, place_code: str, at: datetime) -> tuple[Sheet, ...]:
    """The registration cards of a village, by group and household. Four questions. Raises Missing outside the scope."""
    if not (viewer.may("register.see") and viewer.sees(place_code)):
        raise Missing
    day = today(viewer, at)
    homes = list(Household.objects.filter(in_scope(place_code), until=None).order_by("place_code", "code"))
    ids = [home.pk for home in homes]
    living: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    rows = Resident.objects.filter(standing(day), household__in=ids).order_by("household_id", "since", "pk")
    for home, name, relation in rows.values_list("household_id", "person__name", "relation"):
        living[home].append((name, relation))
    linked = Link.objects.filter(standing(day), kind="lead", household__in=ids)
    leads = dict(linked.values_list("household_id", "official__person__name"))
    names = _groups(place_code)
    return tuple(
        Sheet(
            home.code,
            names.get(home.place_code, ""),
            next((name for name, relation in living[home.pk] if relation == "head"), ""),
            leads.get(home.pk, ""),
            tuple(sorted(living[home.pk], key=lambda one: one[1] != "head")),
        )
        for home in homes
    )


def blanks(viewer: Viewer, place_code: str) -> tuple[str, ...]:
    """The groups of a village for which a blank form is printed each; one without a name where it has none (R-155)."""
    return tuple(name for _, name in sorted(_groups(place_code).items())) or ("",)


def pieces(viewer: Viewer, kind: str, place_code: str, at: datetime) -> int:
    """How many pieces a run of a kind comes to: one, where nothing is counted for it."""
    counted = PIECES.get(kind)
    return counted(viewer, place_code, at) if counted else 1


def _households(viewer: Viewer, place_code: str, at: datetime) -> int:
    low, high = subtree(place_code)
    return Household.objects.filter(place_code__gte=low, place_code__lt=high, until=None).count()


def _officials(viewer: Viewer, place_code: str, at: datetime) -> int:
    return len(linked_in(viewer, place_code, at))


def _blanks(viewer: Viewer, place_code: str, at: datetime) -> int:
    return len(blanks(viewer, place_code))


PIECES: dict[str, Callable[[Viewer, str, datetime], int]] = {
    "letter": _officials,
    "book": _officials,
    "blank": _blanks,
    "handbook": _households,
    "sheet": _households,
}
"""What each kind of paper has one piece for."""


class Issued(NamedTuple):
    """Of a village: households, those whose card is right, those whose card names who led before."""

    homes: int
    right: int
    stale: int


NONE = Issued(0, 0, 0)


def balance(viewer: Viewer, town: str, at: datetime) -> tuple[tuple[Balance, ...], datetime | None]:
    """Issued against there is, by village of a town (R-118), and when the worker counted it; None where it was counted
    just now. Villages printed since are counted now too. Raises Missing outside the scope."""
    if not (viewer.may("register.see") and viewer.sees(town)):
        raise Missing
    counted = cover_counts.counted(viewer, at, width=cover_counts.VILLAGE)
    homes, day = whereabouts.homes(viewer, town), today(viewer, at)
    if counted is None:
        counts = issued(viewer, homes, day, before=over(viewer, at))
    else:
        counts = {code: Issued(*row) for code, row in cover_counts.cards(viewer, town).items() if row[0]}
        printed = PrintRun.objects.filter(in_scope(town), kind="card", made_at__gt=counted - cover_counts.SETTLE)
        if since := set(printed.values_list("place_code", flat=True)):
            counts |= issued(viewer, homes.filter(reduce(or_, map(in_scope, since))), day)
    paths = places.paths(viewer, counts)
    return tuple(Balance(code, paths[code], *row) for code, row in sorted(counts.items())), counted


def issued(
    viewer: Viewer, homes: QuerySet[Household], day: date, *, before: datetime | None = None
) -> dict[str, Issued]:
    """Of some households (`whereabouts`), by village, how many hold which card, or held `before` a moment; two
    questions."""
    households = dict(homes.order_by().values_list(Substr("there", 1, 12)).annotate(Count("pk")))
    leads = Link.objects.filter(standing(day), kind="lead", household=OuterRef("household"))
    # Who is named leads, or nobody is named and nobody leads.
    names = Exists(leads.filter(official=OuterRef("official"))) | (Q(official=None) & ~Exists(leads))
    valid = held(before, began="issued_at", ended="replaced_at")
    cards = Card.objects.filter(valid, household__in=homes.values("pk")).annotate(names=names)
    rows = whereabouts.placed(viewer, cards).order_by().values_list(Substr("there", 1, 12))
    right, stale = Count("pk", filter=Q(names=True)), Count("pk", filter=Q(names=False))
    counts = {code: found for code, *found in rows.annotate(right=right, stale=stale)}
    return {code: Issued(number, *counts.get(code, (0, 0))) for code, number in households.items()}


def by_card(viewer: Viewer, code: str, at: datetime) -> tuple[UUID, tuple[Contact, ...]]:
    """The household of a valid card and its officials of today, the leading one first. Raises Missing.

    Whoever holds the card learns who is there for it, and nothing about the household. A card that the next edition
    replaced is valid until that one has had time to get to the door; one whose household ended is not.
    """
    digits = card_codes.read_code(code)
    on_its_way = Card.objects.filter(household=OuterRef("household"), replaced_at=None)
    valid = Q(replaced_at=None) | Q(Exists(on_its_way), replaced_at__gt=at - DELIVERY, household__until=None)
    card = Card.objects.filter(valid, blind=blind_of(digits)).first() if digits else None
    if card is None:
        raise Missing
    day = today(viewer, at)
    linked = Link.objects.filter(standing(day), household_id=card.household_id).order_by("kind", "since", "pk")
    order = list(dict.fromkeys(linked.values_list("official_id", flat=True)))
    people = contacts(viewer, order, at)
    return card.household_id, tuple(people[one] for one in order if one in people)


def enquiries(viewer: Viewer, at: datetime) -> tuple[Asking, ...]:
    """Who waits to be rung back, oldest first, at most 50; for those who take matters in."""
    if not viewer.may("matter.open"):
        return ()
    found = Enquiry.objects.filter(viewer.scope("household__place_code"), told_at=None)
    rows = list(found.select_related("person", "household").order_by("asked_at", "pk")[:50])
    homes = [row.household_id for row in rows]
    linked = Link.objects.filter(standing(today(viewer, at)), kind="lead", household__in=homes)
    leads = dict(linked.values_list("household_id", "official_id"))
    people = contacts(viewer, set(leads.values()), at) if leads else {}
    paths = places.paths(viewer, [row.household.place_code for row in rows])
    return tuple(
        Asking(
            row.pk,
            row.household_id,
            row.person.name,
            paths[row.household.place_code],
            row.asked_at,
            people.get(leads[row.household_id]) if row.household_id in leads else None,
        )
        for row in rows
    )


def _runs(viewer: Viewer) -> QuerySet[PrintRun]:
    return (
        PrintRun.objects.filter(viewer.scope("place_code")) if viewer.may("register.see") else PrintRun.objects.none()
    )


def contacts(viewer: Viewer, official_ids: Iterable[UUID], at: datetime) -> dict[UUID, Contact]:
    """How to reach officials in post today; whoever holds none is not among them. Two queries."""
    wanted = set(official_ids)
    found: dict[UUID, Contact] = {}
    for row in staff.with_hours(viewer, staff.posts_of(viewer, wanted, at), at):
        found.setdefault(
            row.official_id,
            Contact(row.official_id, row.name, row.title, row.body_name, row.body_phone, row.duty_phone, row.hours),
        )
    return found


def _heads(household_ids: Collection[UUID], day: date) -> dict[UUID, str]:
    rows = Resident.objects.filter(standing(day), household__in=household_ids, relation="head")
    return dict(rows.values_list("household_id", "person__name"))


def _groups(village: str) -> dict[str, str]:
    return dict(Place.objects.filter(parent_code=village, until=None).values_list("code", "name"))


def _run_rows(viewer: Viewer, found: Iterable[PrintRun]) -> tuple[RunRow, ...]:
    rows = list(found)
    paths = places.paths(viewer, [row.place_code for row in rows])
    names = staff.persons(viewer, {row.by_id for row in rows if row.by_id})
    return tuple(
        RunRow(
            row.pk,
            row.kind,
            row.place_code,
            paths[row.place_code],
            row.edition,
            row.state,
            row.count,
            row.asked_at,
            names.get(row.by_id, "") if row.by_id else "",
        )
        for row in rows
    )
