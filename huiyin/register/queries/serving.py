"""Everybody in service with their main post, kept under the register's edition: a hand-over looks at thousands."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef

from huiyin.core.caches import kept
from huiyin.core.models import Official
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.links import Links, Pairing
from huiyin.register.models import Phone, Post
from huiyin.register.models.periods import standing
from huiyin.register.models.staff import WORKING
from huiyin.register.queries import staff
from huiyin.register.queries.edition import edition_of
from huiyin.register.queries.people import PHONE_COLUMN

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


@dataclass(frozen=True)
class _Everybody:
    """By official; and those in office by tier, kind of personnel and place of the main post, in the order of ids."""

    known: dict[UUID, Serving]
    seats: dict[tuple[str, str, str], list[Serving]]


def known(viewer: Viewer, official_ids: Iterable[UUID], day: date) -> dict[UUID, Serving]:
    """Those of some officials who hold a post today; no question within a request, until the register changes."""
    everybody = _everybody(day, edition_of(viewer)).known
    return {one: everybody[one] for one in official_ids if one in everybody}


def gone(viewer: Viewer, day: date) -> tuple[UUID, ...]:
    """Officials who hold no post on a day, whatever they still have; no question until the register changes."""
    return _gone(day, edition_of(viewer))


def reaching(
    viewer: Viewer, day: date, links: Links, pairing: Pairing, places: Collection[str]
) -> dict[str, list[Serving]]:
    """Who can be linked under a pairing to one of some places, by the beginning of the codes they reach."""
    found: dict[str, list[Serving]] = {}
    for (tier, kind, post), some in _everybody(day, edition_of(viewer)).seats.items():
        bears = pairing.bearing(tier) if kind not in links.without else None
        under = pairing.under(bears, post) if bears is not None else None
        if under is not None and any(place.startswith(under) for place in places):
            found.setdefault(under, []).extend(some)
    return found


def some_of(groups: Mapping[str, list[Serving]], most: int, without: Collection[UUID], chance: str) -> list[Serving]:
    """Of each group so many, chosen by chance that is the same for the same word; none of some persons."""
    drawn = Random(chance)  # noqa: S311 - whom a page looks at first, not a secret
    found: list[Serving] = []
    for _, some in sorted(groups.items()):
        # Twice as many are drawn, since whoever stands near the viewer is left out; thousands are not gone through.
        few = drawn.sample(some, 2 * most) if len(some) > 2 * most else some
        found += [one for one in few if one.person_id not in without][:most]
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
def _everybody(day: date, _edition: UUID | None) -> _Everybody:
    columns = (*(f"official__{name}" for name in OF_OFFICIAL), "place_code", "body__name", "title")
    mains = staff.main_posts(Viewer.system("serving"), Post.objects.filter(standing(day)), *columns)
    known_ = {
        one: Serving(one, person, name, kind, tier, status, place, f"{body} {title}")
        for one, (person, name, kind, tier, status, place, body, title) in sorted(mains.items())
    }
    seats: dict[tuple[str, str, str], list[Serving]] = {}
    for row in known_.values():
        if row.status in WORKING:
            seats.setdefault((row.tier, row.kind, row.place_code), []).append(row)
    return _Everybody(known_, seats)


@lru_cache(maxsize=4)
def _gone(day: date, _edition: UUID | None) -> tuple[UUID, ...]:
    posts = Post.objects.filter(standing(day), official_id=OuterRef("pk"))
    return tuple(Official.objects.filter(~Exists(posts)).order_by("pk").values_list("pk", flat=True))


kept(_everybody.cache_clear)
kept(_gone.cache_clear)
kept(_duty_numbers.cache_clear)
