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


def may_take_back(viewer: Viewer, row: ChangeRow) -> bool:
    """Whether a viewer may take a change back: who edits all its places, as long as it stands."""
    kept = viewer.may("register.edit") and all(viewer.sees(code) for code, _ in (*row.old, *row.new))
    return kept and row.undone_at is None


def _shown(viewer: Viewer, rows: list[PlaceChange]) -> tuple[ChangeRow, ...]:
    names = dict(Person.objects.filter(pk__in=[row.by_id for row in rows]).values_list("pk", "name"))
    before = {row.pk: row.on - timedelta(days=1) for row in rows}
    olds = [(code, before[row.pk]) for row in rows for code in row.old_codes]
    called = places.paths_on(viewer, [*olds, *((code, row.on) for row in rows for code in row.new_codes)])
    return tuple(
        ChangeRow(
            row.pk,
            row.kind,
            tuple((code, called[code, before[row.pk]]) for code in row.old_codes),
            tuple((code, called[code, row.on]) for code in row.new_codes),
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
