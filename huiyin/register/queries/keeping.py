"""How long what is over is kept, and what of it was deleted: the schedule and its report (SG-48)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from huiyin.core import rulebook
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.register.events import RecordsForgotten
from huiyin.register.models import (
    Announcement,
    Correction,
    Enquiry,
    FileNote,
    Membership,
    NeedLook,
    Objection,
    PhoneConsent,
)
from huiyin.register.queries.days import today
from huiyin.register.rules.months import later

A_YEAR = timedelta(days=365)
MOST = 5_000

OVER: dict[str, Callable[[datetime], QuerySet[Any]]] = {
    "categories": lambda cut: Membership.objects.filter(Q(until__lte=cut.date()) | Q(replaced_at__lt=cut)),
    "notes": lambda cut: FileNote.objects.filter(replaced_at__lt=cut),
    "corrections": lambda cut: Correction.objects.filter(at__lt=cut),
    "objections": lambda cut: Objection.objects.filter(answered_at__lt=cut),
    "need_looks": lambda cut: NeedLook.objects.filter(answered_at__lt=cut),
    "enquiries": lambda cut: Enquiry.objects.filter(told_at__lt=cut),
    "consents": lambda cut: PhoneConsent.objects.filter(Q(until__lte=cut.date()) | Q(replaced_at__lt=cut)),
    "announcements": lambda cut: Announcement.objects.filter(at__lt=cut),
}
"""What is over since before a moment, by kind of record; the months of each stand on the county's page."""


OF_OTHERS = ("reporters", "comments")
"""Kinds that other rooms delete; their months and their report stand with the others."""


@dataclass(frozen=True)
class Line:
    """A kind of record: months it is kept after it is over (0: for good), rows deleted in a year, the last time."""

    kind: str
    months: int
    deleted: int
    last: datetime | None


def schedule(viewer: Viewer, at: datetime) -> tuple[Line, ...]:
    """Each kind with what was deleted of it in the last year. Raises Refused without `register.erase`."""
    viewer.need("register.erase")
    told = Event.objects.filter(name=RecordsForgotten.NAME, at__gte=at - A_YEAR).order_by("-at")
    sums: dict[str, int] = {}
    last: dict[str, datetime] = {}
    for kind, rows, moment in told.values_list("subject", "data__rows", "at")[:MOST]:
        sums[kind] = sums.get(kind, 0) + int(rows)
        last.setdefault(kind, moment)
    keep = rulebook.current(at).rulebook.county.keep
    return tuple(Line(kind, getattr(keep, kind), sums.get(kind, 0), last.get(kind)) for kind in (*OVER, *OF_OTHERS))


def over(viewer: Viewer, at: datetime, kind: str, most: int) -> list[Any]:
    """The oldest rows of a kind whose time is up; none where the county keeps them for good. For the machine."""
    viewer.need("register.erase")
    cut = cut_of(viewer, at, kind)
    return list(OVER[kind](cut).order_by("pk")[:most]) if cut else []


def cut_of(viewer: Viewer, at: datetime, kind: str) -> datetime | None:
    """What ended before this moment is kept no longer; None where the county keeps the kind for good."""
    county = rulebook.current(at).rulebook.county
    months = getattr(county.keep, kind)
    return datetime.combine(later(today(viewer, at), -months), time(), tzinfo=county.tz) if months else None
