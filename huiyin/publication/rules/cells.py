"""Small cells: which of the figures about people's judgements may stand in public (decisions.md, Sealed matters).

A unit (a place) has two cells: how many said that it is solved, and how many said something else. The unit is shown
only if both are at least `least`; a cell of nought tells as much as one of one. So that nobody gets a hidden unit by
taking the shown ones from a shown total (differencing), hidden parts of a shown whole are at least two and together
pass the same test; where they do not, the smallest shown parts are hidden too (complementary suppression, Cox 1980).
Parts of a hidden whole are hidden.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """What people said in one place: solved, and anything else (in part, or not)."""

    solved: int
    other: int

    @property
    def asked(self) -> int:
        """How many were asked and answered."""
        return self.solved + self.other

    def __add__(self, more: "Said") -> "Said":
        return Said(self.solved + more.solved, self.other + more.other)


NOTHING = Said(0, 0)


def least(several: Iterable[int]) -> int:
    """The smallest cell told of a number that several programmes have a part in: each one's own has to hold."""
    return max(several)


def safe(said: Said, least: int) -> bool:
    """Whether both cells are large enough to be told."""
    return min(said.solved, said.other) >= least


def shown(whole: Said, parts: Mapping[str, Said], least: int) -> tuple[Said | None, dict[str, Said | None]]:
    """The whole and its parts as they may be told, None for what may not. `parts` add up to `whole`.

    Parts where nobody was asked are hidden like the others.
    """
    if not safe(whole, least):
        return None, dict.fromkeys(parts)
    open_ones = {name: said for name, said in parts.items() if safe(said, least)}
    while open_ones and not _covered({name: said for name, said in parts.items() if name not in open_ones}, least):
        del open_ones[min(open_ones, key=lambda name: (open_ones[name].asked, name))]
    return whole, {name: open_ones.get(name) for name in parts}


def _covered(hidden: Mapping[str, Said], least: int) -> bool:
    """Whether what is hidden cannot be reckoned from what is shown; nothing hidden needs no cover."""
    said = [one for one in hidden.values() if one.asked]
    return not said or (len(said) > 1 and safe(sum(said, NOTHING), least))
