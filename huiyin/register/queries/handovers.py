"""Hand-overs: who is still linked and has left, whom their households could go to, and what was handed over."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from huiyin.core import rulebook
from huiyin.core.models import Official
from huiyin.core.questions import MANY, ask, filled
from huiyin.core.questions import NOBODY as NOBODY_ASKS
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.models import Handover, Link, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries import drawing, places, serving, staff, ties
from huiyin.register.queries.days import over, today
from huiyin.register.rules.assign import NOBODY, distance, propose, reaches

CHOICES, COLLEAGUES = 12, 30


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take a household: how many they have and may have."""

    official_id: UUID
    name: str
    post: str
    households: int


@dataclass(frozen=True)
class Passing:
    """A link that has to pass on: which household, whom it is suggested for, who else could have it."""

    link_id: UUID
    household_id: UUID
    code: str
    path: str
    kind: str
    suggested: UUID | None
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class BodyHeld:
    """A project or enterprise that goes to who takes what is no household's."""

    link_id: UUID
    name: str


@dataclass(frozen=True)
class Plan:
    """An official and what they have to hand over; `main` takes what is no household's: projects, enterprises, open
    matters, duties."""

    official_id: UUID
    person_id: UUID
    name: str
    post: str
    serving: bool
    links: tuple[Passing, ...]
    bodies: tuple[BodyHeld, ...]
    main: tuple[Candidate, ...]


@dataclass(frozen=True)
class HandoverRow:
    """A hand-over that was done."""

    id: UUID
    person_id: UUID
    name: str
    successor_id: UUID
    successor: str
    why: str
    on: date
    at: datetime
    links: int
    matters: int
    matters_at: datetime | None
    partly: bool
    """Whether only matters from the villages of `successors` pass."""


@dataclass(frozen=True)
class Both:
    """Who had something and who takes it, until a new owner is found."""

    old: str
    new: str
    since: date


def plan(viewer: Viewer, official_id: UUID, at: datetime) -> Plan:
    """What an official has to hand over, with a suggestion for each household under loads, reach and conflicts.

    Raises Missing for nobody, or where a household lies outside the viewer's scope.
    """
    viewer.need("register.see")
    day = today(viewer, at)
    links = [_Held(*row) for row in ask("handovers.held", _held, NOBODY_ASKS, official_id, day)]
    kept = _ties(official_id, at, day)
    whose = [(links[0].person_id, links[0].name)] if links else _whose(official_id)
    if not whose:
        raise Missing
    person_id, name = whose[0]
    where = {*(link.place_code for link in links), *(place for _, _, place in kept)}
    if not all(viewer.sees(code) for code in where):
        raise Missing
    paths = places.paths(viewer, where) if where else {}
    passing, known = _passing(viewer, at, day, official_id, links, paths)
    own = known.get(official_id) or _candidates(viewer, [official_id], day, {}).get(official_id)
    named = [(link.id, link.body) for link in links if link.household_id is None]
    named += [(key, body or paths[place]) for key, body, place in kept]
    return Plan(
        official_id,
        person_id,
        name,
        own.post if own else "",
        own is not None,
        passing,
        tuple(BodyHeld(*one) for one in named),
        _main(viewer, official_id, passing, known, day),
    )


def _ties(official_id: UUID, at: datetime, day: date) -> list[tuple[UUID, str, str]]:
    """The other links that pass on: key, name of the body they lead to if it is one, place."""

    def held_ties(viewer: Viewer, official_id: UUID, day: date) -> QuerySet[Any, Any]:
        rows = ties.held_by(viewer, official_id, at, day).select_related(None)
        return rows.values_list("pk", "to_body__name", "to_place", "to_body__place_code", "to_household__place_code")

    # Which of them are of free will is written in the rulebook, hence its version in the question's name.
    name = ("handovers.ties", rulebook.current(at).version_id)
    found = ask(name, held_ties, NOBODY_ASKS, official_id, day)
    return [(key, body or "", place or of_body or of_home or "") for key, body, place, of_body, of_home in found]


def _whose(official_id: UUID) -> list[tuple[UUID, str]]:
    return list(Official.objects.filter(pk=official_id).values_list("person_id", "person__name"))


class _Held(NamedTuple):
    """A link to hand over, to a household or to a project or enterprise."""

    id: UUID
    kind: str
    household_id: UUID | None
    code: str
    place_code: str
    body: str
    person_id: UUID
    name: str
    """Of who has it."""


def _held(viewer: Viewer, official_id: UUID, day: date) -> QuerySet[Link, Any]:
    place = Coalesce("household__place_code", "body__place_code")
    rows = held(viewer, official_id, day).annotate(place=place)
    theirs = ("official__person_id", "official__person__name")
    return rows.values_list("pk", "kind", "household__pk", "household__code", "place", "body__name", *theirs)


