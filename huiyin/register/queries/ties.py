"""Links that give no household its official (R-070 to R-098): whether one may be, where they stand, who takes turns."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Length

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.links import ANY, Links, Pairing, due
from huiyin.register.models import Body, Link, Membership, Place, Post, Tie
from huiyin.register.models.periods import standing
from huiyin.register.queries import places, staff, whereabouts
from huiyin.register.queries.days import today

BODIES = ("project", "enterprise", "unit")
"""Targets that are bodies; a unit is any body that is neither project nor enterprise."""
PAGE, LISTED, FOUND = 50, 200, 12
_SHAPES = {
    "group": Q(),
    "village": ~Q(code__endswith="000"),
    "town": Q(code__endswith="000") & ~Q(code__endswith="000000"),
    "county": Q(code__endswith="000000"),
}
"""Which codes name a place of a level; what a county calls its levels is its own."""


@dataclass(frozen=True)
class KindRow:
    """A kind of link of a programme in force: how many targets are in scope, how many have one, how many links."""

    programme: str
    programme_title: str
    name: str
    pairing: Pairing
    wanted: int
    covered: int
    links: int

    @property
    def missing(self) -> int:
        """Targets the programme means to cover and that have none; 0 where it names none (`covers` 0)."""
        return max(0, round(self.wanted * self.pairing.covers) - self.covered)


@dataclass(frozen=True)
class TieRow:
    """One link: who, to what, since when."""

    id: UUID
    giver: str
    post: str
    target: str
    since: date
    official_id: UUID | None


@dataclass(frozen=True)
class KindPage:
    """One kind: its links, the targets that have none, who takes turns next and how many this year."""

    kind: KindRow
    rows: tuple[TieRow, ...]
    without: tuple[tuple[str, str], ...]
    """Code or id, and name, of targets without one."""
    due: int
    next: tuple[TieRow, ...]
    after: str
    """The key of the next links; empty at the end."""


def kinds(viewer: Viewer, at: datetime, *, day: date | None = None) -> tuple[KindRow, ...]:
    """The kinds of the programmes in force that are ties, as written, with the links of a day (default: today); two
    questions for each sort of target."""
    viewer.need("register.see")
    day = day or today(viewer, at)
    found = [
        (name, programme.about.title, key, pairing)
        for name, programme in rulebook.current(at).rulebook.programmes.items()
        if programme.links is not None
        for key, pairing in programme.links.pairings.items()
        if not pairing.of_households()
    ]
    tied = Tie.objects.filter(standing(day)).filter(_seen(viewer)).order_by()
    counts = {
        (programme, pairing): (links, places_ + bodies + homes)
        for programme, pairing, links, places_, bodies, homes in tied.values_list("programme", "pairing").annotate(
            links=Count("pk"),
            places=Count("to_place", distinct=True, filter=~Q(to_place="")),
            bodies=Count("to_body", distinct=True),
            homes=Count("to_household", distinct=True),
        )
    }
    wanted = {to: _targets(viewer, to).count() for to in {pairing.to for *_, pairing in found}}
    return tuple(
        KindRow(
            name,
            title,
            key,
            pairing,
            wanted[pairing.to],
            counts.get((name, key), (0, 0))[1],
            counts.get((name, key), (0, 0))[0],
        )
        for name, title, key, pairing in found
    )


def one(
    viewer: Viewer, at: datetime, *, programme: str, pairing: str, after: str = "", day: date | None = None
) -> KindPage:
    """One kind with fifty of its links of a day (default: today), the newest first. `after` is the key a page before
    gave. Raises Missing for what is none."""
    found = kinds(viewer, at, day=day)
    day = day or today(viewer, at)
    kind = next((row for row in found if (row.programme, row.name) == (programme, pairing)), None)
    if kind is None:
        raise Missing
    rows = _rows(viewer, day, programme, pairing)
    some = list(_after(rows, after).order_by("-since", "pk")[: PAGE + 1])
    more, some = len(some) > PAGE, some[:PAGE]
    shown = _shown(viewer, some, day)
    turns: tuple[TieRow, ...] = ()
    count = 0
    if kind.pairing.turns:
        count = due(kind.pairing.turns, *_year(rows, viewer, day, programme, pairing))
        turns = _shown(viewer, rows.filter(official__isnull=False).order_by("since", "pk")[:count], day)
    without = _without(viewer, day, programme, pairing, kind.pairing)
    return KindPage(kind, shown, without, count, turns, f"{some[-1].since}~{some[-1].pk}" if more else "")


def _after(rows: QuerySet[Tie], key: str) -> QuerySet[Tie]:
    if not key:
        return rows
    since, _, last = key.partition("~")
    try:
        day, link = date.fromisoformat(since), UUID(last)
    except ValueError as wrong:
        raise Missing from wrong
    return rows.filter(Q(since__lt=day) | Q(since=day, pk__gt=link))


def held_by(viewer: Viewer, official_id: UUID, at: datetime, day: date) -> QuerySet[Tie]:
    """An official's ties that pass on with a hand-over: all but what they do of free will."""
    free = Q(pk__in=[])
    for name, programme in rulebook.current(at).rulebook.programmes.items():
        if programme.links is not None:
            some = [key for key, pairing in programme.links.pairings.items() if pairing.voluntary]
            free |= Q(programme=name, pairing__in=some)
    rows = Tie.objects.filter(standing(day), official_id=official_id, until=None).exclude(free)
    return rows.select_related("to_body", "to_household").order_by("programme", "pairing", "pk")


