"""Every question about matters. The viewer comes first; what they may not see is not counted either."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework.models import Matter
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.queries import figures
from huiyin.casework.queries.callers import of_number
from huiyin.casework.queries.waiting import late, to_call, todo
from huiyin.casework.rules import codes
from huiyin.casework.rules.bell import TABS
from huiyin.casework.rules.figures import OF_GRADES, SHARES
from huiyin.casework.rules.spans import Behind
from huiyin.core import search
from huiyin.core.questions import ask
from huiyin.core.questions import counts as asked_counts
from huiyin.core.rulebook import current
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.topics import under
from huiyin.register.queries import conflict, places, staff

PAGE = 25
SORTS = ("due", "new", "old")
DUES = ("late", "today", "week")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed by; everything may be left empty. A topic stands for all under it too. `part` is
    handler, supervisor, caller, mine, todo (what waits for the viewer) or to_call."""

    text: str = ""
    states: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    handlings: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    place: str = ""
    body: UUID | None = None
    part: str = ""
    due: str = ""
    open_only: bool = True
    opened_from: date | None = None
    opened_until: date | None = None
    behind: Behind | None = None
    """The matters a figure was made from."""
    sort: str = "due"


@dataclass(frozen=True)
class MatterRow:
    """A matter as lists show it, names filled in."""

    id: UUID
    code: str
    title: str
    state: str
    place_code: str
    place: str
    channel: str
    topic: str
    nature: str
    opened_at: datetime
    due_at: datetime | None
    due_provisional: bool
    closed_at: datetime | None
    reopened: int
    body: str
    handler: str
    history: bool


@dataclass(frozen=True)
class Page:
    """One page of a list with the keys of its neighbours; no page numbers, with keyset paging they would lie."""

    rows: Sequence[MatterRow]
    after: str = ""
    before: str = ""
    total: int | None = None
    """How many there are in all, up to `TABS`, where finding the page told it."""


COLUMNS = (
    *("id", "code", "title", "state", "place_code", "channel", "topic", "nature", "opened_at", "due_at"),
    *("due_provisional", "closed_at", "reopened", "owner_body_id", "handler_id", "history", "order_at"),
)


def matters(
    viewer: Viewer, filters: Filters, at: datetime, *, after: str = "", before: str = "", size: int = PAGE
) -> Page:
    """A page of ordinary matters, by due moment those still open first, then those that ended, newest first. Four
    queries, whatever the size; one more where open ones are sought by words, and one where a page has both. `after` and
    `before` are keys of an earlier page."""
    key, backwards = before or after, bool(before)
    column, falling = ("opened_at", filters.sort == "new") if filters.sort != "due" else ("order_at", False)
    parts = [Part(filters, column, falling)]
    if column == "order_at" and not filters.open_only:
        parts = [Part(replace(filters, open_only=True), column, falling), Part(filters, column, not falling, ENDED)]
        parts = parts[1:] if key.startswith(ENDED) and not backwards else parts
        parts = parts[:1] if not key.startswith(ENDED) and backwards else parts
    # Looking for words costs more than all else: the first page looks once, for its rows and for how many there are.
    keys_first = bool(filters.text) and filters.open_only and not key
    found: list[dict[str, Any]] = []
    marks: list[str] = []
    last, total = _last(key.removeprefix(ENDED)), None
    for part in reversed(parts) if backwards else parts:
        answer = _listed(viewer, part, at, last, backwards=backwards, size=size, keys_first=keys_first)
        if keys_first:
            total = len(answer)
            answer = _in_order(viewer, [one for (one,) in answer[: size + 1]])
        found += [dict(zip(COLUMNS, row, strict=True)) for row in answer]
        marks += [part.mark] * len(answer)
        last = None  # the other part begins at its own start
        if len(found) > size:
            break
    more, found, marks = len(found) > size, found[:size], marks[:size]
    if backwards:
        found.reverse()
        marks.reverse()
    if not found:
        return Page([], total=total)
    first, end = marks[0] + key_of(found[0], column), marks[-1] + key_of(found[-1], column)
    return Page(
        rows_of(viewer, found),
        after=end if more or backwards else "",
        before=first if (more if backwards else key) else "",
        total=total,
    )


ENDED = "e"
"""What stands before the key of a row among those that ended."""


class Part(NamedTuple):
    """A stretch of a list with an order of its own; `mark` is `ENDED` for what is over."""

    filters: Filters
    column: str
    falling: bool
    mark: str = ""


