"""Coverage in both directions (R-099): households without an official, officials without households, what is double.

Every figure opens to its list through the same conditions it was counted with. Scope comes first: nobody counts what
they may not list. An official who is no longer in service covers nobody.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from huiyin.core import rulebook
from huiyin.core.database import planned_anew
from huiyin.core.questions import Given, Make, ask
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing
from huiyin.register.models import Household, Link, LinkExclusion, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries import cover_counts, drawing, official_states, places, serving, staff, whereabouts
from huiyin.register.queries.days import today
from huiyin.register.queries.drawing import in_scope
from huiyin.register.queries.handovers import still_held

PAGE, OFFICIALS, FEW_VILLAGES = 50, 100, 20
END = ":"
"""Follows every digit: after a code with it comes nothing inside the place."""
HOUSEHOLD_SHOWS = ("all", "gap", "gone", "double", "covered", "excluded")
OFFICIAL_SHOWS = ("all", "idle", "over", "under", "gone")


@dataclass(frozen=True)
class PlaceCover:
    """A place and its households: all that have a claim, covered, whose official has left (they count as not covered),
    with more than one lead, left out with a reason (not among the others)."""

    code: str
    name: str
    households: int = 0
    covered: int = 0
    gone: int = 0
    double: int = 0
    excluded: int = 0

    @property
    def gap(self) -> int:
        """Households that have nobody to turn to."""
        return self.households - self.covered

    @property
    def share(self) -> float:
        """Covered of all, 0 to 1; 1 where there are none."""
        return self.covered / self.households if self.households else 1.0


@dataclass(frozen=True)
class OfficialLoad:
    """An official in their main post, with how many households and their tier's band; `most` 0 where none is set."""

    person_id: UUID
    official_id: UUID
    name: str
    post: str
    body_id: UUID
    body: str
    tier: str
    households: int
    least: int
    most: int
    serving: bool = True

    def is_(self, show: str) -> bool:
        """Whether they stand in a list: idle, over, under, gone; `all` are those in service."""
        if show == "gone":
            return not self.serving
        found = {
            "idle": self.households == 0 and self.most > 0,
            "over": self.most > 0 and self.households > self.most,
            "under": 0 < self.households < self.least,
        }
        return self.serving and found.get(show, True)

    def of(self, body: UUID | None, tier: str | None) -> bool:
        """Whether they are of a body and of a tier, where one is asked for."""
        return (body is None or self.body_id == body) and (tier is None or self.tier == tier)

    def counted(self) -> cover_counts.Load:
        """As a list shows them."""
        post = f"{self.body} {self.post}".strip()
        return cover_counts.Load(
            self.official_id, self.name, post, self.tier, self.households, self.least, self.most, self.serving
        )


@dataclass(frozen=True)
class StaffCover:
    """The officials of a body or tier together."""

    key: str
    name: str
    officials: int
    households: int
    idle: int
    over: int
    under: int

    @property
    def shows(self) -> tuple[tuple[str, int], ...]:
        """The lists behind it, with how many stand in each."""
        return ("idle", self.idle), ("over", self.over), ("under", self.under)


@dataclass(frozen=True)
class Cover:
    """What a coverage page shows: the whole, its parts, its officials by body and tier."""

    whole: PlaceCover
    parts: tuple[PlaceCover, ...]
    staff: StaffCover
    gone: int
    bodies: tuple[StaffCover, ...]
    tiers: tuple[StaffCover, ...]
    counted: datetime | None = None
    """When the worker counted it; None where it was counted just now."""


@dataclass(frozen=True)
class Officials:
    """A page of officials, how many stand in the list, and the key of the next; empty at the end."""

    rows: tuple[cover_counts.Load, ...]
    total: int
    after: str


@dataclass(frozen=True)
class HomeRow:
    """A household in a list of coverage."""

    id: UUID
    code: str
    path: str
    leads: tuple[str, ...]


