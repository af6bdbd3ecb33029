"""What may be done with a county's matters on a walk, by the product's real actions; chance says what, and by whom."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from huiyin.casework.actions import (
    aside,
    erasing,
    extensions,
    feedback,
    held,
    joining,
    retaining,
    shares,
    supervision,
    sweep,
    withdrawing,
)
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.core.viewer import Viewer
from huiyin.register.actions import erasure
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING
from tests.walks import turning
from tests.walks.chance import ENOUGH, MOST
from tests.walks.county import Step
from tests.walks.model import CUSTODY, OTHERWISE, ROLES, Case
from tests.walks.pair import BEGIN
from tests.walks.resident import Resident
from tests.walks.said import BODIES, NEEDED, RARE, SAID, UNSEEN, WORD

MACHINE = Viewer.system("clock")
SELDOM = 0.3
"""How likely something is tried that has to be refused just now; of a hundred."""
BY_TIME = ("climb", "come_back")


class Doing(Resident):
    """What may be done with the matters of a walk; who does it, and with what, is thrown."""

    def act(self) -> None:
        """One thing that is at least tried."""
        tried = self.walked.steps
        while self.walked.steps == tried:
            self.likely() if self.cases else self.open()

    def likely(self) -> None:
        """One of all things; what can be done now is likely, what cannot is tried now and then."""

        def if_any(weight: float, fit: Callable[[Case], bool]) -> float:
            return weight if any(fit(case) for case in self.cases.values()) else SELDOM

        apart = any(case.held or case.sealed for case in self.cases.values())
        weights: dict[Callable[[], None], float] = {
            **{self.open: 6 * (len(self.cases) < MOST), self.along: 44, self.anything: 4},
            self.resident: 9,
            self.long_after: if_any(2, lambda case: case.closed is not None) * (len(self.cases) < MOST),
            self.read_out: if_any(2, lambda case: bool(case.answers) and not case.answers[-1].delivered),
            self.time: 12 if self.waits_for_time() else 7,
            **{self.erase: 0.8 * bool(self.reporters), self.join: 2 * (len(self.cases) > 1)},
            self.deliver: if_any(6, lambda case: bool(case.answers) and not case.answers[-1].delivered),
            self.call: if_any(14, lambda case: case.state == "answered"),
            self.close_unreached: if_any(3, lambda case: bool(case.answers) and len(case.answers[-1].attempts) > 2),
            self.reopen: if_any(7, lambda case: case.closed is not None),
            self.instruct: if_any(8, lambda case: case.state == "submitted"),
            self.retain: if_any(4 * self.dearest("retain"), lambda case: self.can(case, "retain")),
            self.number: if_any(
                2 * self.dearest("number"), lambda case: self.can(case, "number") and not case.numbered
            ),
            self.extend: if_any(6 * self.dearest("extend"), self._extends),
            self.split: if_any(3, lambda case: case.follows is not None),
            self.seal: if_any(9, lambda case: case.held),
            self.hand_over: apart and if_any(7, lambda case: case.sealed and self.can(case, "assign")),
        }
        self.chance.choices(list(weights), list(weights.values()))[0]()

    def _extends(self, case: Case) -> bool:
        """Whether something of it runs that may be given more time."""
        return self.can(case, "extend") and any(one.runs and self.at < one.due for one in case.clocks)

    def waits_for_time(self) -> bool:
        """Whether a matter stands where time alone leads on by a step that was seldom taken."""
        return any(self.dear(case.state, *BY_TIME) > 3 for case in self.cases.values())

    def open(self) -> None:
        """A resident is heard by a clerk or by the official of their village."""
        self.later()
        if not self.reporters or self.often(0.5):
            self.somebody()
        _, name, phone = self.reporters[-1]
        by = self.one_of(("chen", "luo"))
        first = self.one_of((by, None))
        place = self.one_of((GROUP_THREE, HUAISHUPING))
        classed = self.often(0.5)
        classes: dict[str, Any] = {}
        if classed:
            classes = {key: self.one_of(values) for key, values in self.county.classes.items() if values}
        words = Words(
            text="三组傍晚以后水小得接不满桶，半个月了，盼着晚上也有水。",
            channel=next(iter(self.channels)),
            place_code=place,
            reporter_name=name,
            reporter_phone=phone,
            first_asked=getattr(self.cast, first).person_id if first else None,
            **classes,
        )
        matter = open_matter(by=self.viewer(by), at=self.at, words=words).matter
        self.born[matter.id] = "group" if place == GROUP_THREE else "village"
        case = Case(self.county, phone, self.born[matter.id], self.at, first, classed=classes)
        case.wind_open(self.at)
        self.cases[matter.id] = case
        self.walked.steps += 1
        self.walked.done["open"] += 1
        self.agree(matter.id)
        self._rows = None

    def somebody(self) -> None:
        """A resident with a household and a number of their own."""
        number = len(self.reporters)
        name, phone = f"王秀{'兰梅英珍芳云'[number % 6]}", f"1600000{5000 + number}"
        _, person = make.a_household(GROUP_THREE, head=name, phone=phone, at=BEGIN)
        self.reporters.append((person, name, phone))

    @property
    def channels(self) -> Mapping[str, object]:
        """The county's channels, the first of which everybody uses."""
        return make.county_book(self.county.name).matters(self.county.programme).channels

    def one_step(self, key: UUID, who: str, name: str) -> None:
        """One step of the flow by one person, with all it may ask for."""
        given = self.given(self.cases[key], name)
        real = {**given, **self.ids(given)}
        if name in UNSEEN and self.cases[key].raised and self.often(0.8):
            self.dismiss(key, who, name, given, real)
            return
        self.both(
            name,
            lambda cases: cases[key].step(who, name, self.at, given),
            lambda: take_step(by=self.viewer(who), at=self.at, matter_id=key, step=name, given=real),
            key,
        )

    def given(self, case: Case, name: str) -> dict[str, Any]:
        """What comes with a step: names stand for people and bodies."""
        given: dict[str, Any] = {key: SAID[key] for key in NEEDED.get(name, ())} | {"note": SAID["note"]}
        if name in ("assign", "decide"):
            handler = self.one_of(("li", "bai", "luo"))
            given |= {"owner": BODIES[handler], "handler": handler, "supervisor": "zhao"}
        if name in ("bring_in", "invite", "ask_expert"):
            given |= {"bodies": [self.one_of(sorted(set(BODIES.values())))]}
        if name == "bring_in":
            given |= {"until": (self.at + timedelta(days=9)).date()}
        if name == "submit":
            given["leader"] = self.one_of(("tang", "tang", "tang", "zhou", "ma"))
        if name in ("assign", "decide", "take"):
            given["deadline"] = (self.at + timedelta(days=self.one_of((9, 40)))).date()
        if name in ("accept", "classify", "take", "answer", "assign", "submit") and self.often(0.5):
            given |= {key: self.one_of(some) for key, some in self.county.classes.items() if some}
        if name == "classify" and self.often(0.06):
            given["nature"] = "complaint"
        own = [way for way, page in self.county.ways.items() if page["step"] == name and not page.get("sealed")]
        if name == "classify":
            own = [way for way, page in self.county.ways.items() if not page.get("sealed")]
        if name == "answer":
            given |= {key: SAID[key] for key in ("basis", "explained_by", "view")}
        usual = case.taken_by_part(name)
        if own and not usual and self.often(0.8):
            given["way"] = self.one_of(own)
            if "instruction" in self.county.ways[given["way"]].get("needs", ()):
                given["instruction"] = "请抓紧"
        return given

    def along(self) -> None:
        """A step that leads somewhere from where the matter is, by somebody whose step it is."""
        self.later()
        own = [one for one in self.county.steps if one.by and one.name not in OTHERWISE]
        over = {case.state for case in self.cases.values() if case.closed is not None}
        seldom = {state for state in sorted(over) if any(self._scarce(state, one) for one in own)}
        key = self.pick(
            lambda case: not case.held and (case.closed is None or self.often(0.7 if case.state in seldom else 0.15)),
            *(one.name for one in own),
        )
        case = self.cases[key]
        lines = [one for one in own if case.state in one.sources]
        if not lines:
            return
        (line,) = self.chance.choices(lines, [RARE.get(one.name, 1.0) * self._sought(case, one, own) for one in lines])
        if case.state == "submitted" and line.name == "send_back":
            self.instruct()
            return
        able = [who for who in ROLES if line.by in case.verbs(who) and case.reached_by(who)]
        holder = case.parts.get(line.part) if line.part else None
        able = [holder] if holder and holder in able else able
        if able:
            self.one_step(key, self.one_of(able), line.name)

    def _sought(self, case: Case, line: Step, own: Sequence[Step]) -> float:
        """How much a step is sought: for itself, or for what was seldom taken from where it leads."""
        ahead = self.dear(line.target, *(one.name for one in own))
        return max(self.dear(case.state, line.name), ahead / 2)

    def _scarce(self, state: str, line: Step) -> bool:
        """Whether a step of the flow from a state was taken less often than half of what is enough."""
        return state in line.sources and self.walked.taken[self.county.name, state, line.name] < ENOUGH / 2

    def anything(self) -> None:
        """Any step of the flow by anybody: most have to be refused."""
        self.later()
        key = self.pick()
        name = self.one_of(sorted({one.name for one in self.county.steps}))
        self.one_step(key, self.one_of(sorted(ROLES)), name)

    def deliver(self) -> None:
        """The answer arrives, by letter."""
        self.later()
        key = self.pick(lambda case: bool(case.answers) and not case.answers[-1].delivered, "deliver")
        who = self.one_of(("zhou", "zhou", "li", "bai", "luo", "he"))
        self.both(
            "deliver",
            lambda cases: cases[key].deliver(self.at, who=who),
            lambda: feedback.deliver(by=self.viewer(who), at=self.at, matter_id=key, meaning="letter", note="本人签收"),
            key,
        )

    def call(self) -> None:
        """The caller rings; mostly somebody answers."""
        self.later()
        key = self.pick(lambda case: case.state == "answered")
        who = self.one_of(("he", "he", "he", "zhao", "li"))
        outcome = self.one_of(("reached", "reached", "no_answer", "busy"))
        solved, grade = self.one_of(WORD)
        if outcome != "reached":
            solved, grade = "", 5
        said: dict[str, Any] = {"outcome": outcome, "solved": solved, "grade": grade if solved else None}
        self.both(
            "call",
            lambda cases: cases[key].call(who, self.at, outcome, solved, grade),
            lambda: feedback.call_back(by=self.viewer(who), at=self.at, matter_id=key, **said),
            key,
        )

    def close_unreached(self) -> None:
        """The caller closes without having reached anybody."""
        self.later()
        key = self.pick(lambda case: bool(case.answers and case.answers[-1].attempts))

        def expected(cases: dict[UUID, Case]) -> None:
            cases[key].need("he", "matter.call_back")
            cases[key].close(self.at, who="he")

        self.both(
            "close_unreached",
            expected,
            lambda: feedback.close_unreached(by=self.viewer("he"), at=self.at, matter_id=key),
            key,
        )

    def reopen(self) -> None:
        """Somebody of the staff takes it up again."""
        self.later()
        key = self.pick(lambda case: case.closed is not None, "reopen")
        who = self.one_of(("zhao", "zhao", "he", "li"))

        def expected(cases: dict[UUID, Case]) -> None:
            cases[key].need(who)
            cases[key].reopen(self.at, "again", who=who)

        self.both(
            "reopen",
            expected,
            lambda: feedback.reopen(by=self.viewer(who), at=self.at, matter_id=key, note="again"),
            key,
        )

    def number(self) -> None:
        """A matter is put on the numbered list."""
        self.later()
        key = self.pick(lambda case: self.can(case, "number") and not case.numbered, "number")
        if self.county.taking("number", "accepted") is None:
            return
        who = self.one_of(("zhao", "zhao", "zhao", "li"))
        self.both(
            "number",
            lambda cases: cases[key].number(who, self.at),
            lambda: supervision.number(by=self.viewer(who), at=self.at, matter_id=key, reason="盯紧"),
            key,
        )

    def retain(self) -> None:
        """Two people keep a matter for some days."""
        if self.county.taking("retain", "accepted") is None:
            return
        self.later()
        key = self.pick(lambda case: self.can(case, "retain"), "retain")
        if self.cases[key].state == "retained":
            return
        other = self.one_of(("sun", "sun", "zhou", "li"))
        given = {
            "reason": "明年改造",
            "reply": "明年四月再办。",
            "review_date": (self.at + timedelta(days=30)).date(),
            "way": "retain",
        }

        def real() -> None:
            row = retaining.propose(by=self.viewer("zhou"), at=self.at, matter_id=key, given=given)
            retaining.decide(by=self.viewer(other), at=self.at, retention_id=row.id, consent=True)

        self.both("retain", lambda cases: cases[key].retain("zhou", other, self.at, given), real, key)

    def extend(self) -> None:
        """The handler asks for more time and somebody grants it."""
        if not any(page.get("extension") for page in self.county.clocks.values()):
            return
        self.later()
        key = self.pick(self._extends, "extend")
        holder = self.cases[key].parts["handler"] or "li"
        who = self.one_of((holder, holder, holder, "li", "bai", "luo"))
        able = [one for one in ROLES if "matter.approve" in self.cases[key].verbs(one)]
        other = self.one_of((*able, "zhao", "ma", "li"))
        amount = self.one_of((2, 2, 10, 11))

        def real() -> None:
            asked = extensions.ask(by=self.viewer(who), at=self.at, matter_id=key, amount=amount, reason="等配件")
            extensions.decide(by=self.viewer(other), at=self.at, extension_id=asked.id, approve=True)

        self.both("extend", lambda cases: cases[key].extend(who, other, amount, self.at), real, key)

    def join(self) -> None:
        """One matter follows another."""
        self.later()
        lead = self.pick()
        member = self.pick(lambda case: case is not self.cases[lead] and case.follows is None)
        who = self.one_of(("zhou", "zhou", "chen", "he"))
        self.both(
            "join",
            lambda cases: cases[member].join(cases[lead], who, self.at, cases.values()),
            lambda: joining.join(by=self.viewer(who), at=self.at, lead_id=lead, member_id=member),
            member,
        )

    def instruct(self) -> None:
        """The leader before whom it lies writes what is to be done, or gives it back."""
        self.later()
        key = self.pick(lambda case: case.state == "submitted")
        who = self.one_of(("tang", "tang", "tang", "ma", "zhou"))
        handler = self.one_of(("li", "bai", "luo"))
        given = {"owner": BODIES[handler], "handler": handler, "supervisor": "zhao", "instruction": "三日内放水"}
        if self.often(0.4):
            self.both(
                "give_back",
                lambda cases: cases[key].give_back(who, self.at),
                lambda: shares.give_back(by=self.viewer(who), at=self.at, matter_id=key, reason="按程序办"),
                key,
            )
            return
        real = {**given, **self.ids(given)}
        self.both(
            "instruct",
            lambda cases: cases[key].instruct(who, self.at, given),
            lambda: shares.instruct(by=self.viewer(who), at=self.at, matter_id=key, given=real),
            key,
        )

    def split(self) -> None:
        """It goes on by itself again."""
        self.later()
        key = self.pick(lambda case: case.follows is not None)
        self.both(
            "split",
            lambda cases: cases[key].split("zhou"),
            lambda: joining.split(by=self.viewer("zhou"), at=self.at, member_id=key, reason="不是一件事"),
            key,
        )

    def seal(self) -> None:
        """Said to be about an official; or, where it was held, found to be about none."""
        self.later()
        key = self.pick(lambda case: case.held)
        who = self.one_of((*CUSTODY, "chen"))
        if self.cases[key].held and self.often(0.6):
            self.both(
                "clear",
                lambda cases: cases[key].clear(who),
                lambda: aside.clear(by=self.viewer(who), at=self.at, matter_id=key, note="没有说到谁"),
                key,
            )
            return
        about = self.one_of(("li", "ma", "bai"))
        persons = [getattr(self.cast, about).person_id]
        self.both(
            "seal",
            lambda cases: cases[key].name(who, [about], self.at),
            lambda: aside.name_subjects(by=self.viewer(who), at=self.at, matter_id=key, persons=persons),
            key,
        )

    def hand_over(self) -> None:
        """A sealed matter goes to people who stand apart; or is refused where they do not."""
        self.later()
        key = self.pick(lambda case: case.sealed and self.can(case, "assign"))
        handler = self.one_of(("bai", "li", "luo"))
        way = next(one for one, page in self.county.ways.items() if page["step"] == "assign" and not page.get("sealed"))
        classes = {
            name: some[0] for name, some in self.county.classes.items() if some and name not in ("nature", "handling")
        }
        if "later" in self.county.handlings:
            classes["handling"] = "later"
        parts = {"owner": BODIES[handler], "handler": handler, "supervisor": "zhao", "caller": "he"}
        more_ = {**classes, "plan": "分两期", "deadline": (self.at + timedelta(days=20)).date()}
        given = {**more_, **parts, "way": way}
        self.both(
            "hand_over",
            lambda cases: cases[key].hand_over("zhou", self.at, given),
            lambda: held.hand_over(
                by=self.viewer("zhou"),
                at=self.at,
                matter_id=key,
                topic=classes["topic"],
                way=way,
                parts=self.ids(parts),
                more=more_,
            ),
            key,
        )

    def erase(self) -> None:
        """A resident wants to be forgotten: matters that are over lose their name and number, open ones keep them."""
        self.later()
        person, _, phone = self.reporters.pop(self.chance.randrange(len(self.reporters)))
        touched = [key for key, case in self.cases.items() if case.reporter == phone]

        def expected(cases: dict[UUID, Case]) -> None:
            for key in touched:
                cases[key].named = cases[key].named and cases[key].closed is None

        def real() -> None:
            asked = erasure.ask_erasure(by=self.viewer("xu"), at=self.at, person_id=person, reason="wish")
            erasure.decide_erasure(by=make.SYSTEM, at=self.at, erasure_id=asked)
            erasing.carry_out(by=erasing.ERASER, at=self.at, erasure_id=asked, person_id=person)

        self.both("erase", expected, real, *touched)

    def long_after(self) -> None:
        """Whoever's matter ended too long ago to be taken up again asks for it anew; that long goes by first."""
        if not any(self.over_long_ago(case) for case in self.cases.values()):
            self.time(24 * (self.county.reopen_days + 1))
        self.afresh()

    def time(self, hours: int = 0) -> None:
        """Days go by, the worker looks at what is due and then at what runs since a pause ended; and finds no more."""
        some = (150, 260) if self.waits_for_time() else (5, 26, 75, 150, 260)
        self.at += timedelta(hours=hours or self.one_of(some))

        def expected(cases: dict[UUID, Case]) -> None:
            for case in [*cases.values()] * 2:
                case.pass_time(self.at)
            for case in cases.values():
                turning.end(case, self.at, cases.values())

        def real() -> None:
            for look in (sweep.warn, sweep.run_out, sweep.end_pauses) * 2:
                look(by=MACHINE, at=self.at)
            withdrawing.take_effect(by=MACHINE, at=self.at)

        self.both("time", expected, real, *self.cases)
        assert sweep.warn(by=MACHINE, at=self.at) == sweep.run_out(by=MACHINE, at=self.at) == 0, "told twice"