def _listed(
    viewer: Viewer,
    part: Part,
    at: datetime,
    last: tuple[datetime, UUID] | None,
    *,
    backwards: bool,
    size: int,
    keys_first: bool,
) -> list[tuple[Any, ...]]:
    """The rows of a part from its start or after one of them, and one more than a page; or the keys of all."""
    descending = part.falling != backwards
    sign = "-" if descending else ""
    shape = shape_of(part.filters, at)
    if _walked(viewer, part.filters, at):
        shape = replace(shape, text=WALKED)

    def listed(viewer: Viewer, moment: Any, one: Any, *bounds: Any) -> QuerySet[Matter, Any]:
        rows = Matter.objects.visible_to(viewer).filter(_condition(viewer, shape, Bounds(*bounds)))
        if part.mark:
            rows = rows.filter(closed_at__isnull=False)
        if moment is not None:
            rows = rows.filter(_after(part.column, moment, one, descending=descending))
        rows = rows.order_by(f"{sign}{part.column}", f"{sign}id")
        return rows.values_list("pk")[:TABS] if keys_first else rows.chosen(size + 1).values_list(*COLUMNS)

    name = ("matters", shape, part.column, part.mark, descending, size, keys_first)
    return ask(name, listed, conflict.stood(viewer), *(last or (None, None)), *bounds_of(part.filters, at))


def all_rows(viewer: Viewer, filters: Filters, at: datetime, *, most: int) -> list[MatterRow]:
    """Every row a list would show, up to `most`; for exports."""
    found = _narrowed(viewer, filters, at).order_by("-opened_at", "-id").values(*COLUMNS)[:most]
    return rows_of(viewer, list(found))


def count(viewer: Viewer, filters: Filters, at: datetime) -> int:
    """How many ordinary matters in the viewer's sight fit."""
    return _narrowed(viewer, filters, at).count()


def counts(viewer: Viewer, many: Sequence[Filters], at: datetime) -> list[int]:
    """How many open matters in the viewer's sight fit each of several filters, each counted up to `TABS`; one query.
    For the tabs of a list."""
    if not many:
        return []
    shapes = [shape_of(one, at) for one in many]
    values = [value for one in many for value in bounds_of(one, at)]
    makes = [partial(_tabbed, number, shape) for number, shape in enumerate(shapes)]
    return asked_counts(("matters.counts", *shapes), makes, conflict.stood(viewer), *values)


def _tabbed(number: int, shape: Filters, viewer: Viewer, *values: Any) -> QuerySet[Matter, Any]:
    """Keys of the open matters behind one of several filters; its bounds stand in its turn among the values."""
    wide = len(Bounds._fields)
    bounds = Bounds(*values[number * wide : (number + 1) * wide])
    rows = Matter.objects.visible_to(viewer).filter(closed_at__isnull=True)
    return rows.filter(_condition(viewer, shape, bounds)).order_by().values_list("pk")[:TABS]


def among(viewer: Viewer, ids: Collection[UUID]) -> dict[UUID, MatterRow]:
    """Those of some matters that are in sight, by id: four queries for any number, none for none."""
    found = _in_order(viewer, sorted(ids))
    return {row.id: row for row in rows_of(viewer, [dict(zip(COLUMNS, one, strict=True)) for one in found])}


def _in_order(viewer: Viewer, ids: Sequence[UUID]) -> list[tuple[Any, ...]]:
    """The columns of some matters in the order of their ids here; one query, none for none."""
    rows = {row[0]: row for row in ask("matters.among", _among, conflict.stood(viewer), tuple(ids))} if ids else {}
    return [rows[one] for one in ids if one in rows]


def _among(viewer: Viewer, ids: Collection[UUID]) -> QuerySet[Matter, Any]:
    return Matter.objects.visible_to(viewer).filter(id__in=ids).order_by().values_list(*COLUMNS)


def rows_of(viewer: Viewer, found: Iterable[dict[str, Any]]) -> list[MatterRow]:
    """Fill in the names of places, bodies and handlers: three queries for any number of rows."""
    rows = list(found)
    paths = places.paths(viewer, {row["place_code"] for row in rows})
    bodies = staff.body_names(viewer, {row["owner_body_id"] for row in rows if row["owner_body_id"]})
    names = staff.persons(viewer, {row["handler_id"] for row in rows if row["handler_id"]})
    return [
        MatterRow(
            id=row["id"],
            code=row["code"],
            title=row["title"],
            state=row["state"],
            place_code=row["place_code"],
            place=paths.get(row["place_code"], ""),
            channel=row["channel"],
            topic=row["topic"],
            nature=row["nature"],
            opened_at=row["opened_at"],
            due_at=row["due_at"],
            due_provisional=row["due_provisional"],
            closed_at=row["closed_at"],
            reopened=row["reopened"],
            body=bodies.get(row["owner_body_id"], ""),
            handler=names.get(row["handler_id"], ""),
            history=row["history"],
        )
        for row in rows
    ]


