"""Half a year of matters in every state, each step taken by the person whose step it is, at an hour they would."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from huiyin.casework.actions import approving, aside, extensions, feedback, retaining
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.core.models import Account
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.demo.people import County, Family, Worker
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase
from huiyin.publication.actions import notices
from huiyin.register.queries.staff import viewer_for

CHANNELS = ("phone", "phone", "phone", "web", "web", "wechat", "sms", "counter", "visit", "letter")
ENDS = (
    *("closed",) * 58,
    *("late",) * 9,
    *("reopened",) * 7,
    *("unreached",) * 5,
    *("direct",) * 8,
    *("extended",) * 4,
    *("retained",) * 3,
    *("declined",) * 2,
    *("moved",) * 4,
)
CLOSED = frozenset(ENDS) - {"retained", "declined"}
RECENT = (
    *("received",) * 5,
    *("accepted",) * 4,
    *("assigned",) * 5,
    *("working",) * 8,
    *("answered",) * 6,
    *("delivered",) * 4,
    *("more_asked",) * 2,
    *("discussing",) * 1,
    *("overdue",) * 4,
)


@dataclass(frozen=True)
class Told:
    """An ordinary matter of the story and how it ended."""

    id: UUID
    end: str
    topic: str
    nature: str
    supervisor: Worker
    at: datetime


@dataclass
class Telling:
    """What every matter's story needs at hand."""

    county: County
    data: dict[str, Any]
    chance: random.Random
    zone: ZoneInfo
    now: datetime
    told: list[Told] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Ends that a rule did not let come, with its code: none, as a test says."""

    def viewer(self, worker: Worker, at: datetime) -> Viewer:
        """The worker as the doors would see them."""
        return viewer_for(Account.objects.get(pk=worker.account_id), at)

    def pick(self, role: str, body: str = "") -> Worker:
        """Any worker of a role."""
        return self.chance.choice(self.county.of(role, body) or self.county.of(role))

    def later(self, at: datetime, low: float, high: float) -> datetime:
        """Some hours later, moved into the working hours of a weekday; never after the story's present."""
        local = (at + timedelta(hours=self.chance.uniform(low, high))).astimezone(self.zone)
        if local.hour >= 18:
            local = (local + timedelta(days=1)).replace(hour=8)
        if local.hour < 8:
            local = local.replace(hour=8)
        while local.isoweekday() > 5:
            local += timedelta(days=1)
        local = local.replace(minute=self.chance.randrange(60), second=self.chance.randrange(60))
        soonest = at + min(timedelta(minutes=2), (self.now - at) / 2)
        return max(soonest, min(local.astimezone(UTC), self.now - timedelta(minutes=1)))


def tell(telling: Telling, count: int, say: Callable[[int], None]) -> None:
    """Tell the stories of `count` matters, oldest first; the last sixth is still under way."""
    for number, start in enumerate(_starts(telling, count)):
        recent = start > telling.now - timedelta(days=7)
        family = telling.chance.choice(telling.county.families)
        if telling.chance.random() < 0.04:
            complain(telling, family, start)
        else:
            tell_one(telling, family, start, telling.chance.choice(RECENT if recent else ENDS))
        say(number + 1)


def tell_one(telling: Telling, family: Family, start: datetime, end: str) -> None:
    """Tell one ordinary matter up to an end named in `ENDS` or `RECENT`."""
    template = telling.chance.choice(telling.data["matters"])
    story = _Story(telling, family, template, start)
    story.to(end)
    telling.told.append(Told(story.id, end, template["topic"], template["nature"], story.supervisor, story.at))


