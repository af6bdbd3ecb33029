"""What is laid across the tree of places: kinds, grids of a town with head, places and households, one grid (R-025)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.db.models import Count, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Substr

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer, at_or_under
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.places import GridKind, grid_kinds
from huiyin.register.models import Household, Overlay, OverlayChange, OverlayHousehold, OverlayPlace, Place, Post
from huiyin.register.models.periods import holds, open_on, standing
from huiyin.register.queries import coverage, places, whereabouts
from huiyin.register.queries.coverage import Homes, PlaceCover
from huiyin.register.queries.days import today
from huiyin.register.queries.drawing import LINKED, in_scope
from huiyin.register.rules import codes, grids

GRIDS_MOST = 400


@dataclass(frozen=True)
class Head:
    """Who answers for a grid: name, what they are called there, duty telephone."""

    name: str
    title: str
    duty_phone: str


@dataclass(frozen=True)
class Laid:
    """A grid: what it is, from when, who answers for it, the places it consists of and their households."""

    id: UUID
    kind: str
    title: str
    name: str
    since: date
    until: date | None
    head: Head | None
    places: tuple[tuple[str, str], ...]
    """Code and name."""
    households: int
    homes: tuple[tuple[UUID, str, str], ...] = ()
    """Where it is made of households by name, those in the viewer's scope: key, number and where each is."""


@dataclass(frozen=True)
class Grid:
    """A grid by its name."""

    id: UUID
    title: str
    name: str


@dataclass(frozen=True)
class Around:
    """A grid a household is in, and who heads it."""

    grid: Grid
    head: Head | None


@dataclass(frozen=True)
class Layer:
    """The grids of one kind, and the places of that level that stand in none."""

    kind: str
    title: str
    rows: tuple[Laid, ...]
    without: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Change:
    """What was done with a grid, from which day, why; of a correction what stood before."""

    what: str
    on: date
    reason: str
    was_name: str
    was_since: date | None


@dataclass(frozen=True)
class One:
    """A grid by itself: places that may be ticked, and all that was done with it, the newest first."""

    laid: Laid
    choices: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]


def kinds(viewer: Viewer, at: datetime) -> dict[str, GridKind]:
    """The kinds of grids of the programmes in force, from the widest to the smallest."""
    return grid_kinds({name: one.places for name, one in rulebook.current(at).rulebook.programmes.items()})


def of_place(viewer: Viewer, at: datetime, under: str) -> tuple[Layer, ...]:
    """The grids over some of a town or a village, kind by kind. Raises Missing outside the scope."""
    _seen(viewer, under)
    day = today(viewer, at)
    here = OverlayPlace.objects.filter(open_on(day), in_scope(under)).values("overlay_id")
    named = _named(viewer, day).filter(in_scope(under, "there")).values("overlay_id")
    laid = Overlay.objects.filter(open_on(day)).filter(Q(pk__in=here) | Q(pk__in=named)).order_by("code")
    rows = _laid(viewer, at, day, list(laid[:GRIDS_MOST]))
    known = kinds(viewer, at)
    names = dict.fromkeys([*known, *(one.kind for one in rows)])
    below = places.children(viewer, under)
    found = []
    for name in names:
        some = tuple(one for one in rows if one.kind == name)
        held = [code for one in some for code, _ in one.places]
        kind = known.get(name)
        wanted = below if some and kind and kind.alone else ()
        free = [one for one in wanted if kind and one.level in kind.of]
        without = tuple((one.code, one.name) for one in free if not any(grids.meet(one.code, code) for code in held))
        found.append(Layer(name, kind.title if kind else name, some, without))
    return tuple(found)


def of_household(viewer: Viewer, at: datetime, household_id: UUID, place_code: str, day: date) -> tuple[Around, ...]:
    """The grids a household is in on a day on which it was at a place, from the widest to the smallest: by its group or
    village, or by itself. One question."""
    viewer.need("register.see")
    over = OverlayPlace.objects.filter(open_on(day), place_code__in=codes.chain(place_code))
    named = OverlayHousehold.objects.filter(standing(day), household=household_id)
    here = Q(pk__in=over.values("overlay_id")) | Q(pk__in=named.values("overlay_id"))
    headed = FilteredRelation("posts", condition=standing(day, "posts__"))
    rows = Overlay.objects.filter(open_on(day), here).annotate(headed=headed)
    columns = ("headed__official__person__name", "headed__title", "headed__official__duty_phone")
    known = kinds(viewer, at)
    order = {name: number for number, name in enumerate(known)}
    found: dict[UUID, tuple[int, Around]] = {}
    for key, kind, name, *head in rows.order_by("code", "headed__since", "headed__pk").values_list(
        "pk", "kind", "name", *columns
    ):
        grid = Grid(key, known[kind].title if kind in known else kind, name)
        found.setdefault(key, (order.get(kind, len(order)), Around(grid, Head(*head) if head[0] else None)))
    return tuple(one for _, one in sorted(found.values(), key=lambda some: some[0]))


