"""Whose posts reach a place: by its code, by what it became, and by the grids laid over it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.core.viewer import Viewer
from huiyin.register.models import OverlayPlace, PlaceSuccession, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today
from huiyin.register.rules import codes


class Wanted(NamedTuple):
    """Whoever holds a role in a body or, where that has none, over a place."""

    role: str
    body_id: UUID | None
    place_code: str


class Placed(Protocol):
    """Somebody in a post with a scope."""

    @property
    def place_code(self) -> str: ...
    @property
    def name(self) -> str: ...


class _Seat(NamedTuple):
    role: str
    body_id: UUID
    place_code: str
    overlay_id: UUID | None
    person: UUID
    name: str


def holders(viewer: Viewer, at: datetime, wanted: Collection[Wanted]) -> Mapping[Wanted, tuple[UUID, ...]]:
    """Who that is today, the nearest first and then by name; three questions for any number, none for nothing.

    For each the same persons in the same order as `staff.candidates` finds with the role and the body or the place.
    """
    if not wanted:
        return {}
    day = today(viewer, at)
    places = {one.place_code for one in wanted}
    lines, grids = lines_of(places, day), grids_of(places, day)
    reaching = over(set(chain(*lines.values())), set(chain(*grids.values())))
    reaching |= Q(body_id__in={one.body_id for one in wanted})
    posts = Post.objects.filter(standing(day), reaching, role__in={one.role for one in wanted})
    columns = ("role", "body_id", "place_code", "overlay_id", "official__person_id", "official__person__name")
    seats = [_Seat(*row) for row in posts.order_by("pk").values_list(*columns)]
    seats.sort(key=nearest_first)
    return {one: _of(one, seats, lines[one.place_code], grids[one.place_code]) for one in wanted}


def _of(wanted: Wanted, seats: Iterable[_Seat], line: set[str], grids: set[UUID]) -> tuple[UUID, ...]:
    some = [one for one in seats if one.role == wanted.role]
    in_body = [one for one in some if one.body_id == wanted.body_id]
    found = in_body or [
        one for one in some if (one.place_code in line if one.overlay_id is None else one.overlay_id in grids)
    ]
    return tuple(dict.fromkeys(one.person for one in found))


def over(line: Collection[str], grids: Collection[UUID] | QuerySet[OverlayPlace, Any]) -> Q:
    """Posts that reach a place: over one of its line, or over one of the grids it is part of."""
    return Q(overlay__isnull=True, place_code__in=line) | Q(overlay_id__in=grids)


def nearest_first(post: Placed) -> tuple[int, str]:
    """How those who could do something are put in order: the narrowest scope first, then by name."""
    return -codes.width(post.place_code), post.name


def lines_of(place_codes: Collection[str], day: date) -> dict[str, set[str]]:
    """For each place itself, what is above it, and the same of what these became; one question."""
    lines = {place: set(codes.chain(place)) for place in place_codes}
    became = PlaceSuccession.objects.filter(old_code__in=set(chain(*lines.values())), on__lte=day)
    rows = list(became.values_list("old_code", "new_code"))
    return {
        place: line | {code for old, new in rows if old in line for code in codes.chain(new)}
        for place, line in lines.items()
    }


def grids_of(place_codes: Collection[str], day: date) -> dict[str, set[UUID]]:
    """For each place the grids it, or what is above it, is part of on a day; one question."""
    over: dict[str, set[UUID]] = {}
    for overlay, code in laid_over(place_codes, day).values_list("overlay_id", "place_code"):
        over.setdefault(code, set()).add(overlay)
    return {place: set(chain(*(over.get(code, ()) for code in codes.chain(place)))) for place in place_codes}


def laid_over(place_codes: Iterable[str], day: date) -> QuerySet[OverlayPlace]:
    """Which overlays some places are part of on a day."""
    above = {code for place in place_codes for code in codes.chain(place)}
    parts = OverlayPlace.objects.filter(place_code__in=above, since__lte=day)
    return parts.filter(Q(until__isnull=True) | Q(until__gt=day))
