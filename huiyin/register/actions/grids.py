"""Grids, work areas, area offices over the tree of places: laid, changed, headed, set right, ended (R-025)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer, at_or_under
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.places import GridKind
from huiyin.register.actions import staff
from huiyin.register.actions.categories import screened
from huiyin.register.actions.edition import new_edition
from huiyin.register.events import (
    OverlayAdded,
    OverlayChanged,
    OverlayCorrected,
    OverlayEnded,
    OverlayHeaded,
    PostEnded,
)
from huiyin.register.models import Overlay, OverlayChange, OverlayPlace, Place, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries import overlays as ask
from huiyin.register.queries.days import today
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
    since: date | None = None,
    code: str = "",
) -> UUID:
    """Lay a grid of a kind over villages or groups from a day on; it filters lists and may be the scope of a post.

    Raises Refused: not_allowed, grid_unknown, value_missing, place_unknown, grid_level, grid_taken, code_taken,
    day_ahead, words_refused.
    """
    by.need("register.edit")
    found, day = _kind(by, at, kind), _day(by, at, since)
    called, why, members = _name(name), _reason(reason), _places(by, found, place_codes)
    overlay = Overlay(kind=kind, name=called, since=day)
    overlay.code = code or f"{members[0][:9]}-{overlay.pk.hex[-10:]}"
    if Overlay.objects.filter(code=overlay.code).exists():
        raise Refused("code_taken", field="code")
    _alone(overlay, found, dict.fromkeys(members), day)
    overlay.save(force_insert=True)
    OverlayPlace.objects.bulk_create(OverlayPlace(overlay=overlay, place_code=one, since=day) for one in members)
    _note(by, at, overlay, "laid", day, why)
    record(OverlayAdded(subject=str(overlay.pk), kind=kind, place_codes=members), by=by, at=at)
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
    on: date | None = None,
) -> None:
    """Make a grid consist of other places from a day on. `seen` is what it consisted of when it was looked at.

    On the day it last changed this sets the change right. Raises Missing; Refused: as `lay`, nothing_changed,
    grid_changed, stated_before.
    """
    overlay = _overlay(by, overlay_id)
    found, day, why = _kind(by, at, overlay.kind), _day(by, at, on), _reason(reason)
    wanted = _places(by, found, place_codes)
    rows = {row.place_code: row for row in OverlayPlace.objects.filter(overlay=overlay, until=None)}
    if set(seen) != set(rows):
        raise Refused("grid_changed", field="place_codes")
    gone, new = grids.gone_and_new(rows, wanted)
    if not gone and not new:
        raise Refused("nothing_changed", field="place_codes")
    _not_before(overlay, day)
    _alone(overlay, found, dict.fromkeys(new), day)
    for code in gone:
        rows[code].until = day
    OverlayPlace.objects.rewrite(rows[code] for code in gone)
    OverlayPlace.objects.bulk_create(OverlayPlace(overlay=overlay, place_code=one, since=day) for one in new)
    _note(by, at, overlay, "places", day, why)
    fact = OverlayChanged(subject=str(overlay.pk), added=new, removed=gone, on=day.isoformat())
    record(fact, by=by, at=at)


@action
def head(*, by: Viewer, at: datetime, overlay_id: UUID, post_id: UUID, reason: str, on: date | None = None) -> None:
    """Give a grid its head from a day on: somebody in post, who keeps that post. The head before ends that day.

    Raises Missing; Refused: person_unknown, nothing_changed, stated_before, day_ahead, post_overlaps.
    """
    overlay = _overlay(by, overlay_id)
    found, day, why = _kind(by, at, overlay.kind), _day(by, at, on), _reason(reason)
    held = Post.objects.filter(standing(day), pk=post_id, overlay=None).select_related("official").first()
    if held is None or not by.sees(held.place_code):
        raise Refused("person_unknown", field="post")
    before = _heads(overlay)
    if any(one.official_id == held.official_id for one in before):
        raise Refused("nothing_changed", field="post")
    begun = max([overlay.since, *(one.since for one in before)])
    if day < begun:
        raise Refused("stated_before", field="on", day=begun.isoformat())
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
    found, day, why, called = _kind(by, at, overlay.kind), _day(by, at, since), _reason(reason), _name(name)
    if (called, day) == (overlay.name, overlay.since):
        raise Refused("nothing_changed", field="name")
    first = list(OverlayPlace.objects.filter(overlay=overlay, since=overlay.since))
    if any(row.until is not None and row.until < day for row in first) or day > _last(overlay, first):
        raise Refused("period_wrong", field="since")
    _alone(overlay, found, {row.place_code: row.until for row in first}, day)
    made = _note(by, at, overlay, "corrected", day, why, was_name=overlay.name, was_since=overlay.since)
    for row in first:
        row.since = day
    OverlayPlace.objects.rewrite(first)
    overlay.name, overlay.since = called, day
    overlay.save()
    record(OverlayCorrected(subject=str(overlay.pk), change=str(made.pk), on=day.isoformat()), by=by, at=at)


@action
def end(*, by: Viewer, at: datetime, overlay_id: UUID, reason: str, on: date | None = None) -> None:
    """End a grid on a day, and with it the post of its head. Raises Missing; Refused: as `change`."""
    overlay = _overlay(by, overlay_id)
    day, why = _day(by, at, on), _reason(reason)
    heads = _heads(overlay)
    _not_before(overlay, day, *(one.since for one in heads))
    rows = list(OverlayPlace.objects.filter(overlay=overlay, until=None))
    for row in rows:
        row.until = day
    OverlayPlace.objects.rewrite(rows)
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
    members = OverlayPlace.objects.filter(overlay=row, until=None).values_list("place_code", flat=True)
    if not all(by.sees(code) for code in members):
        raise Missing
    by.need("register.edit")
    return row


def _kind(by: Viewer, at: datetime, kind: str) -> GridKind:
    found = ask.kinds(by, at).get(kind)
    if found is None:
        raise Refused("grid_unknown" if kind else "value_missing", field="kind")
    return found


def _day(by: Viewer, at: datetime, on: date | None) -> date:
    now = today(by, at)
    if on is not None and on > now:
        raise Refused("day_ahead", field="on")
    return on or now


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


def _places(by: Viewer, found: GridKind, place_codes: Sequence[str]) -> list[str]:
    """The places by code, of a level the kind consists of, locked so that two grids cannot take one at once."""
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


def _alone(overlay: Overlay, found: GridKind, wanted: Mapping[str, date | None], day: date) -> None:
    """Raises Refused("grid_taken") naming the place and both grids, where a place would stand in two of a kind from a
    day on, each until its own day."""
    if not found.alone or not wanted:
        return
    lines = {code[:12] for code in wanted}
    rows = OverlayPlace.objects.filter(overlay__kind=overlay.kind).exclude(overlay_id=overlay.pk)
    near = rows.filter(at_or_under(lines)).values_list("overlay__name", "place_code", "since", "until")
    if (met := grids.met(wanted, day, [grids.Held(*row) for row in near])) is not None:
        place = Place.objects.get(code=met[0], until=None)
        raise Refused("grid_taken", field="place_codes", place=place.name, other=met[1], kind=found.title)


def _last(overlay: Overlay, first: Sequence[OverlayPlace]) -> date:
    """The day before which a grid began at the latest: when its places changed first, else any."""
    later = OverlayPlace.objects.filter(overlay=overlay).exclude(pk__in=[row.pk for row in first])
    return later.order_by("since").values_list("since", flat=True).first() or date.max


def _not_before(overlay: Overlay, day: date, *others: date) -> None:
    """Nothing is said of a day before the last change. Raises Refused("stated_before")."""
    days = [overlay.since, *others]
    for since, until in OverlayPlace.objects.filter(overlay=overlay).values_list("since", "until"):
        days += [since, until or since]
    if day < max(days):
        raise Refused("stated_before", field="on", day=max(days).isoformat())


def _heads(overlay: Overlay) -> list[Post]:
    return list(Post.objects.filter(overlay=overlay, until=None, replaced_at=None).select_related("official"))


def _end_heads(by: Viewer, at: datetime, heads: Sequence[Post], day: date) -> None:
    for post in heads:
        post.until = day
        post.save()
        fact = PostEnded(
            subject=str(post.official.person_id), post=str(post.pk), body=str(post.body_id), until=day.isoformat()
        )
        record(fact, by=by, at=at)


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
