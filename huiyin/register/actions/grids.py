"""Grids, work areas, area offices over the tree of places: laid, changed, headed, set right, ended (R-025)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer, at_or_under
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.places import GridKind
from huiyin.register.actions import dated, powers, staff
from huiyin.register.actions.categories import screened
from huiyin.register.actions.edition import new_edition
from huiyin.register.events import (
    OverlayAdded,
    OverlayChanged,
    OverlayCorrected,
    OverlayEnded,
    OverlayHeaded,
)
from huiyin.register.models import (
    Household,
    Overlay,
    OverlayChange,
    OverlayHousehold,
    OverlayPlace,
    Place,
    Post,
)
from huiyin.register.models.periods import standing
from huiyin.register.queries import overlays as ask
from huiyin.register.rules import codes, grids, naming

NAME_MOST, REASON_MOST, PLACES_MOST = 60, 120, 500


@action
def lay(
    *,
    by: Viewer,
    at: datetime,
    kind: str,
    name: str,
    place_codes: Sequence[str],
    reason: str,
    homes: Sequence[str] = (),
    since: date | None = None,
    code: str = "",
) -> UUID:
    """Lay a grid of a kind over villages or groups, or over households by their numbers, from a day on; it filters
    lists and may be the scope of a post.

    Raises Refused: not_allowed, grid_unknown, value_missing, place_unknown, household_unknown, grid_level, grid_mixed,
    grid_households_apart, grid_taken, code_taken, day_ahead, words_refused.
    """
    by.need("register.edit")
    found, day = _kind(by, at, kind), dated.not_ahead(by, at, since)
    called, why, members = _name(name), _reason(reason), _members(by, found, place_codes, homes)
    overlay = Overlay(kind=kind, name=called, since=day)
    overlay.code = code or f"{members.town}-{overlay.pk.hex[-10:]}"
    if Overlay.objects.filter(code=overlay.code).exists():
        raise Refused("code_taken", field="code")
    _alone(overlay, found, members.lasting(), day)
    overlay.save(force_insert=True)
    _join(overlay, members, members.named, day, at)
    _note(by, at, overlay, "laid", day, why)
    record(OverlayAdded(subject=str(overlay.pk), kind=kind, place_codes=members.places), by=by, at=at)
    return overlay.pk


@action
def change(
    *,
    by: Viewer,
    at: datetime,
    overlay_id: UUID,
    place_codes: Sequence[str],
    seen: Sequence[str],
    reason: str,
    homes: Sequence[str] = (),
    on: date | None = None,
) -> None:
    """Make a grid consist of other places or households from a day on. `seen` is what it consisted of when it was
    looked at: codes of places, numbers of households.

    On the day it last changed this sets the change right. Raises Missing; Refused: as `lay`, nothing_changed,
    grid_changed, stated_before.
    """
    overlay = _overlay(by, overlay_id)
    found, day, why = _kind(by, at, overlay.kind), dated.not_ahead(by, at, on), _reason(reason)
    wanted = _members(by, found, place_codes, homes)
    rows = {_called(row): row for row in _parts(overlay) if row.until is None}
    if set(seen) != set(rows):
        raise Refused("grid_changed", field="place_codes")
    gone, new = grids.gone_and_new(rows, wanted.named)
    if not gone and not new:
        raise Refused("nothing_changed", field="place_codes")
    _not_before(overlay, day)
    _alone(overlay, found, wanted.lasting(new), day)
    _leave([rows[one] for one in gone], day)
    _join(overlay, wanted, new, day, at)
    _note(by, at, overlay, "places", day, why)
    added, removed = [one for one in new if one in wanted.places], [one for one in gone if _place_of(rows[one])]
    fact = OverlayChanged(subject=str(overlay.pk), added=added, removed=removed, on=day.isoformat())
    record(fact, by=by, at=at)
    powers.widened(by, at, [overlay.pk] if added else [])


@action
def head(*, by: Viewer, at: datetime, overlay_id: UUID, post_id: UUID, reason: str, on: date | None = None) -> None:
    """Give a grid its head from a day on: somebody in post, who keeps that post. The head before ends that day.

    Raises Missing; Refused: person_unknown, nothing_changed, stated_before, day_ahead, post_overlaps.
    """
    overlay = _overlay(by, overlay_id)
    found, day, why = _kind(by, at, overlay.kind), dated.not_ahead(by, at, on), _reason(reason)
    held = Post.objects.filter(standing(day), pk=post_id, overlay=None).select_related("official").first()
    if held is None or not by.sees(held.place_code):
        raise Refused("person_unknown", field="post")
    before = _heads(overlay)
    if any(one.official_id == held.official_id for one in before):
        raise Refused("nothing_changed", field="post")
    begun = max([overlay.since, *(one.since for one in before)])
    dated.not_before(day, begun)
    _end_heads(by, at, before, day)
    made = staff.appoint(
        by=by,
        at=at,
        body_id=held.body_id,
        role=held.role,
        title=found.head,
        person_id=held.official.person_id,
        place_code=held.place_code,
        overlay_id=overlay.pk,
        since=day,
    )
    _note(by, at, overlay, "head", day, why)
    record(OverlayHeaded(subject=str(overlay.pk), post=str(made.post_id), on=day.isoformat()), by=by, at=at)


@action
def correct(*, by: Viewer, at: datetime, overlay_id: UUID, name: str, since: date, reason: str) -> None:
    """Set right what a grid is called or from which day it was laid; what stood before is kept beside the reason.

    Raises Missing; Refused: value_missing, nothing_changed, day_ahead, period_wrong, grid_taken.
    """
    overlay = _overlay(by, overlay_id)
    found, day, why, called = _kind(by, at, overlay.kind), dated.not_ahead(by, at, since), _reason(reason), _name(name)
    if (called, day) == (overlay.name, overlay.since):
        raise Refused("nothing_changed", field="name")
    parts = _parts(overlay)
    first = [row for row in parts if row.since == overlay.since]
    later = min((row.since for row in parts if row.since != overlay.since), default=date.max)
    if any(row.until is not None and row.until < day for row in first) or day > later:
        raise Refused("period_wrong", field="since")
    held = {row.household: row.until for row in first if isinstance(row, OverlayHousehold)}
    spots = {row.place_code: row.until for row in first if isinstance(row, OverlayPlace)}
    _alone(overlay, found, _Lasting(spots, held), day)
    made = _note(by, at, overlay, "corrected", day, why, was_name=overlay.name, was_since=overlay.since)
    for row in first:
        row.since = day
    _rewrite(first)
    overlay.name, overlay.since = called, day
    overlay.save()
    record(OverlayCorrected(subject=str(overlay.pk), change=str(made.pk), on=day.isoformat()), by=by, at=at)


@action
def end(*, by: Viewer, at: datetime, overlay_id: UUID, reason: str, on: date | None = None) -> None:
    """End a grid on a day, and with it the post of its head. Raises Missing; Refused: as `change`."""
    overlay = _overlay(by, overlay_id)
    day, why = dated.not_ahead(by, at, on), _reason(reason)
    heads = _heads(overlay)
    _not_before(overlay, day, *(one.since for one in heads))
    _leave([row for row in _parts(overlay) if row.until is None], day)
    _end_heads(by, at, heads, day)
    overlay.until = day
    overlay.save()
    _note(by, at, overlay, "ended", day, why)
    record(OverlayEnded(subject=str(overlay.pk), on=day.isoformat()), by=by, at=at)


def _overlay(by: Viewer, overlay_id: UUID) -> Overlay:
    """The grid, locked, for whoever edits all the places it consists of."""
    row = Overlay.objects.select_for_update().filter(pk=overlay_id, until=None).first()
    if row is None:
        raise Missing
    if not all(by.sees(_where(one)) for one in _parts(row) if one.until is None):
        raise Missing
    by.need("register.edit")
    return row


def _kind(by: Viewer, at: datetime, kind: str) -> GridKind:
    found = ask.kinds(by, at).get(kind)
    if found is None:
        raise Refused("grid_unknown" if kind else "value_missing", field="kind")
    return found


def _name(name: str) -> str:
    called = naming.tidy(screened(name, most=NAME_MOST, field="name"))
    if not called:
        raise Refused("value_missing", field="name")
    return called


def _reason(reason: str) -> str:
    why = screened(reason, most=REASON_MOST, field="reason")
    if not why:
        raise Refused("needs_reason", field="reason")
    return why


@dataclass(frozen=True)
class _Lasting:
    """Places by code and households that are to be part of a grid, each up to its own day (null: still)."""

    places: Mapping[str, date | None]
    homes: Mapping[Household, date | None]


@dataclass(frozen=True)
class _Members:
    """What a grid is to consist of: places by code, or households by number."""

    places: list[str]
    homes: dict[str, Household]

    @property
    def named(self) -> list[str]:
        """Codes and numbers."""
        return [*self.places, *self.homes]

    @property
    def town(self) -> str:
        """The digits of the town of the first."""
        return (self.places or [one.place_code for one in self.homes.values()])[0][:9]

    def lasting(self, some: Collection[str] | None = None) -> _Lasting:
        """All, or some of them, from now on."""
        chosen = self.named if some is None else some
        homes: dict[Household, date | None] = {one: None for number, one in self.homes.items() if number in chosen}
        return _Lasting(dict.fromkeys(one for one in self.places if one in chosen), homes)


def _members(by: Viewer, found: GridKind, place_codes: Sequence[str], numbers: Sequence[str]) -> _Members:
    """Places or households, of a level the kind consists of, locked so that two grids cannot take one at once."""
    if numbers and place_codes:
        raise Refused("grid_mixed", field="homes")
    if not numbers:
        return _Members(_places(by, found, place_codes), {})
    if "household" not in found.of:
        raise Refused("grid_level", field="homes", kind=found.title)
    if len(set(numbers)) > PLACES_MOST:
        raise Refused("grid_many", field="homes", most=PLACES_MOST)
    rows = Household.objects.select_for_update(no_key=True).filter(code__in=set(numbers), until=None).order_by("code")
    homes = {row.code: row for row in rows if by.sees(row.place_code)}
    if (lost := next((one for one in numbers if one not in homes), None)) is not None:
        raise Refused("grid_household_unknown", field="homes", number=lost[:40])
    if len({row.place_code[: codes.WIDTHS[4]] for row in homes.values()}) > 1:
        raise Refused("grid_households_apart", field="homes")
    return _Members([], homes)


def _places(by: Viewer, found: GridKind, place_codes: Sequence[str]) -> list[str]:
    """The places by code, of a level the kind consists of."""
    wanted = sorted(set(place_codes))
    if not wanted:
        raise Refused("grid_empty", field="place_codes")
    if len(wanted) > PLACES_MOST:
        raise Refused("grid_many", field="place_codes", most=PLACES_MOST)
    if not all(codes.is_code(code) for code in wanted):
        raise Refused("place_unknown", field="place_codes")
    lines = {code[:12] for code in wanted} | set(wanted)
    rows = Place.objects.select_for_update().filter(code__in=lines, until=None).order_by("code")
    levels = {row.code: row.level for row in rows}
    if any(code not in levels or not by.sees(code) for code in wanted):
        raise Refused("place_unknown", field="place_codes")
    if any(levels[code] not in found.of for code in wanted):
        raise Refused("grid_level", field="place_codes", kind=found.title)
    return wanted


def _alone(overlay: Overlay, found: GridKind, wanted: _Lasting, day: date) -> None:
    """Raises Refused("grid_taken") naming the place and both grids, where a place or a household would stand in two of
    a kind from a day on, each until its own day."""
    if not found.alone:
        return
    spots = dict(wanted.places)
    for home, until in wanted.homes.items():
        spots[home.place_code] = until
    lines = {code[:12] for code in spots}
    rows = OverlayPlace.objects.filter(overlay__kind=overlay.kind).exclude(overlay_id=overlay.pk)
    near = rows.filter(at_or_under(lines)).values_list("overlay__name", "place_code", "since", "until")
    if (met := grids.met(spots, day, [grids.Held(*row) for row in near])) is not None:
        place = Place.objects.get(code=met[0], until=None)
        raise Refused("grid_taken", field="place_codes", place=place.name, other=met[1], kind=found.title)
    named = OverlayHousehold.objects.filter(overlay__kind=overlay.kind, replaced_at=None).exclude(overlay=overlay)
    inside = at_or_under(wanted.places, "household__place_code") | Q(household__in=list(wanted.homes))
    for row in named.filter(inside).select_related("overlay", "household").order_by("household__code"):
        last = wanted.homes.get(row.household) if wanted.homes else None
        if (row.until is None or row.until > day) and (last is None or row.since < last):
            number, other = row.household.code, row.overlay.name
            raise Refused("grid_taken", field="homes", place=number, other=other, kind=found.title)


def _parts(overlay: Overlay) -> list[OverlayPlace | OverlayHousehold]:
    """What a grid has consisted of, place by place and household by household."""
    homes = OverlayHousehold.objects.filter(overlay=overlay, replaced_at=None).select_related("household")
    return [*OverlayPlace.objects.filter(overlay=overlay), *homes]


def _place_of(row: OverlayPlace | OverlayHousehold) -> str:
    """Its code, where a grid consists of places."""
    return row.place_code if isinstance(row, OverlayPlace) else ""


def _called(row: OverlayPlace | OverlayHousehold) -> str:
    return row.place_code if isinstance(row, OverlayPlace) else row.household.code


def _where(row: OverlayPlace | OverlayHousehold) -> str:
    return row.place_code if isinstance(row, OverlayPlace) else row.household.place_code


def _join(overlay: Overlay, members: _Members, some: Sequence[str], day: date, at: datetime) -> None:
    """Some of what it is to consist of is part of a grid from a day on."""
    places = [OverlayPlace(overlay=overlay, place_code=one, since=day) for one in members.places if one in some]
    named = [one for number, one in members.homes.items() if number in some]
    homes = [OverlayHousehold(overlay=overlay, household=one, since=day, recorded_at=at) for one in named]
    OverlayPlace.objects.bulk_create(places)
    OverlayHousehold.objects.bulk_create(homes)


def _leave(rows: Sequence[OverlayPlace | OverlayHousehold], day: date) -> None:
    for row in rows:
        row.until = day
    _rewrite(rows)


def _rewrite(rows: Sequence[OverlayPlace | OverlayHousehold]) -> None:
    OverlayPlace.objects.rewrite(row for row in rows if isinstance(row, OverlayPlace))
    OverlayHousehold.objects.rewrite(row for row in rows if isinstance(row, OverlayHousehold))


def _not_before(overlay: Overlay, day: date, *others: date) -> None:
    """Nothing is said of a day before the last change. Raises Refused("stated_before")."""
    days = [overlay.since, *others]
    for row in _parts(overlay):
        days += [row.since, row.until or row.since]
    dated.not_before(day, max(days))


def _heads(overlay: Overlay) -> list[Post]:
    return list(Post.objects.filter(overlay=overlay, until=None, replaced_at=None).select_related("official"))


def _end_heads(by: Viewer, at: datetime, heads: Sequence[Post], day: date) -> None:
    for post in heads:
        staff.end_on(post, day)
        staff.tell_ended(post, by=by, at=at)


def _note(
    by: Viewer,
    at: datetime,
    overlay: Overlay,
    what: str,
    day: date,
    why: str,
    *,
    was_name: str = "",
    was_since: date | None = None,
) -> OverlayChange:
    """Keep what was done and why; caches of scopes and charts hear of it."""
    new_edition()
    row = OverlayChange(overlay=overlay, what=what, on=day, reason=why, by_id=by.person_id, recorded_at=at)
    row.was_name, row.was_since = was_name, was_since
    row.save(force_insert=True)
    return row
