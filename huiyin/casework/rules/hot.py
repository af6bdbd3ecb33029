"""Which topics are hot, and which problems keep coming back: by how often, how much more than usual, and how wide
(R-420, R-422)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEAST, GROWTH = 3, 1.5
"""A topic is hot with at least so many matters, and at least so many times its usual number."""
PERIODS = 4
"""What is usual is the mean of so many periods before."""
AGAIN = 3
"""So many matters of one topic in one village within `LATELY` days are a problem that keeps coming back."""
LATELY = 90


@dataclass(frozen=True)
class Cell:
    """How often a topic came up in a village: now, in the periods before together, lately, and taken up again."""

    village: str
    topic: str
    now: int
    prior: int
    lately: int
    reopened: int


@dataclass(frozen=True)
class Hot:
    """A hot topic: matters now, usually, and the villages it comes from, most matters first."""

    topic: str
    now: int
    usual: float
    villages: tuple[tuple[str, int], ...]

    @property
    def times(self) -> float | None:
        """How many times the usual; None for what never came up before."""
        return self.now / self.usual if self.usual else None


def hot(cells: Iterable[Cell]) -> list[Hot]:
    """The hot topics, those that grew by most first; of as many, the wider spread first."""
    listed = list(cells)
    now: Counter[str] = Counter()
    prior: Counter[str] = Counter()
    for cell in listed:
        now[cell.topic] += cell.now
        prior[cell.topic] += cell.prior
    found = [
        Hot(topic, count, prior[topic] / PERIODS, _villages(listed, topic))
        for topic, count in now.items()
        if topic and count >= LEAST and count >= GROWTH * prior[topic] / PERIODS
    ]
    return sorted(found, key=lambda one: (-(one.now - one.usual), -len(one.villages), one.topic))


def recurrent(cells: Iterable[Cell]) -> list[Cell]:
    """Villages and topics that keep coming back, most often first: candidates for a common issue, never a decision."""
    found = [cell for cell in cells if cell.topic and cell.lately >= AGAIN]
    return sorted(found, key=lambda cell: (-cell.lately, cell.village, cell.topic))


@dataclass(frozen=True)
class Candidate:
    """What may be a common issue: a topic in one village, or (`village` empty) in several; people decide (R-422)."""

    topic: str
    village: str
    matters: int
    villages: int


WIDE = 3
"""So many villages with one topic are a candidate for all of them."""


def candidates(cells: Iterable[Cell]) -> list[Candidate]:
    """Topics that come up in several villages, then those that keep coming back in one; most matters first. `lately`
    counts what stands under no issue yet."""
    listed = [cell for cell in cells if cell.topic and cell.lately]
    by_topic: dict[str, list[Cell]] = {}
    for cell in listed:
        by_topic.setdefault(cell.topic, []).append(cell)
    wide = [
        Candidate(topic, "", sum(one.lately for one in some), len(some))
        for topic, some in by_topic.items()
        if len(some) >= WIDE and sum(one.lately for one in some) >= 2 * AGAIN
    ]
    told = {one.topic for one in wide}
    narrow = [Candidate(one.topic, one.village, one.lately, 1) for one in recurrent(listed) if one.topic not in told]
    return sorted(wide, key=lambda one: (-one.matters, one.topic)) + narrow


def change(now: int, then: int) -> float | None:
    """By what part something grew (0.2: a fifth more); None where there was nothing before."""
    return (now - then) / then if then else None


def worst(shares: Mapping[str, tuple[int, int]]) -> str:
    """Of named shares (part, base) the one with most that lack; empty where none lacks any."""
    lacking = {name: base - part for name, (part, base) in shares.items() if base > part}
    return max(lacking, key=lambda name: (lacking[name], name), default="")


def _villages(cells: Iterable[Cell], topic: str) -> tuple[tuple[str, int], ...]:
    found = [(cell.village, cell.now) for cell in cells if cell.topic == topic and cell.now]
    return tuple(sorted(found, key=lambda one: (-one[1], one[0])))
