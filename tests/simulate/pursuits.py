"""Matters that their people see through to the end, each on a way of its own: what chance alone seldom brings about.

One call is one thing that one person does on one page. A page that does not offer it is a thing of the day as well:
the matter may have gone another way meanwhile, by time, by its resident or by somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.test import Client

from huiyin.casework.models import Conflict, Extension, Joining, Matter, Reply, Retention
from tests.rooms.casework.compartment import phrase_of
from tests.simulate.browser import Browser, Form, Given, Page, filled

if TYPE_CHECKING:
    from tests.simulate.doings import Ask, Doings

AT_ONCE = 6
"""So many matters are pursued at a time, without those that wait for another day; the others go as chance has it."""
MORE = 0.3
"""How often somebody new asks while there are fewer."""
AGAIN = timedelta(hours=4)
ROUNDS = 3
"""So often a matter is taken up again at most."""
WISHES = (
    *("call",) * 3,
    *("word",) * 3,
    *("unreached",) * 3,
    *("leader", "kept", "kept", "passed", "passed", "direct", "declined"),
)
"""How a matter is to go; most end by a call, by the resident's own word, or after nobody picked up."""
LONGER, TOGETHER = 0.4, 0.5
"""How often a handler wants more time, and a clerk lets a matter go with another, of those that are pursued."""
ANSWER = "11月里已经派人到现场修好，12月31日前再去看一次，有事打160-0000-1200。"
ANSWERING = {"reply": ANSWER, "public_text": "", "promise": "", "promised_on": ""}
PROBLEM = {"topic": "water", "nature": "problem"}


@dataclass
class Course:
    """A matter that is pursued, how it is to go, and how often it was taken up again."""

    ask: Ask
    wish: str
    rounds: int = 0
    tries: int = 0
    longer: bool = False
    joins: bool = False
    drawn: int = -1
    after: datetime | None = None
    """Nobody rings again before."""


