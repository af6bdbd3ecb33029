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
    if not links:
        return frozenset()
    officials = {link.official_id for link in links}
    posts: dict[UUID, list[str]] = {}
    held = Post.objects.filter(standing(day), official__in=officials).values_list("official_id", "place_code")
    for official, place in held:
        posts.setdefault(official, []).append(place)
    covering = staff.covering(viewer, officials, place_code, day)
    found = set()
    for link in links:
        pairing = _pairing(link, at)
        tier = link.official.tier
        if pairing is None or pairing.bearing(tier) is None:
            reached = link.official_id in covering
        else:
            bears = pairing.bearing(tier) or tier
            reached = any(pairing.reaches(bears, post, place_code) for post in posts.get(link.official_id, ()))
        if reached:
            found.add(link.pk)
    return frozenset(found)


def _pairing(link: Link, at: datetime) -> Pairing | None:
    programme = rulebook.current(at).rulebook.programmes.get(link.programme)
    page = programme.links if programme is not None else None
    return page.pairings.get(link.pairing) if page is not None else None
