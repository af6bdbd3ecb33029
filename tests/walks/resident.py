"""What the resident does on a walk with the proof of a matter, and what is read out to them."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from huiyin.casework.actions import feedback, more, reading_out, retaining, withdrawing
from huiyin.casework.actions.afresh import ask_afresh
from huiyin.casework.actions.intake import Opened
from huiyin.casework.models import Reply
from huiyin.core.viewer import Viewer
from tests.rooms.casework.withdrawn import withdraw
from tests.walks import turning
from tests.walks.chance import Chance
from tests.walks.model import Case
from tests.walks.said import WORD

RESIDENT = Viewer.resident()
ACCUSING = "李卫东叫我们别说了，还收了钱。"
"""Words about an official of the walks' place."""
OFTEN = {"accuse": 0.12, "accuse_and_ask_back": 0.12, "ask_back": 0.6, "stay": 0.6}
"""How often something is done where it can be; 1 for what is not named."""
Turn = tuple[Callable[[Case, Collection[Case]], None], Callable[[], object]]


class Resident(Chance):
    """Words, withdrawals, objections, and asking for it anew."""

    def resident(self) -> None:
        """The resident comes with their proof: says a word, takes it back, wants it after all, adds, objects."""
        self.later()
        fits = self._fits()
        possible = [what for what, fit in fits.items() if any(map(fit, self.cases.values()))]
        some = sorted(possible if possible and self.often(0.9) else fits)
        wanted = [self.dearest(one) if one == "withdraw" else OFTEN.get(one, 1.0) for one in some]
        (what,) = self.chance.choices(some, wanted)
        key = self.pick(fits[what], *(["withdraw"] if what == "withdraw" else []))
        if what == "withdraw" and self.dear(self.cases[key].state, "withdraw") == 1 and self.often(0.5):
            what = "word"
            key = self.pick(fits[what], "close", "reopen")
        self.turn(what, key)

    def _fits(self) -> dict[str, Callable[[Case], bool]]:
        """What can be done with which matters."""

        def back(case: Case) -> bool:
            return self.can(case, "withdraw") and not (case.held or case.sealed)

        return {
            "withdraw": back,
            "ask_back": lambda case: back(case) and case.withdraw_at is None,
            "accuse_and_ask_back": back,
            "stay": lambda case: case.withdraw_at is not None,
            "accuse": lambda case: case.closed is None and not (case.held or case.sealed),
            "word": lambda case: bool(case.answers) and case.state in ("answered", "closed", "declined", "passed"),
            "take_up": lambda case: case.state == "withdrawn",
            "more": lambda case: case.state == "more_asked",
            "object": lambda case: case.state == "retained",
        }

    def turn(self, what: str, key: UUID) -> None:
        """One thing of these with one matter, by both."""
        self.later()
        expected, real = {**self._words(key), **self._back(key)}[what]
        follow = [one for one, case in self.cases.items() if case.follows is self.cases[key]]
        self.both(what, lambda cases: expected(cases[key], cases.values()), real, key, *follow)

    def _words(self, key: UUID) -> dict[str, Turn]:
        solved, grade = self.one_of(WORD)
        proof: dict[str, Any] = {"by": RESIDENT, "at": self.at, "matter_id": key}
        return {
            "word": (
                lambda case, _: case.word(self.at, solved, grade),
                lambda: feedback.resident_word(**proof, source="proof", solved=solved, grade=grade),
            ),
            "take_up": (
                lambda case, _: case.take_up(self.at),
                lambda: feedback.take_up(**proof, words="还是没水"),
            ),
            "more": (
                lambda case, _: case.more(self.at),
                lambda: more.add_words(**proof, words="昨天也没水"),
            ),
            "accuse": (
                lambda case, _: turning.accuse(case, self.at),
                lambda: more.add_words(**proof, words=ACCUSING),
            ),
            "object": (
                lambda case, _: case.object_to(self.at),
                lambda: retaining.objected(**proof, words="不同意"),
            ),
        }

    def _back(self, key: UUID) -> dict[str, Turn]:
        proof: dict[str, Any] = {"by": RESIDENT, "at": self.at, "matter_id": key}
        return {
            "withdraw": (
                lambda case, others: turning.withdraw(case, self.at, others),
                lambda: withdraw(**proof),
            ),
            "ask_back": (
                lambda case, _: turning.ask_back(case, self.at),
                lambda: withdrawing.ask(**proof),
            ),
            "accuse_and_ask_back": (
                lambda case, _: turning.accuse_and_ask_back(case, self.at),
                lambda: withdrawing.ask(**proof, words=ACCUSING),
            ),
            "stay": (
                lambda case, _: turning.stay(case),
                lambda: withdrawing.stay(**proof),
            ),
        }

    def over_long_ago(self, case: Case) -> bool:
        """Whether it ended too long ago to be taken up again."""
        return turning.over_long_ago(case, self.at)

    def afresh(self) -> None:
        """A new one is asked for after one that ended too long ago."""
        self.later()
        key = self.pick(self.over_long_ago)
        made: list[Opened] = []

        def real() -> None:
            words = {"words": "又没水了。", "slip": f"walk-{self.walked.steps}-{self.chance.random()}"}
            made.append(ask_afresh(by=RESIDENT, at=self.at, matter_id=key, **words))

        if self.both("afresh", lambda cases: turning.ask_afresh(cases[key], self.at, cases.values()), real, key):
            new = made[0].matter.id
            self.born[new] = self.born[key]
            self.cases[new] = turning.anew(self.cases[key], self.born[key], self.at)
            self.agree(new)
            self._rows = None

    def read_out(self) -> None:
        """An answer is read to the resident; whoever was there says so at once."""
        self.later()
        key = self.pick(lambda case: bool(case.answers) and not case.answers[-1].delivered, "deliver")
        case = self.cases[key]
        able = [who for who in ("zhou", "li", "bai", "luo") if "matter.deliver" in case.verbs(who)]
        who, second = self.one_of((*able, "he")), self.one_of(("ma", "luo", "bai", "zhao", "li"))

        def real() -> None:
            person = getattr(self.cast, second).person_id
            reading_out.read_out(by=self.viewer(who), at=self.at, matter_id=key, second=person)
            waits = Reply.objects.get(matter_id=key, read_out_at__isnull=False, delivered_at=None)
            reading_out.confirm(by=self.viewer(second), at=self.at, reply_id=waits.id)

        self.both("read_out", lambda cases: turning.read_out(cases[key], who, second, self.at), real, key)