def held(viewer: Viewer, official_id: UUID, day: date) -> QuerySet[Link]:
    """What an official has to hand over on a day: links that have not ended by then, also those that begin later."""
    open_ = Q(until__isnull=True) | Q(until__gt=day) & Q(until__gt=F("since"))
    rows = Link.objects.filter(open_, official_id=official_id, replaced_at=None)
    return rows.order_by("household__place_code", "household__code", "body__name", "pk")


def place_of(link: Link) -> str:
    """Where the household, or the project or enterprise, of a link is."""
    target = link.household or link.body
    return target.place_code if target is not None else ""


def _passing(
    viewer: Viewer, at: datetime, day: date, leaving: UUID, links: Collection[_Held], paths: Mapping[str, str]
) -> tuple[tuple[Passing, ...], dict[UUID, Candidate]]:
    """The links with households, each with a suggestion; and everybody in question, who leaves too if they serve."""
    homes = {link.household_id: link.place_code for link in links if link.household_id is not None}
    if not homes:
        return (), {}
    found, given = _suggested(viewer, at, leaving, homes)
    chosen = {home: _choices(given[home], reach) for home, reach in _reach(found).items()}
    asked = {leaving, *(one for some in chosen.values() for one in some)}
    known = _candidates(viewer, asked, day, found.borne)
    passing = tuple(
        Passing(
            link.id,
            link.household_id,
            link.code,
            paths[link.place_code],
            link.kind,
            given[link.household_id],
            tuple(known[one] for one in chosen[link.household_id]),
        )
        for link in links
        if link.household_id is not None
    )
    return passing, known


def _suggested(
    viewer: Viewer, at: datetime, leaving: UUID, homes: Mapping[UUID, str]
) -> tuple[drawing.Drawing, dict[UUID, UUID | None]]:
    """Whom each household is suggested for: of some officials of each place first, of all where those are full."""
    for wide in (False, True):
        found = drawing.succession(viewer, at, leaving=leaving, homes=homes, wide=wide)
        outcome = propose(found.problem)
        if not outcome.uncovered():
            break
    given = zip(found.households, outcome.bearer, strict=True)
    return found, {home: None if one == NOBODY else found.officials[one] for home, one in given}


def left(viewer: Viewer, at: datetime) -> tuple[tuple[UUID, str, int], ...]:
    """Officials without a post of today who are still linked to what the viewer may see: id, name, how many links."""
    viewer.need("register.see")
    day = today(viewer, at)
    seen = viewer.scope("household__place_code") | viewer.scope("body__place_code")
    rows = still_held(viewer, Link.objects.filter(standing(day)).filter(seen), day)
    found = [(one, name, count) for one, _, name, _, count in rows]
    return tuple(sorted(found, key=lambda row: (-row[2], row[1])))


def still_held(viewer: Viewer, links: QuerySet[Link], day: date) -> list[tuple[UUID, UUID, str, str, int]]:
    """Who of the officials of some links holds no post on a day: official, person, name, tier, how many of them."""
    # Whoever left first, and then their links: they are few, and the links of a county are hundreds of thousands.
    gone = serving.gone(viewer, day)
    posts = Post.objects.filter(standing(day), official_id=OuterRef("pk"))
    among: Any = list(filled(gone)) if len(gone) <= MANY else Official.objects.filter(~Exists(posts)).values("pk")
    rows = links.filter(official_id__in=among).order_by()
    named = rows.values_list("official_id", "official__person_id", "official__person__name", "official__tier")
    return list(named.annotate(Count("pk")))


def recent(viewer: Viewer, at: datetime) -> tuple[HandoverRow, ...]:
    """The newest hand-overs of which the viewer sees a link; what lists and rounds moved stands with those."""
    viewer.need("register.see")
    rows = _seen(viewer).filter(villages__isnull=True).select_related("official__person", "successor__person")
    end = over(viewer, at)
    rows = rows if end is None else rows.filter(at__lt=end)
    rows = rows.order_by("-at")[:30]
    found = [_row(row) for row in rows]
    late = [end is not None and one.matters_at is not None and one.matters_at >= end for one in found]
    return tuple(replace(one, matters_at=None) if then else one for one, then in zip(found, late, strict=True))


def one(viewer: Viewer, handover_id: UUID) -> HandoverRow:
    """A hand-over of which the viewer sees a link. Raises Missing."""
    viewer.need("register.see")
    row = _seen(viewer).select_related("official__person", "successor__person").filter(pk=handover_id).first()
    if row is None:
        raise Missing
    return _row(row)


def _seen(viewer: Viewer) -> QuerySet[Handover]:
    """Hand-overs with a link in scope: one that began, or one that ended and went to who stood there already."""
    if viewer.everything:
        return Handover.objects.all()
    here = Link.objects.filter(viewer.scope("household__place_code") | viewer.scope("body__place_code"))
    ended = here.filter(official=OuterRef("official"), until=OuterRef("on"))
    return Handover.objects.filter(Exists(here.filter(handover_id=OuterRef("pk"))) | Exists(ended))


