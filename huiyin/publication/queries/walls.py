"""The echo wall of a village, a town, the county: owed first, then done (R-339, R-346 to R-348).

Everybody sees the same wall; `viewer` is there for the language and the rule that who asks comes first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import QuerySet

from huiyin.casework.queries import board, counts
from huiyin.casework.queries.board import Bars, Owed, Standing
from huiyin.core import tallies
from huiyin.core.questions import NOBODY, ask, whole
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import current
from huiyin.core.sealing import Witnessed, newest_witnessed
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.clock import Reading
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.publication import Board
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.publication.models import Notice
from huiyin.publication.queries import comments
from huiyin.publication.queries.comments import NO_COMMENTS, Sums, Under
from huiyin.publication.queries.desk import topic_title
from huiyin.publication.rules import cells
from huiyin.publication.rules.cells import Said
from huiyin.register.queries import places, staff

PAGE = 20
POSTED_DAYS = 14
"""How long a printed board hangs before the next one takes its place."""


@dataclass(frozen=True)
class Item:
    """One matter on a wall. Without `asked` it is only its class: a matter that nobody has put into words yet."""

    topic: str
    place: str
    body: str
    state: str
    on: date | None
    asked: str
    done: str
    owed: str
    due_at: datetime | None
    owed_on: date | None
    late: bool
    provisional: bool
    reading: Reading | None
    entry: UUID | None = None
    """Its notice, where something stands under it or can be said there."""
    said: Under = NO_COMMENTS
    official: str = ""
    """Who handles it, where the board names them."""


@dataclass(frozen=True)
class Figures:
    """Counts of a place over the board's days. `said` is the last whole month; None where the cells are too small."""

    opened: int
    answered: int
    in_time: int
    owed: Owed
    said: Said | None
    month: date


@dataclass(frozen=True)
class Part:
    """A place below, with what is owed there."""

    code: str
    name: str
    owed: Owed


@dataclass(frozen=True)
class Wall:
    """Everything on one wall's page."""

    code: str
    name: str
    level: str
    above: Sequence[tuple[str, str]]
    title: str
    note: str
    from_: date
    until: date
    figures: Figures
    owed: Sequence[Item]
    owed_after: str
    done: Sequence[Item]
    done_after: str
    topics: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    root: Witnessed | None
    least: int
    comments: Sums | None = None
    """None where nothing can be said under an entry."""


def wall(
    viewer: Viewer, place_code: str, at: datetime, *, topic: str = "", owed_after: str = "", done_after: str = ""
) -> Wall:
    """The wall of a county, town or village. Raises Missing for any other place."""
    book = current(at).rulebook
    code = place_code or book.county.code
    first_page = not (owed_after or done_after)
    place, below = places.with_children(viewer, code)
    if len(code) != 12 or not code.startswith(book.county.code[:6]):
        raise Missing
    page, chosen = _board(book, code)
    bars = _bars(book)
    until = at.astimezone(book.county.tz).date()
    from_ = until - timedelta(days=chosen.days)
    pending = board.pending(viewer, code, at, bars, limit=PAGE, after=owed_after)
    told = _published(viewer, code, at, topic, done_after)
    shown = {row.matter_id for row, _ in told.promised}
    owed = [_item(row, standing, book, chosen, until) for row, standing in told.promised] if not owed_after else []
    owed += [_bare(row, book, chosen) for row in pending.rows if row.id not in shown]
    done = [_item(row, standing, book, chosen, until) for row, standing in told.done]
    owed, done = _named(viewer, owed, done)
    takes = comments.rules(viewer, at) is not None
    if takes:
        owed, done = _commented(viewer, at, owed, done)
    parts = board.owed_below(viewer, code, at, bars) if below and first_page else {}
    # A town's own sum holds what its villages' walls may not tell; the county's is that of its parts.
    whole = board.total(viewer, parts) if parts and code == book.county.code else board.owed(viewer, code, at, bars)
    return Wall(
        code=code,
        name=place.name,
        level=place.level,
        above=_above(viewer, code, book),
        title=chosen.title,
        note=book.programmes[page].publication.note,
        from_=from_,
        until=until,
        figures=_figures(viewer, code, at, from_=from_, until=until, owed=whole),
        owed=owed,
        owed_after=pending.after,
        done=done,
        done_after=told.after,
        topics=_topics(code, book),
        parts=[
            Part(row.code, row.name, parts.get(row.code, Owed(0, 0)))
            for row in (below if first_page else ())
            if len(row.code) == 12
        ],
        root=newest_witnessed(),
        least=book.programmes[page].publication.min_cells,
        comments=comments.sums(viewer, code, at) if takes else None,
    )