@dataclass(frozen=True)
class Homes:
    """A page of households and the key of the next; empty at the end."""

    rows: tuple[HomeRow, ...]
    after: str


def cover(viewer: Viewer, at: datetime, *, under: str) -> Cover:
    """Coverage of a place, in the viewer's scope, in numbers: for who reads the register, or figures. The number of
    statements does not depend on how many households."""
    if viewer.may("stats.see"):  # numbers of households within one's own scope, and no household
        viewer = viewer.but(verbs=viewer.verbs | {"register.see"})
    viewer.need("register.see")
    day = today(viewer, at)
    below = places.children(viewer, under)
    width = len(subtree(below[0].code)[0]) if below else 15
    counted = cover_counts.counted(viewer, at, width=width)
    led = None if counted or width <= cover_counts.VILLAGE else _led(viewer, day, under)
    counts = cover_counts.by_part(viewer, under, width) if counted else by_beginning(viewer, day, under, width, led)
    names = {subtree(row.code)[0]: (row.code, row.name) for row in below}
    parts = [
        PlaceCover(code, name, **{key: table[part] for key, table in counts.items()})
        for part, (code, name) in names.items()
    ]
    whole = PlaceCover(under, "", **{key: table.total() for key, table in counts.items()})
    # What lies at the place itself and under no child of it still has a line: no figure without its households.
    here = {key: sum(n for part, n in table.items() if part not in names) for key, table in counts.items()}
    if any(here.values()):
        parts.append(PlaceCover(under, "", **here))
    seen = [one for one in parts if one.households or one.excluded]
    parts = sorted(seen, key=lambda one: (one.share, one.code))
    people = _people_counted(viewer, at, under) if counted else _people(viewer, at, under, led)
    return Cover(whole, tuple(parts), *people, counted)


def overview(viewer: Viewer, at: datetime, *, under: str) -> Cover:
    """The whole of a place and its officials together, without parts, bodies and tiers."""
    viewer.need("register.see")
    if counted := cover_counts.counted(viewer, at, width=cover_counts.TOWN):
        people = StaffCover("", "", *cover_counts.everybody(viewer, under))
        whole = PlaceCover(under, "", **cover_counts.sums(viewer, under))
        return Cover(whole, (), people, cover_counts.gone(viewer, under), (), (), counted)
    counts = by_beginning(viewer, today(viewer, at), under, cover_counts.TOWN)
    whole = PlaceCover(under, "", **{key: table.total() for key, table in counts.items()})
    people, gone, *_ = _people(viewer, at, under)
    return Cover(whole, (), people, gone, (), ())


Led = tuple[str, UUID, UUID]
"""A lead link of a household that has a claim: where that is, the household, the official."""
People = tuple[StaffCover, int, tuple[StaffCover, ...], tuple[StaffCover, ...]]
"""All officials together, how many have left, by body, by tier."""


def _people(viewer: Viewer, at: datetime, under: str, led: Collection[Led] | None = None) -> People:
    """Officials read one by one."""
    officials = loads(viewer, at, under=under, led=led)
    tiers = _tiers({one.key: one for one in _grouped(officials, "tier", "tier")}, at)
    gone = sum(not one.serving for one in officials)
    return _together("", "", officials), gone, _grouped(officials, "body_id", "body"), tiers


def _people_counted(viewer: Viewer, at: datetime, under: str) -> People:
    """Officials as they were counted."""
    rows = cover_counts.together(viewer, under)
    names = staff.body_names(viewer, {one.body_id for one in rows})
    by_body = _sums((one.body_id, one) for one in rows)
    bodies = [StaffCover(str(key), names.get(key, ""), *sums) for key, sums in by_body.items()]
    tiers = {tier: StaffCover(tier, "", *sums) for tier, sums in _sums((one.tier, one) for one in rows).items()}
    everybody = StaffCover("", "", *map(sum, zip(*by_body.values(), strict=True))) if by_body else NOBODY
    return everybody, cover_counts.gone(viewer, under), _ordered(bodies), _tiers(tiers, at)