def under_way(viewer: Viewer, person_ids: Collection[UUID]) -> dict[UUID, Both]:
    """Of these persons, whose open matters are on their way to a successor: a page names both until they are there."""
    found = ask("handovers.under_way", _under_way, viewer, tuple(person_ids))
    return {person: Both(old, new, on) for person, old, new, on in found}


def _under_way(viewer: Viewer, persons: Collection[UUID]) -> QuerySet[Handover, Any]:
    rows = Handover.objects.filter(matters_at__isnull=True, official__person_id__in=persons).order_by("at")
    return rows.values_list("official__person_id", "official__person__name", "successor__person__name", "on")


def successors(viewer: Viewer, handover_id: UUID) -> dict[str, UUID]:
    """By village, the person who took most households of a hand-over there: whose an open matter from there becomes."""
    row = Handover.objects.filter(pk=handover_id).first()
    if row is None:
        raise Missing
    if row.villages is not None:
        return {village: UUID(person) for village, person in row.villages.items()}
    made = Link.objects.filter(handover_id=handover_id, household__isnull=False)
    return most_by_village(made.values_list("household__place_code", "official__person_id"))


def most_by_village(taken: Iterable[tuple[str, UUID]]) -> dict[str, UUID]:
    """Of households' places and who took them: by village, who took most."""
    counts: dict[str, dict[UUID, int]] = {}
    for code, person in taken:
        table = counts.setdefault(code[:12], {})
        table[person] = table.get(person, 0) + 1
    return {code: max(sorted(table), key=table.__getitem__) for code, table in counts.items()}


def _row(row: Handover) -> HandoverRow:
    return HandoverRow(
        row.pk,
        row.official.person_id,
        row.official.person.name,
        row.successor.person_id,
        row.successor.person.name,
        row.why,
        row.on,
        row.at,
        row.links,
        row.matters,
        row.matters_at,
        row.villages is not None,
    )


def _reach(found: drawing.Drawing) -> dict[UUID, list[UUID]]:
    """For each household some who reach it, are not kept apart from it, and have room: nearest first, of those equally
    near the ones with the fewest households; as many as are shown."""
    problem = found.problem
    busy = [(found.borne.get(one, 0), str(one)) for one in found.officials]
    lines: dict[str, list[int]] = {}
    reach: dict[UUID, list[UUID]] = {}
    for home, household in enumerate(found.households):
        place = problem.places[home]
        line = lines.get(place)
        if line is None:  # once for a place: its households have the same people around them
            there = [
                (distance(one, place), *busy[n], n)
                for n, one in enumerate(problem.bearers)
                if one.most and reaches(one, place)
            ]
            line = lines[place] = [number for *_, number in sorted(there)]
        never = problem.apart.get(home, frozenset())
        reach[household] = [found.officials[n] for n in islice((one for one in line if one not in never), CHOICES)]
    return reach


def _candidates(
    viewer: Viewer, official_ids: Collection[UUID], day: date, borne: Mapping[UUID, int]
) -> dict[UUID, Candidate]:
    """Those who serve, with their main post in words."""
    found = serving.known(viewer, official_ids, day)
    return {one: Candidate(one, row.name, row.post, borne.get(one, 0)) for one, row in found.items()}


def _choices(first: UUID | None, reach: list[UUID]) -> list[UUID]:
    """The suggestion, then those with the fewest households."""
    return [*([first] if first else ()), *(one for one in reach if one != first)][:CHOICES]


def _main(
    viewer: Viewer, official_id: UUID, rows: tuple[Passing, ...], known: dict[UUID, Candidate], day: date
) -> tuple[Candidate, ...]:
    """Who could take the open matters: who is to get the households, then colleagues of the same bodies."""
    takers = list(dict.fromkeys(row.suggested for row in rows if row.suggested))
    mains = staff.best(ask("handovers.colleagues", _colleagues, NOBODY_ASKS, official_id, day))
    colleagues = {one: Candidate(one, name, f"{body} {title}", 0) for one, (name, body, title) in mains.items()}
    return tuple((colleagues | known)[one] for one in dict.fromkeys([*takers, *colleagues]))


def _colleagues(viewer: Viewer, official_id: UUID, day: date) -> QuerySet[Post, Any]:
    """Some posts of today in the bodies somebody is or was in."""
    bodies = Post.objects.filter(official_id=official_id, replaced_at=None).values("body_id")
    near = Post.objects.filter(standing(day), body_id__in=bodies).exclude(official_id=official_id)
    some = near.filter(pk__in=near.order_by("pk").values("pk")[:COLLEAGUES]).order_by("pk")
    return some.values_list("official_id", "responsibility", "official__person__name", "body__name", "title")