def newest(viewer: Viewer, at: datetime, limit: int = 2) -> Sequence[Item]:
    """The newest notices of the county, for the first page."""
    book = current(at).rulebook
    _, chosen = _board(book, book.county.code)
    today = at.astimezone(book.county.tz).date()
    told = _published(viewer, book.county.code, at, "", "", limit=limit)
    return _named(viewer, [_item(row, standing, book, chosen, today) for row, standing in told.done])[0]


def county_figures(viewer: Viewer, at: datetime, days: int = 30) -> Figures:
    """The four sums of the first page."""
    book = current(at).rulebook
    until = at.astimezone(book.county.tz).date()
    code = book.county.code
    owed = board.owed(viewer, code, at, _bars(book))
    return _figures(viewer, code, at, from_=until - timedelta(days=days), until=until, owed=owed)


def said(viewer: Viewer, place_code: str, at: datetime) -> tuple[date, dict[str, Said | None]]:
    """What people said last month in each town and village of a county, as far as it may be told; from the top down."""
    book = current(at).rulebook
    least = cells.least(programme.publication.min_cells for programme in book.programmes.values())
    month, until = _month(at.astimezone(book.county.tz).date())
    low, high = subtree(book.county.code)
    villages = _said(low, high, month, until)
    found: dict[str, Said | None] = {}
    whole = sum(villages.values(), cells.NOTHING)
    found[book.county.code], towns = cells.shown(whole, _sums(villages, board.TOWN), least)
    found |= towns
    parts: dict[str, dict[str, Said]] = {town: {} for town in towns}
    for code, one in villages.items():
        parts[code[: board.TOWN].ljust(12, "0")][code] = one
    for town, told in towns.items():
        _, below = cells.shown(told or cells.NOTHING, parts[town], least)
        found |= {code: one for code, one in below.items() if code != town}
    return month, found


def _figures(viewer: Viewer, code: str, at: datetime, *, from_: date, until: date, owed: Owed) -> Figures:
    sums = counts.figures(viewer, code, from_=from_, until=until + timedelta(days=1))
    month, told = said(viewer, code, at)
    return Figures(
        opened=sums.opened,
        answered=sums.answered,
        in_time=sums.in_time,
        owed=owed,
        said=told.get(code),
        month=month,
    )


def _said(low: str, high: str, from_: date, until: date) -> dict[str, Said]:
    """What was said, by village; a word told for the town or the county alone stands under its own code."""
    sums = tallies.by_place(("said.solved", "said.other"), low=low, high=high, from_=from_, until=until)
    return {code: Said(one["said.solved"], one["said.other"]) for code, one in sums.items()}


def _sums(parts: Mapping[str, Said], width: int) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for code, one in parts.items():
        above = code[:width].ljust(12, "0")
        found[above] = found.get(above, cells.NOTHING) + one
    return found


def _month(day: date) -> tuple[date, date]:
    """The last whole month before a day. Whole months, so that nobody takes yesterday's figure from today's."""
    until = day.replace(day=1)
    return (until - timedelta(days=1)).replace(day=1), until


@dataclass(frozen=True)
class _Told:
    promised: list[tuple[Notice, Standing]]
    done: list[tuple[Notice, Standing]]
    after: str


