"""What people and machines do in a simulated county; each is one step, told in a few words."""

import base64
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from uuid import UUID, uuid5

from django.conf import settings
from django.test import Client

from huiyin.channels.rules.hooks import token
from tests.cast import GROUP_THREE, HUAISHUPING, Cast
from tests.interfaces.desk.seat import seat
from tests.interfaces.public.asking import CODE, PROOF
from tests.rooms.casework.compartment import two_custodians, with_keys
from tests.simulate.browser import Browser, Given, Page, filled, ours
from tests.simulate.pursuits import Pursuits
from tests.simulate.world import MOODS, Clock, Gateway, Worker

STAFF = ("chen", "chen", "zhou", "li", "bai", "zhou", "sun", "li", "zhao", "he", "ma", "luo", "bai", "wu", "tang")
NEAR = ("li", "bai", "luo", "ma")
"""Whom complaints are about: who handles, leads or heads."""
NAMESPACE = UUID("6e0c1f0a-9d7d-5b1e-8f57-3f0a3c6a4b11")
SEEN = re.compile(r"/desk/matters/\d{9}/$")
HELD = re.compile(r"/desk/held/\d{9}/$")
COMPLAINT = "村里有个干部办事拖着不办，还吃拿卡要"
WORDS = (
    "三组的路灯坏了三盏，晚上走路看不见",
    "自来水每天傍晚没有水，已经半个月",
    "低保名单什么时候公示，我家符合条件",
    "河边垃圾没有人清，天热味道大",
    "孩子上学要走的那段路塌了半边",
    *(COMPLAINT,) * 2,
    "感谢村里帮忙修好了水渠",
)
PROSE = "已经到现场看过，和几户人家都说好了，按定下的日子办。"
ONWARD = ("accept", "classify", "assign", "take", "answer", "deliver")
"""The way most matters go; other steps are taken less often, or nothing would come to its end."""
SENT = (200, 201, 204, 302, 303)
REFUSING = (400, 403, 404, 405, 409, 413, 422, 429)


@dataclass
class Ask:
    """Something a resident said, under a key of their own; acknowledged or not yet."""

    number: int
    door: str
    key: str
    body: Given
    phone: str
    code: str = ""
    proof: str = ""
    tries: int = 0
    answer: int = 0

    @property
    def mark(self) -> str:
        """What only this one's text holds."""
        return f"〔{self.number}〕"


