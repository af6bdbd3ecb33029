"""Which matters a new text may repeat: near words, near place, the same number (R-236). A hint, never a decision."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from huiyin.casework.models import Matter
from huiyin.casework.queries.callers import of_number
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.core import near, text
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused

MOST = 10
SAME_VILLAGE, SAME_TOWN, SAME_NUMBER, STILL_OPEN = 0.15, 0.05, 0.2, 0.05
"""What a place, a number and being open add to the likeness of the words (0 to 1)."""
LEAST = 0.3


@dataclass(frozen=True)
class Twin:
    """A matter that may be the same: `alike` from 0 to 1 by words, and whether number and village are the same."""

    row: MatterRow
    alike: float
    same_number: bool
    same_village: bool

    @property
    def hundredths(self) -> int:
        """How alike, for a reader."""
        return round(self.alike * 100)


Row = dict[str, Any]


@dataclass(frozen=True)
class Likely:
    """A matter that may be the same, before its names are filled in."""

    row: Row
    alike: float
    same_number: bool
    same_village: bool

    def told(self, row: MatterRow) -> Twin:
        """With names."""
        return Twin(row, self.alike, self.same_number, self.same_village)


def twins(viewer: Viewer, words: str, *, place_code: str = "", phone: str = "", most: int = MOST) -> list[Twin]:
    """Ordinary matters in sight that a text may repeat, the likeliest first; seven queries at most, whatever their
    number. Held and sealed matters are in no index and no list. A number that is none adds nothing."""
    best = likely(viewer, words, place_code=place_code, phone=phone, most=most)
    return [one.told(row) for one, row in zip(best, rows_of(viewer, [one.row for one in best]), strict=True)]


def likely(
    viewer: Viewer, words: str, *, place_code: str = "", phone: str = "", besides: UUID | None = None, most: int = MOST
) -> list[Likely]:
    """As `twins`, for a page that fills in names by itself; four queries at most."""
    scored = dict(near.near("matter", words))
    if besides:
        scored.pop(besides, None)
    if not scored:
        return []
    found = list(Matter.objects.visible_to(viewer).filter(id__in=scored).values(*COLUMNS))
    own = _own(phone, [row["id"] for row in found])
    ranked = sorted(((_rank(row, scored[row["id"]], own, place_code), row) for row in found), key=lambda one: -one[0])
    return [
        Likely(row, scored[row["id"]], row["id"] in own, _same(row["place_code"], place_code, 12))
        for rank, row in ranked[:most]
        if rank >= LEAST
    ]


def _rank(row: Row, alike: float, own: frozenset[UUID], place_code: str) -> float:
    place = str(row["place_code"])
    near_by = SAME_VILLAGE if _same(place, place_code, 12) else SAME_TOWN if _same(place, place_code, 9) else 0.0
    return (
        alike + near_by + (SAME_NUMBER if row["id"] in own else 0.0) + (STILL_OPEN if row["closed_at"] is None else 0.0)
    )


def _same(one: str, other: str, digits: int) -> bool:
    """Whether two codes lie in the same village (12 digits) or town (9)."""
    return bool(one and other) and one[:digits] == other[:digits]


def _own(phone: str, ids: list[UUID]) -> frozenset[UUID]:
    """Which of these were opened with the number."""
    try:
        blind = vault().blind("phone", text.phone(phone)) if phone.strip() else b""
    except Refused:
        return frozenset()
    return frozenset(of_number(blind).filter(matter_id__in=ids).values_list("matter_id", flat=True) if blind else ())