def _published(viewer: Viewer, code: str, at: datetime, topic: str, after: str, *, limit: int = PAGE) -> _Told:
    """Published notices, newest first. Those whose matter is held or sealed by now are not there."""
    found, promised = _read((*subtree(code), topic or None), after, limit)
    standings = board.standings(viewer, {row.matter_id for row in (*found, *promised)}, at)
    here = [(row, standings[row.matter_id]) for row in found[:limit] if row.matter_id in standings]
    open_ones = [(row, standing) for row, standing in here if standing.owed and not row.owed]
    return _Told(
        promised=[(row, standings[row.matter_id]) for row in promised if row.matter_id in standings] + open_ones,
        done=[(row, standing) for row, standing in here if not (row.owed or standing.owed)],
        after=_key(found[limit - 1].published_at) if len(found) > limit else "",
    )


@looking_as(OPEN)
def _read(bounds: tuple[str, str, str | None], after: str, limit: int) -> tuple[list[Notice], list[Notice]]:
    """The newest, one more than a page, and on the first page what is promised."""
    found = whole(("walls.newest", limit), partial(_newest, limit), NOBODY, *bounds, _moment(after))
    return found, whole("walls.promised", _promised, NOBODY, *bounds) if not after else []


def _there(low: str, high: str, topic: str | None) -> QuerySet[Notice]:
    """Without those of matters that are kept apart: a page with one entry fewer would tell of it (SG-01)."""
    rows = Notice.objects.filter(state="published", place_code__gte=low, place_code__lt=high)
    rows = rows.exclude(board.lies_aside(NOBODY, "matter_id"))
    return rows if topic is None else rows.filter(topic=topic)


def _newest(
    limit: int, viewer: Viewer, low: str, high: str, topic: str | None, before: datetime | None
) -> QuerySet[Notice]:
    """One more than a page."""
    rows = _there(low, high, topic).order_by("-published_at", "-id")
    return (rows if before is None else rows.filter(published_at__lt=before))[: limit + 1]


def _promised(viewer: Viewer, low: str, high: str, topic: str | None) -> QuerySet[Notice]:
    return _there(low, high, topic).exclude(owed="").order_by("owed_on", "-published_at")[:PAGE]


def item(viewer: Viewer, row: Notice, standing: Standing, at: datetime) -> Item:
    """One entry by itself, as it stands on the wall of its place."""
    book = current(at).rulebook
    _, chosen = _board(book, row.place_code)
    today = at.astimezone(book.county.tz).date()
    return _named(viewer, [_item(row, standing, book, chosen, today)])[0][0]


def _commented(viewer: Viewer, at: datetime, *lists: Sequence[Item]) -> list[list[Item]]:
    """The same items with what was said under each; one query, however many lists."""
    under = comments.under(viewer, {item.entry for many in lists for item in many if item.entry}, at)
    return [
        [replace(item, said=under.get(item.entry, NO_COMMENTS)) if item.entry else item for item in many]
        for many in lists
    ]


def _item(row: Notice, standing: Standing, book: Rulebook, chosen: Board, today: date) -> Item:
    fields = frozenset(chosen.fields)
    due = standing.due_at if standing.owed else None
    return Item(
        topic=topic_title(row) if "topic" in fields else "",
        place=row.place_code if "place" in fields else "",
        body=str(row.body_id or "") if "body" in fields else "",
        state=standing.state,
        on=row.published_at.astimezone(book.county.tz).date() if row.published_at else None,
        asked=row.asked if "asked" in fields else "",
        done=row.done if "done" in fields else "",
        owed=row.owed if "owed" in fields else "",
        due_at=due,
        owed_on=row.owed_on,
        late=_late(row, standing, today),
        provisional=False,
        reading=standing.reading if "due_on" in fields else None,
        entry=row.id,
        official=_official(standing.handler_id, chosen) if row.place_code[board.TOWN :] != "000" else "",
    )


def _official(handler_id: UUID | None, chosen: Board) -> str:
    return str(handler_id) if handler_id and "official" in chosen.fields else ""


