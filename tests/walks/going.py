"""Hypothesis walks: a county's matters go where chance takes them, through the product's real actions.

Hypothesis draws where a walk begins and how far it goes; the ways it takes there are its own dice, evenly thrown, since
Hypothesis prefers the same few.
"""

from datetime import timedelta
from random import Random
from typing import ClassVar

from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from huiyin.core.now import now
from tests.cast import Cast
from tests.flows import work_as
from tests.walks.county import County, county
from tests.walks.machine import Doing
from tests.walks.pair import BEGIN, Walked

LONGEST = timedelta(days=100)
"""More than goes by in one thing that is done. A walk stands still so long before the day the database was made, on
which the method that every database begins with comes into force after the county's."""


class Walk(RuleBasedStateMachine):
    """One walk. Subclassed with the county, its people and the account of the run."""

    county: ClassVar[County]
    cast: ClassVar[Cast]
    walked: ClassVar[Walked]
    proof: ClassVar[bool] = False
    does: ClassVar[type[Doing]] = Doing
    doing: Doing | None = None
    lost = False

    @initialize(dice=st.integers(0, 2**32 - 1))
    def begin(self, dice: int) -> None:
        """Take up the dice."""
        self.doing = self.does(self.county, self.cast, self.walked, Random(dice))

    @rule()
    def go(self) -> None:
        """One thing is done, by both, or refused by both."""
        assert self.doing is not None
        if self.doing.at > now() - LONGEST:
            return
        try:
            self.doing.act()
        except BaseException:
            self.lost = True
            note("\n".join(self.doing.told))
            raise

    def teardown(self) -> None:
        """Compare once more and roll back."""
        if self.doing is not None:
            self.doing.leave() if self.lost else self.doing.end(proof=self.proof)


def thrown(name: str, cast: Cast, dice: int, *, steps: int) -> None:
    """One walk with these dice and no more; its county's method is in force."""
    doing = Doing(county(name), cast, Walked(), Random(dice))
    try:
        for _ in range(steps):
            doing.act()
    finally:
        doing.leave()


def walk(
    name: str,
    cast: Cast,
    *,
    walks: int,
    steps: int,
    walked: Walked,
    seeded: int | None = None,
    proof: bool = False,
    does: type[Doing] = Doing,
) -> None:
    """Walk a county's flow so often and so far; AssertionError, with all that was done, on the first that goes wrong.

    `seeded` None: always the same walks. `proof` also verifies the log at each walk's end.
    """
    work_as(name, BEGIN - timedelta(hours=1), everybody=True)
    own = {"county": county(name), "cast": cast, "walked": walked, "proof": proof, "does": does}
    machine: type[Walk] = type("Walk", (Walk,), own)
    how = settings(
        max_examples=walks,
        stateful_step_count=steps + 1,  # taking up the dice is the first
        derandomize=seeded is None,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(seed(seeded)(machine) if seeded is not None else machine, settings=how)