def by_code(viewer: Viewer, typed: str) -> UUID:
    """The id of a reachable matter from what a person typed. Raises Missing."""
    code = codes.read_code(typed)
    found = Matter.objects.reachable_by(viewer).filter(code=code).values_list("id", flat=True).first() if code else None
    if found is None:
        raise Missing
    return found


def to_hand_back(viewer: Viewer, typed: str) -> Matter | None:
    """A dispute the viewer handles though a side turned out to be their family: all they may do is hand it back."""
    code = codes.read_code(typed)
    return Matter.objects.to_hand_back(viewer).filter(code=code).first() if code else None


def all_to_hand_back(viewer: Viewer) -> list[str]:
    """The codes of open ones; a query for everybody, and another for the few who have any."""
    found = ask("matters.wrong_hands", _wrong_hands, conflict.stood(viewer))
    if not found:
        return []
    rows = Matter.objects.to_hand_back(viewer).filter(id__in=[one for (one,) in found])
    return list(rows.order_by("opened_at", "id").values_list("code", flat=True))


def _wrong_hands(viewer: Viewer) -> QuerySet[Matter, Any]:
    return Matter.objects.in_wrong_hands(viewer).filter(closed_at__isnull=True).order_by().values_list("id")


def ordinary(viewer: Viewer, typed: str) -> UUID | None:
    """The id of an ordinary matter in sight from what a person typed; None for an absent, foreign or held one."""
    code = codes.read_code(typed)
    rows = Matter.objects.visible_to(viewer).filter(code=code)
    return rows.values_list("id", flat=True).first() if code else None


def earlier(viewer: Viewer, phone: str, *, most: int = 8) -> list[MatterRow]:
    """The caller's earlier matters by number, newest first; only those the viewer may see."""
    blind = vault().blind("phone", phone)
    ids = of_number(blind).values("matter_id")
    found = Matter.objects.visible_to(viewer).filter(id__in=ids).order_by("-opened_at").values(*COLUMNS)[:most]
    return rows_of(viewer, found)


def _narrowed(viewer: Viewer, filters: Filters, at: datetime) -> MatterQuerySet:
    return Matter.objects.visible_to(viewer).filter(_condition(viewer, shape_of(filters, at), bounds_of(filters, at)))


class Bounds(NamedTuple):
    """The values filters compare with, all of one moment: codes and moments half open (`due` closed), `words` as
    `search.terms` makes them; None where nothing is compared."""

    at: datetime
    low: str | None = None
    high: str | None = None
    body: UUID | None = None
    code: str | None = None
    words: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    due: datetime | None = None


def bounds_of(filters: Filters, at: datetime) -> Bounds:
    """The values of filters, reckoned from the moment of asking."""
    zone = current(at).rulebook.county.tz
    low, high = subtree(filters.place) if filters.place else (None, None)
    text = filters.text.strip()
    code = codes.read_code(text) if text else None
    since = until = due = None
    if filters.opened_from:
        since = datetime.combine(max(filters.opened_from, FIRST_DAY), time(), zone)
    if filters.opened_until:
        after = min(filters.opened_until, LAST_DAY) + timedelta(days=1)
        until = datetime.combine(max(after, FIRST_DAY), time(), zone)
    if filters.due:
        tomorrow = datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(), zone)
        due = {"late": at, "today": tomorrow, "week": tomorrow + timedelta(days=6)}[filters.due]
    words = (search.terms(text) or None) if text and not code else None
    return Bounds(at, low, high, filters.body, code or None, words, since, until, due)


def shape_of(filters: Filters, at: datetime) -> Filters:
    """Filters without the values that stand in `Bounds`; as text only whether something was sought, and with a topic
    all that stands under it in a programme in force.
    """
    sought = SOUGHT if filters.text.strip() else ""
    topics = filters.topics
    if topics:
        programmes = current(at).rulebook.programmes.values()
        topics = tuple(sorted(set(topics).union(*(under(one.matters.topics, topics) for one in programmes))))
    return replace(filters, text=sought, topics=topics, place="", body=None, opened_from=None, opened_until=None)