def _late(row: Notice, standing: Standing, today: date) -> bool:
    """A promise whose date has passed, or a matter whose clock has run out."""
    if row.owed_on is not None and row.owed_on < today:
        return True
    return standing.owed and standing.reading is not None and standing.reading.state in ("overdue", "far_overdue")


def _bare(row: board.Pending, book: Rulebook, chosen: Board) -> Item:
    topics = book.programmes[row.programme].matters.topics if row.programme in book.programmes else {}
    return Item(
        topic=topics[row.topic].title if row.topic in topics else "",
        place=row.place_code,
        body=str(row.body_id or ""),
        state=row.state,
        on=None,
        asked="",
        done="",
        owed="",
        due_at=row.due_at,
        owed_on=None,
        late=row.late,
        provisional=row.provisional,
        reading=None,
        official=_official(row.handler_id, chosen),
    )


def _named(viewer: Viewer, *lists: Sequence[Item]) -> list[list[Item]]:
    """The same items with names for their codes and ids; two queries, however many lists, a third for officials."""
    items = [item for many in lists for item in many]
    where = places.paths(viewer, {item.place for item in items if item.place})
    bodies = staff.body_names(viewer, {UUID(item.body) for item in items if item.body})
    people = {UUID(item.official) for item in items if item.official}
    names = staff.persons(viewer, people) if people else {}
    return [
        [
            replace(
                item,
                place=where.get(item.place, ""),
                body=bodies.get(UUID(item.body), "") if item.body else "",
                official=names.get(UUID(item.official), "") if item.official else "",
            )
            for item in many
        ]
        for many in lists
    ]


def _above(viewer: Viewer, code: str, book: Rulebook) -> list[tuple[str, str]]:
    """The county and the town above, with their names."""
    county, town = book.county.code, code[: board.TOWN].ljust(12, "0")
    found = [(county, book.county.name)] if code != county else []
    if town not in (code, county):
        found.append((town, places.path_names(viewer, town)))  # its name was read with those of the matters
    return found


@looking_as(OPEN)
def _topics(code: str, book: Rulebook) -> list[tuple[str, str]]:
    """Topics that have an entry here, for the filter; one with none but such as are kept apart would tell of it."""
    low, high = subtree(code)
    there = {topic for (topic,) in ask("walls.topics", _topics_there, NOBODY, low, high)}
    titles = {key: topic.title for one in book.programmes.values() for key, topic in one.matters.topics.items()}
    return [(key, title) for key, title in titles.items() if key in there]


def _topics_there(viewer: Viewer, low: str, high: str) -> QuerySet[Notice, tuple[str]]:
    return _there(low, high, None).values_list("topic").distinct()[:100]


def _board(book: Rulebook, code: str) -> tuple[str, Board]:
    """The board of a place's level; a level without one takes the county's. Raises Missing where no board is drawn."""
    wanted = "county" if set(code[6:]) <= {"0"} else "town" if code[board.TOWN :] == "000" else "village"
    programme = book.county.intake.programme
    boards = book.programmes[programme].publication.boards.values()
    for level in (wanted, "county", "village"):
        for chosen in boards:
            if chosen.level == level:
                return programme, chosen
    raise Missing


def _bars(book: Rulebook) -> Bars:
    """What each programme keeps off its walls, as pairs of programme and key."""
    natures: set[tuple[str, str]] = set()
    topics: set[tuple[str, str]] = set()
    town_only: set[tuple[str, str]] = set()
    for name, programme in book.programmes.items():
        rules = programme.publication.redaction
        natures |= {(name, key) for key in rules.never_natures}
        natures |= {(name, key) for key, one in programme.matters.natures.items() if one.held or not one.publishable}
        topics |= {(name, key) for key in rules.never_topics}
        town_only |= {(name, key) for key in rules.town_only_topics}
    return Bars(frozenset(natures), frozenset(topics), frozenset(town_only))


def _key(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