@dataclass
class Doings:
    """Everybody, and what they may do. A page that fails is an exception, and that is the end of the run."""

    cast: Cast
    clock: Clock
    chance: Random
    gateway: Gateway
    workers: list[Worker]
    asks: list[Ask] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    said: int = 0
    named: int = 0

    def __post_init__(self) -> None:
        self.desks = {name: Browser(seat(getattr(self.cast, name))) for name in dict.fromkeys(STAFF)}
        self.phones = [f"1600000{6000 + number}" for number in range(40)]
        self.pursuits = Pursuits(self)
        two_custodians(self.cast, self.clock.at)
        with_keys(self.cast.bai, self.clock.at)
        self.with_keys = {self.cast.zhou.name, self.cast.sun.name, self.cast.bai.name}

    def one(self) -> Callable[[], str]:
        """Something drawn."""
        if not self.asks:
            return self.complain
        # Until somebody is named dispatchers look more often: a run in which nobody is complained about proves less.
        weights: dict[Callable[[], str], float] = {
            **{
                self.ask: 5,
                self.again: 4,
                self.text: 4,
                self.track: 5,
                self.desk: 16,
                self.pursuits.step: 150,
                self.call: 4,
                self.aside: 5 if self.named else 40,
            },
            **{self.work: 26, self.report: 6, self.weather: 2},
        }
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def ask(self) -> str:
        """A resident asks, at the public page or through the API."""
        number = len(self.asks) + 1
        ask = Ask(number, self.chance.choice(("web", "web", "api")), str(uuid5(NAMESPACE, str(number))), {}, "")
        ask.phone = self.chance.choice(self.phones)
        ask.body = {"text": self.chance.choice(WORDS) + ask.mark}
        self.asks.append(ask)
        return self.send(ask)

    def complain(self) -> str:
        """The first who asks complains about somebody."""
        ask = Ask(1, "api", str(uuid5(NAMESPACE, "1")), {}, self.phones[0])
        ask.body = {"text": COMPLAINT + ask.mark}
        self.asks.append(ask)
        return self.send(ask)

    def again(self) -> str:
        """Somebody who was told nothing sends the same once more; now and then somebody who was told."""
        waiting = [ask for ask in self.asks if not ask.answer]
        if not waiting or self.chance.random() < 0.2:
            waiting = self.asks[-20:]
        return self.send(self.chance.choice(waiting)) if waiting else self.ask()

    def send(self, ask: Ask) -> str:
        """Send it, by its door."""
        ask.tries += 1
        if ask.door == "sms":
            ask.answer = self._brought(ask.key, ask.phone, ask.body["text"])
        else:
            ask.answer = self._by_api(ask) if ask.door == "api" else self._by_page(ask)
        return f"{ask.door} {ask.number} sent for the {ask.tries}. time: {ask.answer}"

    def _by_page(self, ask: Ask) -> int:
        browser = Browser(Client(), f"10.1.{ask.number // 200}.{ask.number % 200 + 1}")
        page = browser.get("/ask/")
        form = next(one for one in page.forms if any(control.name == "text" for control in one.controls))
        if len(ask.body) == 1:
            say = {**ask.body, "phone": ask.phone, "name": "王秀兰", "answer_by": "sms", "key": ask.key}
            say |= {"town": GROUP_THREE[:9] + "000", "village": HUAISHUPING, "sealed": ""}
            say |= {"disclosure": self.chance.choice(("named", "confidential")), "do": ""}
            ask.body = filled(form, self.chance, say, careless=0) | say
        answer = self.counted("ask", browser.send(page, form, ask.body))
        if found := CODE.search(answer.text):
            self._acknowledged(ask, found.group(1).replace("-", ""))
            proof = PROOF.search(answer.text)
            ask.proof = proof.group(1) if proof else ask.proof
        return answer.status

    def _by_api(self, ask: Ask) -> int:
        body = {**ask.body, "place_code": GROUP_THREE, "reporter_name": "李大山", "reporter_phone": ask.phone}
        answer = Client().post(
            "/api/matters",
            json.dumps(body),
            content_type="application/json",
            headers={"Idempotency-Key": ask.key},
            REMOTE_ADDR=f"10.2.0.{ask.number % 200 + 1}",
        )
        self.answers[f"api {answer.status_code}"] += 1
        if answer.status_code == 201:
            told = json.loads(answer.content)
            self._acknowledged(ask, told["code"])
            ask.proof = told["proof"]
        return int(answer.status_code)

    def _acknowledged(self, ask: Ask, code: str) -> None:
        if ask.code and ask.code != code:
            raise AssertionError(f"{ask.door} {ask.number} was told {ask.code} and then {code}")
        ask.code = code

    def text(self) -> str:
        """A resident's SMS, brought once, twice or three times: new words, an answer to ours, or STOP."""
        self.said += 1
        phone, words = self.chance.choice(self.phones), self.chance.choice(("1", "2", "STOP", "", ""))
        identity = f"sim-{self.said}"
        if not words:
            ask = Ask(len(self.asks) + 1, "sms", identity, {}, phone)
            words = self.chance.choice(WORDS) + ask.mark
            ask.body = {"text": words}
            self.asks.append(ask)
        told = [self._brought(identity, phone, words) for _ in range(self.chance.choice((1, 1, 2, 3)))]
        if self.asks and self.asks[-1].key == identity:
            self.asks[-1].answer = told[-1]
        return f"SMS {self.said} ({words[:4]}) brought {len(told)} times: {told[-1]}"

    def _brought(self, identity: str, phone: str, words: str) -> int:
        answer = Client().post(
            f"/hooks/sms/?id={identity}",
            words.encode(),
            content_type="text/plain; charset=utf-8",
            headers={"X-Kannel-From": phone, "Authorization": _basic("kannel", settings.HUIYIN_HOOK_SECRET)},
        )
        self.answers[f"hook {answer.status_code}"] += 1
        return answer.status_code

    def report(self) -> str:
        """The gateway reports on a letter, sometimes twice, sometimes that it did not arrive."""
        if not self.gateway.to_report:
            return "nothing to report"
        letter = self.gateway.to_report.pop(self.chance.randrange(len(self.gateway.to_report)))
        status = self.chance.choice(("1", "1", "1", "8", "2"))
        for _ in range(self.chance.choice((1, 1, 2))):
            secret = token(settings.HUIYIN_HOOK_SECRET, str(letter))
            head = {"Authorization": _basic(str(letter), secret)}
            answer = Client().get(f"/hooks/sms/report/?status={status}", headers=head)
            self.answers[f"report {answer.status_code}"] += 1
        return f"the gateway says {status} of a letter"

    def track(self) -> str:
        """A resident looks their matter up and does one of the things the page offers."""
        known = [ask for ask in self.asks if ask.proof]
        if not known:
            return self.ask()
        ask = self.chance.choice(known[-30:])
        browser = Browser(Client(), f"10.3.0.{ask.number % 200 + 1}")
        page = browser.get("/track/")
        form = next(one for one in page.forms if any(control.name == "code" for control in one.controls))
        page = self.counted("track", browser.send(page, form, {"code": "", "key": ask.proof}))
        offered = [one for one in page.forms if one.method == "post" and one.action.startswith("/track/")]
        offered = [one for one in offered if one.action != "/track/withdraw/" or self.chance.random() < 0.1]
        if not offered or self.chance.random() < 0.3:
            return f"matter {ask.number} looked up: {page.status}"
        form = self.chance.choice(offered)
        answer = self.counted("track", browser.send(page, form, filled(form, self.chance, self.say())))
        return f"matter {ask.number} looked up, {form.action}: {answer.status}"

    def desk(self) -> str:
        """Somebody of the staff opens a list, a matter in it, and takes a step the page offers."""
        name = self.chance.choice(STAFF)
        browser = self.desks[name]
        lists = ("/desk/", *("/desk/matters/",) * 5, "/desk/matters/?due=late")
        page = self.counted("list", browser.get(self.chance.choice(lists)))
        matters = [one for one in ours(page.links, "/desk/matters/") if SEEN.match(one)]
        if not matters:
            return f"{name} finds nothing in {page.path}"
        page = self.counted("matter", browser.get(self.chance.choice(matters)))
        return f"{name} at {page.path}: {self._act(browser, page)}"

    def _act(self, browser: Browser, page: Page) -> str:
        """One thing a matter's page offers: a step's own page, or a form on it."""
        steps = [one for one in ours(page.links, "/desk/matters/") if "/step/" in one]
        forms = [one for one in page.forms if one.method == "post" and one.action.startswith("/desk/matters/")]
        if not steps and not forms:
            return f"{page.status}, nothing to do"
        if steps and (not forms or self.chance.random() < 0.9):
            onward = [one for one in steps if one.rstrip("/").rpartition("/")[2] in ONWARD]
            page = self.counted("step", browser.get(self.chance.choice(onward * 3 + steps)))
            forms = [one for one in page.forms if one.method == "post" and one.action in ("", page.path)]
            forms = [one for one in forms if one.controls]
        if not forms:
            return f"{page.path} {page.status}"
        form = self.chance.choice(forms)
        given = filled(form, self.chance, self.say())
        answer = self.counted("step", browser.send(page, form, given))
        if answer.status in (302, 303) and self.chance.random() < 0.15:  # the button was pressed twice
            self.counted("again", browser.send(page, form, given))
        return f"{form.action or page.path}: {answer.status}"

    def aside(self) -> str:
        """A dispatcher opens something held and says whom it is about, or does another thing the page offers."""
        browser = self.desks[self.chance.choice(("zhou", "sun"))]
        page = self.counted("held", browser.get("/desk/held/"))
        held = [one for one in ours(page.links, "/desk/held/") if HELD.match(one)]
        if not held:
            return "nothing is held"
        page = self.counted("held", browser.get(self.chance.choice(held)))
        forms = [one for one in page.forms if one.method == "post" and one.action.startswith("/desk/held/")]
        form = next((one for one in forms if ("do", "name") in one.buttons), None)
        if form is not None and self.chance.random() < 0.6:
            about = self.chance.choice(NEAR)
            person = str(getattr(self.cast, about).person_id)
            given = filled(form, self.chance, self.say(), careless=0) | {"do": "name", "persons": [person]}
            answer = self.counted("held", browser.send(page, form, given))
            self.named += answer.status in (302, 303)
            return f"{page.path} is about {about}: {answer.status}"
        if not forms:
            return f"{page.path} {page.status}"
        form = self.chance.choice(forms)
        answer = self.counted("held", browser.send(page, form, filled(form, self.chance, self.say())))
        return f"{page.path}: {answer.status}"

    def call(self) -> str:
        """A caller rings somebody and writes down what came of it."""
        browser = self.desks["he"]
        page = self.counted("calls", browser.get("/desk/calls/"))
        calls = [one for one in ours(page.links, "/desk/calls/") if re.search(r"/calls/\d{9}/$", one)]
        if not calls:
            return "nobody to ring"
        page = self.counted("call", browser.get(self.chance.choice(calls)))
        forms = [one for one in page.forms if one.method == "post" and "/calls/" in (one.action or page.path)]
        if not forms:
            return f"{page.path} {page.status}"
        form = self.chance.choice(forms)
        answer = self.counted("call", browser.send(page, form, filled(form, self.chance, self.say())))
        return f"he rings, {page.path}: {answer.status}"

    def work(self) -> str:
        """One of the workers does the next thing; its clock may have jumped."""
        worker = self.chance.choice(self.workers)
        if self.chance.random() < 0.1:
            worker.skew = timedelta(seconds=self.chance.choice((-300, -30, 0, 0, 45, 400)))
        return f"{worker.name}: {worker.turn()}"

    def weather(self) -> str:
        """The gateway's mood changes."""
        moods, weights = zip(*MOODS, strict=True)
        self.gateway.mood = self.chance.choices(moods, weights)[0]
        return f"the gateway is {self.gateway.mood}"

    def say(self) -> Given:
        """What is typed where nothing else is known."""
        day = (self.clock.at + timedelta(days=self.chance.choice((1, 2, 5, 12, 40)))).date()
        return {
            **{"text": PROSE, "prose": PROSE, "date": day.isoformat(), "number": str(self.chance.randint(1, 6))},
            **{"tel": self.chance.choice(self.phones), "datetime-local": f"{day}T10:00", "time": "10:00"},
        }

    def counted(self, what: str, page: Page) -> Page:
        """Count an answer. Raises AssertionError at one that says that something failed."""
        self.answers[f"{what} {page.status}"] += 1
        if page.status not in SENT + REFUSING:
            raise AssertionError(f"{page.path} answers {page.status}")
        return page


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()