def place_of(row: Tie) -> str:
    """Where a tie leads."""
    target = row.to_body or row.to_household
    return row.to_place or (target.place_code if target is not None else "")


def page_of(viewer: Viewer, at: datetime, programme: str, pairing: str) -> tuple[Links, Pairing]:
    """A programme's page in force and one of its pairings. Raises Refused("pairing_unknown")."""
    book = rulebook.current(at).rulebook
    links = book.programmes[programme].links if programme in book.programmes else None
    found = links.pairings.get(pairing) if links else None
    if links is None or found is None:
        raise Refused("pairing_unknown", field="pairing")
    return links, found


def may(viewer: Viewer, at: datetime, row: Tie) -> None:
    """Whether a tie may begin under its pairing: giver, target, tier, reach, how many, how many a target has.

    Raises Refused: pairing_unknown, tie_giver, tie_target, tie_tier, tie_reach, tie_category, tie_full, tie_taken,
    already_linked, tie_not_leading.
    """
    links, pairing = page_of(viewer, at, row.programme, row.pairing)
    if pairing.of_households():
        raise Refused("pairing_unknown", field="pairing")
    if getattr(row, f"{pairing.giver}_id") is None:
        raise Refused("tie_giver", field="giver")
    _target_fits(viewer, row, pairing)
    if pairing.heads and not _leads_there(row):
        raise Refused("tie_not_leading", field="giver")
    open_ = Tie.objects.filter(standing(row.since), programme=row.programme, pairing=row.pairing)
    mine = open_.filter(**{f"{pairing.giver}_id": getattr(row, f"{pairing.giver}_id")})
    same = open_.filter(to_place=row.to_place, to_body=row.to_body, to_household=row.to_household)
    if (mine & same).exists():
        raise Refused("already_linked", field="target")
    tier = ANY if row.official is None else bears(viewer, links, pairing, row.official.pk, [place_of(row)], row.since)
    most = pairing.loads[tier].most
    if mine.count() >= most:
        raise Refused("tie_full", field="giver", count=most)
    if pairing.each and same.count() >= pairing.each:
        raise Refused("tie_taken", field="target", count=pairing.each)


def _target_fits(viewer: Viewer, row: Tie, pairing: Pairing) -> None:
    given = row.to_place or (row.to_body_id if pairing.to in BODIES else row.to_household_id)
    column = "code" if row.to_place else "pk"
    if not given or not _targets(viewer, pairing.to).filter(**{column: given}).exists():
        raise Refused("tie_target", field="target")
    if row.to_household_id is not None:
        in_category(viewer, pairing, programme=row.programme, household_id=row.to_household_id, day=row.since)


def _leads_there(row: Tie) -> bool:
    """Whether the giver leads a household at the place: a grid is formed of them, and one of them heads it (R-093)."""
    low, high = subtree(row.to_place)
    here = Link.objects.filter(standing(row.since), kind="lead", household__until=None, official=row.official)
    return here.filter(household__place_code__gte=low, household__place_code__lt=high).exists()


def in_category(viewer: Viewer, pairing: Pairing, *, programme: str, household_id: UUID, day: date) -> None:
    """A pairing for some categories is for no other household (R-066, R-069). Raises Refused("tie_category")."""
    if pairing.categories:
        marked = Membership.objects.filter(standing(day), programme=programme, category__in=pairing.categories)
        if not marked.filter(household_id=household_id).exists():
            raise Refused("tie_category", field="household_id")


def bears(viewer: Viewer, links: Links, pairing: Pairing, official_id: UUID, wanted: Collection[str], day: date) -> str:
    """The tier as which an official is linked under a pairing, whose posts reach all of some places.

    Raises Refused: tie_tier, tie_reach.
    """
    posts = Post.objects.filter(standing(day), official_id=official_id)
    held = list(posts.values_list("official__tier", "official__kind", "place_code"))
    tier = pairing.bearing(held[0][0]) if held else None
    if tier is None or held[0][1] in links.without:
        raise Refused("tie_tier", field="official_id")
    if not all(any(pairing.reaches(tier, post, place) for _, _, post in held) for place in wanted):
        raise Refused("tie_reach", field="official_id")
    return tier


