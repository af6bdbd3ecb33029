"""Complaints that somebody proposes to end, or that were drawn to be looked at again: by code, never by subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework.models import Dismissal, Matter
from huiyin.casework.queries import one
from huiyin.casework.queries.one import OnePage
from huiyin.casework.rules import dismissing as rules
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing

MOST = 100
ENDED = ("declined", "passed")


@dataclass(frozen=True)
class DismissalRow:
    """What a list may say: the matter's code, since when it waits, and whether it is to be looked at again."""

    id: UUID
    code: str
    since: datetime
    again: bool


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
    """What waits for this viewer, longest first; one query, none for who decides on none."""
    if not may(viewer):
        return ()
    found = _open(viewer).order_by("proposed_at", "id")
    columns = found.values_list("id", "matter__code", "proposed_at", "decided_at")[:MOST]
    return [DismissalRow(id_, code, decided or asked, decided is not None) for id_, code, asked, decided in columns]


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


def _open(viewer: Viewer) -> QuerySet[Dismissal]:
    me = viewer.persons
    asked = Q(decided_at__isnull=True) & ~Q(proposed_by_id__in=me)
    drawn = Q(drawn=True, reviewed_at__isnull=True) & ~Q(proposed_by_id__in=me) & ~Q(decided_by_id__in=me)
    parts = Q(matter__handler_id__in=me) | Q(matter__supervisor_id__in=me)
    seen = Matter.objects.reachable_by(viewer).values("pk")
    return Dismissal.objects.filter(asked | drawn, ended_at__isnull=True, matter__in=seen).exclude(parts)
