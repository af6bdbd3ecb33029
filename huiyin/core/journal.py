"""The log as people read it: what happened (ids only), which checkpoints were signed, who looked at what is secret."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Q, When

from huiyin.core.events import Fact
from huiyin.core.models import Checkpoint, Cosignature, Event, Look, Official, Person
from huiyin.core.viewer import Viewer

PAGE = 50
ALARMS = ("matter.pages_spent", "power.given", "read_out.denied", "phone.spent", "figures.drift")
"""Kinds of looks somebody has to go after: a day's number of other people's matters used up, a power given over what is
kept from who gave it, a figure that was not what its rows say."""
ALARMED, PERSON = timedelta(days=7), "person:"
Days = tuple[datetime, datetime]
"""From a moment until before another."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the log is narrowed by: a name of an event, a day of the county, the id of a thing."""

    name: str = ""
    day: date | None = None
    subject: str = ""


@dataclass(frozen=True)
class Row:
    """An event. `seq` is its place in the log, None while it is not sealed; `by` a name, or the machine's; `data` its
    values on one line, `values` the same by name."""

    id: int
    name: str
    at: datetime
    recorded_at: datetime
    by: str
    subject: str
    data: str
    values: Mapping[str, Any]
    seq: int | None


@dataclass(frozen=True)
class Page:
    """One page, newest first; `older` and `newer` are ids to begin at, 0 where there is no more."""

    rows: Sequence[Row]
    older: int = 0
    newer: int = 0


@dataclass(frozen=True)
class Sealed:
    """A checkpoint with the witnesses who signed it."""

    size: int
    root: str
    at: datetime
    witnesses: tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """Somebody looked."""

    at: datetime
    name: str
    kind: str


@dataclass(frozen=True)
class LookRow:
    """A look as the auditor reads it: when, who (and for whom), of what kind, at which thing by its id, and why."""

    id: int
    at: datetime
    by: str
    behalf: str
    kind: str
    subject: str
    reason: str
    about: str = ""
    """Whose name stands there, where a look is about somebody who was given something."""


@dataclass(frozen=True)
class LookPage:
    """One page of looks, newest first; `older` as above."""

    rows: Sequence[LookRow]
    older: int = 0