def by_town(viewer: Viewer, at: datetime, under: str) -> dict[str, dict[str, int]]:
    """How many grids of each kind lie over each town of a county: town, kind, count; one question."""
    _seen(viewer, under)
    day = today(viewer, at)
    rows = OverlayPlace.objects.filter(open_on(day), open_on(day, "overlay__"), in_scope(under))
    towns = rows.annotate(town=Substr("place_code", 1, codes.WIDTHS[3])).values_list("town", "overlay__kind")
    homes = _named(viewer, day).filter(open_on(day, "overlay__"), in_scope(under, "there"))
    named = homes.annotate(town=Substr("there", 1, codes.WIDTHS[3])).values_list("town", "overlay__kind")
    found: dict[str, Counter[str]] = {}
    for some in (towns, named):
        for town, kind, count in some.annotate(n=Count("overlay_id", distinct=True)).order_by():
            found.setdefault(town.ljust(codes.WIDTHS[4], "0"), Counter())[kind] += count
    return dict(found)


def one(viewer: Viewer, at: datetime, overlay_id: UUID) -> One:
    """One grid, also one that has ended. Raises Missing for who sees none of its places."""
    viewer.need("register.see")
    row = Overlay.objects.filter(pk=overlay_id).first()
    if row is None:
        raise Missing
    (laid,) = _laid(viewer, at, today(viewer, at), [row])
    if not any(viewer.sees(code) for code in _spots(laid)):
        raise Missing
    changes = OverlayChange.objects.filter(overlay=row).order_by("-recorded_at", "-pk")
    told = tuple(Change(*line) for line in changes.values_list("what", "on", "reason", "was_name", "was_since"))
    kind = kinds(viewer, at).get(row.kind)
    around = Place.objects.filter(until=None, parent_code__in={codes.parent(code) for code, _ in laid.places})
    near = around.filter(level__in=kind.of if kind else ()).order_by("code").values_list("code", "name")
    return One(laid, tuple((code, name) for code, name in near if viewer.sees(code)), told)


def summed(
    viewer: Viewer, at: datetime, under: str, parts: Iterable[PlaceCover]
) -> tuple[tuple[tuple[Grid, PlaceCover], ...], int]:
    """Coverage of a town's or a village's parts put together by the grids that consist of them, and in a village that
    of the grids made of households by name; beside it how many grids of a town consist of groups or of households:
    their coverage stands with the villages. One question for a town."""
    if codes.width(under) < codes.WIDTHS[3]:
        return (), 0
    town = codes.width(under) == codes.WIDTHS[3]
    below = {one.code: one for one in parts}
    day = today(viewer, at)
    columns = ("overlay__code", "overlay_id", "overlay__kind", "overlay__name")
    laid = OverlayPlace.objects.filter(open_on(day), open_on(day, "overlay__"), in_scope(under))
    rows = laid.values_list(*columns, "place_code")
    if town:
        named = _named(viewer, day).filter(open_on(day, "overlay__"), in_scope(under, "there"))
        rows = rows.union(named.values_list(*columns, Value("", models.CharField())))
    found: dict[Grid, list[PlaceCover]] = {}
    smaller: set[UUID] = set()
    known = kinds(viewer, at)
    for _, key, kind, name, code in sorted(rows):
        if code in below:
            found.setdefault(Grid(key, known[kind].title if kind in known else kind, name), []).append(below[code])
        if town and (not code or len(code) > codes.WIDTHS[4]):
            smaller.add(key)
    sums = [(grid, _together(some)) for grid, some in found.items()]
    return (*sums, *(() if town else _by_home(viewer, at, under, known))), len(smaller)


def homes(
    viewer: Viewer, at: datetime, *, under: str, show: str, overlay_id: UUID, after: str = ""
) -> tuple[Grid, Homes]:
    """The households behind a figure `summed` gives for a grid. Raises Missing for a grid that has nothing here that a
    viewer reaches. Two or three questions more than the list of the place."""
    viewer.need("register.see")
    day = today(viewer, at)
    laid = OverlayPlace.objects.filter(open_on(day), in_scope(under), overlay_id=overlay_id)
    spots = [code for code in laid.values_list("place_code", flat=True) if under in (code, codes.parent(code))]
    row = Overlay.objects.filter(open_on(day), pk=overlay_id).first()
    by_name = _named(viewer, day).filter(viewer.scope("there"), in_scope(under, "there"), overlay_id=overlay_id)
    named = list(by_name.values_list("household_id", flat=True)) if codes.width(under) >= codes.WIDTHS[4] else []
    if row is None or not (named or any(viewer.reaches(code) for code in spots)):
        raise Missing
    kind = kinds(viewer, at).get(row.kind)
    among = at_or_under(spots, "there") | Q(pk__in=named)
    found = coverage.homes(viewer, at, under=under, show=show, among=among, after=after)
    return Grid(row.pk, kind.title if kind else row.kind, row.name), found


