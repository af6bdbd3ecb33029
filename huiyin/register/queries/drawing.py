"""What a round of assignment starts from: a county's households and officials as plain numbers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from huiyin.core import rulebook
from huiyin.core.models import Official
from huiyin.core.questions import NOBODY as NOBODY_ASKS
from huiyin.core.questions import ask
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.links import Links, Pairing, seat
from huiyin.register.models import Household, Link, LinkExclusion, LinkRound, Membership, Post
from huiyin.register.models.periods import standing
from huiyin.register.models.staff import WORKING
from huiyin.register.queries import apart, conflict, serving, staff
from huiyin.register.queries.days import today
from huiyin.register.rules.assign import NEAREST, NOBODY, Bearer, Problem

LINKED = ("present", "away")
"""Households that have a claim to an official: those who live here and those who are away for work (AM-33)."""
SPARE = 24
"""Officials a hand-over looks at beyond one for each household, of each reach: enough to choose from."""


@dataclass(frozen=True)
class Drawing:
    """A round's problem, and whom its numbers mean."""

    problem: Problem
    households: tuple[UUID, ...]
    officials: tuple[UUID, ...]
    tiers: tuple[str, ...]
    links: tuple[UUID | None, ...]
    """The link of today, whoever holds it; None where there is none."""
    without: dict[str, int]
    """Officials left out, by the reason."""
    households_without: int
    borne: Mapping[UUID, int] = field(default_factory=dict)
    """Of a hand-over: how many households each official leads for already."""


def page(viewer: Viewer, version_id: UUID, programme: str) -> Links | None:
    """The page links.toml of a programme in a stored rulebook; None where it has none or there is no such programme."""
    found = rulebook.version(version_id).programmes.get(programme)
    return found.links if found else None


def asked_under(viewer: Viewer, row: LinkRound) -> tuple[Links, Pairing]:
    """The page and the pairing a round was asked for under; they exist, because versions never change."""
    links = page(viewer, row.rulebook_id, row.programme)
    if links is None:
        raise LookupError(f"{row.programme} has no links")
    return links, links.pairings[row.pairing]


def leads(programme: str) -> Q:
    """Lead links that count in a programme: its own, and those that name no programme."""
    return Q(kind="lead", programme__in=("", programme))


def drawing(viewer: Viewer, row: LinkRound, at: datetime) -> Drawing:
    """Read the whole problem of a round as of its first day."""
    links, pairing = asked_under(viewer, row)
    homes = _homes(row, pairing)
    left_out = Counter[str]()
    best = staff.main_posts(viewer, Post.objects.filter(standing(row.since)), *_OF_POST)
    away = set(_excluded(row.since, "official").values_list("official_id", flat=True))
    officials = {
        one: (load, place)
        for one, (load, place) in _fit(best, links, pairing, left_out, away).items()
        if _meets(pairing.under(load, place), row.place_code)
    }
    number = {official: index for index, official in enumerate(officials)}
    current, held = [NOBODY] * len(homes), list[UUID | None]([None] * len(homes))
    place_of = {home: index for index, (home, _) in enumerate(homes)}
    outside = Counter[UUID]()
    for link, home, official in _standing(row, pairing):
        index = place_of.get(home)
        if index is None:
            outside[official] += 1
        else:
            held[index] = link
            current[index] = number.get(official, NOBODY)
    never = apart.pairs(viewer, at, day=row.since)
    if pairing.link == "supporting":
        never |= leading(viewer, row.programme)
    return Drawing(
        problem=Problem(
            places=[place for _, place in homes],
            bearers=[bearer(pairing, tier, post, outside[one]) for one, (tier, post) in officials.items()],
            current=current,
            apart=_numbered(never, place_of, number),
        ),
        households=tuple(home for home, _ in homes),
        officials=tuple(officials),
        tiers=tuple(tier for tier, _ in officials.values()),
        links=tuple(held),
        without=dict(left_out),
        households_without=_excluded(row.since, "household").filter(_here(row, "household__place_code")).count(),
    )


