"""What is to be done now, by whom it is asked: the list in the order of need, and the counts of the desk's frame."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, Q, QuerySet, Value, When

from huiyin.casework.models import Matter, Nudge
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.queries.books import days
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.casework.queries.waiting import IN_HAND, TO_ASSIGN, asked_for, to_call, unread_by, waiting_for
from huiyin.casework.rules.bell import BELL
from huiyin.core.questions import ask, counts
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.register.queries import conflict

MOST = 25
NEEDED = (*COLUMNS, "supervisor_id", "asked")
LATE, LATER = -1, 7


@dataclass(frozen=True)
class Tally:
    """Counts of the frame, each up to `BELL`: to do today, open in sight, waiting for a call."""

    todo: int
    open: int
    calls: int
    unread: int | None = None
    """What the viewer was told and has not read; None where it was not counted along."""


@dataclass(frozen=True)
class Todo:
    """A matter with what the viewer is to do; `task` is a key of the label group `todo`."""

    row: MatterRow
    task: str


@dataclass(frozen=True)
class Load:
    """How much falls due on a day; `late` are those already late, told with today. `works` is False on free days."""

    day: date
    count: int
    late: int
    works: bool


@dataclass(frozen=True)
class Today:
    """The page: rows in the order of need, counts by kind of need, the week's load."""

    rows: Sequence[Todo]
    tally: Tally
    late: int
    due_today: int
    week: int
    by_state: dict[str, int]
    load: Sequence[Load]


def tally(viewer: Viewer, at: datetime) -> Tally:
    """The counts of the frame; one query, none for somebody who sees no matters."""
    if not viewer.may("matter.see"):
        return Tally(0, 0, 0)
    todo_, calls, open_, unread = counts("today.tally", (_to_do, _calls, *FRAME), conflict.stood(viewer), at)
    return Tally(todo_, open_, calls, unread)


def today(viewer: Viewer, at: datetime) -> Today:
    """What the viewer is to do; six queries. Late ones come first, then what is due today,
    then what waits without a deadline, then the rest by due moment."""
    if not viewer.may("matter.see"):
        return Today([], Tally(0, 0, 0), 0, 0, 0, {}, [])
    zone = current(at).rulebook.county.tz
    first = at.astimezone(zone).date()
    midnights = [datetime.combine(first + timedelta(days=n), time(), zone) for n in range(8)]
    seen = conflict.stood(viewer)
    mine = [_Group(*one) for one in ask("today.groups", _groups, seen, at, *midnights[1:])]
    open_, unread = counts("today.frame", FRAME, seen, at)
    due = Counter({day: sum(one.count for one in mine if one.day == day) for day in range(LATE, 7)})
    found = ask("today.rows", _needed, seen, at, midnights[1])
    values = [dict(zip(NEEDED, one, strict=True)) for one in found]
    table = days()
    return Today(
        rows=[
            Todo(row, task_of(value, viewer, at)) for row, value in zip(rows_of(viewer, values), values, strict=True)
        ],
        tally=Tally(
            todo=sum(one.count for one in mine),
            open=open_,
            calls=sum(one.count for one in mine if one.to_call),
            unread=unread,
        ),
        late=due[LATE],
        due_today=due[0],
        week=sum(due[n] for n in range(7)),
        by_state={
            state: sum(one.count for one in mine if one.state == state) for state in ("received", *TO_ASSIGN, *IN_HAND)
        },
        load=[
            Load(
                day=first + timedelta(days=n),
                count=due[n] + (due[LATE] if n == 0 else 0),
                late=due[LATE] if n == 0 else 0,
                works=table.works(first + timedelta(days=n)),
            )
            for n in range(7)
        ],
    )


@dataclass(frozen=True)
class _Group:
    """Matters to do that are alike in what the page counts by. `day` is LATE, 0 for today to 6, or LATER."""

    to_call: bool
    state: str
    day: int
    count: int


def _groups(viewer: Viewer, at: datetime, *midnights: datetime) -> QuerySet[Matter, Any]:
    """Everything the page counts, each condition weighed once for a matter; `midnights` end today and six more days."""
    ends = [When(due_at__lte=at, then=LATE), *(When(due_at__lte=end, then=n) for n, end in enumerate(midnights))]
    rows = _waiting(viewer, at).annotate(to_call=_whether(to_call(viewer)), day=Case(*ends, default=LATER))
    return rows.values_list("to_call", "state", "day").annotate(count=Count("pk")).order_by()


def _needed(viewer: Viewer, at: datetime, midnight: datetime) -> QuerySet[Matter, Any]:
    """The page's rows in the order of need."""
    late, soon = When(due_at__lte=at, then=0), When(due_at__lte=midnight, then=1)
    need = Case(late, soon, When(due_at=None, then=2), default=3)
    rows = _waiting(viewer, at).annotate(need=need).order_by("need", "order_at", "id").chosen(MOST)
    return rows.annotate(asked=_pending(viewer)).values_list(*NEEDED)


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


def task_of(row: dict[str, Any], viewer: Viewer, at: datetime) -> str:
    """The one thing the viewer is to do with a row of `todo`, as a key of the label group `todo`."""
    state = row["state"]
    if row["asked"] and viewer.may("matter.approve") and row["handler_id"] not in viewer.persons:
        return "decide"
    if row["handler_id"] in viewer.persons and state in IN_HAND:
        return "take" if state == "assigned" else "answer"
    if state == "received" and viewer.may("matter.classify"):
        return "accept"
    if state in TO_ASSIGN and viewer.may("matter.assign"):
        return {"reopened": "assign_again", "raised": "assign_raised"}.get(state, "assign")
    if state == "answered" and viewer.may("matter.call_back"):
        return "call"
    return "supervise" if viewer.may("matter.supervise") else "hurry"


def _to_do(viewer: Viewer, at: datetime) -> QuerySet[Matter, Any]:
    return _waiting(viewer, at).order_by().values_list("pk")[:BELL]


def _calls(viewer: Viewer, at: datetime) -> QuerySet[Matter, Any]:
    if not viewer.may("matter.call_back"):
        return Matter.objects.none().values_list("pk")
    return _waiting(viewer, at).filter(to_call(viewer)).order_by().values_list("pk")[:BELL]


def _in_sight(viewer: Viewer, _at: datetime) -> QuerySet[Matter, Any]:
    return _open(viewer).order_by().values_list("pk")[:BELL]


def _unread(viewer: Viewer, _at: datetime) -> QuerySet[Nudge, Any]:
    return unread_by(viewer)


FRAME = (_in_sight, _unread)
"""What the frame counts beside what is to be done."""


def _waiting(viewer: Viewer, at: datetime) -> MatterQuerySet:
    return waiting_for(viewer, _open(viewer), at)


def _open(viewer: Viewer) -> MatterQuerySet:
    return Matter.objects.visible_to(viewer).filter(closed_at__isnull=True)


def _pending(viewer: Viewer) -> Exists:
    return Exists(asked_for(viewer))