def _targets(viewer: Viewer, to: str) -> QuerySet[Any]:
    """Everything of a sort in the viewer's scope."""
    if to == "household":
        return whereabouts.claiming(viewer, "")
    if to in BODIES:
        bodies = Body.objects.filter(viewer.scope("place_code"), places.open_on(viewer.back))
        return bodies.exclude(kind__in=("project", "enterprise")) if to == "unit" else bodies.filter(kind=to)
    rows = Place.objects.annotate(digits=Length("code")).filter(viewer.scope("code"), _SHAPES[to])
    rows = rows.filter(places.open_on(viewer.back))
    return rows.filter(digits=15 if to == "group" else 12)


def _seen(viewer: Viewer) -> Q:
    return (
        ~Q(to_place="") & viewer.scope("to_place")
        | Q(to_body__isnull=False) & viewer.scope("to_body__place_code")
        | Q(to_household__isnull=False) & viewer.scope("to_household__place_code")
    )


def _rows(viewer: Viewer, day: date, programme: str, pairing: str) -> QuerySet[Tie]:
    rows = Tie.objects.filter(standing(day), programme=programme, pairing=pairing).filter(_seen(viewer))
    return rows.select_related("official__person", "body", "household", "to_body", "to_household")


def _shown(viewer: Viewer, rows: Iterable[Tie], day: date) -> tuple[TieRow, ...]:
    found = list(rows)
    paths = places.paths(viewer, {place_of(row) for row in found})
    posts = staff.post_words(viewer, {row.official_id for row in found if row.official_id}, day)
    made = []
    for row in found:
        giver = row.official.person.name if row.official else row.body.name if row.body else ""
        target = row.to_body.name if row.to_body else row.to_household.code if row.to_household else ""
        target = f"{paths.get(place_of(row), '')} {target}".strip()
        code = row.household.code if row.household else ""
        made.append(
            TieRow(row.pk, giver or code, posts.get(row.official_id or row.pk, ""), target, row.since, row.official_id)
        )
    return tuple(made)


def _without(viewer: Viewer, day: date, programme: str, pairing: str, asked: Pairing) -> tuple[tuple[str, str], ...]:
    """Targets that have none, by code; of households, which are thousands, none are listed."""
    if asked.to == "household" or not asked.covers:
        return ()
    tied = Tie.objects.filter(standing(day), programme=programme, pairing=pairing)
    rows = _targets(viewer, asked.to)
    if asked.to in BODIES:
        rest = rows.exclude(pk__in=tied.filter(to_body__isnull=False).values("to_body_id")).order_by(
            "place_code", "name"
        )
        return tuple((str(key), name) for key, name in rest.values_list("pk", "name")[:LISTED])
    left = rows.exclude(code__in=tied.exclude(to_place="").values("to_place")).order_by("code")
    codes = list(left.values_list("code", flat=True)[:LISTED])
    paths = places.paths(viewer, codes)
    return tuple((code, paths[code]) for code in codes)


def _year(rows: QuerySet[Tie], viewer: Viewer, day: date, programme: str, pairing: str) -> tuple[int, int]:
    """How many officials stand in a pairing, and how many of those who did left it this year."""
    stand = rows.order_by().values("official_id").distinct().count()
    ended = Tie.objects.filter(_seen(viewer), programme=programme, pairing=pairing, replaced_at=None, until__lte=day)
    gone = (
        ended.filter(until__year=day.year, official__isnull=False).order_by().values("official_id").distinct().count()
    )
    return stand, gone


def givers(viewer: Viewer, at: datetime, asked: Pairing, text: str) -> tuple[tuple[UUID, str], ...]:
    """Who could link, found by name (a household by its code), with words: a dozen at most."""
    if not text.strip():
        return ()
    if asked.giver == "official":
        rows = staff.called(viewer, at, text)
        return tuple((one.official_id, f"{one.name} {one.body_name} {one.title}") for one in rows)
    return _found(viewer, "unit" if asked.giver == "body" else "household", text)


def targets(viewer: Viewer, asked: Pairing, text: str) -> tuple[tuple[str, str], ...]:
    """What could be linked to, found by name (a household by its code), with words: a dozen at most."""
    if not text.strip():
        return ()
    if asked.to in (*BODIES, "household"):
        return tuple((str(key), words) for key, words in _found(viewer, asked.to, text))
    named = _targets(viewer, asked.to).filter(name__contains=text.strip()).order_by("code")
    paths = places.paths(viewer, named.values_list("code", flat=True)[:FOUND])
    return tuple(paths.items())


def _found(viewer: Viewer, to: str, text: str) -> tuple[tuple[UUID, str], ...]:
    column, how = ("code", "") if to == "household" else ("name", "__contains")
    rows = _targets(viewer, to).filter(**{f"{column}{how}": text.strip()}).order_by("place_code", "pk")
    return tuple(rows.values_list("pk", column)[:FOUND])
