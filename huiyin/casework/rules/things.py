"""What is owed of practical things: a first batch by a day, so many a village and an official (R-207, R-208)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huiyin.programme.schema.ledgers import FirstBatch


@dataclass(frozen=True)
class Committed:
    """A practical thing as plain facts."""

    on: date
    done: bool


@dataclass(frozen=True)
class Owed:
    """How a village or an official stands: what was committed to and done, what is owed, and the first batch.

    `first` is missing (before or after its day), fine, many (more than the programme's most), or "" without a rule.
    """

    committed: int
    done: int
    quota: int
    first: str = ""
    late: bool = False

    @property
    def missing(self) -> int:
        """How many are owed still."""
        return max(self.quota - self.committed, 0)


def standing(some: Sequence[Committed], *, quota: int, first: FirstBatch | None, today: date) -> Owed:
    """What stands against what is owed; a thing counts as committed whatever its size."""
    done = sum(one.done for one in some)
    if first is None:
        return Owed(len(some), done, quota)
    early = sum(one.on <= first.until for one in some)
    state = "missing" if early < first.least else "many" if early > first.most else "fine"
    return Owed(len(some), done, quota, state, late=state == "missing" and today > first.until)