def _by_home(viewer: Viewer, at: datetime, under: str, known: Mapping[str, GridKind]) -> list[tuple[Grid, PlaceCover]]:
    """Coverage of the grids of a village that are made of households by name; one question where there are none."""
    day = today(viewer, at)
    rows = _named(viewer, day).filter(open_on(day, "overlay__"), in_scope(under, "there")).order_by("overlay__code")
    columns = ("household_id", "overlay_id", "overlay__kind", "overlay__name")
    held: dict[UUID, UUID] = {}
    found: dict[UUID, Grid] = {}
    for home, key, kind, name in rows.values_list(*columns):
        held[home] = key
        found[key] = Grid(key, known[kind].title if kind in known else kind, name)
    sums = coverage.of_homes(viewer, at, under=under, held=held) if held else {}
    return [(found[key], sums[key]) for key in found]


def may_change(viewer: Viewer, one: Laid) -> bool:
    """Whether a viewer may do anything with a grid: who edits all the places it consists of."""
    return (
        one.until is None
        and viewer.may("register.edit")
        and (len(one.homes) in (0, one.households) and all(viewer.sees(code) for code in _spots(one)))
    )


def _spots(one: Laid) -> list[str]:
    """The places a grid consists of, or where its households are."""
    return [code for code, _ in one.places] + [code for _, _, code in one.homes]


def _named(viewer: Viewer, day: date) -> QuerySet[OverlayHousehold]:
    """Households that grids are made of on a day, each with `there`, where it is or was."""
    return whereabouts.placed(viewer, OverlayHousehold.objects.filter(standing(day)))


def _together(some: Collection[PlaceCover]) -> PlaceCover:
    columns = ("households", "covered", "gone", "double", "excluded")
    return PlaceCover("", "", *(sum(getattr(one, column) for one in some) for column in columns))


def _seen(viewer: Viewer, under: str) -> None:
    viewer.need("register.see")
    if not codes.is_code(under) or not viewer.sees(under):
        raise Missing


def _laid(viewer: Viewer, at: datetime, day: date, rows: list[Overlay]) -> list[Laid]:
    """Grids with what belongs to them; five questions, however many there are."""
    members: dict[UUID, list[str]] = {row.pk: [] for row in rows}
    ends = {row.pk: row.until for row in rows}
    for key, code, since, until in OverlayPlace.objects.filter(overlay__in=rows).values_list(
        "overlay_id", "place_code", "since", "until"
    ):
        ended = ends[key]
        if holds(day, since, until) or (ended is not None and ended <= day and until == ended):
            members[key].append(code)
    wanted = {code for some in members.values() for code in some}
    names = dict(Place.objects.filter(code__in=wanted, until=None).values_list("code", "name"))
    homes, members_of = _homes(viewer, wanted), _members_of(viewer, day, ends)
    heads = _heads(day, list(members))
    known = kinds(viewer, at)
    return [
        Laid(
            row.pk,
            row.kind,
            known[row.kind].title if row.kind in known else row.kind,
            row.name,
            row.since,
            row.until,
            heads.get(row.pk),
            tuple((code, names.get(code, code)) for code in sorted(members[row.pk])),
            sum(homes[code] for code in members[row.pk]) + len(members_of[row.pk]),
            tuple(home for home in members_of[row.pk] if viewer.sees(home[2])),
        )
        for row in rows
    ]


def _members_of(viewer: Viewer, day: date, ends: Mapping[UUID, date | None]) -> dict[UUID, list[tuple[UUID, str, str]]]:
    """The households grids are made of by name; of a grid that has ended, those it had to the end."""
    found: dict[UUID, list[tuple[UUID, str, str]]] = {one: [] for one in ends}
    rows = OverlayHousehold.objects.filter(overlay__in=ends, since__lte=day, replaced_at=None)
    placed = whereabouts.placed(viewer, rows).order_by("household__code")
    for key, home, number, there, until in placed.values_list(
        "overlay_id", "household_id", "household__code", "there", "until"
    ):
        ended = ends[key]
        if (until is None or until > day) or (ended is not None and ended <= day and until == ended):
            found[key].append((home, number, there))
    return found


def _homes(viewer: Viewer, wanted: Collection[str]) -> Counter[str]:
    """Households with a claim of each village or group, as far as the viewer sees them."""
    found: Counter[str] = Counter()
    if not wanted:
        return found
    rows = Household.objects.filter(viewer.scope("place_code")).filter(at_or_under(wanted), until=None)
    for code, count in rows.filter(status__in=LINKED).values_list("place_code").annotate(n=Count("pk")).order_by():
        for one in {code, code[: codes.WIDTHS[4]]}:
            found[one] += count
    return found


def _heads(day: date, ids: Collection[UUID]) -> dict[UUID, Head]:
    posts = Post.objects.filter(standing(day), overlay_id__in=list(ids)).order_by("since", "pk")
    found: dict[UUID, Head] = {}
    for key, *told in posts.values_list("overlay_id", "official__person__name", "title", "official__duty_phone"):
        found.setdefault(key, Head(*told))
    return found
