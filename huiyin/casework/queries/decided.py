"""Accountability in figures: counts of what others decided, by half year and kind (R-405)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import ExtractMonth, ExtractYear

from huiyin.casework.models import Decided
from huiyin.casework.rules import petitions
from huiyin.casework.rules.inspections import DECISIONS
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

SHOWN = 200


@dataclass(frozen=True)
class DecidedRow:
    """One paper, names filled in."""

    id: UUID
    kind: str
    decided_by: str
    document: str
    decided_on: date
    body: str
    many: int
    struck_why: str
    struck: bool


@dataclass(frozen=True)
class Half:
    """A half year, its last day included: how many of each kind, in the order of `DECISIONS`."""

    first: date
    last: date
    many: Sequence[int]


def papers(viewer: Viewer) -> list[DecidedRow]:
    """The papers in sight, the newest first, what was struck too; two queries."""
    rows = list(Decided.objects.visible_to(viewer)[:SHOWN])
    bodies = staff.body_names(viewer, {row.body_id for row in rows})
    return [
        DecidedRow(
            id=row.id,
            kind=row.kind,
            decided_by=row.decided_by,
            document=row.document,
            decided_on=row.decided_on,
            body=bodies.get(row.body_id, ""),
            many=row.many,
            struck_why=row.struck_why,
            struck=row.struck_at is not None,
        )
        for row in rows
    ]


def halves(viewer: Viewer) -> list[Half]:
    """What was decided by half year, the newest first; one query. What was struck counts nowhere."""
    rows = Decided.objects.visible_to(viewer).filter(struck_at__isnull=True).order_by()
    dated = rows.annotate(year=ExtractYear("decided_on"), month=ExtractMonth("decided_on"))
    found = dated.values_list("kind", "year", "month")
    sums: dict[petitions.Half, dict[str, int]] = {}
    for kind, year, month, many in found.annotate(many=Sum("many")):
        part = sums.setdefault(petitions.half_of(date(year, month, 1)), dict.fromkeys(DECISIONS, 0))
        part[kind] += many
    return [
        Half(half.from_, half.until - timedelta(days=1), [part[kind] for kind in DECISIONS])
        for half, part in sorted(sums.items(), reverse=True)
    ]
