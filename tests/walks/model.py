"""What must be true of a matter after each thing that can be done with it: plain facts, no product, no database.

`No` is raised for what the product has to refuse (whatever its reason and words). People and bodies are the names the
cast gives them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.walks.county import DIMENSIONS, PARTS, RUNGS, ZONE, County, Step, due, midnight
from tests.walks.said import BODIES, STAND, UNSEEN, Answer, Running

ROLES = {
    **{"chen": "clerk", "zhou": "dispatcher", "sun": "dispatcher", "li": "handler", "zhao": "supervisor"},
    **{"he": "caller", "ma": "head", "luo": "official", "bai": "handler", "wu": "handler", "zheng": "dispatcher"},
    **{"qian": "auditor", "tang": "leader", "xu": "admin"},
}
BODY_LEVELS = {"town": "town", "village": "village", "farming": "county"}
ELSEWHERE = frozenset({"wu", "zheng"})
"""Whose scope the walks' places do not lie in."""
CUSTODY = ("zhou", "sun")
"""County dispatchers: who may see what is held or sealed."""
NEAR = {"li": {"li", "ma"}, "ma": {"ma", "li", "luo"}, "bai": {"bai"}}
"""Whom a complaint about somebody is kept from: themselves, their body, and bodies under one they head."""
CLIMBS = ("climb", "take_up")
CALLING = ("bring_in", "pass", "invite", "ask_expert")
"""Steps that show a matter to bodies that do not own it."""
MISSED = ("no_answer", "busy", "wrong_number", "refused", "unable")
OTHERWISE = frozenset({"deliver", "call_back", "close", "reopen", "extend", "retain", "instruct", "number"})
"""Steps the product takes by actions of their own only."""


class No(Exception):
    """The product refuses."""