def put_on_the_wall(telling: Telling) -> int:
    """What was closed was drafted then, and a dispatcher published most of it within days, as written; what may not
    stand there is left. Returns how many."""
    published = 0
    for one in telling.told:
        if one.end not in CLOSED:
            continue
        at = telling.later(one.at, 2, 50)
        by = telling.viewer(telling.county.of("dispatcher")[0], at)
        try:
            row = notices.draft(by=Viewer.system("worker"), at=one.at, matter_id=one.id)
            if telling.chance.random() >= 0.25:
                notices.publish(by=by, at=at, notice_id=row.id)
                published += 1
        except Refused:
            continue
    return published


def _starts(telling: Telling, count: int) -> Iterator[datetime]:
    """Moments of half a year; every fourth matter is of the last week, so that there is work on every desk."""
    chance = telling.chance
    spans = sorted(
        (chance.uniform(0.1, 7) if n % 4 == 0 else chance.uniform(7, 180) for n in range(count)), reverse=True
    )
    for days in spans:
        local = (telling.now - timedelta(days=days)).astimezone(telling.zone)
        moment = local.replace(hour=chance.randrange(7, 21), minute=chance.randrange(60))
        yield min(moment.astimezone(UTC), telling.now - timedelta(hours=2))


class _Story:
    """One ordinary matter."""

    def __init__(self, telling: Telling, family: Family, template: dict[str, Any], start: datetime) -> None:
        self.t, self.family, self.template, self.at = telling, family, template, start
        town = next(name for code, name in telling.county.towns if family.place_code.startswith(code[:9]))
        self.body = f"{town}人民政府" if template["body"] == "town" else template["body"]
        self.clerk, self.dispatcher = telling.pick("clerk"), telling.county.of("dispatcher")[0]
        self.handler, self.supervisor = telling.pick("handler", self.body), telling.pick("supervisor")
        self.caller = telling.pick("caller")
        self.id = UUID(int=0)
        self.held = False

    def to(self, end: str) -> None:
        """Tell it up to an end; what a rule refuses on the way stays where it is: a county is not left half made."""
        try:
            getattr(self, f"_{end}")()
        except Refused as refused:
            self.t.refused.append((end, refused.code))

    def _received(self) -> None:
        channel = self.t.chance.choice(CHANNELS)
        by_clerk = channel in ("phone", "counter", "letter", "sms")
        by = self.t.viewer(self.clerk, self.at) if by_clerk else Viewer.resident()
        quiet = self.t.chance.random()
        words = Words(
            text=self.template["text"],
            subject=self.template["title"],
            channel=channel,
            place_code=self.family.place_code,
            reporter_name=self.family.head,
            reporter_phone=self.family.phone,
            disclosure="confidential" if quiet < 0.08 else "anonymous" if quiet < 0.12 else "named",
            first_asked=self.clerk.person_id if by_clerk else None,
        )
        opened = open_matter(by=by, at=self.at, words=words)
        self.id, self.held = opened.matter.id, opened.matter.held
        if self.held:
            self.at = self.t.later(self.at, 1, 5)
            by = self.t.viewer(self.dispatcher, self.at)
            aside.clear(by=by, at=self.at, matter_id=self.id, note="没有说到哪位干部")

    def _step(self, who: Worker, step: str, low: float, high: float, **given: Any) -> None:
        self.at = self.t.later(self.at, low, high)
        take_step(by=self.t.viewer(who, self.at), at=self.at, matter_id=self.id, step=step, given=given)

    def _accepted(self, way: str = "pass_for_handling") -> None:
        self._received()
        self._step(self.clerk, "accept", 0.1, 4)
        topic, nature = self.template["topic"], self.template["nature"]
        self._step(self.clerk, "classify", 0.05, 0.3, topic=topic, nature=nature, way=way)

    def _discussing(self) -> None:
        self._accepted()
        self._step(self.dispatcher, "discuss", 1, 4, note="牵涉两个单位，请一起商量由谁牵头。")

    def _assigned(self) -> None:
        self._accepted()
        self._assign(1, 6)

    def _assign(self, low: float, high: float) -> None:
        self._step(
            self.dispatcher,
            "assign",
            low,
            high,
            owner=self.t.county.bodies[self.body],
            handler=self.handler.person_id,
            supervisor=self.supervisor.person_id,
        )

    def _working(self) -> None:
        self._assigned()
        self._step(self.handler, "take", 1, 8)

    def _more_asked(self) -> None:
        self._working()
        self._step(self.handler, "ask_more", 2, 10, note="请说一下是哪几户、从哪天开始的。")

    def _answered(self, low: float = 20, high: float = 90) -> None:
        self._working()
        self._reply(low, high)

    def _reply(self, low: float, high: float) -> None:
        been, day = (moment.astimezone(self.t.zone) for moment in (self.at, self.t.later(self.at, low, high)))
        given = {"reply": self.template["reply"].format(day=f"{been.month}月{been.day}日")}  # before it is answered
        if said := self.template.get("promise"):
            given |= {"promise": said, "promised_on": day.date() + timedelta(days=self.template["promise_days"])}
        self._answer(self.handler, low, high, public_text=self.template["public"], **given)

    def _answer(self, who: Worker, low: float, high: float, **given: Any) -> None:
        """Answer, after a second person has seen the words where the programme wants it."""
        self.at = self.t.later(self.at, low, high)
        try:
            by = self.t.viewer(who, self.at)
            draft = approving.propose(by=by, at=self.at, matter_id=self.id, given=given)
        except Refused as refused:
            if refused.code != "approval_not_asked":
                raise
        else:
            self.at = self.t.later(self.at, 0.5, 3)
            second = self.t.viewer(self.supervisor, self.at)
            approving.decide(by=second, at=self.at, draft_id=draft.id, approve=True)
        self._step(who, "answer", 0.05, 0.5, **given)

    def _delivered(self) -> None:
        self._answered()
        self._deliver()

    def _deliver(self) -> None:
        self.at = self.t.later(self.at, 1, 12)
        if self.t.chance.random() < 0.5:
            feedback.opened_by_resident(by=Viewer.resident(), at=self.at, matter_id=self.id)
            return
        by, signed = self.t.viewer(self.handler, self.at), phrase("template", "signed_for")
        feedback.deliver(by=by, at=self.at, matter_id=self.id, meaning="letter", note=signed)

    def _call(self, outcome: str = "reached", low: float = 4, high: float = 30, **said: Any) -> None:
        self.at = self.t.later(self.at, low, high)
        feedback.call_back(
            by=self.t.viewer(self.caller, self.at), at=self.at, matter_id=self.id, outcome=outcome, **said
        )

    def _closed(self) -> None:
        self._delivered()
        grade = self.t.chance.choice((5, 5, 5, 4, 4, 3))
        self._call(contacted=True, true=True, solved="yes", grade=grade)

    def _late(self) -> None:
        self._answered(9 * 24, 14 * 24)
        self._deliver()
        self._call(contacted=True, true=True, solved="yes", grade=3, words="办了，就是太慢。")

    def _overdue(self) -> None:
        self.at -= timedelta(days=11)
        self._working()

    def _reopened(self) -> None:
        self._delivered()
        self._call(contacted=True, true=False, solved="no", grade=1, words="说修好了，过两天又坏了。")
        if self.t.chance.random() < 0.7:
            self._assign(1, 6)
            self._step(self.handler, "take", 1, 6)
            self._reply(24, 80)
            self._deliver()
            self._call(contacted=True, true=True, solved="yes", grade=4)

    def _unreached(self) -> None:
        self._delivered()
        for low, high in ((4, 6), (8, 10), (24, 30), (5, 8)):
            self._call("no_answer", low, high)
        self.at = self.t.later(self.at, 1, 3)
        feedback.close_unreached(by=self.t.viewer(self.caller, self.at), at=self.at, matter_id=self.id)

    def _direct(self) -> None:
        self._received()
        self._step(self.clerk, "accept", 0.05, 0.2)
        text = self.template["reply"].format(day="明天")
        given = {"topic": self.template["topic"], "nature": "question", "way": "direct_answer", "reply": text}
        self._answer(self.clerk, 0.05, 0.2, **given)
        self._call(contacted=True, true=True, solved="yes", grade=5)

    def _extended(self) -> None:
        self._working()
        self.at = self.t.later(self.at, 20, 40)
        asked = extensions.ask(
            by=self.t.viewer(self.handler, self.at), at=self.at, matter_id=self.id, amount=3, reason="等配件到货。"
        )
        self.at = self.t.later(self.at, 1, 6)
        extensions.decide(by=self.t.viewer(self.supervisor, self.at), at=self.at, extension_id=asked.id, approve=True)
        self._reply(60, 110)
        self._deliver()
        self._call(contacted=True, true=True, solved="yes", grade=4)

    def _retained(self) -> None:
        self._accepted("retain")
        review = (self.at + timedelta(days=80)).date()
        reply = "这件事要等明年的项目，先留着。到日子我们再看，也会告诉您。"
        self.at = self.t.later(self.at, 2, 20)
        given = {"reason": "项目明年才有", "review_date": review, "reply": reply}
        by = self.t.viewer(self.dispatcher, self.at)
        asked = retaining.propose(by=by, at=self.at, matter_id=self.id, given=given)
        self.at = self.t.later(self.at, 1, 6)
        second = self.t.viewer(self.t.county.of("dispatcher")[1], self.at)
        retaining.decide(by=second, at=self.at, retention_id=asked.id, consent=True)

    def _declined(self) -> None:
        self._received()
        reply = "这件事归法院管，我们办不了。可以到县法院立案窗口，地址在县城中街。"
        self._step(self.clerk, "decline", 1, 6, reason="归法院管", reply=reply)

    def _moved(self) -> None:
        """Handed back once, then to another body: the due date stays."""
        self._working()
        self._step(self.handler, "transfer", 2, 12, note="不归我们管，请转给县里。")
        self.body = self.t.chance.choice(list(self.t.county.bodies)[5:11])
        self.handler = self.t.pick("handler", self.body)
        self._assign(1, 5)
        self._step(self.handler, "take", 1, 5)
        self._reply(20, 60)
        self._deliver()
        self._call(contacted=True, true=True, solved="yes", grade=4)