NOBODY = StaffCover("", "", 0, 0, 0, 0, 0)
K = TypeVar("K", UUID, str)


def _sums(rows: Iterable[tuple[K, cover_counts.Together]]) -> dict[K, list[int]]:
    """Officials that were counted by body and tier, added up by a key: how many, households, idle, over, under."""
    found: dict[K, list[int]] = {}
    for key, one in rows:
        sums = found.setdefault(key, [0] * 5)
        for place, n in enumerate((one.officials, one.households, one.idle, one.over, one.under)):
            sums[place] += n
    return found


def officials(
    viewer: Viewer, at: datetime, *, under: str, show: str, body: UUID | None, tier: str | None, after: str = ""
) -> Officials:
    """The officials behind a figure, busiest first. `after` is the key a page before gave. Raises Missing for a wrong
    key."""
    viewer.need("register.see")
    _checked(after)
    if cover_counts.counted(viewer, at, width=len(subtree(under)[0]) + 3):  # as the figures of its parts were
        found, total = cover_counts.loads(
            viewer, at, under=under, show=show, body=body, tier=tier, after=after, most=OFFICIALS
        )
    else:
        some = [one for one in loads(viewer, at, under=under) if one.is_(show) and one.of(body, tier)]
        keyed = [one for one in some if not after or _key(one) > _parsed(after)]
        found, total = tuple(one.counted() for one in keyed[: OFFICIALS + 1]), len(some)
    more, rows = len(found) > OFFICIALS, found[:OFFICIALS]
    return Officials(rows, total, f"{rows[-1].households}~{rows[-1].official_id}" if more else "")


def _checked(after: str) -> None:
    try:
        if after:
            _parsed(after)
    except ValueError as wrong:
        raise Missing from wrong


def _parsed(after: str) -> tuple[int, UUID]:
    homes, _, key = after.partition("~")
    return -int(homes), UUID(key)


def _key(one: OfficialLoad) -> tuple[int, UUID]:
    return -one.households, one.official_id


def homes(
    viewer: Viewer,
    at: datetime,
    *,
    under: str,
    show: str,
    official: UUID | None = None,
    among: Q | None = None,
    after: str = "",
) -> Homes:
    """The households behind a figure, by place and code; with `official` those they lead, with `among` those for which
    it holds. `after` is the key a page before gave."""
    viewer.need("register.see")
    day = today(viewer, at)
    rows, rest = _listed(viewer, day, under, show), ""
    if among is not None:
        rows = rows.filter(among)
    elif official is None and show in cover_counts.LISTS:
        here, rest = _where_some_are(viewer, at, under, show, after)
        rows = rows.filter(here)
    if official is not None:
        theirs = Link.objects.filter(standing(day), kind="lead", household__isnull=False, official_id=official)
        rows = rows.filter(pk__in=theirs.values("household_id"))
    if after:
        place, _, code = after.partition("~")
        rows = rows.filter(Q(place_code__gt=place) | Q(place_code=place, code__gt=code))
    # All households of a place are found along their places' index, whichever place it is.
    whole = show == "all" and among is None and official is None
    with nullcontext() if whole else planned_anew():
        found = list(rows.order_by("place_code", "code")[: PAGE + 1])
    if not found and rest:  # those that were counted are none any more
        return homes(viewer, at, under=under, show=show, after=rest)
    more, found = len(found) > PAGE, found[:PAGE]
    paths = places.paths(viewer, [whereabouts.where(row) for row in found])
    names: dict[UUID, list[str]] = {row.pk: [] for row in found}
    held = Link.objects.filter(standing(day), kind="lead", household__in=found).order_by("since", "pk")
    for household, name in held.values_list("household_id", "official__person__name"):
        names[household].append(name)
    shown = tuple(HomeRow(row.pk, row.code, paths[whereabouts.where(row)], tuple(names[row.pk])) for row in found)
    return Homes(shown, f"{found[-1].place_code}~{found[-1].code}" if more else rest)