@dataclass
class Case:
    """A matter as it should be."""

    county: County
    reporter: str
    level: str
    at: datetime
    first_asked: str | None = None
    state: str = "received"
    before: str = ""
    way: str = ""
    classed: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(PARTS))
    owner: str | None = None
    held: bool = False
    sealed: bool = False
    raised: bool = False
    """Whether it was ever held as a complaint."""
    ended_by: set[str] = field(default_factory=set)
    """Who was the second to end it unlooked at."""
    about: set[str] = field(default_factory=set)
    closed: datetime | None = None
    reopened: int = 0
    dated: bool = False
    clocks: list[Running] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    moves: list[str] = field(default_factory=lambda: ["open"])
    held_by: set[str] = field(default_factory=set)
    """Who had it held by a class of theirs: another says whom it is about."""
    follows: "Case | None" = None
    called: set[tuple[str, str]] = field(default_factory=set)
    """For what step which body was called on."""
    numbered: bool = False
    """Whether it stands on the numbered list."""
    deadline: date | None = None
    """The day its responsible person named."""
    plan: str | None = None
    """What was planned when it was last assigned."""
    leader: str | None = None
    """Before whom it lies, or lay until it came back."""
    named: bool = True
    withdraw_at: datetime | None = None
    """When it ends, taken back by its resident."""
    earlier: "Case | None" = None
    """After which it was asked for anew."""
    taken: list[tuple[str, str]] = field(default_factory=list)
    """Transitions taken, as (state, step)."""

    # --- who may ---------------------------------------------------------------------------------------------------

    def kept_from(self) -> set[str]:
        """Whoever must not see it."""
        return {near for one in self.about for near in NEAR[one]}

    def reached_by(self, who: str) -> bool:
        """Whether somebody may open its page."""
        if who in self.kept_from():
            return False
        if self.held:
            return who in CUSTODY
        mine = who in self.parts.values()
        if self.sealed:
            return who in CUSTODY or mine
        sees = "matter.see" in self.verbs(who)
        return sees and (who not in ELSEWHERE or mine or (self.owner is not None and BODIES.get(who) == self.owner))

    def verbs(self, who: str) -> frozenset[str]:
        """What somebody's post gives them."""
        return self.county.verbs[ROLES[who]]

    def need(self, who: str, verb: str = "") -> None:
        """Refuse whoever does not reach it or has not the verb."""
        if not self.reached_by(who) or (verb and verb not in self.verbs(who)):
            raise No

    # --- one step --------------------------------------------------------------------------------------------------

    def step(self, who: str, name: str, at: datetime, given: Mapping[str, Any]) -> None:
        """A step of the flow by a member of staff."""
        self.need(who)
        if name in OTHERWISE or (self.raised and name in UNSEEN) or (name == "send_back" and self.state == "submitted"):
            raise No
        self.take(name, at, given, who=who)

    def take(self, name: str, at: datetime, given: Mapping[str, Any], *, who: str = "", resident: bool = False) -> None:
        """A step by somebody, by the resident, or (neither) by the engine."""
        line = self.county.taking(name, self.state)
        if line is None:
            raise No
        if who or resident:
            if self.held:
                raise No
            self._may(line, who)
        if who:
            self._level(name, who)
        way = str(given.get("way") or self.way)
        self._owed(line, way, given)
        parts = {part: given.get(part) or self.parts[part] for part in PARTS}
        if line.part and parts[line.part] is None and who:
            parts[line.part] = who
        self._fit(name, parts)
        target = {"same": self.state, "previous": self.before}.get(line.target, line.target)
        if name == "transfer":
            target = self._handed_back(target)
        if name == "archive" and self._filed():
            raise No
        if name in CALLING:
            self._call_on(name, given.get("bodies", ()))
        if name == "submit":
            self._lay_before(who, given["leader"])
        self.taken.append((self.state, name))
        self._class(given, who)
        self.way, self.parts = way, parts
        self._apply(name, who, given)
        self._turn(name, target, at)
        if name in CLIMBS:
            self.level = self.county.following(self.level) or self.level
        self.moves.append(name)
        self._wind(name, at, given)
        if given.get("reply"):
            self.answers.append(Answer(given["reply"]))

    def _may(self, line: Step, who: str) -> None:
        if not who:
            if not line.resident:
                raise No
            return
        own = line.by == "matter.decide" and self.sealed and who in CUSTODY  # no leader reads what is sealed
        if not line.by or not (own or line.by in self.verbs(who)):
            raise No
        if line.part:
            others = [part for part in PARTS if part != line.part]
            if self.parts[line.part] not in (None, who) or who in [self.parts[part] for part in others]:
                raise No

    def _level(self, name: str, who: str) -> None:
        """An application goes one rung up and is answered from there, never by who makes it."""
        above = self.county.following(self.level)
        if name == "apply" and above is None:
            raise No
        if name in ("take_up", "send_back") and self.state == "applied":
            stands = RUNGS.index(self.county.levels[ROLES[who]])
            if above is None or who == self.parts["handler"] or stands < RUNGS.index(above):
                raise No

    def _owed(self, line: Step, way: str, given: Mapping[str, Any]) -> None:
        """The way must be one that this step goes, and all it asks for must be there."""
        ways, needs = self.county.ways, list(line.needs)
        chooses = not line.part and line.name in {"assign", "instruct", *(one["step"] for one in ways.values())}
        if way:
            if chooses and ways[way]["step"] != line.name:
                raise No
            if ways[way]["step"] == line.name:
                needs += ways[way].get("needs", ())
        needs += self._class_owes(line, str(given.get("handling") or self.classed.get("handling", "")))
        clocked = not way or ways[way]["clocked"]
        for clock in self.county.clocks.values():
            starts = line.name in clock["starts_on"] and (clocked or not clock.get("follows_way"))
            if clock.get("agreed") and starts and not self.dated:
                needs.append("deadline")
        if chooses:
            needs += self.county.requires
        known = {**self.classed, "way": way}
        if any(not given.get(one) and not known.get(one) for one in needs):
            raise No

    def _class_owes(self, line: Step, handling: str) -> Iterable[str]:
        handlings = self.county.handlings
        if handling not in handlings:
            return ()
        steps = handlings[handling].get("steps", ())
        leaving = {name for one in handlings.values() for name in one.get("steps", ())}
        if not line.part and steps and line.name in leaving and line.name not in steps:
            raise No
        needs: Iterable[str] = handlings[handling].get("needs", {}).get(line.name, ())
        return needs

    def _fit(self, name: str, parts: Mapping[str, str | None]) -> None:
        """Three different persons, none too near; a first visitor who stays to the end gives it to nobody, nor back."""
        held = [one for one in parts.values() if one]
        if len(set(held)) < len(held) or self.kept_from() & set(held):
            raise No
        first, handler = self.first_asked, parts["handler"]
        stays = self.county.first_visitor and first and first not in self.kept_from()
        if first and "matter.accept" not in self.county.verbs[ROLES[first]]:
            stays = False  # a clerk visits nobody
        if stays and (handler not in (None, first, self.parts["handler"]) or (name == "transfer" and handler == first)):
            raise No

    def _handed_back(self, target: str) -> str:
        """Where it goes: with the last time allowed before the county, whose decision nobody hands back."""
        last = max((i for i, move in enumerate(self.moves) if move == "reopen"), default=0)
        so_far = self.moves[last:].count("transfer")
        if "decide" in self.moves[last:] or so_far >= self.county.max_transfers:
            raise No
        decided_there = self.county.taking("decide", "disputed") is not None
        return "disputed" if so_far + 1 == self.county.max_transfers and decided_there else target

    def _filed(self) -> bool:
        """Whether it lies in the archive: laid there since it was last taken up or worked on."""
        filed = False
        for move in self.moves:
            filed = move == "archive" or (filed and move not in ("reopen", "accept", "assign", "take"))
        return filed

    def _call_on(self, name: str, bodies: Iterable[str]) -> None:
        wanted = {(name, one) for one in bodies}
        if self.sealed or (name, self.owner) in wanted or wanted & self.called:
            raise No
        self.called |= wanted

    def _lay_before(self, who: str, leader: str) -> None:
        """Only before somebody who may instruct and stands apart; nothing sealed, and nobody submits to themselves."""
        may = "matter.instruct" in self.verbs(leader) and leader not in ELSEWHERE
        if self.sealed or not may or leader == who or leader in self.kept_from():
            raise No
        self.leader = leader

    def number(self, who: str, at: datetime) -> None:
        """It stands on the numbered list, once, by whoever supervises and does not handle it."""
        self.need(who, "matter.supervise")
        if self.held or self.sealed or self.numbered or who == self.parts["handler"]:
            raise No
        self.take("number", at, {"reason": "numbered"}, who=who)
        self.numbered = True

    def instruct(self, who: str, at: datetime, given: Mapping[str, Any]) -> None:
        """The leader's words assign it; only of the leader it lies before."""
        self._before(who)
        way = next(one for one, page in self.county.ways.items() if page["step"] == "instruct")
        self.take("instruct", at, {**given, "way": way}, who=who)

    def give_back(self, who: str, at: datetime) -> None:
        """The leader gives it back."""
        self._before(who)
        self.take("send_back", at, {"reason": "given back"}, who=who)

    def _before(self, who: str) -> None:
        self.need(who, "matter.instruct")
        if self.sealed or self.state != "submitted" or who != self.leader:
            raise No

    def _class(self, given: Mapping[str, Any], who: str) -> None:
        nature = given.get("nature")
        if nature in self.county.held_natures and nature != self.classed.get("nature") and not self.sealed:
            self.held = self.raised = True
            self.held_by.add(who)
        self.classed.update({name: given[name] for name in DIMENSIONS if given.get(name)})

    def _apply(self, name: str, who: str, given: Mapping[str, Any]) -> None:
        if name in ("assign", "instruct", "decide"):
            self.owner, self.plan = given["owner"], given.get("plan")
            self.level = max(self.level, BODY_LEVELS[given["owner"]], key=RUNGS.index)
        elif name == "transfer":
            self.owner = self.parts["handler"] = None
        elif name == "take":
            self.owner = self.owner or BODIES.get(who)
        elif name == "answer":
            self.parts["handler"] = self.parts["handler"] or who

    def _turn(self, name: str, target: str, at: datetime) -> None:
        if target == self.state:
            return
        self.before, self.state = self.state, target
        if target in self.county.final:
            self.closed = at
        elif name == "reopen":
            self.closed, self.dated, self.deadline, self.withdraw_at = None, False, None, None
            self.reopened += 1

    # --- deadlines -------------------------------------------------------------------------------------------------

    def _wind(self, name: str, at: datetime, given: Mapping[str, Any]) -> None:
        """A deadline that runs never starts again; it stops where its page says, and stands still for its pauses."""
        rung, ways = self.county.stands(self.level), self.county.ways
        for key, page in self.county.clocks.items():
            going = next((one for one in self.clocks if one.name == key and one.runs), None)
            here = page.get("level") in (None, rung)
            off = bool(self.way) and page.get("follows_way", False) and not ways[self.way]["clocked"]
            gone = name in page.get("ended_by", ()) or not here or (off and ways[self.way]["step"] == name)
            if going is None:
                if here and not off and name in page["starts_on"]:
                    self._start(key, page, at, given.get("deadline"))
            elif name in page["met_by"]:
                going.met = at
            elif gone:
                going.ended = at
            else:
                self._pause(going, page.get("pause"), name, at)

    def _start(self, key: str, page: Mapping[str, Any], at: datetime, deadline: date | None) -> None:
        limit = page["limit"]
        falls, unit = due(at, limit["amount"], limit["unit"]), limit["unit"]
        if page.get("agreed") and deadline is not None:
            self.dated, self.deadline = True, deadline
            falls, unit = midnight(deadline + timedelta(days=1)), "calendar_days"
        self.clocks.append(Running(key, at, falls, falls, unit))

    def _pause(self, clock: Running, rule: Mapping[str, Any] | None, name: str, at: datetime) -> None:
        if rule is None:
            return
        assert clock.unit == rule["max_total"]["unit"] == "calendar_days", "the only pause of the five flows"
        if name in rule["on"] and clock.paused is None:
            left = rule["max_total"]["amount"] - clock.used
            if left > 0:
                clock.paused, clock.until = at, due(at, left, "calendar_days")
        elif name in rule["until"] and clock.paused is not None and clock.until is not None:
            back = min(at, clock.until)
            stood = (_day(back - timedelta(microseconds=1)) - _day(clock.paused)).days
            clock.due, clock.used = clock.due + timedelta(days=max(stood, 0)), clock.used + max(stood, 0)
            clock.paused = clock.until = None

    def pass_time(self, at: datetime) -> None:
        """What the worker does to this matter's deadlines at a moment: tell each once, climb, end pauses."""
        for clock in sorted(self.clocks, key=lambda one: one.due):
            if clock.runs and clock.paused is None and clock.over is None and clock.due <= at:
                clock.over = at
                climbs = self.county.clocks[clock.name].get("climbs") and self.county.following(self.level)
                if climbs and self.county.taking("climb", self.state):
                    self.take("climb", at, {})
                if self.county.clocks[clock.name].get("returns") and self.county.taking("come_back", self.state):
                    self.take("come_back", at, {})
        if any(clock.until is not None and clock.until <= at for clock in self.clocks if clock.runs):
            self.take("more_given", at, {"note": "pause ended"})

    @property
    def next_due(self) -> datetime | None:
        """The nearest end of what runs."""
        return min((one.due for one in self.clocks if one.runs), default=None)

    def extend(self, who: str, other: str, amount: int, at: datetime) -> None:
        """The handler asks for more time, somebody else grants it."""
        self.need(who, "matter.extend")
        if who != self.parts["handler"] or self.county.taking("extend", self.state) is None:
            raise No
        pages = {key: page["extension"] for key, page in self.county.clocks.items() if page.get("extension")}
        clock = min(
            (one for one in self.clocks if one.name in pages and one.runs), key=lambda one: one.due, default=None
        )
        if clock is None or at >= clock.due or len(clock.granted) >= pages[clock.name]["max_times"]:
            raise No
        if sum(clock.granted) + amount > pages[clock.name]["max_total"]["amount"]:
            raise No
        self.need(other, "matter.approve")
        if other in (who, self.parts["handler"]):
            raise No
        clock.granted.append(amount)
        clock.due = due(clock.due - timedelta(microseconds=1), amount, clock.unit)
        self.taken.append((self.state, "extend"))

    def wind_open(self, at: datetime) -> None:
        """What starts with its arrival."""
        self._wind("open", at, {})

    def taken_by_part(self, name: str) -> bool:
        """Whether a step from here is held by a part, and so chooses no way."""
        line = self.county.taking(name, self.state)
        return line is not None and bool(line.part)

    # --- the answer and the resident -------------------------------------------------------------------------------

    def latest(self) -> Answer:
        """The newest answer."""
        if not self.answers:
            raise No
        return self.answers[-1]

    def deliver(self, at: datetime, *, who: str = "") -> None:
        """By letter from staff, or opened by the resident."""
        if who:
            self.need(who)
        if self.latest().delivered:
            raise No
        self.take("deliver", at, {}, who=who)
        self.answers[-1].delivered = True

    def call(self, who: str, at: datetime, outcome: str, solved: str, grade: int) -> None:
        """An attempt to reach the resident, and what follows from their word."""
        self.need(who, "matter.call_back")
        answer = self.latest()
        if who in (self.parts["handler"], self.parts["supervisor"]):
            raise No
        if answer.attempts and at < answer.attempts[-1][0] + self.county.gap:
            raise No
        self.parts["caller"] = who
        self.take("call_back", at, {"outcome": outcome, "caller": who}, who=who)
        answer.attempts.append((at, outcome))
        if outcome == "reached":
            if not answer.delivered:
                self.deliver(at)
            self._judge(at, solved, grade, who=who)

    def word(self, at: datetime, solved: str, grade: int) -> None:
        """The resident says it themselves, by their proof."""
        if not self.latest().delivered and self.county.taking("deliver", self.state):
            self.deliver(at)
        self._judge(at, solved, grade, who="")

    def _judge(self, at: datetime, solved: str, grade: int, *, who: str) -> None:
        answer = self.latest()
        answer.word = solved
        if solved == "yes" and grade != 1:
            if self.state != "closed":
                self.close(at, who=who)
        elif solved != "unsure" or grade == 1:
            self.reopen(at, "words", who=who)

    def close(self, at: datetime, *, who: str) -> None:
        """Only with the resident's word, or attempts over days and parts of the day; none of them at night."""
        answer = self.latest()
        missed = [one for one, outcome in answer.attempts if outcome in MISSED and 8 <= one.astimezone(ZONE).hour < 21]
        parts = {(one.astimezone(ZONE).hour >= 12) + (one.astimezone(ZONE).hour >= 18) for one in missed}
        enough = len(missed) >= 3 and len(parts) >= 2 and len({_day(one) for one in missed}) >= 2
        if not (answer.delivered or enough) or answer.word == "no" or (answer.word in ("", "unsure") and not enough):
            raise No
        self.take("close", at, {}, who=who, resident=not who)

    def reopen(self, at: datetime, note: str, *, who: str = "") -> None:
        """Taken up again, with everything kept; not longer after its end than the programme says."""
        over = self.closed is not None and self.state != "retained"
        if over and at >= due(self.closed or at, self.county.reopen_days, "calendar_days"):
            raise No
        self.take("reopen", at, {"note": note}, who=who, resident=not who)

    def take_up(self, at: datetime) -> None:
        """The resident wants what they withdrew after all."""
        if self.state != "withdrawn":
            raise No
        self.reopen(at, "words")

    def more(self, at: datetime) -> None:
        """The resident adds words: what they wanted to take back goes on."""
        if self.closed is not None:
            raise No
        if self.withdraw_at is not None:
            self.withdraw_at = None
            self.moves.append("withdraw_undone")
        if self.state == "more_asked" and not self.held:
            self.take("more_given", at, {"note": "words"}, resident=True)
        else:
            self.moves.append("more_given")

    def retain(self, who: str, other: str, at: datetime, given: Mapping[str, Any]) -> None:
        """One proposes, another consents."""
        self.need(who)
        self.need(other)
        consents = {"matter.approve", "matter.assign"} & self.verbs(other)
        if not consents or who == other or other == self.parts["handler"]:
            raise No
        self.moves.append("retain_proposed")
        self.take("retain", at, given, who=who)

    def dismiss(self, who: str, other: str, name: str, at: datetime, given: Mapping[str, Any]) -> None:
        """One proposes to end a complaint, another of another body consents."""
        self.need(who)
        self.need(other)
        consents = {"matter.held", "matter.approve"} & self.verbs(other)
        same = who == other or STAND.get(who, who) == STAND.get(other, other)
        if not self.raised or not consents or same or other in {*self.parts.values(), *self.ended_by}:
            raise No
        self.moves.append("dismiss_proposed")
        self.take(name, at, given, who=who)
        self.ended_by.add(other)

    def object_to(self, at: datetime) -> None:
        """The resident does not accept that it is only kept."""
        if self.state != "retained":
            raise No
        self.take("reopen", at, {"note": "words"}, resident=True)

    # --- joined, sealed --------------------------------------------------------------------------------------------

    def join(self, lead: "Case", who: str, at: datetime, others: Iterable["Case"]) -> None:
        """Follow another; come to the same people as far as it is with nobody."""
        for one in (self, lead):
            self._ordinary(one, who)
        leads = any(one.follows is self for one in others)
        if lead is self or self.closed or lead.closed or self.follows or leads or lead.follows:
            raise No
        self.follows = lead
        self.moves.append("join")
        classes = {name: self.classed.get(name) or lead.classed.get(name) for name in DIMENSIONS}
        owned, way = bool(lead.owner and lead.parts["handler"]), lead.way
        if owned and way and self.county.ways[way]["step"] not in ("assign", "take"):
            way = next(
                key for key, one in self.county.ways.items() if one["step"] == "assign" and not one.get("sealed")
            )
        given: dict[str, dict[str, Any]] = {"accept": {}}
        if way and lead.classed.get("topic"):
            given["classify"] = {**classes, "way": way}
        if owned:
            ahead = lead.deadline is not None and lead.deadline > _day(at)
            to = {"owner": lead.owner, "handler": lead.parts["handler"], "supervisor": lead.parts["supervisor"]}
            given["assign"] = {**classes, **to, "plan": lead.plan, "deadline": lead.deadline if ahead else None}
        for name, what in given.items():
            line = self.county.taking(name, self.state)
            if line and line.by in self.verbs(who):
                try:
                    self.take(name, at, what, who=who)
                except No:
                    return  # its own flow does not let it come further; it follows all the same

    def split(self, who: str) -> None:
        """Go on by itself again."""
        self._ordinary(self, who)
        if self.follows is None or not self._ordinary_for(self.follows, who):
            raise No
        self.follows = None
        self.moves.append("split")

    def _ordinary(self, one: "Case", who: str) -> None:
        one.need(who)
        if one.held or one.sealed or not {"matter.assign", "matter.classify"} & one.verbs(who):
            raise No

    @staticmethod
    def _ordinary_for(one: "Case", who: str) -> bool:
        return one.reached_by(who) and not one.held and not one.sealed

    def name(self, who: str, subjects: Iterable[str], at: datetime) -> None:
        """Said to be about somebody: sealed, and out of the hands of whoever stands near them."""
        self.need(who, "matter.held")
        if self.held and who in self.held_by:
            raise No
        self.about |= set(subjects)
        self.held, self.sealed, self.raised = False, True, True
        if self.classed.get("nature") not in self.county.held_natures:
            self.classed["nature"] = self.county.held_natures[0]
        for part in PARTS:
            if self.parts[part] in self.kept_from():
                self.parts[part] = None
        if self.first_asked in self.kept_from():
            self.first_asked = None
        if self.parts["handler"] is None:
            self.owner = None
        if self.state == "submitted":
            self.take("come_back", at, {})

    def clear(self, who: str) -> None:
        """Found to be about nobody in office."""
        self.need(who, "matter.held")
        if not self.held:
            raise No
        self.held = False

    def hand_over(self, who: str, at: datetime, given: Mapping[str, Any]) -> None:
        """A sealed matter given to people who stand apart."""
        self.need(who, "matter.held")
        if not self.sealed:
            raise No
        if self.state == "received":
            self.take("accept", at, {}, who=who)
        self.take("assign", at, {**given, "nature": self.classed["nature"]}, who=who)


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
