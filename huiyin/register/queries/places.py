"""Places: their tree, their names, and how to find one by typing. Place names are no secret; scopes narrow lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import F, Q, QuerySet

from huiyin.core import lookups
from huiyin.core.caches import kept
from huiyin.core.request_id import current_request_id
from huiyin.core.viewer import Viewer, at_or_under, subtree
from huiyin.programme.refusal import Missing
from huiyin.register.models import Overlay, OverlayPlace, Place, PlaceSuccession
from huiyin.register.queries.edition import edition_of
from huiyin.register.rules import codes, naming

LONGEST_LIST = 5_000
_Called = tuple[str, str, date | None, date | None]
"""A code, what it was called, from when, until when."""


@dataclass(frozen=True)
class PlaceRow:
    """A place as it is called on the day asked about."""

    code: str
    name: str
    level: str
    parent_code: str
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Found:
    """A place found by typing: its path says which of two villages of one name it is."""

    code: str
    name: str
    level: str
    path: str


@dataclass(frozen=True)
class OverlayRow:
    """An overlay and the codes it consists of."""

    id: UUID
    kind: str
    name: str
    code: str
    place_codes: tuple[str, ...]


def places(
    viewer: Viewer, *, level: str = "", under: str = "", overlay: str = "", day: date | None = None, mine: bool = False
) -> tuple[PlaceRow, ...]:
    """Places by code: of a level, under a place, of an overlay (its code); with `mine` only in the viewer's scope.

    `day` asks how it was then (default: how it is). At most 5,000.
    """
    found = _on(day)
    if level:
        found = found.filter(level=level)
    if under:
        low, high = subtree(under)
        found = found.filter(code__gte=low, code__lt=high).exclude(code=under)
    if overlay:
        found = found.filter(code__in=_members(day).filter(overlay__code=overlay).values("place_code"))
    if mine:
        found = found.filter(viewer.scope("code"))
    return tuple(_row(place) for place in found.order_by("code")[:LONGEST_LIST])


def place(viewer: Viewer, code: str, *, day: date | None = None) -> PlaceRow:
    """One place; without `day` the newest under that code, also one that has ended. Raises Missing."""
    if day is None:
        found = Place.objects.filter(code=code).order_by(F("until").desc(nulls_first=True)).first()
    else:
        found = _on(day).filter(code=code).first()
    if found is None:
        raise Missing
    return _row(found)


def children(viewer: Viewer, code: str, *, day: date | None = None) -> tuple[PlaceRow, ...]:
    """The places directly under a place, by code; no question within a request where it was asked for before."""
    day = day or viewer.back
    if day is None and viewer.edition is not None and current_request_id():
        return _under(code, viewer.edition)
    return tuple(_row(place) for place in _on(day).filter(parent_code=code).order_by("code")[:LONGEST_LIST])


@lru_cache(maxsize=512)
def _under(code: str, _edition: UUID) -> tuple[PlaceRow, ...]:
    return tuple(_row(place) for place in _on(None).filter(parent_code=code).order_by("code")[:LONGEST_LIST])


kept(_under.cache_clear)


def with_children(viewer: Viewer, code: str) -> tuple[PlaceRow, tuple[PlaceRow, ...]]:
    """`place` and `children` of one code by one question. Raises Missing."""
    itself_ = Q(code=code) if viewer.back is None else Q(open_on(viewer.back), code=code)
    either = Place.objects.filter(itself_ | Q(open_on(viewer.back), parent_code=code))
    found = list(either.order_by("code", F("until").desc(nulls_first=True))[:LONGEST_LIST])
    itself = next((place for place in found if place.code == code), None)
    if itself is None:
        raise Missing
    return _row(itself), tuple(_row(place) for place in found if place.code != code)


def children_of(viewer: Viewer, some: Sequence[str]) -> dict[str, frozenset[str]]:
    """Codes of the open places directly under each of some places, by one question."""
    found: dict[str, set[str]] = {code: set() for code in some}
    for parent, code in Place.objects.filter(parent_code__in=some, until__isnull=True).values_list(
        "parent_code", "code"
    ):
        found[parent].add(code)
    return {parent: frozenset(codes_) for parent, codes_ in found.items()}


def towns_and_villages(
    viewer: Viewer, county: str
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str, str], ...]]:
    """For choosing: code and name of what is directly under the county; code, name and parent of its villages.

    Kept until the register changes: one small query.
    """
    return _to_choose(county, edition_of(viewer))


@lru_cache(maxsize=4)
def _to_choose(
    county: str, _edition: UUID | None
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str, str], ...]]:
    low, high = subtree(county)
    found = _on(None).order_by("code")
    towns = found.filter(parent_code=county).values_list("code", "name")[:LONGEST_LIST]
    villages = found.filter(level="village", code__gte=low, code__lt=high)
    return tuple(towns), tuple(villages.values_list("code", "name", "parent_code")[:LONGEST_LIST])


kept(_to_choose.cache_clear)


def exists(viewer: Viewer, code: str, *, day: date | None = None) -> bool:
    """Whether a place of this code is open (on `day`)."""
    if day is None:
        return lookups.value(Place, "id", code=code, until=None) is not None
    return _on(day).filter(code=code).exists()


def successors(viewer: Viewer, code: str, *, day: date) -> tuple[str, ...]:
    """The open places a former place became part of; empty when it did not."""
    found = PlaceSuccession.objects.filter(old_code=code, on__lte=day).values("new_code")
    return tuple(_on(day).filter(code__in=found).order_by("code").values_list("code", flat=True))


def sole_successors(viewer: Viewer) -> dict[str, str]:
    """What each former place is today, where that is one place; what was divided is not among them."""
    open_ = Place.objects.filter(until=None)
    rows = PlaceSuccession.objects.filter(new_code__in=open_.values("code")).exclude(old_code__in=open_.values("code"))
    found: dict[str, list[str]] = {}
    for old, new in rows.values_list("old_code", "new_code"):
        found.setdefault(old, []).append(new)
    return {old: new[0] for old, new in found.items() if len(new) == 1}


def path_names(viewer: Viewer, code: str, *, day: date | None = None) -> str:
    """The name of a place with its town before it: "柳湾镇 槐树坪村 三组". A code nobody knows is shown as it is."""
    return paths(viewer, [code], day=day)[code]


def paths(viewer: Viewer, all_codes: Iterable[str], *, day: date | None = None) -> dict[str, str]:
    """`path_names` of many codes in one query, in none where they were asked for before. The county and what is above
    it are left out, unless asked for alone."""
    wanted, day = dict.fromkeys(all_codes), day or viewer.back
    names = _called_now(viewer, {above for code in wanted for above in codes.chain(code)}, day)
    return {code: _path(code, names) for code in wanted}


def paths_on(viewer: Viewer, asked: Iterable[tuple[str, date]]) -> dict[tuple[str, date], str]:
    """`path_names` of many codes, each as of a day of its own; one question for any number of days."""
    wanted = dict.fromkeys(asked)
    rows = _rows({above for code, _ in wanted for above in codes.chain(code)})
    names = {day: _of_day(rows, day) for day in {day for _, day in wanted}}
    return {(code, day): _path(code, names[day]) for code, day in wanted}


def line(viewer: Viewer, code: str) -> tuple[tuple[str, str], ...]:
    """A place and those above it, the highest first, by code and name; one question.

    Raises Missing for a code nobody knows; a place that has ended is known.
    """
    names = _called_now(viewer, set(codes.chain(code)), viewer.back)
    if code not in names:
        raise Missing
    return tuple((above, names[above]) for above in reversed(codes.chain(code)) if above in names)


def search_places(
    viewer: Viewer, text: str, *, limit: int = 12, mine: bool = False, day: date | None = None
) -> tuple[Found, ...]:
    """Places whose name holds the text, whose pinyin or initials begin with it, or whose code does; best first.

    Words before the last narrow to places above: "柳湾 槐树" or "lw hsp". Empty for an empty text.
    """
    words = naming.query_words(text)
    if not words:
        return ()
    found = _on(day).filter(_called(words[-1]))
    for word in words[:-1]:
        above = _on(day).filter(_called(word)).values_list("code", flat=True)[:200]
        found = found.filter(at_or_under(above, "code"))
    if mine:
        found = found.filter(viewer.scope("code"))
    rows = sorted(found.order_by("code")[:200], key=lambda place: _rank(place, words[-1]))[:limit]
    shown = paths(viewer, [row.code for row in rows], day=day)
    return tuple(Found(row.code, row.name, row.level, shown[row.code]) for row in rows)


def overlays(viewer: Viewer, *, kind: str = "", day: date | None = None) -> tuple[OverlayRow, ...]:
    """Grids, area offices, work areas with their places; with `kind` only those. Two queries."""
    found = Overlay.objects.filter(open_on(day))
    if kind:
        found = found.filter(kind=kind)
    rows = list(found.order_by("code"))
    held: dict[UUID, list[str]] = {row.pk: [] for row in rows}
    for overlay, code in _members(day).filter(overlay__in=rows).values_list("overlay_id", "place_code"):
        held[overlay].append(code)
    return tuple(OverlayRow(row.pk, row.kind, row.name, row.code, tuple(sorted(held[row.pk]))) for row in rows)


def open_on(day: date | None) -> Q:
    """Places and overlays that stand: now, or on a day."""
    if day is None:
        return Q(until__isnull=True)
    began = Q(since__isnull=True) | Q(since__lte=day)
    return began & (Q(until__isnull=True) | Q(until__gt=day))


def _on(day: date | None) -> QuerySet[Place]:
    return Place.objects.filter(open_on(day))


def _members(day: date | None) -> QuerySet[OverlayPlace]:
    return OverlayPlace.objects.filter(open_on(day))


@lru_cache(maxsize=4)
def _known(_edition: UUID) -> dict[str, str | None]:
    """Names by code as far as they were asked for; None for a code nobody knows."""
    return {}


kept(_known.cache_clear)


def _called_now(viewer: Viewer, wanted: set[str], day: date | None) -> dict[str, str]:
    """`_names`; of today kept within requests, whose viewer has read the register's edition, until it changes."""
    if day is not None or viewer.edition is None or not current_request_id():
        return _names(wanted, day)
    known = _known(viewer.edition)
    if missing := {code for code in wanted if code not in known}:
        known.update(dict.fromkeys(missing) | _names(missing, day))
    return {code: name for code in wanted if (name := known[code]) is not None}


