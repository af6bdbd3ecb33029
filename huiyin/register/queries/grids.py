"""Who holds which cell of the grid: a county, a town or a village with its parts and the head of each (R-025, R-026).

Grids are overlays. One over a single village is that village's own; one over all the villages of a town is the town's;
what lies between is a work area of some villages. Where no grid is laid, who was named from among those who lead there
heads it (R-093), else the head of a place's own body.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from huiyin.core import rulebook
from huiyin.core.caches import kept
from huiyin.core.questions import NOBODY, ask
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.links import heading
from huiyin.register.models import Household, Link, OverlayHousehold, OverlayPlace, Place, Post, Tie
from huiyin.register.models.periods import lasting, open_on, standing
from huiyin.register.queries import cover_counts, places, staff, whereabouts
from huiyin.register.queries.days import today
from huiyin.register.queries.drawing import between
from huiyin.register.queries.edition import edition_of
from huiyin.register.queries.places import PlaceRow
from huiyin.register.rules import codes

OWN_KINDS = ("government", "town_government", "village_committee")
"""Bodies that answer for their place as a whole; a bureau only stands there."""
DEEPER = {6: 9, 9: 12, 12: 15}
"""Digits of the parts of a place, by its own."""


@dataclass(frozen=True)
class Head:
    """Who answers for a cell: name, what they are there, duty telephone."""

    name: str
    title: str
    duty_phone: str


@dataclass(frozen=True)
class Linked:
    """An official who leads households of a cell, with how many of them."""

    name: str
    title: str
    duty_phone: str
    households: int


@dataclass(frozen=True)
class Cell:
    """A cell: `grid` is what its grid is called, empty where none is laid. `code` is empty for a work area."""

    code: str
    name: str
    grid: str
    head: Head | None
    households: int
    officials: int
    inside: "tuple[Cell, ...]" = ()
    linked: tuple[Linked, ...] = ()


@dataclass(frozen=True)
class _Grid:
    """An overlay and the places it lies over; `own` is the place it is the grid of, empty for a work area."""

    id: UUID
    name: str
    over: frozenset[str]
    own: str


_Laid = tuple[PlaceRow, tuple[PlaceRow, ...], list[_Grid], dict[UUID, Head], dict[str, Head]]


def chart(viewer: Viewer, under: str, at: datetime) -> Cell:
    """The cells of a county, a town or a village, each with its head. Raises Missing outside the scope.

    A town's villages stand in their work areas where there are any. A village names its officials, and for each of
    its groups those who lead there.
    """
    viewer.need("register.see")
    own = codes.width(under) if codes.is_code(under) else 0
    if own not in DEEPER or not viewer.sees(under):
        raise Missing
    itself, below, grids, heads, own_heads = _laid(under, today(viewer, at), viewer.back, edition_of(viewer))
    counts = _Counts(viewer, at, under, DEEPER[own])
    own_heads = own_heads | _named_heads(at, today(viewer, at), [under, *(one.code for one in below)])
    cells = {one.code: _cell(one, grids, heads, own_heads, counts) for one in below}
    found = _cell(itself, grids, heads, own_heads, counts)
    people = counts.people(viewer, at) if own == 12 else {}
    inside = tuple(_with_people(cells[one.code], counts, people) for one in below)
    if own == 9:
        inside = _in_areas(inside, grids, heads)
    if own == 12:
        inside += _of_homes(viewer, at, under)
    linked = _listed(people, counts.whole()) if people else ()
    return Cell(found.code, found.name, found.grid, found.head, counts.homes(""), counts.led(""), inside, linked)


@lru_cache(maxsize=512)
def _laid(under: str, day: date, back: date | None, _edition: UUID | None) -> _Laid:
    """A place, its parts and who answers for each: the same for everybody, until the register changes."""
    itself, below = places.with_children(Viewer.system("grids").but(back=back), under)
    grids = _grids(under, day, back)
    heads = _grid_heads(day, [one.id for one in grids])
    return itself, below, grids, heads, _own_heads(day, [under, *(one.code for one in below)])


kept(_laid.cache_clear)


class _Counts:
    """Households with a claim, and who leads how many of them, by the parts of a place."""

    def __init__(self, viewer: Viewer, at: datetime, under: str, width: int) -> None:
        self.width = width
        self._led: dict[str, dict[UUID, int]] = defaultdict(dict)
        known = cover_counts.counted(viewer, at, width=width) is not None
        self._homes = _kept_homes(viewer, under, width) if known else self._counted(viewer, under)
        if width == DEEPER[6]:
            return  # who leads in each town is a question to a whole county's links; a town's own page answers it
        for part, official, count in cover_counts.led(viewer, under) if known else self._lead(viewer, at, under):
            self._led[part][official] = count

    def _counted(self, viewer: Viewer, under: str) -> dict[str, int]:
        if viewer.back is None:
            return dict(ask(("grids.homes", self.width), self._claiming, viewer, *subtree(under)))
        return dict(self._claiming(viewer, *subtree(under)))

    def _claiming(self, viewer: Viewer, low: str, high: str) -> QuerySet[Household, Any]:
        here = whereabouts.claiming(viewer, (low, high)).annotate(part=Substr("there", 1, self.width))
        return here.values_list("part").annotate(n=Count("pk")).order_by()

    def _lead(self, viewer: Viewer, at: datetime, under: str) -> Iterable[tuple[Any, ...]]:
        asked = (viewer, today(viewer, at), *subtree(under))
        return self._leading(*asked) if viewer.back else ask(("grids.lead", self.width), self._leading, *asked)

    def _leading(self, viewer: Viewer, day: date, low: str, high: str) -> QuerySet[Link, Any]:
        links = whereabouts.leads(viewer, day, (low, high)).annotate(part=Substr("there", 1, self.width))
        return links.values_list("part", "official_id").annotate(n=Count("pk")).order_by()

    def homes(self, code: str) -> int:
        """Households of a part; of all for none."""
        return self._homes.get(code[: self.width], 0) if code else sum(self._homes.values())

    def led(self, code: str) -> int:
        """Officials who lead in a part; in all for none."""
        return len(self.by(code)) if code else len(self.whole())

    def by(self, code: str) -> dict[UUID, int]:
        """How many households each leads for in a part."""
        return self._led.get(code[: self.width], {})

    def whole(self) -> dict[UUID, int]:
        """How many each leads for in all parts."""
        found: dict[UUID, int] = defaultdict(int)
        for some in self._led.values():
            for official, count in some.items():
                found[official] += count
        return found

    def people(self, viewer: Viewer, at: datetime) -> dict[UUID, Head]:
        """Name, post and duty telephone of those who lead here and are in service."""
        found: dict[UUID, Head] = {}
        for row in staff.posts_of(viewer, list(self.whole()), at):
            found.setdefault(row.official_id, Head(row.name, f"{row.body_name} {row.title}", row.duty_phone))
        return found


def _kept_homes(viewer: Viewer, under: str, width: int) -> dict[str, int]:
    """Households with a claim and those left out, by part, as the worker counted them lately."""
    found = cover_counts.by_part(viewer, under, width)
    return dict(found["households"] + found["excluded"])


def _cell(
    place: PlaceRow,
    grids: Iterable[_Grid],
    heads: dict[UUID, Head],
    own_heads: dict[str, Head],
    counts: _Counts,
) -> Cell:
    grid = next((one for one in grids if one.own == place.code), None)
    head = heads.get(grid.id) if grid else None
    deeper = codes.width(place.code) == counts.width
    homes, led = (counts.homes(place.code), counts.led(place.code)) if deeper else (0, 0)
    return Cell(place.code, place.name, grid.name if grid else "", head or own_heads.get(place.code), homes, led)


def _with_people(cell: Cell, counts: _Counts, people: dict[UUID, Head]) -> Cell:
    if not people:
        return cell
    linked = _listed(people, counts.by(cell.code))
    return Cell(cell.code, cell.name, cell.grid, cell.head, cell.households, cell.officials, (), linked)


def _listed(people: dict[UUID, Head], counted: dict[UUID, int]) -> tuple[Linked, ...]:
    rows = [(people[one], count) for one, count in counted.items() if one in people]
    found = [Linked(head.name, head.title, head.duty_phone, count) for head, count in rows]
    return tuple(sorted(found, key=lambda one: (-one.households, one.name)))


def _of_homes(viewer: Viewer, at: datetime, under: str) -> tuple[Cell, ...]:
    """The grids of a village that are made of households by name, after its groups; one question for none."""
    day = today(viewer, at)
    found = ask("grids.of_homes", _sizes, NOBODY, viewer.back, day, *subtree(under))
    heads = _grid_heads(day, [key for key, *_ in found]) if found else {}
    return tuple(Cell("", name, name, heads.get(key), count, 0) for key, name, _, count in found)


def _sizes(viewer: Viewer, back: date | None, day: date, low: str, high: str) -> QuerySet[OverlayHousehold, Any]:
    members = OverlayHousehold.objects.filter(standing(day), open_on(day, "overlay__"))
    rows = whereabouts.placed(viewer.but(back=back), members).filter(between(low, high, "there"))
    columns = ("overlay_id", "overlay__name", "overlay__code")
    sizes: QuerySet[OverlayHousehold, Any] = rows.values_list(*columns).annotate(n=Count("pk"))
    return sizes.order_by("overlay__code")


def _in_areas(cells: tuple[Cell, ...], grids: Iterable[_Grid], heads: dict[UUID, Head]) -> tuple[Cell, ...]:
    """The villages of a town in their work areas; those in none stand after them by themselves."""
    left = {one.code: one for one in cells}
    found: list[Cell] = []
    for grid in grids:
        some = [left.pop(code) for code in sorted(grid.over & left.keys())] if not grid.own else []
        if some:
            homes = sum(one.households for one in some)
            found.append(Cell("", grid.name, grid.name, heads.get(grid.id), homes, 0, tuple(some)))
    return (*found, *left.values())


def _grids(under: str, day: date, back: date | None) -> list[_Grid]:
    """The grids that lie over some of a place, by code, each with all it lies over. Two questions."""
    over: dict[tuple[UUID, str], set[str]] = {}
    for key, name, code in ask("grids.over", _over, NOBODY, day, *subtree(under)):
        over.setdefault((key, name), set()).add(code)
    towns = {f"{code[:9]}000" for some in over.values() for code in some}
    villages = dict(ask("grids.villages", _villages, NOBODY, back, tuple(towns)))
    return [_Grid(key, name, frozenset(some), _owned(some, villages)) for (key, name), some in over.items()]


def _over(viewer: Viewer, day: date, low: str, high: str) -> QuerySet[OverlayPlace, Any]:
    laid = OverlayPlace.objects.filter(open_on(day))
    here = laid.filter(between(low, high)).values("overlay_id")
    rows = laid.filter(lasting(day, "overlay__"), overlay_id__in=here).order_by("overlay__code", "place_code")
    return rows.values_list("overlay_id", "overlay__name", "place_code")


def _villages(viewer: Viewer, back: date | None, towns: Collection[str]) -> QuerySet[Place, Any]:
    parts = Place.objects.filter(places.open_on(back), parent_code__in=towns).values_list("parent_code")
    return parts.annotate(n=Count("pk")).order_by()


def _owned(over: set[str], villages: dict[str, int]) -> str:
    """The place a grid is the own one of: the only one it lies over, or the town all of whose villages it covers."""
    if len(over) == 1:
        return next(iter(over))
    towns = {f"{code[:9]}000" for code in over}
    town = towns.pop()
    return town if not towns and villages.get(town) == len(over) else ""


def _grid_heads(day: date, ids: Collection[UUID]) -> dict[UUID, Head]:
    found: dict[UUID, Head] = {}
    for row in ask("grids.heads", _heading, NOBODY, day, tuple(ids)):
        found.setdefault(row[0], _head(row))
    return found


def _heading(viewer: Viewer, day: date, ids: Collection[UUID]) -> QuerySet[Post, Any]:
    return _in_post(Post.objects.filter(standing(day), overlay_id__in=ids))


def _own_heads(day: date, wanted: Collection[str]) -> dict[str, Head]:
    """Who answers for a place without a grid: the head of its own body, or of a group whoever is there."""
    rank = {kind: number for number, kind in enumerate(OWN_KINDS)}
    found: dict[str, Head] = {}
    rows = ask("grids.own_heads", _answering, NOBODY, day, tuple(wanted))
    for row in sorted(rows, key=lambda row: rank.get(row[2], len(rank))):
        found.setdefault(row[1], _head(row))
    return found


def _answering(viewer: Viewer, day: date, wanted: Collection[str]) -> QuerySet[Post, Any]:
    main = Q(responsibility="main", body__kind__in=OWN_KINDS) | Q(official__kind="group_head")
    return _in_post(Post.objects.filter(standing(day), main, place_code__in=wanted, overlay=None))


def _named_heads(at: datetime, day: date, wanted: Collection[str]) -> dict[str, Head]:
    """Who was named the head of a place's grid from among those who lead there (R-093); no question without a kind."""
    kinds = heading({name: one.links for name, one in rulebook.current(at).rulebook.programmes.items()})
    found: dict[str, Head] = {}
    for programme, pairing, one in kinds:
        for place, name, phone in ask("grids.named", _tied, NOBODY, day, programme, pairing, tuple(wanted)):
            found.setdefault(place, Head(name, one.title, phone))
    return found


def _tied(viewer: Viewer, day: date, programme: str, pairing: str, wanted: Collection[str]) -> QuerySet[Tie, Any]:
    ties = Tie.objects.filter(standing(day), programme=programme, pairing=pairing, to_place__in=wanted)
    serving = ties.filter(official_id__in=staff.serving(viewer, day)).order_by("since", "pk")
    return serving.values_list("to_place", "official__person__name", "official__duty_phone")


def _in_post(posts: QuerySet[Post]) -> QuerySet[Post, Any]:
    """Of posts: grid, place, kind of body; then the name, what they are there, the duty telephone."""
    columns = ("overlay_id", "place_code", "body__kind", "official__person__name", "title", "official__duty_phone")
    return posts.order_by("since", "pk").values_list(*columns)


def _head(row: tuple[Any, ...]) -> Head:
    return Head(*row[3:])
