"""Walks that seek: now and then the step that is, or leads to, the transition that was taken least often so far."""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from tests.walks.county import Step
from tests.walks.machine import BY_TIME, Doing
from tests.walks.model import OTHERWISE, ROLES, Case

SOUGHT = 0.4
"""In what share of its moves a walk seeks; the others are left to chance."""
A_STEP, REACH, FAR = 2.0, 6, float("inf")
"""What a step of the way to a transition counts, and how many steps ahead are looked at."""


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
        """Take the transition that is least taken, or that leads to where the least taken one is."""
        here = Counter(one for case in self.cases.values() for one in case.taken)
        ahead = self.ahead(here)

        def worth(case: Case, line: Step) -> float:
            leads = min((ahead[state] for state in self.leads(case, line) if state in ahead), default=FAR)
            return min(self.times(here, case.state, line), leads + A_STEP)

        ways = [
            (worth(case, line), self.chance.random(), key, line)
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

    def times(self, here: Counter[tuple[str, str]], state: str, line: Step) -> float:
        """How often a transition was taken, on the run so far and on this walk."""
        return self.walked.taken[self.county.name, state, line.name] + here[state, line.name]

    def ahead(self, here: Counter[tuple[str, str]]) -> dict[str, float]:
        """For each state how seldom the least taken transition was taken that can be reached from it; a step of the way
        counts as so many times more."""
        lines = [(state, line) for line in self.county.steps for state in line.sources]
        found: dict[str, float] = {}
        for state, line in lines:
            found[state] = min(found.get(state, FAR), self.times(here, state, line))
        for _ in range(REACH):
            for state, line in lines:
                for target in (line.target, *self._last(line)):
                    found[state] = min(found[state], found.get(target, FAR) + A_STEP)
        return found

    def leads(self, case: Case, line: Step) -> tuple[str, ...]:
        """The states a step of this matter leads to, or towards."""
        own = {"same": case.state, "previous": case.before}.get(line.target, line.target)
        return (own, *self._last(line))

    def _last(self, line: Step) -> tuple[str, ...]:
        """Handed back so often that the county decides."""
        return ("disputed",) if line.name == "transfer" and self.county.taking("decide", "disputed") else ()

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
            ways["withdraw"] = lambda: self.turn("withdraw", key)
        return ways
