"""Calls to be made once more, and how those that were compare with what had been recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from huiyin.casework.models import CallDraw, Matter, Recheck
from huiyin.casework.queries import one
from huiyin.casework.queries.matters import MatterRow, among
from huiyin.casework.queries.one import OnePage
from huiyin.core.questions import ask
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.queries import conflict, staff

MOST = 50
REACH = timedelta(days=366)


@dataclass(frozen=True)
class ToCheck:
    """A matter whose resident is to be asked once more; nothing of what was recorded."""

    id: UUID
    row: MatterRow


@dataclass(frozen=True)
class Compared:
    """A recorded word beside the second one; grades only as whether they differ."""

    row: Recheck
    code: str
    title: str
    caller: str
    checker: str


@dataclass(frozen=True)
class OfCaller:
    """How a caller's recorded words compare: how many were asked again, and of how many something differs."""

    name: str
    checked: int
    differs: int


def to_check(viewer: Viewer, at: datetime) -> Sequence[ToCheck]:
    """What this caller may ask once more: never their own calls or matters. Five queries, none for who rings nobody."""
    if not viewer.may("matter.call_back"):
        return ()
    found = ask("rechecks.to_check", _waiting, conflict.stood(viewer))
    rows = among(viewer, {matter for _, matter in found})
    return [ToCheck(one_, rows[matter]) for one_, matter in found if matter in rows]


def checking(viewer: Viewer, recheck_id: UUID, at: datetime) -> tuple[Recheck, OnePage]:
    """One call to make again. Raises Missing for one that is not for this caller, or is done."""
    if not viewer.may("matter.call_back"):
        raise Missing
    row = _open(viewer).filter(id=recheck_id).select_related("first").first()
    if row is None:
        raise Missing
    return row, one.one(viewer, row.matter_id, at)


def compared(viewer: Viewer, at: datetime) -> Sequence[Compared]:
    """The words of which something differs, newest first, at most 50; four queries. Nobody reads about their own."""
    if not viewer.may("stats.see"):
        raise Missing
    found = _judged(viewer, at).filter(state="differs").select_related("matter", "first", "second")
    rows = list(found.order_by("-told_at")[:MOST])
    people = {person for row in rows for person in (row.caller_id, row.by_id) if person}
    names = staff.persons(viewer, people)
    return [
        Compared(
            row,
            row.matter.code,
            row.matter.title,
            names.get(row.caller_id, "") if row.caller_id else "",
            names.get(row.by_id, "") if row.by_id else "",
        )
        for row in rows
    ]


def by_caller(viewer: Viewer, at: datetime) -> Sequence[OfCaller]:
    """How callers' recorded words compare over a year, the one with most differences first; two queries. Where nobody
    had answered there was no word to compare."""
    rows = _judged(viewer, at).filter(state__in=("same", "differs"), caller_id__isnull=False, first__isnull=False)
    rows = rows.order_by()
    found = list(rows.values_list("caller_id").annotate(n=Count("id"), differ=Count("id", filter=Q(state="differs"))))
    names = staff.persons(viewer, {caller for caller, _, _ in found if caller})
    told = [OfCaller(names.get(caller, "") if caller else "", n, differ) for caller, n, differ in found]
    return sorted(told, key=lambda one_: (-one_.differs, one_.name))


def draws(viewer: Viewer, at: datetime) -> Sequence[CallDraw]:
    """The newest draws with their seeds, so that anybody can draw again; one query."""
    return list(CallDraw.objects.order_by("-day", "programme")[:14])


def _waiting(viewer: Viewer) -> QuerySet[Recheck, Any]:
    return _open(viewer).order_by("at", "id").values_list("id", "matter_id")[:MOST]


def _open(viewer: Viewer) -> QuerySet[Recheck]:
    me = viewer.persons
    own = Q(caller_id__in=me) | Q(matter__handler_id__in=me) | Q(matter__supervisor_id__in=me)
    own |= Q(matter__first_asked_id__in=me)  # whoever took it down had its proof in hand
    own |= Q(first__isnull=True, matter__call_backs__caller_id__in=me)  # whoever wrote down that nobody answered
    seen = Matter.objects.visible_to(viewer)
    rows = Recheck.objects.filter(state="waiting", matter__in=seen)
    ended_anew = Q(matter__closed_at__isnull=True) | Q(matter__closed_at__gt=F("at"))  # taken up before anybody rang
    return rows.exclude(own | (Q(first__isnull=True) & ended_anew))


def _judged(viewer: Viewer, at: datetime) -> QuerySet[Recheck]:
    me = viewer.persons
    own = Q(caller_id__in=me) | Q(matter__handler_id__in=me) | Q(matter__supervisor_id__in=me)
    rows = Recheck.objects.filter(matter__in=Matter.objects.visible_to(viewer), told_at__gte=at - REACH)
    return rows.exclude(own)
