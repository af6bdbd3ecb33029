"""Who heads the grids an address lies in: whom residents of a village or a group find there (R-026, R-096).

Whoever is called what the county calls the head of such a grid is public by that, with the duty telephone; others whose
post is over a grid (a clerk, a collector) are told only where their post is in the public directory. A grid made of
households by name is never told: its name may say who lives there, and no address says who is in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.links import heading
from huiyin.register.models import OverlayPlace, Post, Tie
from huiyin.register.models.periods import open_on, standing
from huiyin.register.queries import overlays, staff
from huiyin.register.queries.days import today
from huiyin.register.queries.drawing import in_scope
from huiyin.register.queries.places import PlaceRow
from huiyin.register.queries.rows import OFFICIAL, OfficialRow, officials_of
from huiyin.register.rules import codes


@dataclass(frozen=True)
class GridHead:
    """Who heads a grid: its name, empty where one was named for a place without a grid (R-093); which groups of the
    village it lies over, empty for all of it; the post with its hours."""

    grid: str
    groups: tuple[str, ...]
    post: OfficialRow


@dataclass
class _Grid:
    kind: str
    name: str
    over: list[str]


def of_address(viewer: Viewer, at: datetime, place_code: str, below: Sequence[PlaceRow]) -> tuple[GridHead, ...]:
    """The heads of the grids over a village or a group, the narrowest grid first; `below` is what is directly under it.

    None for a town or the county: only its village says in which grid an address lies. Five questions at most, one
    where no grid is laid and nobody is named.
    """
    if codes.width(place_code) < codes.WIDTHS[4]:
        return ()
    day, groups = today(viewer, at), {one.code: one.name for one in below}
    found = [*_laid(viewer, at, day, place_code, groups)]
    known = {one.post.official_id for one in found}
    found += [one for one in _named(viewer, at, day, place_code) if one.post.official_id not in known]
    told = staff.with_hours(viewer, [one.post for one in found], at)
    return tuple(replace(one, post=post) for one, post in zip(found, told, strict=True))


def _laid(viewer: Viewer, at: datetime, day: date, place_code: str, groups: dict[str, str]) -> Iterator[GridHead]:
    """Grids of places, of the smallest kind first, each with whoever is called its head or is public over it."""
    kinds, grids = overlays.kinds(viewer, at), _over(day, place_code)
    if not grids:
        return
    narrow = {name: number for number, name in enumerate(reversed(kinds))}
    posts: dict[UUID, list[OfficialRow]] = {}
    rows = Post.objects.filter(standing(day), overlay_id__in=grids).values_list(
        "overlay_id", "listed", *OFFICIAL.values()
    )
    for key, listed, *columns in rows.order_by("since", "pk"):
        (post,) = officials_of([tuple(columns)])
        kind = kinds.get(grids[key].kind)
        if listed or (kind is not None and post.title == kind.head):
            posts.setdefault(key, []).append(post)
    for key, grid in sorted(grids.items(), key=lambda one: (narrow.get(one[1].kind, len(narrow)), min(one[1].over))):
        lies = tuple(groups[code] for code in sorted(grid.over) if code in groups)
        yield from (GridHead(grid.name, lies, post) for post in posts.get(key, ()))


def _over(day: date, place_code: str) -> dict[UUID, _Grid]:
    """The grids over some of a place, or over one that it is in, each with what of that it lies over. One question."""
    here = in_scope(place_code) | Q(place_code__in=codes.chain(place_code))
    rows = OverlayPlace.objects.filter(here, open_on(day), open_on(day, "overlay__")).order_by("overlay__code")
    found: dict[UUID, _Grid] = {}
    for key, kind, name, code in rows.values_list("overlay_id", "overlay__kind", "overlay__name", "place_code"):
        found.setdefault(key, _Grid(kind, name, [])).over.append(code)
    return found


def _named(viewer: Viewer, at: datetime, day: date, place_code: str) -> Iterator[GridHead]:
    """Who was named the head from among those who lead there; no question in a county that names none so."""
    pages = {name: one.links for name, one in rulebook.current(at).rulebook.programmes.items()}
    for programme, pairing, one in heading(pages):
        ties = Tie.objects.filter(standing(day), programme=programme, pairing=pairing)
        line = [code for code in codes.chain(place_code) if codes.width(code) >= codes.WIDTHS[4]]
        tied = ties.filter(to_place__in=line).values_list("official_id", flat=True)
        held = {post.official_id: post for post in reversed(staff.posts_of(viewer, list(tied), at))}
        yield from (GridHead("", (), replace(post, title=one.title)) for post in held.values())
