"""What must hold after every step of a simulated county, read from the rows themselves; a fault is a sentence."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from django.db.models import Count, Q

from huiyin.casework.models import CallBack, Clock, Conflict, Judgement, Matter, Move, Reply
from huiyin.channels.models import Message
from huiyin.core import looks, sealing
from huiyin.core.audit import verify
from huiyin.core.models import Delivery, Event
from tests.simulate.doings import Ask, Doings

LATER = {
    "casework.extension_decided",
    "casework.due_fixed",
    "casework.retention_ended",
    *(f"casework.matter_moved {step}" for step in ("resume", "more_given", "reopen", "take_up")),
}
"""What may make a deadline later: somebody decided it, a pause ended, or the matter was taken up again."""
ONCE = ("casework.clock_warned", "casework.matter_overdue")
SEEN = {
    "casework.matter_joined": "joined",
    "casework.matter_split": "split",
    "casework.extension_asked": "more time asked",
    "casework.extension_decided": "more time decided",
    "casework.matter_locked": "locked",
}
"""What is counted as it is told."""
DIED = "died while being done"
ENDED_BY_RESIDENT = ("withdraw",)
ATTEMPTS = 3
"""Calls nobody answered before a matter may be closed so, in the county of the tests."""


class Watch:
    """Goes over what changed since it last looked; now and then over everything."""

    def __init__(self, doings: Doings) -> None:
        self.doings = doings
        self.seen = 0
        self.due: dict[UUID, datetime] = {}
        self.alarms: Counter[tuple[str, str]] = Counter()
        self.opened: Counter[str] = Counter()
        self.looked = 0
        """How often somebody a matter is about looked for it."""
        self.looks: Counter[str] = Counter()
        """How often each way of ending was looked at, and what bears on it: one look a step and matter."""

    def step(self) -> Iterator[str]:
        """After one step."""
        events = list(
            Event.objects.filter(id__gt=self.seen).order_by("id").values_list("id", "name", "subject", "data")
        )
        names: dict[str, set[str]] = {}
        for number, name, subject, data in events:
            self.seen = max(self.seen, number)
            names.setdefault(subject, set()).update((name, f"{name} {data.get('step', '')}"))
            if name in ONCE:
                self.alarms[name, data["clock"]] += 1
                if self.alarms[name, data["clock"]] > 1:
                    yield f"{name} was told twice of clock {data['clock']}"
            if name == "casework.matter_opened":
                self.opened[subject] += 1
            if name in SEEN:
                self.looks[SEEN[name]] += 1
        if not events:
            return
        touched = [key for key in names if _is_uuid(key)]
        yield from self._deadlines(touched, names)
        yield from self._people(touched)
        yield from self._asks()
        yield from self._letters()

    def _deadlines(self, touched: list[str], names: dict[str, set[str]]) -> Iterator[str]:
        for clock in Clock.objects.filter(matter_id__in=touched):
            before = self.due.get(clock.id)
            if before is not None and clock.due_at > before and not names[str(clock.matter_id)] & LATER:
                said = sorted(names[str(clock.matter_id)])
                yield f"{clock.name} of {clock.matter_id} went from {before} to {clock.due_at}, nobody said so: {said}"
            self.due[clock.id] = clock.due_at

    def _people(self, touched: list[str]) -> Iterator[str]:
        for matter in Matter.objects.filter(id__in=touched):
            people = [one for one in (matter.handler_id, matter.supervisor_id, matter.caller_id) if one]
            if len(people) != len(set(people)):
                yield f"{matter.code}: one person is two of handler, supervisor and caller"
            if matter.closed_at is not None:
                yield from self._ended(matter)
            elif matter.reopened:
                yield from self._taken_up(matter)
            if matter.held or matter.sealed:
                yield from self._unseen(matter)

    def _ended(self, matter: Matter) -> Iterator[str]:
        """A matter ends with an answer that arrived, and the resident's word or recorded attempts (invariant 1)."""
        last = Move.objects.filter(matter=matter).exclude(step="archive").order_by("-seq").first()
        if last is None:
            return
        self.looks[f"ended: {matter.state}"] += 1
        run = Clock.objects.filter(matter=matter, met_at=None, ended_at=None).values_list("name", flat=True)
        if matter.state == "closed" and (names := sorted(run)):
            yield f"{matter.code} is closed and {names} still run"
        if last.step in ENDED_BY_RESIDENT or matter.state == "retained":
            return
        if not Reply.objects.filter(matter=matter).exists():
            yield f"{matter.code} ended ({last.step}) without an answer"
        elif matter.state == "closed":
            yield from self._closed(matter)

    def _closed(self, matter: Matter) -> Iterator[str]:
        """Nothing is closed without the resident's word or the attempts the programme asks for, since the answer."""
        answered = Reply.objects.filter(matter=matter).order_by("-at").values_list("at", flat=True)[0]
        calls = list(CallBack.objects.filter(matter=matter, at__gte=answered).values_list("outcome", flat=True))
        words = Judgement.objects.filter(matter=matter, at__gte=answered)
        arrived = Reply.objects.filter(matter=matter, at__gte=answered, delivered_at__isnull=False).exists()
        how = "call" if "reached" in calls else "word" if words.exists() else "attempts" if calls else "delivery"
        self.looks[f"closed by {how}"] += 1
        if not (calls or words.exists()) and not arrived:
            yield f"{matter.code} was closed: nothing arrived, nobody was rung, nobody said a word"
        if how == "attempts" and len(calls) < ATTEMPTS:
            yield f"{matter.code} was closed unreached after {len(calls)} of {ATTEMPTS} attempts"

    def _taken_up(self, matter: Matter) -> Iterator[str]:
        """What was taken up again has an owner's clock again, and its story stays."""
        self.looks["taken up again"] += 1
        if not Move.objects.filter(matter=matter, step="reopen").exists():
            yield f"{matter.code} counts {matter.reopened} times taken up, and no move says so"

    def _unseen(self, matter: Matter) -> Iterator[str]:
        """Whom it is about is told that there is no such page (SG-01)."""
        about = set(Conflict.objects.filter(matter=matter, kind="subject").values_list("person_id", flat=True))
        for name, browser in self.doings.desks.items():
            member = getattr(self.doings.cast, name)
            if member.person_id not in about:
                continue
            self.looked += 1
            self.looks["a subject looks for a locked one" if matter.locked else "a subject looks for a held one"] += 1
            for path in (f"/desk/matters/{matter.code}/", f"/desk/held/{matter.code}/"):
                if (status := browser.get(path).status) != 404:
                    yield f"{name} is a subject of {matter.code} and opens {path}: {status}"
            for path in ("/desk/matters/?open=all", f"/desk/matters/?open=all&q={quote(matter.text[:6])}"):
                if f"/{matter.code}/" in browser.get(path).text:
                    yield f"{name} is a subject of {matter.code} and finds it in {path}"

    def _asks(self) -> Iterator[str]:
        """What was acknowledged is there once with its one event; what was not, once at most."""
        for ask in self.doings.asks[-12:]:
            yield from self._one(ask)

    def _one(self, ask: Ask) -> Iterator[str]:
        if not ask.code:
            return
        found = list(Matter.objects.filter(code=ask.code).values_list("id", flat=True))
        if len(found) != 1:
            yield f"{ask.door} {ask.number} was told {ask.code}, of which there are {len(found)}"
        elif self.opened[str(found[0])] != 1:
            yield f"{ask.door} {ask.number} has {self.opened[str(found[0])]} opening events"

    def _letters(self) -> Iterator[str]:
        """What the gateway was given twice was doubted in between, or the first time was refused."""
        twice = {letter: times for letter, times in self.doings.gateway.given.items() if times > 1}
        for message in Message.objects.filter(id__in=twice):
            if twice[message.id] > 1 + message.doubts:
                yield f"a letter ({message.purpose}) was sent {twice[message.id]} times, doubted {message.doubts}"

    def day(self, at: datetime) -> Iterator[str]:
        """Everything: each ask by its own mark, every end and what was taken up again, the parked, and the whole log
        against the rows."""
        for matter in Matter.objects.filter(Q(closed_at__isnull=False) | Q(reopened__gt=0)).order_by("id"):
            yield from self._ended(matter) if matter.closed_at is not None else self._taken_up(matter)
        for ask in self.doings.asks:
            yield from self._one(ask)
            times = Matter.objects.filter(Q(text__contains=ask.mark)).count()
            if times > 1:
                yield f"{ask.door} {ask.number} became {times} matters"
        parked = Delivery.objects.filter(parked_at__isnull=False).exclude(fault=DIED)
        for consumer, fault, count in parked.values_list("consumer", "fault").annotate(n=Count("id")):
            yield f"{count} deliveries to {consumer} were given up: {fault}"
        looks.seal_minutes(at)
        sealing.seal_now(at)
        for sentence in verify(at).told():
            yield f"the log does not verify: {sentence}"


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
