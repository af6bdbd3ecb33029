"""Whom to ring after an answer: the queue of callers, and everything one call needs at hand (R-178, R-209)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from huiyin.casework.models import CallBack, Matter
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.queries import one
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.casework.queries.one import OnePage
from huiyin.casework.rules import closing
from huiyin.core.rulebook import current, version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.matters import Closing

MOST = 50


@dataclass(frozen=True)
class Waiting:
    """A matter whose resident is to be rung: attempts since the answer, and from when another is allowed."""

    row: MatterRow
    answered_at: datetime | None
    tries: int
    last: str
    next_at: datetime | None

    @property
    def now(self) -> bool:
        """Whether it may be rung at once."""
        return self.next_at is None


@dataclass(frozen=True)
class CallPage:
    """One call: the matter, the attempts since its newest answer, from when the next is allowed, and the rule."""

    one: OnePage
    tries: Sequence[CallBack]
    next_at: datetime | None
    exhausted: bool
    closing: Closing


def waiting(viewer: Viewer, at: datetime) -> list[Waiting]:
    """Answered matters for the viewer to ring: never their own as handler or supervisor. Those that may be rung now
    come first, then by due moment. Five queries, whatever the length.
    """
    if not viewer.may("matter.call_back"):
        return []
    columns = (*COLUMNS, "answered_at", "rulebook_id", "programme", "kind")
    values = list(_waiting(viewer).order_by("order_at", "id").chosen(MOST).values(*columns))
    tries = _tries([value["id"] for value in values])
    found = []
    for row, value in zip(rows_of(viewer, values), values, strict=True):
        made = _since(value["answered_at"], tries.get(row.id, []))
        gap = version(value["rulebook_id"]).flow(value["programme"], value["kind"]).callback.gap_hours
        next_at = _next(made, gap, at)
        found.append(Waiting(row, value["answered_at"], len(made), made[-1].outcome if made else "", next_at))
    return sorted(found, key=lambda one: one.next_at or at)


def next_call(viewer: Viewer, at: datetime) -> str:
    """The code of the matter to ring now; empty when nobody is to be rung."""
    return next((one.row.code for one in waiting(viewer, at) if one.now), "")


def call(viewer: Viewer, code: str, at: datetime) -> CallPage:
    """One matter to ring. Raises Missing for one that is not in the viewer's queue."""
    if not viewer.may("matter.call_back"):
        raise Missing
    page = one.by_code(viewer, code, at)
    if not _waits_for(viewer, page.matter):
        raise Missing
    flow = page.rulebook.flow(page.matter.programme, page.matter.kind)
    tries = _since(page.matter.answered_at, page.call_backs)
    zone = page.rulebook.county.tz
    for made in tries:
        made.local_day = made.at.astimezone(zone).date()  # the page of a matter reads the moment only
    attempts = [closing.Attempt(made.at, made.local_day, made.day_part, made.outcome) for made in tries]
    return CallPage(
        one=page,
        tries=tries,
        next_at=_next(tries, flow.callback.gap_hours, at),
        exhausted=closing.exhausted(flow.closing, attempts),
        closing=flow.closing,
    )


def part_of_day(viewer: Viewer, at: datetime) -> str:
    """The part of the county's day it is: morning, afternoon or evening."""
    return closing.day_part(at.astimezone(current(at).rulebook.county.tz).hour)


def _waiting(viewer: Viewer) -> MatterQuerySet:
    me = viewer.persons
    mine = Q(handler_id__in=me) | Q(supervisor_id__in=me)
    free = Q(caller_id__isnull=True) | Q(caller_id__in=me)
    return Matter.objects.visible_to(viewer).filter(free, state="answered", closed_at__isnull=True).exclude(mine)


def _waits_for(viewer: Viewer, matter: Matter) -> bool:
    """The same as `_waiting`, for a matter already found among those that may be seen."""
    free = matter.caller_id is None or matter.caller_id in viewer.persons
    mine = bool(viewer.persons & {matter.handler_id, matter.supervisor_id})
    return free and not mine and matter.state == "answered" and matter.closed_at is None


def _tries(ids: Sequence[UUID]) -> dict[UUID, list[CallBack]]:
    found: dict[UUID, list[CallBack]] = {}
    for made in CallBack.objects.filter(matter_id__in=ids).order_by("at", "id"):
        found.setdefault(made.matter_id, []).append(made)
    return found


def _since(answered_at: datetime | None, tries: Sequence[CallBack]) -> list[CallBack]:
    """The attempts that asked about the newest answer."""
    return [made for made in tries if answered_at is not None and made.at >= answered_at]


def _next(tries: Sequence[CallBack], gap_hours: int, at: datetime) -> datetime | None:
    """From when another attempt is allowed; None for at once."""
    if not tries:
        return None
    allowed = tries[-1].at + timedelta(hours=gap_hours)
    return allowed if allowed > at else None