SOUGHT, WALKED = "?", "each"
"""What stands in a shape for words that are sought: found by their index, or looked for in each matter walked past."""


def _walked(viewer: Viewer, filters: Filters, at: datetime) -> bool:
    """Whether words are sought that so many matters have that a page of all of them is sooner walked than found.

    Open ones are few, and are found. Only for who sees the whole county: others would walk past most of it.
    """
    words = bounds_of(filters, at).words
    if words is None or filters.open_only or not viewer.sees(current(at).rulebook.county.code):
        return False
    return search.is_common("matter", words)


def _condition(viewer: Viewer, filters: Filters, bounds: Bounds) -> Q:
    """What is wanted: values come from the bounds alone, so that the question can be made once."""
    wanted = Q(closed_at__isnull=True) if filters.open_only else Q()
    for column in ("states", "topics", "natures", "intents", "headings", "handlings", "levels", "channels"):
        if chosen := getattr(filters, column):
            wanted &= Q(**{f"{column[:-1]}__in": chosen})
    if bounds.low is not None:
        wanted &= Q(place_code__gte=bounds.low, place_code__lt=bounds.high)
    if bounds.body is not None:
        wanted &= Q(owner_body_id=bounds.body)
    if filters.text:
        wanted &= _worded(filters, bounds)
    wanted &= _dated(filters, bounds) & _parted(viewer, filters.part, bounds.at)
    return wanted & _counted(viewer, filters.behind)


def _worded(filters: Filters, bounds: Bounds) -> Q:
    if bounds.code is not None:
        return Q(code=bounds.code)
    if bounds.words is None:
        return Q(pk__in=[])  # signs only
    if filters.text == WALKED:
        return Q(search.Has("id", "matter", bounds.words))
    return Q(search.Having("id", "matter", bounds.words, current=filters.open_only))


def _counted(viewer: Viewer, behind: Behind | None) -> Q:
    """Behind a figure of grades only for who may see figures; never what the viewer handles or supervises (SG-05)."""
    if behind is None:
        return Q()
    found = Q(pk__in=figures.matching(behind).values("pk"))
    if not {behind.name, *SHARES.get(behind.name, ())} & OF_GRADES:
        return found
    if not viewer.may("stats.see"):
        return Q(pk__in=[])
    return found & ~Q(handler_id__in=viewer.persons) & ~Q(supervisor_id__in=viewer.persons)


def _parted(viewer: Viewer, part: str, at: datetime) -> Q:
    me = viewer.person_id
    if part in ("handler", "supervisor", "caller"):
        return Q(**{f"{part}_id": me})
    if part == "todo":
        return todo(viewer, at)
    if part == "to_call":
        return to_call(viewer)
    if part == "mine":
        return Q(handler_id=me) | Q(supervisor_id=me) | Q(caller_id=me)
    return Q()


def _dated(filters: Filters, bounds: Bounds) -> Q:
    condition = Q()
    if bounds.since is not None:
        condition &= Q(opened_at__gte=bounds.since)
    if bounds.until is not None:
        condition &= Q(opened_at__lt=bounds.until)
    if bounds.due is not None:
        until = Q(due_at__lte=bounds.due, due_at__gt=bounds.at)
        condition &= late(bounds.due) if filters.due == "late" else until
    return condition


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)
"""Days of filters beyond these mean these: at the edges of the calendar no moment can be reckoned."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def key_of(row: dict[str, Any], column: str) -> str:
    """Where a page ended, for the address of the next."""
    return f"{(row[column] - _EPOCH) // _MICROSECOND}_{row['id'].hex}"


def beyond(column: str, key: str, *, descending: bool) -> Q:
    """Rows after a key; a key that is none begins at the start."""
    last = _last(key)
    return Q() if last is None else _after(column, *last, descending=descending)


def _last(key: str) -> tuple[datetime, UUID] | None:
    """Where a page ended; None for a key that is none."""
    moment, _, last = key.partition("_")
    try:
        return _EPOCH + int(moment) * _MICROSECOND, UUID(hex=last)
    except (ValueError, OverflowError):
        return None


def _after(column: str, when: datetime, one: UUID, *, descending: bool) -> Q:
    way = "lt" if descending else "gt"
    # The first condition alone lets the index begin at the key; the second settles ties.
    return Q(**{f"{column}__{way}e": when}) & (Q(**{f"{column}__{way}": when}) | Q(**{f"id__{way}": one}))
