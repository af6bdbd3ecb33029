"""What officials were on the day looked back to, and before: kind of personnel, tier, how they stood in service."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from huiyin.core.viewer import Viewer
from huiyin.register.models import OfficialState
from huiyin.register.models.official_states import EVER
from huiyin.register.models.periods import standing


@dataclass(frozen=True)
class State:
    """What an official was for a period; `since` null: since before anything was written down."""

    kind: str
    tier: str
    status: str
    since: date | None
    until: date | None


def on(day: date, official_ids: Iterable[UUID] | None = None) -> dict[UUID, State]:
    """What officials, or some of them, were on a day where that is not what they are today; one question."""
    rows = OfficialState.objects.filter(standing(day))
    if official_ids is not None:
        rows = rows.filter(official_id__in=set(official_ids))
    return {row.official_id: _state(row) for row in rows}


def then(viewer: Viewer, name: str) -> F | Coalesce:
    """Of rows that have an official, what they were on the day looked back to: their `kind`, `tier` or `status`."""
    if viewer.back is None:
        return F(f"official__{name}")
    was = OfficialState.objects.filter(standing(viewer.back), official=OuterRef("official_id"))
    return Coalesce(Subquery(was.values(name)[:1]), f"official__{name}")


def before(official_id: UUID) -> tuple[State, ...]:
    """What an official was before today, the newest first."""
    rows = OfficialState.objects.filter(official_id=official_id, replaced_at=None).order_by("-until", "-pk")
    return tuple(_state(row) for row in rows)


def begun(official_ids: Iterable[UUID]) -> dict[UUID, date]:
    """Since when some officials have been what they are, of those of whom something else is written down."""
    rows = OfficialState.objects.filter(official_id__in=set(official_ids), replaced_at=None).order_by()
    return dict(rows.values_list("official_id").annotate(last=Max("until")))


def _state(row: OfficialState) -> State:
    return State(row.kind, row.tier, row.status, None if row.since == EVER else row.since, row.until)