def _where_some_are(viewer: Viewer, at: datetime, under: str, show: str, after: str) -> tuple[Q, str]:
    """The next villages in which a list had households when it was counted lately, enough for a page, and the key
    after them; empty where they are the last. Most villages of a county have none, and to find that out takes a second.
    No condition where nothing was counted."""
    if not cover_counts.counted(viewer, at, width=len(subtree(under)[0])):
        return Q(), ""
    reached = after.partition("~")[0]
    some = [(code, n) for code, n in cover_counts.villages_with(viewer, under, show) if f"{code}{END}" > reached]
    sums = list(accumulate(n for _, n in some))
    wanted = min(bisect_right(sums, PAGE) + 1, FEW_VILLAGES)
    here = reduce(or_, (in_scope(code) for code, _ in some[:wanted]), Q(pk__in=[]))
    return here, f"{some[wanted - 1][0]}{END}~" if wanted < len(some) else ""


def loads(viewer: Viewer, at: datetime, *, under: str, led: Collection[Led] | None = None) -> tuple[OfficialLoad, ...]:
    """Officials whose main post is at or under a place in the viewer's scope, and those who left and still have
    households there; busiest first. `led` are the links of the place where they were read already."""
    viewer.need("register.see")
    day = today(viewer, at)
    bands = load_bands(at)
    found = _left(viewer, day, under, led)
    mains = staff.best(_asked("coverage.posts", _posts, viewer, day, *subtree(under)))
    for official, (person, name, its_tier, its_kind, title, body, body_name, count) in mains.items():
        least, most = bands(its_tier, its_kind)
        found.append(OfficialLoad(person, official, name, title, body, body_name, its_tier, count, least, most))
    return tuple(sorted(found, key=_key))


def _posts(viewer: Viewer, day: date, low: str, high: str) -> QuerySet[Post, Any]:
    posts = Post.objects.filter(standing(day)).filter(viewer.scope("place_code")).filter(in_scope((low, high)))
    tier, kind = (official_states.then(viewer, name) for name in ("tier", "kind"))
    rows = posts.annotate(led=drawing.led(day), tier=tier, kind=kind).order_by("pk")
    columns = ("official__person_id", "official__person__name", "tier", "kind", "title", "body_id", "body__name", "led")
    return rows.values_list("official_id", "responsibility", *columns)


def _asked(name: str, make: Make, viewer: Viewer, *given: Given) -> Iterable[tuple[Any, ...]]:
    """A question by a text made once; of a day looked back to, as Django makes it."""
    return ask(name, make, viewer, *given) if viewer.back is None else make(viewer, *given)


def _led(viewer: Viewer, day: date, under: str) -> list[Led]:
    """The lead links of a place; of a village, thousands at most."""
    return [
        (code, home, official) for code, home, official in _asked("coverage.led", _leads, viewer, day, *subtree(under))
    ]


def _leads(viewer: Viewer, day: date, low: str, high: str) -> QuerySet[Link, Any]:
    rows: QuerySet[Any, Any] = lead_links(viewer, day, (low, high))
    return rows.values_list("there", "household__pk", "official_id")


def _left(viewer: Viewer, day: date, under: str, led: Collection[Led] | None) -> list[OfficialLoad]:
    """Who holds no post any more and is still linked to households here, with how many."""
    nowhere, links = UUID(int=0), lead_links(viewer, day, under)
    if len(under) >= cover_counts.VILLAGE and not under.endswith("000"):  # a village's few: who of them left is known
        held = {official for *_, official in (_led(viewer, day, under) if led is None else led)}
        gone = held - serving.known(viewer, held, day).keys()
        if not gone:
            return []
        links = links.filter(official_id__in=gone)
    rows = still_held(viewer, links, day)
    were = official_states.on(day, [one for one, *_ in rows]) if viewer.back is not None and rows else {}
    return [
        OfficialLoad(person, one, name, "", nowhere, "", _tier(were.get(one), tier), count, 0, 0, serving=False)
        for one, person, name, tier, count in rows
    ]


