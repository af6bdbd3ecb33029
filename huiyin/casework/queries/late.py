"""What is late and why: whom it waits for and since when, which deadline, what was asked; grouped, in few questions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from huiyin.casework.models import Clock, Matter, Move
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.queries import waiting
from huiyin.casework.queries.books import SAID_AS, actor_of, standing_of
from huiyin.casework.queries.matters import COLUMNS, MatterRow, beyond, key_of, rows_of
from huiyin.casework.queries.waiting import asked_for
from huiyin.casework.rules import flow
from huiyin.casework.rules.waits import OTHER, WAITS, waits
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

PAGE, MOST = 40, 15
"""Rows of a page, and groups of each kind that are shown."""
BY = ("waits", "body", "supervisor")
UNSETTLED = {"body": "owner_body_id", "supervisor": "supervisor_id"}


@dataclass(frozen=True)
class Late:
    """A late matter: for whom it waits since when, the deadline that ran out, and what makes it longer.

    `steps` are what the viewer may do next, in the flow's order. `moved_on` says that the deadline was moved before,
    `asked` that somebody waits for more time, `handed_back` how often it changed hands, `last` its last step.
    """

    row: MatterRow
    waits: str
    since: datetime
    clock: str
    moved_on: bool
    asked: bool
    handed_back: int
    last: str
    supervisor: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """How many late matters wait for one kind of person, or lie with one body or supervisor. `value` narrows to it."""

    value: str
    title: str
    count: int


@dataclass(frozen=True)
class Wall:
    """A page of what is late, oldest first, with the groups of all of it and the key of the next page."""

    rows: Sequence[Late]
    groups: dict[str, list[Group]]
    total: int
    after: str = ""


@dataclass(frozen=True)
class Narrow:
    """What the wall is narrowed to; everything may be left empty."""

    waits: str = ""
    body: UUID | None = None
    supervisor: UUID | None = None
    without: str = ""
    """`body` or `supervisor`: those for which none is settled yet."""


def wall(viewer: Viewer, narrow: Narrow, at: datetime, *, after: str = "") -> Wall:
    """What is late in the viewer's sight. At most seven questions, however much it is."""
    late = Matter.objects.visible_to(viewer).filter(waiting.late(at), closed_at__isnull=True)
    groups = _groups(viewer, late)
    rows = _narrowed(late, narrow)
    if after:
        rows = rows.filter(beyond("order_at", after, descending=False))
    more = ("supervisor_id", "since", "clock", "moved_on", "asked", "handed_back", "last", *STANDING)
    found = list(
        _told(viewer, rows.order_by("order_at", "id").chosen(PAGE + 1)).values(*dict.fromkeys([*COLUMNS, *more]))
    )
    here = found[:PAGE]
    names = staff.persons(viewer, {one["supervisor_id"] for one in here if one["supervisor_id"]})
    told = [
        Late(
            row=row,
            waits=waits(one["state"]),
            since=one["since"] or one["opened_at"],
            clock=_clock(one),
            moved_on=bool(one["moved_on"]),
            asked=one["asked"],
            handed_back=one["handed_back"],
            last=one["last"] or "",
            supervisor=names.get(one["supervisor_id"], ""),
            steps=tuple(_steps(viewer, one)),
        )
        for row, one in zip(rows_of(viewer, here), here, strict=True)
    ]
    key = key_of(here[-1], "order_at") if len(found) > PAGE else ""
    return Wall(told, groups, sum(one.count for one in groups["waits"]), key)


STANDING = (
    *("before", "kind", "way", "programme", "rulebook_id", "intent", "heading", "handling", "level", "deadline_on"),
    *("caller_id", "first_asked_id", "held"),
)


def _told(viewer: Viewer, rows: MatterQuerySet) -> QuerySet[Matter]:
    """The rows with what makes them late, asked for each of the few that are shown."""
    moves = Move.objects.filter(matter=OuterRef("pk"))
    running = Clock.objects.filter(matter=OuterRef("pk"), met_at__isnull=True, ended_at__isnull=True).order_by("due_at")
    handed = moves.filter(step__in=("transfer", "hand_over")).order_by().values("matter").annotate(n=Count("pk"))
    return rows.annotate(
        since=Subquery(moves.order_by("-seq").values("at")[:1]),
        last=Subquery(moves.order_by("-seq").annotate(said_as=SAID_AS).values("said_as")[:1]),
        clock=Subquery(running.values("name")[:1]),
        moved_on=Exists(running.filter(extensions__approved=True)),
        asked=Exists(asked_for(viewer)),
        handed_back=Coalesce(Subquery(handed.values("n")[:1]), 0, output_field=IntegerField()),
    )


def _narrowed(rows: MatterQuerySet, narrow: Narrow) -> MatterQuerySet:
    if narrow.waits:
        listed = [state for state, word in WAITS.items() if narrow.waits in (word, OTHER)]
        rows = rows.exclude(state__in=listed) if narrow.waits == OTHER else rows.filter(state__in=listed)
    if narrow.body:
        rows = rows.filter(owner_body_id=narrow.body)
    if narrow.supervisor:
        rows = rows.filter(supervisor_id=narrow.supervisor)
    if narrow.without in UNSETTLED:
        rows = rows.filter(**{f"{UNSETTLED[narrow.without]}__isnull": True})
    return rows


def _groups(viewer: Viewer, rows: MatterQuerySet) -> dict[str, list[Group]]:
    """Counts of everything late: one question, and the names of bodies and supervisors."""
    counts: dict[str, Counter[Any]] = {name: Counter() for name in BY}
    found = rows.order_by().values_list("state", "owner_body_id", "supervisor_id").annotate(n=Count("pk"))
    for state, body, supervisor, number in found:
        for name, value in (("waits", waits(state)), ("body", body), ("supervisor", supervisor)):
            counts[name][value] += number
    bodies = staff.body_names(viewer, [one for one in counts["body"] if one])
    persons = staff.persons(viewer, [one for one in counts["supervisor"] if one])
    titles: dict[str, dict[Any, str]] = {"waits": {}, "body": dict(bodies), "supervisor": dict(persons)}
    return {
        name: [
            Group(str(value or ""), titles[name].get(value, ""), number) for value, number in tally.most_common(MOST)
        ]
        for name, tally in counts.items()
    }


def _clock(one: dict[str, Any]) -> str:
    page = version(one["rulebook_id"]).matters(one["programme"])
    name = one["clock"] or ""
    return page.clocks[name].title if name in page.clocks else name


def _steps(viewer: Viewer, one: dict[str, Any]) -> Iterator[str]:
    """What the viewer may do with it, by the rule; needs aside."""
    matter = Matter(**{name: one[name] for name in (*STANDING, *COLUMNS, "supervisor_id")})
    page = version(matter.rulebook_id).matters(matter.programme)
    for step in flow.possible(matters=page, standing=standing_of(matter), actor=actor_of(viewer)):
        yield step.name
