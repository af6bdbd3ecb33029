"""What is thrown on a walk, and what was so seldom taken that it is sought."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from tests.cast import Cast
from tests.walks.county import County
from tests.walks.model import Case
from tests.walks.pair import Pair, Walked

T = TypeVar("T")
MOST = 5
"""Matters of one walk."""
ENOUGH = 60
"""Of each transition; what was taken less often on a run so far is sought."""


class Chance(Pair):
    """A walk whose ways are thrown: the rarer a transition was on the run so far, the likelier it is."""

    def __init__(self, flow: County, cast: Cast, walked: Walked, chance: Random) -> None:
        super().__init__(flow, cast, walked, chance)
        self.reporters: list[tuple[UUID, str, str]] = []
        self.born: dict[UUID, str] = {}
        """The level of each matter's place."""

    def can(self, case: Case, name: str) -> bool:
        """Whether the flow has this step from where the matter is."""
        return self.county.taking(name, case.state) is not None

    def dear(self, state: str, *steps: str) -> float:
        """How much the scarcest of some steps from a state is sought: 1 where all were taken often enough, up to 10."""
        known = [name for name in steps if self.county.taking(name, state)]
        scarcest = min((self.walked.taken[self.county.name, state, name] for name in known), default=ENOUGH)
        return 1 + 9 * max(0.0, 1 - scarcest / ENOUGH) ** 2

    def dearest(self, step: str) -> float:
        """How much a step is sought from where the walk's matters are."""
        return max(self.dear(case.state, step) for case in self.cases.values())

    def one_of(self, some: Sequence[T]) -> T:
        """One of these."""
        return self.chance.choice(some)

    def often(self, share: float) -> bool:
        """True in this share of cases."""
        return self.chance.random() < share

    def later(self) -> None:
        """A few minutes or hours go by."""
        self.at += timedelta(minutes=self.one_of((7, 45, 200, 400)))

    def pick(self, fit: Callable[[Case], bool] = lambda _: True, *steps: str) -> UUID:
        """One of the walk's matters, if it can be one that fits; each state is as likely as another, but those in
        which one of the `steps` was seldom taken more so.
        """
        fitting = [key for key, case in self.cases.items() if fit(case)] or list(self.cases)
        states = sorted({self.cases[key].state for key in fitting})
        (state,) = self.chance.choices(states, [self.dear(one, *steps) for one in states])
        return self.one_of([key for key in fitting if self.cases[key].state == state])
