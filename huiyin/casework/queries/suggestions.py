"""The register of suggestions: what was suggested, decided, answered, and what came of it (R-234)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from huiyin.casework.models import Adoption, Matter
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

SHOWN = 50
STATES = ("open", "waiting", "done", "declined")


@dataclass(frozen=True)
class Suggested:
    """A suggestion with what was decided; `by` is who decided."""

    row: MatterRow
    text: str
    answered: bool
    adoption: Adoption | None
    by: str
    mine: bool


@dataclass(frozen=True)
class Register:
    """Some suggestions, newest first, and how many there are in each state."""

    rows: Sequence[Suggested]
    counts: dict[str, int]


def register(viewer: Viewer, natures: Sequence[str], state: str) -> Register:
    """Suggestions in sight in a state: open (undecided), waiting (for a result), done, declined. Six queries."""
    rows = Matter.objects.visible_to(viewer).filter(nature__in=natures)
    conditions = {
        "open": Q(adoption__isnull=True),
        "waiting": Q(adoption__isnull=False, adoption__result_at__isnull=True) & ~Q(adoption__decision="declined"),
        "done": Q(adoption__result_at__isnull=False),
        "declined": Q(adoption__decision="declined"),
    }
    counts = rows.aggregate(**{f"n_{name}": Count("pk", filter=one) for name, one in conditions.items()})
    order = rows.filter(conditions[state]).order_by("-opened_at", "-id")
    found = list(order.values(*COLUMNS, "text", "answered_at")[:SHOWN])
    decided = {one.matter_id: one for one in Adoption.objects.filter(matter_id__in=[row["id"] for row in found])}
    names = staff.persons(viewer, {one.by_id for one in decided.values() if one.by_id})
    told = [
        Suggested(
            row,
            raw["text"],
            raw["answered_at"] is not None,
            decided.get(row.id),
            _decider(decided.get(row.id), names),
            raw["handler_id"] is not None and raw["handler_id"] in viewer.persons,
        )
        for raw, row in zip(found, rows_of(viewer, found), strict=True)
    ]
    return Register(told, {name: counts[f"n_{name}"] for name in STATES})


def _decider(one: Adoption | None, names: dict[UUID, str]) -> str:
    """Who decided; empty where nobody has."""
    return names.get(one.by_id, "") if one is not None and one.by_id else ""
