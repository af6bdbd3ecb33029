"""Complaints that somebody proposes to end, or that were drawn to be looked at again: by code, never by subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, Value

from huiyin.casework.models import Dismissal, Matter, Retention
from huiyin.casework.queries import one
from huiyin.casework.queries.books import days
from huiyin.casework.queries.one import OnePage
from huiyin.casework.rules import dismissing as rules
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import Due
from huiyin.programme.refusal import Missing

MOST = 100
SOON = timedelta(days=3)
"""So near the day is shown as pressing."""
ENDED = ("declined", "passed")


@dataclass(frozen=True)
class DismissalRow:
    """What a list may say: the matter's code, since when it waits, and whether it is to be looked at again, or is a
    sealed one that somebody proposes to keep."""

    id: UUID
    code: str
    since: datetime
    again: bool
    keep: bool
    rulebook_id: UUID

    @property
    def until(self) -> Due | None:
        """When it goes on by itself; what is to be kept has no such day."""
        return None if self.keep else _until(self.since, self.rulebook_id)

    def soon(self, at: datetime) -> bool:
        """Whether that day is near."""
        ends = self.until
        return ends is not None and ends.at - at <= SOON


@dataclass(frozen=True)
class DismissalPage:
    """One of them with its matter; the words of a locked one where its key was at hand. `again` as above."""

    row: Dismissal
    one: OnePage
    again: bool


def is_complaint(viewer: Viewer, matter: Matter) -> bool:
    """Whether a matter the viewer has reached is, or once was, held as one about somebody in office."""
    return rules.is_complaint(sealed=matter.sealed, held_why=matter.held_why)


def may(viewer: Viewer) -> bool:
    """Whether it is for the viewer to be the second or the third person at all."""
    return viewer.may("matter.held") or viewer.may("matter.approve")


def waiting(viewer: Viewer) -> Sequence[DismissalRow]:
    """What waits for this viewer, longest first, with sealed ones that are to be kept, which stand in no list of kept
    matters; one query, none for who decides on none."""
    if not may(viewer):
        return ()
    columns = "id", "matter__code", "proposed_at", "decided_at", "matter__rulebook_id", "keep"
    ended = _open(viewer).annotate(keep=Value(value=False)).values_list(*columns)
    kept = _to_keep(viewer).annotate(keep=Value(value=True)).values_list(*columns)
    found = ended.order_by().union(kept.order_by(), all=True).order_by("proposed_at", "id")[:MOST]
    return [
        DismissalRow(id_, code, done or asked, done is not None, keep, book)
        for id_, code, asked, done, book, keep in found
    ]


def unattended(viewer: Viewer, before: datetime) -> QuerySet[Dismissal]:
    """What waits since before a moment for the second or the third person, longest first; for the clock alone."""
    asked = Q(decided_at__isnull=True, proposed_at__lt=before)
    drawn = Q(drawn=True, reviewed_at__isnull=True, decided_at__lt=before)
    if not viewer.everything:
        return Dismissal.objects.none()
    rows = Dismissal.objects.filter(asked | drawn, ended_at__isnull=True)
    return rows.select_related("matter").order_by("proposed_at", "id")


def until(viewer: Viewer, row: Dismissal) -> Due:
    """Until when somebody has to come to it."""
    return _until(row.decided_at or row.proposed_at, row.matter.rulebook_id)


def _until(since: datetime, rulebook_id: UUID) -> Due:
    return rules.lapses(since, zone=version(rulebook_id).county.tz, days=days())


def dismissal(viewer: Viewer, dismissal_id: UUID, at: datetime, key: one.Key | None = None) -> DismissalPage:
    """One that waits for this viewer, with its matter. Raises Missing for everything and everybody else."""
    row = _open(viewer).filter(id=dismissal_id).select_related("matter").first() if may(viewer) else None
    if row is None:
        raise Missing
    page = one.by_code(viewer, row.matter.code, at, key)
    return DismissalPage(page.laid.on(row), page, row.decided_at is not None)


def standing_one(viewer: Viewer, matter: Matter) -> Dismissal | None:
    """How a matter came to its end, where two persons ended it so and it is still there."""
    if matter.state not in ENDED or not is_complaint(viewer, matter):
        return None
    return (
        Dismissal.objects.filter(matter=matter, consented=True, ended_at__isnull=True).order_by("-decided_at").first()
    )


def _to_keep(viewer: Viewer) -> QuerySet[Retention]:
    me = viewer.persons
    asked = Retention.objects.filter(decided_at__isnull=True, ended_at__isnull=True, matter__sealed=True)
    seen = Matter.objects.sealed_to(viewer).values("pk")
    return asked.filter(matter__in=seen).exclude(Q(proposed_by_id__in=me) | Q(matter__handler_id__in=me))


def _open(viewer: Viewer) -> QuerySet[Dismissal]:
    me = viewer.persons
    asked = Q(decided_at__isnull=True) & ~Q(proposed_by_id__in=me)
    drawn = Q(drawn=True, reviewed_at__isnull=True) & ~Q(proposed_by_id__in=me) & ~Q(decided_by_id__in=me)
    parts = Q(matter__handler_id__in=me) | Q(matter__supervisor_id__in=me)
    seen = Matter.objects.reachable_by(viewer).values("pk")
    return Dismissal.objects.filter(asked | drawn, ended_at__isnull=True, matter__in=seen).exclude(parts)
