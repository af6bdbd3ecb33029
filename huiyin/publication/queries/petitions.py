"""Petition figures as they may stand in public: whole half-years, by class and town, small cells hidden (R-223).

Half-years do not overlap and no year is shown beside them, so that none can be reckoned from the others; a kind is
shown only where it and the rest of the whole are both large enough, and with it only whole figures of the same half.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiyin.casework.queries import petitions as kept
from huiyin.casework.queries.petitions import Compared
from huiyin.casework.rules.petitions import Half
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.early import WHOLE
from huiyin.publication.rules import cells
from huiyin.publication.rules.cells import Said


@dataclass(frozen=True)
class Cell:
    """A figure in public: how many and the same half a year before; None where it is hidden."""

    now: int | None
    before: int | None

    @property
    def change(self) -> float | None:
        """By what share it changed, where both may be told."""
        if self.now is None or not self.before:
            return None
        return Compared(self.now, self.before).change


@dataclass(frozen=True)
class Shown:
    """A half-year in public: over all and by town, each kind a cell; `least` is the smallest number told."""

    half: Half
    titles: Mapping[str, str]
    whole: Mapping[str, Cell]
    towns: Sequence[tuple[str, Mapping[str, Cell]]]
    least: int


def shown(viewer: Viewer, at: datetime, half: Half) -> Shown | None:
    """A half-year that is over; None where nobody keeps figures here or any of its months is not entered."""
    page, book = kept.page_of(viewer, at), current(at).rulebook
    found = kept.figures(viewer, at, half) if page else None
    if page is None or found is None or found.months < MONTHS:
        return None
    least = book.programmes[book.county.intake.programme].publication.min_cells
    whole: dict[str, Cell] = {}
    parts: dict[str, dict[str, Cell]] = {code: {} for code, _, _ in found.towns}
    for kind in page.titles:
        (now, now_by), (before, before_by) = (
            _told(kind, {code: _of(kinds, when) for code, _, kinds in found.towns}, least) for when in ("now", "before")
        )
        if found.months_before < MONTHS:
            before, before_by = None, dict.fromkeys(before_by)
        whole[kind] = Cell(now, before)
        for code in parts:
            parts[code][kind] = Cell(now_by[code], before_by[code])
    towns = [(name, parts[code]) for code, name, _ in found.towns]
    return Shown(half, page.titles, whole, towns, least)


MONTHS = 6
"""Only whole half-years are told: a figure that grows month by month would tell each month's own."""


def _of(kinds: Mapping[str, Compared], when: str) -> dict[str, int]:
    return {kind: getattr(one, when) for kind, one in kinds.items()}


def _told(kind: str, towns: Mapping[str, Mapping[str, int]], least: int) -> tuple[int | None, dict[str, int | None]]:
    """One kind over all and by town, hidden where it or what is left of the whole is small."""

    def cell(counts: Mapping[str, int]) -> Said:
        number = counts[kind]
        # The whole has no rest: it is large enough by itself.
        return Said(number, number if kind == WHOLE else counts[WHOLE] - number)

    said = {code: cell(counts) for code, counts in towns.items()}
    over_all = sum(said.values(), cells.NOTHING)
    told, by_town = cells.shown(over_all, said, least)
    return told.solved if told else None, {code: one.solved if one else None for code, one in by_town.items()}