def events(viewer: Viewer, filters: Filters, zone: ZoneInfo, *, older: int = 0, newer: int = 0) -> Page:
    """A page of the log, newest first; two queries. Raises Refused for somebody who may not see it."""
    viewer.need("audit.see")
    found = Event.objects.select_related("leaf")
    if filters.name:
        found = found.filter(name=filters.name)
    if filters.subject:
        found = found.filter(subject=filters.subject)
    if filters.day:
        first = datetime.combine(filters.day, time(), zone)
        found = found.filter(recorded_at__gte=first, recorded_at__lt=first + timedelta(days=1))
    if newer:
        rows = list(found.filter(id__gt=newer).order_by("id")[: PAGE + 1])
        more, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        return Page(_rows(rows), older=rows[-1].id if rows else 0, newer=rows[0].id if more else 0)
    if older:
        found = found.filter(id__lt=older)
    rows = list(found.order_by("-id")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return Page(_rows(rows), older=rows[-1].id if more else 0, newer=rows[0].id if older and rows else 0)


def checkpoints(viewer: Viewer, *, most: int = 8) -> list[Sealed]:
    """The newest checkpoints and who has signed them; two queries."""
    viewer.need("audit.see")
    rows = list(Checkpoint.objects.order_by("-size")[:most])
    seen: dict[int, list[str]] = {row.pk: [] for row in rows}
    for checkpoint, witness in Cosignature.objects.filter(checkpoint__in=rows).values_list("checkpoint_id", "witness"):
        seen[checkpoint].append(witness)
    return [Sealed(row.size, bytes(row.root).hex(), row.at, tuple(seen[row.pk])) for row in rows]


def names(viewer: Viewer) -> list[str]:
    """Every event there can be, by name; no query."""
    found, wait = set(), list(Fact.__subclasses__())
    while wait:
        fact = wait.pop()
        wait += fact.__subclasses__()
        found.add(fact.NAME)
    return sorted(found)


def looked_at(viewer: Viewer, subject: str, *, most: int = 5) -> list[Looked]:
    """Who looked at a thing, newest first: for those who may see the thing itself. Two queries."""
    rows = list(Look.objects.filter(subject=subject).order_by("-id")[:most])
    people = _people({row.person_id for row in rows if row.person_id})
    return [Looked(row.at, people.get(row.person_id, "") if row.person_id else "", row.kind) for row in rows]


def looks(
    viewer: Viewer, *, kind: str = "", subject: str = "", who: str = "", days: Days | None = None, older: int = 0
) -> LookPage:
    """Who opened a number or a sealed matter, took a list away or looked somebody up, newest first; two queries.
    `subject` is the id of one thing (a household stands under its id, with the kind before it); `who` the whole name of
    who looked, or for whom; `days` from when until when. What they were shown is kept nowhere. Raises Refused for
    somebody who may not see it.
    """
    viewer.need("audit.see")
    found = Look.objects.filter(kind=kind) if kind else Look.objects.all()
    if subject:
        found = found.filter(subject__in=(subject, f"household:{subject}"))
    if who:
        # Whoever looks at a desk serves or has served: ten thousand names instead of everybody's.
        named = Official.objects.filter(person__name=who).values("person_id")
        found = found.filter(Q(person_id__in=named) | Q(on_behalf_of_id__in=named))
    if days is not None:
        found = found.filter(at__gte=days[0], at__lt=days[1])
    if older:
        found = found.filter(id__lt=older)
    rows = list(found.order_by("-id")[: PAGE + 1])
    return LookPage(_looked(rows[:PAGE]), older=rows[PAGE - 1].id if len(rows) > PAGE else 0)


def alarms(viewer: Viewer, at: datetime) -> list[LookRow]:
    """What of a week's looks somebody has to go after, newest first, at most a page; what people did before figures,
    which may be many at once and are red elsewhere too. Two queries.
    """
    viewer.need("audit.see")
    rows = Look.objects.filter(kind__in=ALARMS, at__gte=at - ALARMED)
    rows = rows.order_by(Case(When(kind__in=ALARMS[:3], then=0), default=1), "-id")[:PAGE]
    return _looked(list(rows))


def _looked(rows: Sequence[Look]) -> list[LookRow]:
    given = {row.id: UUID(row.subject.removeprefix(PERSON)) for row in rows if row.kind == "power.given"}
    acted = {one for row in rows for one in (row.person_id, row.on_behalf_of_id) if one}
    people = _people(acted | set(given.values()))
    return [
        LookRow(
            row.id,
            row.at,
            people.get(row.person_id, "") if row.person_id else "",
            people.get(row.on_behalf_of_id, "") if row.on_behalf_of_id else "",
            row.kind,
            row.subject,
            row.reason,
            people.get(given[row.id], "") if row.id in given else "",
        )
        for row in rows
    ]


def _rows(rows: Sequence[Event]) -> list[Row]:
    people = _people({row.by_id for row in rows if row.by_id})
    return [
        Row(
            row.id,
            row.name,
            row.at,
            row.recorded_at,
            people.get(row.by_id, str(row.by_id)) if row.by_id else row.by_name,
            row.subject,
            _short(row.data),
            row.data,
            row.leaf.seq if hasattr(row, "leaf") else None,
        )
        for row in rows
    ]


def _short(data: dict[str, Any]) -> str:
    """The event's values on one line."""
    return " · ".join(f"{key} {json.dumps(value, ensure_ascii=False)}" for key, value in data.items())[:300]


def _people(ids: set[UUID]) -> dict[UUID, str]:
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
