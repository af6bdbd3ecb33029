"""Walks that seek: now and then the transition that was taken least often of those some matter stands before."""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from tests.rooms.casework.withdrawn import withdraw
from tests.walks.county import Step
from tests.walks.machine import BY_TIME, RESIDENT, Doing
from tests.walks.model import OTHERWISE, ROLES, Case

SOUGHT = 0.4
"""In what share of its moves a walk seeks; the others are left to chance."""


class Seeking(Doing):
    """Where chance alone comes too seldom, because a matter is soon led on from there or few may take the step."""

    def act(self) -> None:
        """One thing that is at least tried."""
        tried = self.walked.steps
        if self.cases and self.often(SOUGHT):
            self.seek()
        if self.walked.steps == tried:
            super().act()

    def seek(self) -> None:
        """Take the least taken transition at hand."""
        here = Counter(one for case in self.cases.values() for one in case.taken)

        def times(case: Case, line: Step) -> int:
            return self.walked.taken[self.county.name, case.state, line.name] + here[case.state, line.name]

        ways = [
            (times(case, line), self.chance.random(), key, line)
            for key, case in self.cases.items()
            for line in self.county.steps
            if case.state in line.sources and not case.held
        ]
        if not ways:
            return
        _, _, key, line = min(ways, key=lambda one: one[:2])
        by_itself = self.by_itself(key).get(line.name)
        if by_itself is not None:
            by_itself()
        elif line.by and line.name not in OTHERWISE:
            self.by_staff(key, line)

    def by_staff(self, key: UUID, line: Step) -> None:
        """A step of the flow by somebody whose step it is."""
        self.later()
        case = self.cases[key]
        able = [who for who in ROLES if line.by in case.verbs(who) and case.reached_by(who)]
        holder = case.parts.get(line.part) if line.part else None
        if able:
            self.one_step(key, holder if holder and holder in able else self.one_of(able), line.name)

    def by_itself(self, key: UUID) -> dict[str, Callable[[], None]]:
        """Steps that are taken by actions of their own, by the resident, or by time."""
        ways: dict[str, Callable[[], None]] = {
            **{"deliver": self.deliver, "call_back": self.call, "close": self.call, "reopen": self.reopen},
            **{"extend": self.extend, "retain": self.retain, "instruct": self.instruct, "number": self.number},
            **dict.fromkeys(BY_TIME, self.time),
        }
        if not (self.cases[key].held or self.cases[key].sealed):
            ways["withdraw"] = lambda: self.withdraw(key)
        return ways

    def withdraw(self, key: UUID) -> None:
        """The resident takes this one back."""
        self.later()
        self.both(
            "withdraw",
            lambda cases: cases[key].withdraw(self.at),
            lambda: withdraw(by=RESIDENT, at=self.at, matter_id=key),
            key,
        )
