"""Everybody in service with their main post, kept under the register's edition: a hand-over looks at thousands."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from random import Random
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from huiyin.core import rulebook
from huiyin.core.caches import kept
from huiyin.core.models import Official
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.links import Links, Pairing, seat
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.register.models import Phone, Post
from huiyin.register.models.periods import standing
from huiyin.register.models.staff import WORKING
from huiyin.register.queries import staff
from huiyin.register.queries.days import today
from huiyin.register.queries.edition import edition_of
from huiyin.register.queries.people import PHONE_COLUMN
from huiyin.register.rules.network import line_of

OF_OFFICIAL = ("person_id", "person__name", "kind", "tier", "status")


class Serving(NamedTuple):
    """An official in service: who they are, and their main post, in words too."""

    official_id: UUID
    person_id: UUID
    name: str
    kind: str
    tier: str
    status: str
    place_code: str
    post: str


def known(viewer: Viewer, official_ids: Iterable[UUID], day: date) -> dict[UUID, Serving]:
    """Those of some officials who hold a post today; no question within a request, until the register changes."""
    everybody = _everybody(day, edition_of(viewer))
    return {one: everybody[one] for one in official_ids if one in everybody}


def gone(viewer: Viewer, day: date) -> tuple[UUID, ...]:
    """Officials who hold no post on a day, whatever they still have; no question until the register changes."""
    return _gone(day, edition_of(viewer))


def bodies_since(
    viewer: Viewer, persons: Collection[UUID], since: datetime, at: datetime
) -> dict[UUID, frozenset[UUID]]:
    """The bodies in which each person held a post at any time between two moments: on the day they were moved away too,
    and as the register had it then. So nobody is of another body than somebody else because one of the two was moved,
    or their record put right, in the meantime. One query."""
    there = Q(until=None) | Q(until__gte=today(viewer, since))
    held_so = Q(replaced_at=None) | Q(replaced_at__gte=since)
    rows = Post.objects.filter(there, held_so, since__lte=today(viewer, at), official__person_id__in=persons)
    found: dict[UUID, set[UUID]] = {one: set() for one in persons}
    for person, body_id in rows.values_list("official__person_id", "body_id"):
        found[person].add(body_id)
    return {person: frozenset(bodies) for person, bodies in found.items()}


def leading(book: Rulebook) -> tuple[Links, Pairing] | None:
    """The first pairing that gives households their one official, with its page; None where none does."""
    pages = (one.links for one in book.programmes.values())
    return next(((page, page.pairings[page.leads()[0]]) for page in pages if page and page.leads()), None)


def nearest(
    viewer: Viewer, at: datetime, places: Iterable[str], most: int | None, without: Collection[UUID], chance: str
) -> dict[UUID, tuple[Serving, str]]:
    """Who can lead at some places under the pairing in force, each with the narrowest place that their post and one of
    these have in common, nearest first: of each such place so many at most, all for None; none of some persons.

    Which, is chance that is the same for the same word: thousands are not gone through.
    """
    comers = _comers(today(viewer, at), edition_of(viewer), rulebook.current(at).version_id)
    drawn = Random(chance)  # noqa: S311 - whom a page looks at first, not a secret
    found: dict[UUID, tuple[Serving, str]] = {}
    codes = {code for place in places for code in line_of(place)}
    for code in sorted(codes, key=lambda one: (-len(one), one)):
        some = comers.get(code, [])
        # Three times as many are drawn, since some are nearer to another place or stand near the viewer.
        few = drawn.sample(some, 3 * most) if most is not None and len(some) > 3 * most else some
        fit = (one for one in few if one.official_id not in found and one.person_id not in without)
        found.update((one.official_id, (one, code)) for one in islice(fit, most))
    return found


def numbers_among(viewer: Viewer, numbers: Collection[str], day: date) -> set[str]:
    """Those of some telephone numbers that somebody in service has on a day, as their own or for their duty.

    Two questions; the duty telephones are kept until the register changes.
    """
    blinds = {vault().blind(PHONE_COLUMN, one): one for one in numbers}
    posts = Post.objects.filter(standing(day)).values("official__person_id")
    rows = Phone.objects.filter(standing(day), blind__in=blinds, person_id__in=posts)
    own = {blinds[bytes(blind)] for blind in rows.values_list("blind", flat=True)}
    return own | (_duty_numbers(day, edition_of(viewer)) & set(numbers))


@lru_cache(maxsize=2)
def _duty_numbers(day: date, _edition: UUID | None) -> frozenset[str]:
    """The duty telephones of everybody in service, as digits."""
    posts = Post.objects.filter(standing(day)).values("official_id")
    written = Official.objects.filter(pk__in=posts).exclude(duty_phone="").values_list("duty_phone", flat=True)
    return frozenset("".join(filter(str.isdigit, one)) for one in written)


@lru_cache(maxsize=2)
def _everybody(day: date, _edition: UUID | None) -> dict[UUID, Serving]:
    """By official, in the order of ids."""
    columns = (*(f"official__{name}" for name in OF_OFFICIAL), "place_code", "body__name", "title")
    mains = staff.main_posts(Viewer.system("serving"), Post.objects.filter(standing(day)), *columns)
    return {
        one: Serving(one, person, name, kind, tier, status, place, f"{body} {title}")
        for one, (person, name, kind, tier, status, place, body, title) in sorted(mains.items())
    }


@lru_cache(maxsize=2)
def _comers(day: date, edition: UUID | None, version_id: UUID) -> dict[str, list[Serving]]:
    """Who can lead under a rulebook's pairing: by the place they reach, and by each they are nearer to, down to their
    post's own."""
    method = leading(rulebook.version(version_id))
    found: dict[str, list[Serving]] = {}
    if method is None:
        return found
    page, pairing = method
    for one in _everybody(day, edition).values():
        bears = pairing.bearing(one.tier) if one.kind not in page.without and one.status in WORKING else None
        if bears is not None:
            under = pairing.under(bears, one.place_code)
            for code in line_of(seat(one.place_code)):
                if len(code) >= len(under):
                    found.setdefault(code, []).append(one)
    return found


@lru_cache(maxsize=4)
def _gone(day: date, _edition: UUID | None) -> tuple[UUID, ...]:
    posts = Post.objects.filter(standing(day), official_id=OuterRef("pk"))
    return tuple(Official.objects.filter(~Exists(posts)).order_by("pk").values_list("pk", flat=True))


kept(_everybody.cache_clear)
kept(_comers.cache_clear)
kept(_gone.cache_clear)
kept(_duty_numbers.cache_clear)
