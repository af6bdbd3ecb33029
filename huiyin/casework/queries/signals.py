"""Early signals: what begins at the places in sight, who looks after it, and what became of it (R-222)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from huiyin.casework.models import Issue, Matter, Signal
from huiyin.core.viewer import Viewer
from huiyin.register.queries import places, staff

SHOWN = 60
STATES = ("open", "late", "ended")


@dataclass(frozen=True)
class SignalRow:
    """A signal, names filled in. `code` is that of the matter it became, where the viewer may see it."""

    row: Signal
    place: str
    owner: str
    code: str
    issue: str
    late: bool
    mine: bool


@dataclass(frozen=True)
class Signals:
    """Some signals and how many there are in each state."""

    rows: Sequence[SignalRow]
    counts: dict[str, int]


def signals(viewer: Viewer, state: str, today: date) -> Signals:
    """Signals in sight in a state: open, late (of those), ended; the nearest day first. Six queries at most."""
    rows = Signal.objects.visible_to(viewer)
    going, over = Q(ended_at__isnull=True), Q(due_on__lt=today)
    conditions = {"open": going, "late": going & over, "ended": Q(ended_at__isnull=False)}
    counts = rows.aggregate(**{f"n_{name}": Count("pk", filter=one) for name, one in conditions.items()})
    order = ("-ended_at", "-id") if state == "ended" else ("due_on", "id")
    found = list(rows.filter(conditions[state]).select_related("issue").order_by(*order)[:SHOWN])
    became = {row.matter_id for row in found if row.matter_id}
    codes = dict(Matter.objects.visible_to(viewer).filter(pk__in=became).values_list("pk", "code")) if became else {}
    names, where = (
        staff.persons(viewer, {row.owner_id for row in found}),
        places.paths(viewer, {row.place_code for row in found}),
    )
    told = [_row(viewer, row, where, names, codes, today) for row in found]
    return Signals(told, {name: counts[f"n_{name}"] for name in STATES})


def one(viewer: Viewer, signal_id: UUID) -> Signal | None:
    """A signal in sight."""
    return Signal.objects.visible_to(viewer).filter(id=signal_id).first()


def _row(
    viewer: Viewer, row: Signal, where: dict[str, str], names: dict[UUID, str], codes: dict[UUID, str], today: date
) -> SignalRow:
    return SignalRow(
        row=row,
        place=where.get(row.place_code, ""),
        owner=names.get(row.owner_id, ""),
        code=codes.get(row.matter_id, "") if row.matter_id else "",
        issue=row.issue.title if row.issue else "",
        late=row.ended_at is None and row.due_on < today,
        mine=bool(viewer.persons & {row.owner_id, row.by_id}),
    )


def open_issues(viewer: Viewer) -> Sequence[tuple[UUID, str]]:
    """The common issues a signal may have become; one query."""
    rows = Issue.objects.visible_to(viewer).filter(settled_at__isnull=True).order_by("-opened_at")
    return list(rows.values_list("id", "title")[:SHOWN])