class Pursuits:
    """The matters that are pursued, and what is done about them next."""

    def __init__(self, doings: Doings) -> None:
        self.doings = doings
        self.courses: list[Course] = []
        self.known: set[str] = set()
        self.by_state: dict[str, Callable[[Course, Matter], str]] = {
            "received": self._received,
            "accepted": self._accepted,
            "discussing": self._hand_on,
            "reopened": self._hand_on,
            "raised": self._hand_on,
            "submitted": self._instruct,
            "assigned": self._assigned,
            "working": self._working,
            "applied": lambda _, row: self._take("zhou", row, "take_up", note="接过来办"),
            "more_asked": lambda _, row: self._take("chen", row, "more_given", note="他说是东头那一段"),
            "disputed": lambda _, row: self._take("tang", row, "decide", reason="定给镇里", **self._parts(row)),
            "answered": self._answered,
            **dict.fromkeys(("closed", "declined", "retained", "passed", "withdrawn"), self._ended),
        }

    def step(self) -> str:
        """The next thing about one of them."""
        self._take_on()
        ready = [one for one in self.courses if one.after is None or one.after < self.doings.clock.at]
        if len(ready) < AT_ONCE and (not ready or self.doings.chance.random() < MORE):
            return self.doings.ask()
        course = self.doings.chance.choice(ready)
        matter = Matter.objects.filter(code=course.ask.code).first()
        course.tries += 1
        if matter is None or course.tries > 60:
            self._drop(course)
            return "a course was given up"
        if matter.held or matter.sealed:
            told = self._aside(course, matter)
        else:
            act = self.by_state.get(matter.state)
            told = act(course, matter) if act else "waits"
        return f"{course.wish} {course.ask.number} ({matter.state}): {told}"

    def _take_on(self) -> None:
        free = [ask for ask in self.doings.asks if ask.code and ask.code not in self.known]
        while free and len([one for one in self.courses if one.after is None]) < AT_ONCE:
            ask = free.pop(0)
            self.known.add(ask.code)
            self.courses.append(Course(ask, self.doings.chance.choice(WISHES)))

    def _drop(self, course: Course) -> None:
        self.courses.remove(course)

    def _received(self, course: Course, matter: Matter) -> str:
        if course.wish == "declined":
            return self._take("chen", matter, "decline", reason="不归县里办", reply=ANSWER)
        return self._take("chen", matter, "accept")

    def _accepted(self, course: Course, matter: Matter) -> str:
        """Handed on by the way that is wished."""
        match course.wish:
            case "leader":
                leader = str(self.doings.cast.tang.person_id)
                return self._take("zhou", matter, "submit", leader=leader, note="涉及两个镇", **PROBLEM)
            case "kept":
                return self._keep(matter)
            case "passed":
                body = str(self.doings.cast.bodies.other_town)
                return self._take("zhou", matter, "pass", reason="请你们知道", bodies=[body], reply=ANSWER, **PROBLEM)
            case "direct":
                return self._take("chen", matter, "answer", way="direct_answer", **ANSWERING, **PROBLEM)
        return self._hand_on(course, matter)

    def _hand_on(self, _: Course, matter: Matter) -> str:
        return self._take("zhou", matter, "assign", way="pass_for_handling", **PROBLEM, **self._parts(matter))

    def _parts(self, _: Matter) -> Given:
        cast = self.doings.cast
        body, member = self.doings.chance.choice(((cast.bodies.town, cast.li), (cast.bodies.farming, cast.bai)))
        return {"owner": f"{body}:{member.person_id}", "supervisor": str(cast.zhao.person_id)}

    def _keep(self, matter: Matter) -> str:
        """Proposed by one, agreed to by another."""
        row = Retention.objects.filter(matter=matter, decided_at=None, ended_at=None).first()
        if row is None:
            day = self.doings.say()["date"]
            return self._take("zhou", matter, "retain", reason="等明年的计划", review_date=day, reply=ANSWER, **PROBLEM)
        return self._on_page("sun", matter, f"/desk/matters/{matter.code}/kept/{row.id}/", {"do": "consent"})

    def _instruct(self, course: Course, matter: Matter) -> str:
        if self.doings.chance.random() < 0.3:
            course.wish = "call"
            return self._take("tang", matter, "send_back", reason="按程序办")
        return self._take("tang", matter, "instruct", instruction="请三天内办好", **self._parts(matter))

    def _join_or_split(self, course: Course, matter: Matter) -> str:
        """Joined with another that is pursued; what is joined is split again."""
        page = f"/desk/matters/{matter.code}/twins/"
        found = Joining.objects.filter(split_at=None, lead=matter).select_related("member").first()
        if found is not None:
            course.joins = False
            given: Given = {"do": "split", "member": found.member.code, "reason": "不是一回事"}
            return self._on_page("chen", matter, page, given, page_is=page)
        others = Matter.objects.filter(code__in=[one.ask.code for one in self.courses if one is not course])
        free = others.filter(held=False, sealed=False, closed_at=None, state__in=("accepted", "assigned", "working"))
        among = list(free.exclude(joinings__split_at=None, joinings__isnull=False).values_list("code", flat=True))
        among = sorted(set(among) - self._leading())
        if Joining.objects.filter(split_at=None, member=matter).exists() or not among:
            course.joins = False
            return "goes with another"
        course.joins = self.doings.chance.random() < 0.8  # not every code fits
        given = {"do": "join", "code": self.doings.chance.choice(among), "way": "over", "reason": "一回事"}
        return self._on_page("chen", matter, page, given, page_is=page)

    def _leading(self) -> set[str]:
        return set(Joining.objects.filter(split_at=None).values_list("lead__code", flat=True))

    def _assigned(self, course: Course, matter: Matter) -> str:
        """Taken, mostly; before that more time is wanted, or it goes with another for a while."""
        self._draw_besides(course, matter)
        if course.joins:
            return self._join_or_split(course, matter)
        if course.longer:
            return self._longer(course, matter)
        return self._take(self._name(matter.handler_id), matter, "take")

    def _longer(self, course: Course, matter: Matter) -> str:
        """More time: asked for by who handles it, decided by another."""
        row = Extension.objects.filter(clock__matter=matter, decided_at=None).first()
        if row is not None:
            course.longer = False
            word = self.doings.chance.choice(("grant", "grant", "refuse"))
            address = f"/desk/matters/{matter.code}/extensions/{row.id}/"
            return self._on_page(self._name(matter.supervisor_id), matter, address, {"do": word, "reason": "该等的等"})
        return self._take(self._name(matter.handler_id), matter, "extend", amount="2", reason="等零件")

    def _draw_besides(self, course: Course, matter: Matter) -> None:
        """Once for each time it is handed to somebody."""
        if course.drawn != matter.reopened:
            course.drawn = matter.reopened
            course.longer = self.doings.chance.random() < LONGER
            course.joins = self.doings.chance.random() < TOGETHER

    def _working(self, _: Course, matter: Matter) -> str:
        return self._take(self._name(matter.handler_id), matter, "answer", **ANSWERING)

    def _answered(self, course: Course, matter: Matter) -> str:
        """Told, then rung, or judged by the resident; now and then three times nobody picks up."""
        told = Reply.objects.filter(matter=matter).order_by("-at").values_list("delivered_at", flat=True).first()
        if told is None and not (course.wish == "word" and course.ask.proof):
            who = self._name(matter.handler_id) if matter.handler_id else "chen"
            return self._take(who, matter, "deliver", meaning="letter", note="本人签收")
        if course.wish == "word" and course.ask.proof:
            return self._by_resident(course, "/track/judge/", self._word())
        page = f"/desk/calls/{matter.code}/"
        given = self._word() | {"do": "", "said": "好" if course.rounds else "再看看"}
        course.after = None
        if course.wish == "unreached" and self.doings.chance.random() < 0.8:
            given["outcome"] = "no_answer"
            browser = self.doings.desks["he"]
            course.after = self.doings.clock.at + AGAIN
            if any(("do", "close") in form.buttons for form in browser.get(page).forms):
                given, course.after = {"do": "close"}, None
        else:
            given["outcome"] = "reached"
        return self._on_page("he", matter, page, given, page_is=page)

    def _word(self) -> Given:
        """What the resident says: solved, or not."""
        well = self.doings.chance.random() < 0.6
        return {
            "contacted": "yes",
            "true": "yes" if well else self.doings.chance.choice(("yes", "no")),
            "solved": "yes" if well else self.doings.chance.choice(("no", "part")),
            "grade": "5" if well else "2",
            "words": "",
        }

    def _ended(self, course: Course, matter: Matter) -> str:
        """Objected to and taken up again, or archived; then it is let go."""
        course.after = None
        if course.rounds < ROUNDS and self.doings.chance.random() < 0.6:
            course.rounds += 1
            course.wish, said = self.doings.chance.choice(("call", "word", "unreached")), "还是老样子"
            if not course.ask.proof or self.doings.chance.random() < 0.3:
                return self._take(self.doings.chance.choice(("zhao", "he")), matter, "reopen", note=said)
            where = {"retained": "/track/objection/", "withdrawn": "/track/again/"}.get(matter.state, "/track/judge/")
            return self._by_resident(course, where, {"objection": said, "words": said})
        self._drop(course)
        return self._take("zhou", matter, "archive")

    def _aside(self, course: Course, matter: Matter) -> str:
        """Held or sealed: named, handed over on the sealed way to somebody apart, and handled in the compartment."""
        if matter.handler_id is None and matter.closed_at is None:
            who = self.doings.chance.choice(("zhou", "sun"))
            address = f"/desk/held/{matter.code}/"
            self._open(who, matter)
            if not Conflict.objects.filter(matter=matter, kind="subject").exists():
                given: Given = {"do": "name", "persons": [str(self.doings.cast.li.person_id)]}
                self.doings.named += 1
            else:
                given = self._apart()
            return self._on_page(who, matter, address, given, page_is=address)
        if matter.handler_id is None or matter.closed_at is not None:
            self._drop(course)
            return "it is over"
        who = self._name(matter.handler_id)
        self._open(who, matter)
        match matter.state:
            case "reopened":
                address = f"/desk/held/{matter.code}/"
                self._open("sun", matter)
                self._drop(course)
                return self._on_page("sun", matter, address, self._apart(), page_is=address)
            case "assigned":
                return self._take(who, matter, "take")
            case "working":
                return self._take(who, matter, "answer", **ANSWERING)
            case "answered" if course.ask.proof:
                return self._by_resident(course, "/track/judge/", self._word())
        self._drop(course)
        return "waits in the compartment"

    def _apart(self) -> Given:
        """To Bai in a county department, on the sealed way."""
        cast = self.doings.cast
        parts = {"handler": str(cast.bai.post_id), "supervisor": str(cast.zhao.post_id)}
        return {"do": "assign", "topic": "conduct", "way": "discipline", **parts}

    def _open(self, who: str, matter: Matter) -> None:
        """Open the compartment with one's own words, where it is locked."""
        member = getattr(self.doings.cast, who)
        if matter.locked and member.name in self.doings.with_keys:
            form = Form("/desk/sealed/open/", "post")
            given = {"passphrase": phrase_of(member), "code": matter.code}
            self.doings.desks[who].send(Page("/desk/sealed/", 200, "", [], []), form, given)

    def _name(self, person: object) -> str:
        cast = self.doings.cast
        return next((name for name in self.doings.desks if getattr(cast, name).person_id == person), "chen")

    def _take(self, who: str, matter: Matter, step: str, **given: object) -> str:
        """A step on its own page."""
        address = f"/desk/matters/{matter.code}/step/{step}/"
        told = self._on_page(who, matter, address, {"do": "", "template": "", **given}, page_is=address)
        return f"{who} {step}: {told}"

    def _on_page(self, who: str, matter: Matter, address: str, given: Given, *, page_is: str = "") -> str:
        """Send the form that goes to an address, as it stands on its page (the matter's, if no other is named)."""
        browser = self.doings.desks[who]
        return self._send(browser, browser.get(page_is or f"/desk/matters/{matter.code}/"), address, given)

    def _by_resident(self, course: Course, address: str, given: Given) -> str:
        browser = Browser(Client(), f"10.4.0.{course.ask.number % 200 + 1}")
        page = browser.get("/track/")
        form = next(one for one in page.forms if any(control.name == "code" for control in one.controls))
        page = browser.send(page, form, {"code": "", "key": course.ask.proof})
        return f"the resident at {address}: {self._send(browser, page, address, given)}"

    def _send(self, browser: Browser, page: Page, address: str, given: Given) -> str:
        do = ("do", str(given.get("do", "")))
        fitting = [
            one for one in page.forms if one.method == "post" and (one.action or page.path).partition("#")[0] == address
        ]
        fitting = [one for one in fitting if not do[1] or do in one.buttons or _says(one, do[1])]
        fitting = [one for one in fitting if one.controls]
        if not fitting:
            self.doings.answers[f"pursued {page.status} not offered"] += 1
            return f"{page.status}, not offered"
        say = filled(fitting[0], self.doings.chance, self.doings.say(), careless=0)
        answer = self.doings.counted("pursued", browser.send(page, fitting[0], say | given))
        if answer.status in (302, 303) and self.doings.chance.random() < 0.1:  # the button was pressed twice
            self.doings.counted("again", browser.send(page, fitting[0], say | given))
        return f"{answer.status}"


def _says(form: Form, do: str) -> bool:
    return any((one.name, one.value) == ("do", do) for one in form.controls)
