"""What became of places, when, why and by which document."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from huiyin.core.models import Person
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.models import PlaceChange
from huiyin.register.queries import places
from huiyin.register.rules import codes

SHOWN, READ = 20, 2_000


@dataclass(frozen=True)
class ChangeRow:
    """A change of places as lists and its page show it; places by the names of those days."""

    id: UUID
    kind: str
    old: tuple[tuple[str, str], ...]
    new: tuple[tuple[str, str], ...]
    on: date
    why: str
    source: str
    households: int
    at: datetime
    by: str
    undone_at: datetime | None


def of_place(viewer: Viewer, code: str) -> tuple[ChangeRow, ...]:
    """What happened to a place and what lies directly under it, the latest first. Three questions."""
    viewer.need("register.see")
    rows = PlaceChange.objects.defer("before").order_by("-at", "-pk")[:READ]
    near = [row for row in rows if any(code in (one, codes.parent(one)) for one in (*row.old_codes, *row.new_codes))]
    return _shown(viewer, near[:SHOWN])


def one(viewer: Viewer, change_id: UUID) -> ChangeRow:
    """One change. Raises Missing, also for who keeps none of its places."""
    viewer.need("register.see")
    row = PlaceChange.objects.defer("before").filter(pk=change_id).first()
    if row is None or not any(viewer.reaches(code) for code in (*row.old_codes, *row.new_codes)):
        raise Missing
    return _shown(viewer, [row])[0]


def _shown(viewer: Viewer, rows: list[PlaceChange]) -> tuple[ChangeRow, ...]:
    names = dict(Person.objects.filter(pk__in=[row.by_id for row in rows]).values_list("pk", "name"))
    days = {day for row in rows for day in (row.on, row.on - timedelta(days=1))}
    called = {day: places.paths(viewer, _on(rows, day), day=day) for day in days}
    return tuple(
        ChangeRow(
            row.pk,
            row.kind,
            tuple((code, called[row.on - timedelta(days=1)][code]) for code in row.old_codes),
            tuple((code, called[row.on][code]) for code in row.new_codes),
            row.on,
            row.why,
            row.source,
            row.households,
            row.at,
            names.get(row.by_id, "") if row.by_id else "",
            row.undone_at,
        )
        for row in rows
    )


def _on(rows: list[PlaceChange], day: date) -> list[str]:
    return [code for row in rows for code in (*row.old_codes, *row.new_codes) if abs((row.on - day).days) <= 1]