def _names(wanted: set[str], day: date | None) -> dict[str, str]:
    """Names by code: of the day, else the newest the code ever had."""
    return _of_day(_rows(wanted), day)


def _rows(wanted: set[str]) -> list[_Called]:
    rows = Place.objects.filter(code__in=wanted).order_by(F("until").asc(nulls_last=True))
    return list(rows.values_list("code", "name", "since", "until"))


def _of_day(rows: Iterable[_Called], day: date | None) -> dict[str, str]:
    names: dict[str, str] = {}
    for code, name, since, until in rows:
        on_day = day is not None and (since is None or since <= day) and (until is None or day < until)
        if code not in names or day is None or on_day or (since is not None and since <= day):
            names[code] = name
    return names


def _path(code: str, names: dict[str, str]) -> str:
    line = [above for above in reversed(codes.chain(code)) if codes.width(above) > codes.WIDTHS[2]]
    return " ".join(names[above] for above in line if above in names) or names.get(code, code)


def _called(word: str) -> Q:
    if word.isascii() and word.isdigit():
        return Q(code__gte=word[:15], code__lt=word[:15] + ":")  # ":" follows "9"
    called = Q(name__contains=word)
    if word.isascii():
        called |= Q(pinyin__startswith=word) | Q(initials__startswith=word)
    return called


def _rank(place: Place, word: str) -> tuple[bool, bool, int, str]:
    begins = place.name.startswith(word) or place.pinyin.startswith(word)
    return (place.name != word, not begins, codes.width(place.code), place.code)


def _row(place: Place) -> PlaceRow:
    return PlaceRow(place.code, place.name, place.level, place.parent_code, place.since, place.until)
