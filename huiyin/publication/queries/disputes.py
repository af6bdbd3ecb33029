"""How many disputes are mediated, as it may stand in public: by month and town, small cells hidden (R-221).

Months do not overlap and nothing is added up beside them. Of a place both are told or neither, and so is what is left
when the settled are taken from the registered; what could be reckoned from the whole is hidden with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from huiyin.casework.queries import mediation
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.publication.rules import cells
from huiyin.publication.rules.cells import Said
from huiyin.publication.rules.months import following
from huiyin.register.queries import places

TOWN = 9


@dataclass(frozen=True)
class Shown:
    """A month in public: over all and by town, `asked` registered and `solved` settled of them; None is hidden.

    `least` is the smallest number told. Villages are not told at all: their disputes are their neighbours'.
    """

    whole: Said | None
    towns: Sequence[tuple[str, Said | None]]
    least: int

    @property
    def told(self) -> bool:
        """Whether any figure of the month may be told."""
        return self.whole is not None or any(one is not None for _, one in self.towns)


def shown(viewer: Viewer, at: datetime, month: date) -> Shown | None:
    """The disputes registered in a month; None where the programme mediates none. Two queries."""
    book = current(at).rulebook
    if mediation.page_of(viewer, at) is None:
        return None
    from_, until = (datetime.combine(day, time(), book.county.tz) for day in (month, following(month)))
    towns = places.towns_and_villages(viewer, book.county.code)[0]
    names = {code[:TOWN]: name for code, name in towns}
    said = dict.fromkeys(names, cells.NOTHING) | {"": cells.NOTHING}
    for place, (many, settled) in mediation.by_place(viewer, from_=from_, until=until).items():
        town = place[:TOWN] if place[:TOWN] in names else ""
        said[town] += Said(settled, many - settled)
    least = cells.least(one.publication.min_cells for one in book.programmes.values())  # disputes of each are counted
    whole, parts = cells.shown(sum(said.values(), cells.NOTHING), said, least)
    return Shown(whole, [(names.get(town, ""), one) for town, one in parts.items() if town or said[""].asked], least)