def complain(telling: Telling, family: Family, start: datetime) -> None:
    """A complaint about somebody near: held, and in most cases named and given to the discipline office."""
    village = next(w for w in telling.county.of("official") if family.place_code.startswith(w.place_code))
    who = telling.chance.choice((village.name, f"{village.name[0]}书记", "你们的人"))
    text = telling.chance.choice(telling.data["complaints"])["text"].format(who=who)
    words = Words(
        text=text,
        channel=telling.chance.choice(("web", "letter", "phone")),
        place_code=family.place_code,
        reporter_name=family.head,
        reporter_phone=family.phone,
        disclosure="confidential",
    )
    matter = open_matter(by=Viewer.resident(), at=start, words=words).matter
    if start > telling.now - timedelta(days=5):
        return
    at = telling.later(start, 2, 20)
    dispatcher = telling.viewer(telling.county.of("dispatcher")[0], at)
    aside.name_subjects(by=dispatcher, at=at, matter_id=matter.id, persons=[village.person_id])
    take_step(by=dispatcher, at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "conduct", "nature": "complaint", "way": "discipline"}
    take_step(by=dispatcher, at=at, matter_id=matter.id, step="classify", given=given)
    office = "望川县纪委监委"
    handing: dict[str, Any] = {
        "owner": telling.county.bodies[office],
        "handler": telling.pick("handler", office).person_id,
        "supervisor": telling.pick("supervisor").person_id,
    }
    take_step(by=dispatcher, at=at, matter_id=matter.id, step="assign", given=handing)
