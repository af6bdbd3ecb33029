"""A post as lists show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from huiyin.register.models.staff import RESPONSIBILITIES


@dataclass(frozen=True)
class OfficialRow:
    """An official in one post."""

    person_id: UUID
    official_id: UUID
    post_id: UUID
    name: str
    title: str
    role: str
    responsibility: str
    kind: str
    body_id: UUID
    body_name: str
    place_code: str
    duty_phone: str
    body_phone: str
    hours: str = ""
    """When they can be reached, where it was asked for (`with_hours`)."""
    work: str = ""
    """What they are in charge of, where that was asked for (R-054)."""
    tier: str = ""
    photo: UUID | None = None
    """The photo residents see, where that was asked for (`portraits.with_photos`)."""


OFFICIAL = {
    **{"person_id": "official__person_id", "official_id": "official_id", "post_id": "pk", "title": "title"},
    **{"name": "official__person__name", "role": "role", "responsibility": "responsibility", "body_id": "body_id"},
    **{"kind": "official__kind", "body_name": "body__name", "place_code": "place_code", "body_phone": "body__phone"},
    **{"duty_phone": "official__duty_phone", "tier": "official__tier"},
}
"""What of an `OfficialRow` stands where, beginning at the post."""


def officials_of(columns: Iterable[tuple[Any, ...]]) -> tuple[OfficialRow, ...]:
    """Rows of such columns, by place, body, responsibility and name."""
    found = [OfficialRow(**dict(zip(OFFICIAL, row, strict=True))) for row in columns]
    return tuple(sorted(found, key=_rank))


def _rank(row: OfficialRow) -> tuple[str, str, int, str]:
    return (row.place_code, row.body_name, RESPONSIBILITIES.index(row.responsibility), row.name)
