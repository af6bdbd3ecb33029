"""The rulebook in force at a moment, and the working-day table it is reckoned with."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from itertools import islice
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language

from huiyin.core.actions import action
from huiyin.core.events import Fact, record
from huiyin.core.kept import under_way
from huiyin.core.models import DayNotice, Event, RulebookVersion, SpecialDay
from huiyin.core.request_id import current_request_id
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import DayKind, TableDay, WorkingDays
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class RulebookActivated(Fact):
    """A county's rulebook was put in force from a moment on, by a named person; stored whole with its hash."""

    NAME: ClassVar[str] = "core.rulebook_activated"
    hash: str
    county: str
    in_force_from: str


@dataclass(frozen=True, kw_only=True)
class DaysLoaded(Fact):
    """The working-day notice of a year was loaded or corrected; provisional due dates are fixed by it."""

    NAME: ClassVar[str] = "core.days_loaded"
    year: int
    days: int


@dataclass(frozen=True, kw_only=True)
class RulebookReplayed(Fact):
    """A rulebook, told by its hash, was gone through on the matters opened since a day; nothing was changed by it."""

    NAME: ClassVar[str] = "core.rulebook_replayed"
    ABOUT: ClassVar[str] = "rulebooks"
    """The subject of each, so that they are found among a county's million events by an index."""
    hash: str
    since: str
    matters: int
    later: int
    earlier: int
    late_before: int
    late_after: int
    newly_late: int
    moved: int
    climbed_before: int
    climbed_after: int
    classes: tuple[tuple[str | int, ...], ...] = ()
    """Of the classes (programme.topic) that change most, at most 20: name, matters, later, earlier, newly late, moved,
    climbed before and after."""
    units: tuple[tuple[str | int, ...], ...] = ()
    """The same of units, by the name of the body."""


@dataclass(frozen=True)
class Active:
    """A rulebook with the version it is stored under."""

    version_id: UUID
    rulebook: Rulebook


def current(at: datetime) -> Active:
    """The rulebook in force. Raises Refused("no_rulebook") on a database where none was activated."""
    return _known(at) or _asked_now(at, IN_FORCE)[0]


def zone(at: datetime) -> tzinfo:
    """The county's zone, by which its days turn; UTC where no rulebook says which county this is."""
    try:
        return current(at).rulebook.county.tz
    except Refused:
        return UTC


def current_and_key(at: datetime, question: str) -> tuple[Active, UUID | None]:
    """The rulebook in force, and in the same statement the key that a small question without values asks for."""
    known = _known(at)
    if known is None:
        return _asked_now(at, f"SELECT ({IN_FORCE}), ({question})")
    with connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return known, _key(row[0]) if row else None


IN_FORCE = "SELECT id FROM core_rulebookversion WHERE in_force_from <= %s ORDER BY in_force_from DESC, id DESC LIMIT 1"
"""The newest version whose time has come. Asked with every request, hence as text (`core.lookups` says why)."""


def _known(at: datetime) -> Active | None:
    """What was asked before in this request."""
    request, known = current_request_id(), _asked.get()
    if request and known is not None and known[:2] == (request, at):
        return Active(known[2], version(known[2]))
    return None


