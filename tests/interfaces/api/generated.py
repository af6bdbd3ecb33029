"""Generated requests from the interface's description, as one role, in this process.

Schemathesis makes the requests, good ones and bad ones; to some we give real codes, proofs, keys and steps, so that
they get past the first refusal.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register import ticks
from huiyin.register.actions import cards
from huiyin.register.models import Card
from huiyin.register.queries.cards import code_of
from tests.cast import HUAISHUPING, LIUWAN, Cast, Member
from tests.interfaces.api.machine import token_of
from tests.rooms.publication import made

ROLES = ("anonymous", "clerk", "handler")
OPEN, TRACK, PLACES = "POST /matters", "GET /matters/{code}", "GET /places"
MINE, OFFICIALS = "POST /officials/mine", "GET /officials"
LIST, ONE, STEP = "GET /staff/matters", "GET /staff/matters/{code}", "POST /staff/matters/{code}/steps/{step}"
UNDER, SAY = "GET /wall/{notice_id}/comments", "POST /wall/{notice_id}/comments"
CLASSIFIED = {"topic": "water", "nature": "problem", "way": "pass_for_handling"}
REPLY = {"reply": "加压泵已换新，傍晚水压够两层楼用。", "public_text": "加压泵已换新。"}
_networks = count(1)


@dataclass
class Tally:
    """What a role's requests were answered: per operation, status to how many."""

    role: str
    answers: dict[str, Counter[int]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def total(self, low: int = 0, high: int = 1000) -> int:
        """How many answers have a status in a range, the end excluded."""
        return sum(n for seen in self.answers.values() for status, n in seen.items() if low <= status < high)

    def never(self) -> list[str]:
        """Operations that were never answered 2xx."""
        return [one for one, seen in self.answers.items() if not any(200 <= status < 300 for status in seen)]


def fuzz(cast: Cast, role: str, cases: int) -> Tally:
    """Send so many requests as one role; the database of the caller's test is used."""
    from huiyin.interfaces.api.api import api

    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    operations = {one.label.replace("/api", ""): one for one in _whole(schema)}
    member = {"clerk": cast.chen, "handler": cast.li}.get(role)
    tally = Tally(role)
    helper = Helper(cast, member)
    with one_connection():
        for label, operation in operations.items():
            seen = tally.answers[label] = Counter()
            _run(operation, label, cases // len(operations) + 1, helper, seen, tally.broken)
    return tally


@contextmanager
def one_connection() -> Iterator[None]:
    """Requests of this process leave the test's connection open, as those of Django's own client do."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)


def _whole(schema: Any) -> Iterator[Any]:
    """The operations; every one of our own description can be read."""
    for found in schema.get_all_operations():
        yield found.ok()


def _run(operation: Any, label: str, cases: int, helper: "Helper", seen: Counter[int], broken: list[str]) -> None:
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    bad = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(case=st.one_of(good, good, bad), real=st.integers(0, 3))
    def send(case: Any, real: int) -> None:
        if seen.total() >= cases:
            return
        if real:
            helper.furnish(label, case)
        if helper.member is not None:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {helper.token}"}
        answer = case.call(app=_application(), base_url="http://localhost/")
        seen[answer.status_code] += 1
        if answer.status_code >= 500:
            broken.append(f"{label}: {case.as_curl_command()}")

    send()


def _application() -> Callable[..., Any]:
    """The whole product as WSGI, each request from a network of its own, so that nobody is asked to wait."""
    from django.core.handlers.wsgi import WSGIHandler

    inner = WSGIHandler()

    def answer(environ: dict[str, Any], start: Any) -> Any:
        number = next(_networks)
        return inner(environ | {"REMOTE_ADDR": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}, start)

    return answer


class Helper:
    """Gives requests what only somebody who has spoken to the product knows."""

    def __init__(self, cast: Cast, member: Member | None) -> None:
        self.cast = cast
        self.member = member
        self.at = now()
        self.token = token_of(member) if member else ""
        self.opened = self._open()
        self.last = self._open()
        self.card = self._printed()
        self.notice = made.published(cast, self.at - timedelta(days=5))

    def furnish(self, label: str, case: Any) -> None:
        """Real codes, keys, proofs and steps instead of invented ones."""
        if label == OPEN:
            case.headers = {**(case.headers or {}), "Idempotency-Key": str(uuid4())}
            if isinstance(case.body, dict):
                case.body |= {"place_code": HUAISHUPING, "channel": "api", "reporter_phone": ""}
        elif label in (UNDER, SAY):
            case.path_parameters, case.query = {"notice_id": str(self.notice.id)}, {}
            self._say(case)
        elif label == TRACK:
            matter, proof = self.opened
            case.path_parameters, case.headers = {"code": matter.code}, {**(case.headers or {}), "Proof": proof}
        elif label == PLACES:
            case.query = {**(case.query or {}), "under": LIUWAN}
        elif label == MINE and isinstance(case.body, dict):
            case.body = {"card": self.card}
        elif label == OFFICIALS:
            case.query = {"place": HUAISHUPING}
        elif label == ONE:
            case.path_parameters = {"code": self.opened[0].code}
        elif label == STEP:
            self._step(case)

    def _say(self, case: Any) -> None:
        """Words short enough, under a key."""
        if isinstance(case.body, dict):
            case.headers = {**(case.headers or {}), "Idempotency-Key": str(uuid4())}
            case.body |= {"text": "水是有了，路面的坑填平吧。"}

    def _step(self, case: Any) -> None:
        """A matter that waits for a step of this role, and what the step needs."""
        handler = self.member is self.cast.li
        matter = self._assigned() if handler else self._open()[0]
        case.path_parameters = {"code": matter.code, "step": "take" if handler else "accept"}

    def _open(self) -> tuple[Matter, str]:
        words = Words(text="傍晚水小，接不满桶。", channel="web", place_code=HUAISHUPING)
        opened = open_matter(by=Viewer.resident(), at=self.at, words=words)
        return opened.matter, opened.proof

    def _printed(self) -> str:
        """The code on the card of a household that has an official."""
        cards.ask_for(by=self.cast.xu.viewer(self.at), at=self.at, kind="card", place_codes=[HUAISHUPING])
        ticks.print_runs(self.at)
        return code_of(Card.objects.get(household_id=self.cast.zhang_household, replaced_at=None).pk)

    def _assigned(self) -> Matter:
        matter, cast = self._open()[0], self.cast
        assign = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
        steps: list[tuple[Member, str, dict[str, Any]]] = [
            (cast.chen, "accept", {}),
            (cast.chen, "classify", CLASSIFIED),
            (cast.zhou, "assign", assign),
        ]
        for who, step, needs in steps:
            matter = take_step(by=who.viewer(self.at), at=self.at, matter_id=matter.id, step=step, given=needs)
        return matter
