"""Whose link follows a household that moves: by the reach of the pairing it was made under, else by the post."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.links import Pairing
from huiyin.register.models import Link, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries import staff


def reaching(viewer: Viewer, links: Collection[Link], place_code: str, day: date, at: datetime) -> frozenset[UUID]:
    """Those of some links whose official reaches a place on a day; ids of links. `links` carry their officials.

    Under a pairing its own reach counts, as when it was assigned. A link of no pairing reaches what one of the
    official's posts covers.
    """
    return frozenset(link.pk for link, place in _reaching(viewer, [(link, place_code) for link in links], day, at))


def left_behind(
    viewer: Viewer, moves: Collection[tuple[UUID, str]], day: date, at: datetime
) -> dict[tuple[UUID, str], list[Link]]:
    """Of households that move, each with where to: the links that do not follow there. As many questions for a list's
    thousand as for one."""
    rows = Link.objects.filter(household__in={home for home, _ in moves}, until=None, replaced_at=None)
    held: dict[UUID | None, list[Link]] = {}
    for link in rows.select_related("official").order_by("pk"):
        held.setdefault(link.household_id, []).append(link)
    pairs = [(link, place) for home, place in moves for link in held.get(home, ())]
    follows = {(link.pk, place) for link, place in _reaching(viewer, pairs, day, at)}
    return {
        (home, place): [link for link in held.get(home, ()) if (link.pk, place) not in follows] for home, place in moves
    }


def _reaching(viewer: Viewer, pairs: Collection[tuple[Link, str]], day: date, at: datetime) -> list[tuple[Link, str]]:
    """Those of some links and places of which the link's official reaches the place."""
    if not pairs:
        return []
    posts: dict[UUID, list[str]] = {}
    officials = {link.official_id for link, _ in pairs}
    held = Post.objects.filter(standing(day), official__in=officials).values_list("official_id", "place_code")
    for official, place in held:
        posts.setdefault(official, []).append(place)
    covering = staff.covering(viewer, officials, {place for _, place in pairs}, day)
    return [
        (link, place)
        for link, place in pairs
        if _reaches(link, place, posts.get(link.official_id, ()), link.official_id in covering[place], at)
    ]


def _reaches(link: Link, place: str, posts: Collection[str], covers: bool, at: datetime) -> bool:  # noqa: FBT001 - an answer already found, read once
    pairing = _pairing(link, at)
    bears = pairing.bearing(link.official.tier) if pairing is not None else None
    if pairing is None or bears is None:
        return covers
    return any(pairing.reaches(bears, post, place) for post in posts)


def _pairing(link: Link, at: datetime) -> Pairing | None:
    programme = rulebook.current(at).rulebook.programmes.get(link.programme)
    page = programme.links if programme is not None else None
    return page.pairings.get(link.pairing) if page is not None else None