def succession(viewer: Viewer, at: datetime, *, leaving: UUID, homes: Mapping[UUID, str], wide: bool) -> Drawing:
    """The small problem of a hand-over: an official's households, and who reaches one of them with what they can still
    bear, but who stands near the viewer: they are given nothing by them (`conflict.own_side`). Whoever serves nearest
    goes first as long as they have room.

    `homes` maps households to their places. Under the first pairing that leads; without one nobody has a band. Of those
    equally near only some are looked at, others for each who leaves; all where it is asked for `wide`.
    """
    day, method = today(viewer, at), serving.leading(rulebook.current(at).rulebook)
    if method is None:
        raise Refused("pairing_unknown")
    _, pairing = method
    many = None if wide else len(homes) + SPARE
    near = serving.nearest(viewer, at, homes.values(), many, conflict.own_side(viewer), chance=str(leaving))
    near.pop(leaving, None)
    borne = _bearing(day, near)
    bearers = _roomiest({one: _serves(pairing, near[one][0], borne[one]) for one in borne}, near, len(homes))
    number = {official: index for index, official in enumerate(bearers)}
    order = sorted(homes, key=lambda home: (homes[home], str(home)))
    place_of = {home: index for index, home in enumerate(order)}
    among = {one: near[one][0].person_id for one in bearers}
    never = apart.pairs(viewer, at, day=day, household_ids=order, among=among)
    return Drawing(
        problem=Problem(
            places=[homes[home] for home in order],
            bearers=list(bearers.values()),
            current=[NOBODY] * len(order),
            apart=_numbered(never, place_of, number),
            near=NEAREST,
        ),
        households=tuple(order),
        officials=tuple(bearers),
        tiers=tuple(near[one][0].tier for one in bearers),
        links=(None,) * len(order),
        without={},
        households_without=0,
        borne=borne,
    )


def led(day: date, official: str = "official_id") -> Coalesce:
    """How many households the holder of a post leads for; `official` is the column that names them."""
    rows = Link.objects.filter(standing(day), kind="lead", household__isnull=False, official_id=OuterRef(official))
    return Coalesce(Subquery(rows.order_by().values("official_id").annotate(n=Count("pk")).values("n")), 0)


def _bearing(day: date, official_ids: Collection[UUID]) -> dict[UUID, int]:
    """Of some officials those who are not left out, with how many households they lead for; one question."""
    return dict(ask("drawing.bearing", _borne, NOBODY_ASKS, day, tuple(official_ids)))


def _borne(viewer: Viewer, day: date, ids: Collection[UUID]) -> QuerySet[Official, Any]:
    rows = Official.objects.filter(pk__in=ids).exclude(pk__in=_excluded(day, "official").values("official_id"))
    return rows.order_by("pk").annotate(borne=led(day, "pk")).values_list("pk", "borne")


def _serves(pairing: Pairing, one: serving.Serving, borne: int) -> Bearer:
    bears = bearer(pairing, pairing.bearing(one.tier) or one.tier, one.place_code, borne)
    return replace(bears, post=seat(one.place_code))


def _roomiest(
    bearers: Mapping[UUID, Bearer], near: Mapping[UUID, tuple[serving.Serving, str]], homes: int
) -> dict[UUID, Bearer]:
    """Of those who come in at the same place who can bear most, SPARE at least, since some are kept apart, and more
    until they have room for so many households."""
    found: dict[str, list[UUID]] = defaultdict(list)
    for one, bearer in bearers.items():
        if bearer.most:
            found[near[one][1]].append(one)
    kept: dict[UUID, Bearer] = {}
    for some in found.values():
        room = 0
        for place, one in enumerate(sorted(some, key=lambda one: (-bearers[one].most, str(one)))):
            if place >= SPARE and room >= homes:
                break
            kept[one] = bearers[one]
            room += bearers[one].most
    return kept


def in_scope(under: str | tuple[str, str], field: str = "place_code") -> Q:
    """Codes at or under a place, or of the half-open range of one."""
    return between(*(subtree(under) if isinstance(under, str) else under), field)


def between(low: str, high: str, field: str = "place_code") -> Q:
    """Codes of a half-open range."""
    return Q(**{f"{field}__gte": low, f"{field}__lt": high})


def _here(row: LinkRound, field: str = "place_code") -> Q:
    return in_scope(row.place_code, field)


def _homes(row: LinkRound, pairing: Pairing) -> list[tuple[UUID, str]]:
    """Households by place and code, so that neighbours stand together and a round comes out the same again."""
    rows = Household.objects.filter(_here(row), until=None, status__in=LINKED)
    if pairing.categories:
        marked = Membership.objects.filter(
            standing(row.since), programme=row.programme, category__in=pairing.categories
        )
        rows = rows.filter(pk__in=marked.values("household_id"))
    left_out = _excluded(row.since, "household").values("household_id")
    return list(rows.exclude(pk__in=left_out).order_by("place_code", "code").values_list("pk", "place_code"))


def _excluded(day: date, whom: str) -> QuerySet[LinkExclusion]:
    return LinkExclusion.objects.filter(standing(day), **{f"{whom}__isnull": False})


_OF_POST = ("official__kind", "official__tier", "official__status", "place_code")