def _tier(was: official_states.State | None, tier: str) -> str:
    return was.tier if was is not None else tier


def by_beginning(
    viewer: Viewer, day: date, under: str, width: int, led: Collection[Led] | None = None
) -> dict[str, Counter[str]]:
    """Each figure of a place by the beginnings of its children's codes; `led` are its links where they were read."""
    all_, any_, double, covered = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    excluded = Counter[str]()
    for code, count, left_out in _asked("coverage.claims", _claimed, viewer, day, *subtree(under)):
        all_[code[:width]] += count - left_out
        excluded[code[:width]] += left_out
    if width > cover_counts.VILLAGE:
        rows = _led(viewer, day, under) if led is None else led
        groups = _of_groups(viewer, day, [(code[:width], home, official) for code, home, official in rows])
        return {"households": all_, "excluded": excluded} | groups
    here, part = Q(official_id__in=staff.serving(viewer, day)), Substr("there", 1, width)
    counts = {
        "anybody": Count("household_id", distinct=True),
        "somebody": Count("household_id", distinct=True, filter=here),
        "links": Count("pk", filter=here),
    }
    links = lead_links(viewer, day, under).annotate(part=part).values_list("part").annotate(**counts).order_by()
    for code, anybody, somebody, held in links:
        any_[code], covered[code], double[code] = anybody, somebody, held - somebody
    return {"households": all_, "covered": covered, "gone": any_ - covered, "double": double, "excluded": excluded}


def _claimed(viewer: Viewer, day: date, low: str, high: str) -> QuerySet[Any, Any]:
    """Households that have a claim, by where they are: how many, and how many of those are left out for a reason."""
    out = Count("pk", filter=Q(pk__in=omitted(day)))
    rows: QuerySet[Any, Any] = whereabouts.claiming(viewer, (low, high))
    found: QuerySet[Any, Any] = rows.order_by().values_list("there").annotate(n=Count("pk"), out=out)
    return found


def _of_groups(viewer: Viewer, day: date, rows: Collection[tuple[str, UUID, UUID]]) -> dict[str, Counter[str]]:
    """The figures of leads, each a group, a household and an official, in a village. Counted here: a thousand rows are
    sooner read than the posts of a county's thousands are gone through for who is in service."""
    serves = serving.known(viewer, {official for *_, official in rows}, day)
    led = Counter((part, home) for part, home, official in rows if official in serves)
    held = {(part, home) for part, home, _ in rows}
    return {
        "covered": Counter(part for part, _ in led),
        "gone": Counter(part for part, home in held if (part, home) not in led),
        "double": Counter(part for (part, _), n in led.items() for _ in range(n - 1)),
    }


def of_homes(viewer: Viewer, at: datetime, *, under: str, held: Mapping[UUID, UUID]) -> dict[UUID, PlaceCover]:
    """Coverage of named households of a place, by what each belongs to; `held` maps a household to that."""
    day = today(viewer, at)
    claims = whereabouts.claiming(viewer, under).filter(pk__in=held)
    left_out = set(omitted(day).filter(household_id__in=held))
    known = set(claims.values_list("pk", flat=True))
    leads_ = lead_links(viewer, day, under).filter(household_id__in=known).values_list("household_id", "official_id")
    counts = _of_groups(viewer, day, [(str(held[home]), home, one) for home, one in leads_])
    counts["households"] = Counter(str(held[home]) for home in known - left_out)
    counts["excluded"] = Counter(str(held[home]) for home in known & left_out)
    return {
        key: PlaceCover("", "", **{name: table[str(key)] for name, table in counts.items()})
        for key in set(held.values())
    }