def _asked_now(at: datetime, question: str) -> tuple[Active, UUID | None]:
    """The rulebook, with the key of a second column if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(question, [connection.ops.adapt_datetimefield_value(at)])
        row = cursor.fetchone()
    version_id = _key(row[0]) if row else None
    if version_id is None:
        raise Refused("no_rulebook")
    _asked.set((current_request_id(), at, version_id))
    return Active(version_id, version(version_id)), _key(row[1]) if len(row) > 1 else None


def _key(found: UUID | str | None) -> UUID | None:
    """A key as either database gives it."""
    return UUID(found) if isinstance(found, str) else found


_asked: ContextVar[tuple[str, datetime, UUID] | None] = ContextVar("huiyin_rulebook", default=None)
"""The last answer of `current` within one request: page, viewer and frame ask for the same moment."""


def version(version_id: UUID) -> Rulebook:
    """A stored rulebook, in the words of whoever reads it; versions never change, so each is read once per process.

    Pages are read in the language of the request. An action has the words as they were written, whoever acts, since
    what it keeps must not depend on that; so has `as_written`.
    """
    book = _stored(version_id)
    written = _as_written.get() or under_way()
    return book if written else book.told((get_language() or "").lower())


@contextmanager
def as_written() -> Iterator[None]:
    """Rulebooks as they are stored, whatever language is spoken: to compare them, and for papers, which are Chinese."""
    token = _as_written.set(True)
    try:
        yield
    finally:
        _as_written.reset(token)


_as_written: ContextVar[bool] = ContextVar("huiyin_as_written", default=False)


@lru_cache(maxsize=16)
def _stored(version_id: UUID) -> Rulebook:
    body = RulebookVersion.objects.values_list("body", flat=True).get(id=version_id)
    return Rulebook.model_validate_json(body)


def activated_by(at: datetime) -> UUID | None:
    """Who put in force what is; None for the machine."""
    told = Event.objects.filter(name=RulebookActivated.NAME, subject=str(current(at).version_id))
    return told.values_list("by_id", flat=True).first()


def versions() -> list[tuple[UUID, str, datetime]]:
    """Every activated version: id, hash, in force from; newest first."""
    return list(RulebookVersion.objects.order_by("-in_force_from", "-id").values_list("id", "hash", "in_force_from"))


@action
def activate(*, by: Viewer, at: datetime, rulebook: Rulebook, in_force_from: datetime) -> UUID:
    """Put a rulebook in force. Never reaches backwards: what exists keeps its version (R-001)."""
    by.need("programme.activate")
    if in_force_from < at:
        raise Refused("programme_past", field="in_force_from")
    row = RulebookVersion(
        hash=rulebook.hash, county=rulebook.county.code, body=rulebook.canonical(), in_force_from=in_force_from
    )
    row.save(force_insert=True)
    record(
        RulebookActivated(
            subject=str(row.id),
            hash=row.hash,
            county=row.county,
            in_force_from=in_force_from.isoformat(),
        ),
        by=by,
        at=at,
    )
    return row.id


@action
def note_replay(*, by: Viewer, at: datetime, fact: RulebookReplayed) -> None:
    """Write down what a rulebook would have meant, so that whoever puts it in force is told."""
    by.need("programme.activate")
    record(fact, by=by, at=at)


@dataclass(frozen=True)
class Gone:
    """A rulebook gone through on the past: when, and what was found, by the names of `RulebookReplayed`."""

    at: datetime
    found: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """Which."""
        return str(self.found["hash"])


def replays(hash_: str = "", *, most: int = 6) -> list[Gone]:
    """What was gone through, newest first; of one rulebook where its hash is given."""
    about = Event.objects.filter(subject=RulebookReplayed.ABOUT, name=RulebookReplayed.NAME).order_by("-id")
    found = (Gone(at, data) for at, data in about.values_list("at", "data")[:MOST_REPLAYS])
    return list(islice((one for one in found if hash_ in ("", one.hash)), most))


MOST_REPLAYS = 200
"""So many of the newest are looked through."""


def working_days() -> WorkingDays:
    """The editable table as it stands: at most a few dozen rows a year."""
    years = DayNotice.objects.values_list("year", flat=True)
    days = SpecialDay.objects.values_list("day", "kind", "name")
    return WorkingDays([TableDay(day, cast(DayKind, kind), name) for day, kind, name in days], years)


@action
def load_days(*, by: Viewer, at: datetime, year: int, days: Iterable[TableDay], source: str) -> int:
    """Load a year's notice instead of what stood there. Returns how many days differ from their weekday."""
    by.need("programme.activate")
    wanted = {day.day: day for day in days if day.day.year == year}
    for row in SpecialDay.objects.filter(day__year=year):
        if row.day not in wanted:
            row.delete()
    for day in wanted.values():
        SpecialDay(day=day.day, kind=day.kind, name=day.name).save()
    DayNotice(year=year, source=source).save()
    record(DaysLoaded(subject=str(year), year=year, days=len(wanted)), by=by, at=at)
    return len(wanted)
