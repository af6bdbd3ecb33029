"""The numbered list, and what the clocks of a matter told (R-225, R-188)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Alarm, Matter, Numbered
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

MOST = 100


@dataclass(frozen=True)
class NumberRow:
    """One line of the list, names filled in."""

    id: UUID
    year: int
    number: int
    supervisor: str
    reason: str
    by: str
    at: datetime
    struck_at: datetime | None
    struck_by: str
    struck_note: str
    matter: MatterRow | None
    """None on the matter's own page."""


def numbered(viewer: Viewer, *, struck: bool = False) -> Sequence[NumberRow]:
    """What is on the list, or was struck off it, in order of the numbers; only what the viewer may see. Six queries.

    A number whose matter is out of sight leaves a gap and no line.
    """
    seen = Matter.objects.visible_to(viewer)
    rows = Numbered.objects.filter(struck_at__isnull=not struck, matter__in=seen.values("pk"))
    order = ("-year", "-number") if struck else ("year", "number")
    return _filled(viewer, list(rows.order_by(*order)[:MOST]))


def of_matter(viewer: Viewer, matter: Matter) -> list[Numbered]:
    """The numbers of a matter the viewer has reached, the last first."""
    return [] if matter.held or matter.sealed else list(matter.numbers.order_by("-year", "-number"))


def persons_of(rows: Sequence[Numbered]) -> set[UUID]:
    """Whose names such rows show."""
    return {one for row in rows for one in (row.supervisor_id, row.by_id, row.struck_by_id) if one}


@dataclass(frozen=True)
class AlarmRow:
    """What a clock told: which, what, when, whom, and by which version of the rulebook."""

    clock: str
    kind: str
    at: datetime
    role: str
    limit: int
    unit: str
    rulebook_id: UUID


def alarms(viewer: Viewer, matter: Matter) -> Sequence[AlarmRow]:
    """What the clocks of a matter told, oldest first; one query."""
    rows = Alarm.objects.filter(matter=matter).select_related("clock")
    return [
        AlarmRow(row.clock.name, row.kind, row.at, row.role, row.data["limit"], row.data["unit"], row.rulebook_id)
        for row in rows
    ]


def _filled(viewer: Viewer, rows: Sequence[Numbered]) -> list[NumberRow]:
    names = staff.persons(viewer, persons_of(rows)) if rows else {}
    found = Matter.objects.filter(id__in={row.matter_id for row in rows}).values(*COLUMNS) if rows else ()
    return filled(rows, names, {row.id: row for row in rows_of(viewer, found)})


def filled(
    rows: Sequence[Numbered], names: Mapping[UUID, str], matters: Mapping[UUID, MatterRow] | None = None
) -> list[NumberRow]:
    """The rows with names that are at hand, and their matters on a list."""
    return [
        NumberRow(
            id=row.id,
            year=row.year,
            number=row.number,
            supervisor=names.get(row.supervisor_id, ""),
            reason=row.reason,
            by=names.get(row.by_id, "") if row.by_id else "",
            at=row.at,
            struck_at=row.struck_at,
            struck_by=names.get(row.struck_by_id, "") if row.struck_by_id else "",
            struck_note=row.struck_note,
            matter=(matters or {}).get(row.matter_id),
        )
        for row in rows
    ]