def _fit(
    best: Mapping[UUID, tuple[Any, ...]],
    links: Links,
    pairing: Pairing,
    left_out: Counter[str],
    away: Collection[UUID],
) -> dict[UUID, tuple[str, str]]:
    """Who can be linked of officials by their main post (`_OF_POST`): the tier whose load they bear and the place of
    that post, by that place. Who cannot, is counted."""
    found: dict[UUID, tuple[str, str]] = {}
    for official, (kind, tier, status, place) in sorted(best.items(), key=lambda one: (one[1][3], str(one[0]))):
        load = pairing.bearing(tier)
        if why := _left_out(official in away, kind in links.without, status, load):
            left_out[why] += 1
        elif load is not None:
            found[official] = (load, place)
    return found


def _left_out(away: bool, kind: bool, status: str, load: str | None) -> str:  # noqa: FBT001 - two answers already found, read once
    if away:
        return "excluded"
    if kind:
        return "kind"
    if status not in WORKING:
        return "status"
    return "" if load else "tier"


def _meets(under: str, place_code: str) -> bool:
    """Whether two beginnings of codes have a place in common."""
    low = subtree(place_code)[0]
    return under.startswith(low) or low.startswith(under)


def _standing(row: LinkRound, pairing: Pairing) -> Iterable[tuple[UUID, UUID, UUID]]:
    """Links of today that this round would end or keep: link, household, official."""
    rows = Link.objects.filter(kind_of(row, pairing), until=None, replaced_at=None, household__isnull=False)
    return rows.values_list("pk", "household_id", "official_id").iterator(chunk_size=20_000)


def leading(viewer: Viewer, programme: str, household_ids: Collection[UUID] | None = None) -> set[tuple[UUID, UUID]]:
    """Household and official of every lead of a programme: nobody stands beside themselves as support."""
    rows = Link.objects.filter(leads(programme), until=None, replaced_at=None, household__isnull=False)
    if household_ids is not None:
        rows = rows.filter(household_id__in=household_ids)
    return set(rows.values_list("household_id", "official_id"))


def kind_of(row: LinkRound, pairing: Pairing) -> Q:
    """The links a round is about: the leads of its programme, or the supporting ones of its own pairing."""
    if pairing.link == "lead":
        return leads(row.programme)
    return Q(kind="supporting", programme=row.programme, pairing=row.pairing)


@dataclass(frozen=True)
class Held:
    """An official's main post on a round's first day, in words, and what they can bear; None where the round looks past
    them."""

    post: str
    bearer: Bearer | None


def held(viewer: Viewer, row: LinkRound, official_ids: Collection[UUID]) -> dict[UUID, Held]:
    """Of some officials those who hold a post on a round's first day, as the register is now; one question."""
    links, pairing = asked_under(viewer, row)
    out = Exists(_excluded(row.since, "official").filter(official_id=OuterRef("official_id")))
    posts = Post.objects.filter(standing(row.since), official_id__in=official_ids).annotate(out=out)
    best = staff.main_posts(viewer, posts, *_OF_POST, "out", "body__name", "title")
    away = {one for one, (*_, gone, _, _) in best.items() if gone}
    fit = _fit({one: said[:4] for one, said in best.items()}, links, pairing, Counter(), away)
    bears = {one: bearer(pairing, load, place, 0) for one, (load, place) in fit.items()}
    return {one: Held(f"{body} {title}", bears.get(one)) for one, (*_, body, title) in best.items()}


def bearer(pairing: Pairing, tier: str, post: str, elsewhere: int) -> Bearer:
    """What an official may still bear: who is linked outside the round's place already bears that much less here."""
    load = pairing.loads[tier]
    least, aim, most = (max(0, n - elsewhere) for n in (load.least, load.aim, load.most))
    return Bearer(pairing.under(tier, post), least, aim, most)


def _numbered(
    never: Iterable[tuple[UUID, UUID]], place_of: Mapping[UUID, int], number: Mapping[UUID, int]
) -> dict[int, frozenset[int]]:
    """Who is kept apart from which household, by their numbers in the problem."""
    found: dict[int, set[int]] = defaultdict(set)
    for household, official in never:
        if household in place_of and official in number:
            found[place_of[household]].add(number[official])
    return {home: frozenset(bearers) for home, bearers in found.items()}


def loads_of(viewer: Viewer, official_ids: Iterable[UUID] | None, day: date) -> dict[UUID, int]:
    """How many households each leads for on a day; None for everybody who does."""
    rows = Link.objects.filter(standing(day), kind="lead", household__isnull=False)
    if official_ids is not None:
        rows = rows.filter(official_id__in=list(official_ids))
    return dict(rows.order_by().values_list("official_id").annotate(Count("pk")))