def _claims(viewer: Viewer, day: date, under: str) -> QuerySet[Household]:
    """Households that have a claim to an official (AM-33), without those left out for a reason."""
    return whereabouts.claiming(viewer, under).exclude(pk__in=omitted(day))


def omitted(day: date) -> QuerySet[LinkExclusion, UUID]:
    """Households left out for a reason."""
    return LinkExclusion.objects.filter(standing(day), household__isnull=False).values("household_id")  # type: ignore[return-value]  # a subquery of ids


def lead_links(viewer: Viewer, day: date, under: whereabouts.Under) -> QuerySet[Link]:
    """Lead links of households that have a claim."""
    return whereabouts.leads(viewer, day, under).exclude(household_id__in=omitted(day))


def _listed(viewer: Viewer, day: date, under: str, show: str) -> QuerySet[Household]:
    """The households of a list, with the conditions of the figure it opens from."""
    rows = _claims(viewer, day, under)
    lead = Link.objects.filter(standing(day), kind="lead", household=OuterRef("pk"))
    served = lead.filter(official_id__in=staff.serving(viewer, day))
    if show == "excluded":
        return whereabouts.claiming(viewer, under).filter(pk__in=omitted(day))
    if show == "gap":
        return rows.exclude(Exists(served))
    if show == "gone":
        return rows.filter(Exists(lead)).exclude(Exists(served))
    if show == "double":
        several = served.order_by().values("household").annotate(n=Count("pk")).filter(n__gt=1).values("n")
        return rows.filter(Exists(several))
    return rows.filter(Exists(served)) if show == "covered" else rows


def load_bands(at: datetime) -> Callable[[str, str], tuple[int, int]]:
    """The band of a tier and kind of personnel under the first pairing that leads; (0, 0) where it asks nothing."""
    book = rulebook.current(at).rulebook
    pages = [one.links for one in book.programmes.values() if one.links is not None and one.links.leads()]
    links = pages[0] if pages else None
    pairing = links.pairings[links.leads()[0]] if links else None

    def band(tier: str, kind: str) -> tuple[int, int]:
        bearing = pairing.bearing(tier) if pairing else None
        if links is None or pairing is None or bearing is None or kind in links.without:
            return 0, 0
        return pairing.loads[bearing].least, pairing.loads[bearing].most

    return band


def _together(key: str, name: str, rows: tuple[OfficialLoad, ...]) -> StaffCover:
    here = [row for row in rows if row.serving]
    return StaffCover(
        key,
        name,
        len(here),
        sum(row.households for row in here),
        *(sum(row.is_(show) for row in here) for show in ("idle", "over", "under")),
    )


def _grouped(rows: tuple[OfficialLoad, ...], key: str, name: str) -> tuple[StaffCover, ...]:
    found: dict[str, list[OfficialLoad]] = {}
    for row in rows:
        if row.serving:
            found.setdefault(str(getattr(row, key)), []).append(row)
    return _ordered(_together(one, str(getattr(group[0], name)), tuple(group)) for one, group in found.items())


def _ordered(rows: Iterable[StaffCover]) -> tuple[StaffCover, ...]:
    return tuple(sorted(rows, key=lambda one: (-one.over, -one.idle, -one.households, one.name)))


def _tiers(made: Mapping[str, StaffCover], at: datetime) -> tuple[StaffCover, ...]:
    """By tier in the county's order, with its words."""
    tiers = rulebook.current(at).rulebook.county.tiers
    order = [*tiers, *(tier for tier in made if tier not in tiers)]
    return tuple(
        StaffCover(tier, tiers.get(tier, ""), one.officials, one.households, one.idle, one.over, one.under)
        for tier in order
        if (one := made.get(tier)) is not None
    )
