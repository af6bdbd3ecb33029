"""SMS through a real gateway: Kannel's bearerbox and smsbox, with its fakesmsc as the operator's centre."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter, Reply
from huiyin.channels import ticks
from huiyin.channels.actions import outbox
from huiyin.channels.models import Line, Message, Sending
from huiyin.channels.queries import lines
from huiyin.channels.rules.sms import shape
from huiyin.channels.sms_kannel import transport
from huiyin.core import worker
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register import ticks as register_ticks
from huiyin.register.queries import announcements
from tests import factories as make
from tests.cast import ZHANG_PHONE, Cast
from tests.kannel import PASSWORD, Kannel, gateway
from tests.rooms.channels import wire
from tests.rooms.channels.test_messages import ANSWER, TEXT, answered
from tests.rooms.channels.wire import NUMBER, SECRET
from tests.rooms.register.test_announcements import passed
from tests.rows import row

pytestmark = [pytest.mark.kannel, pytest.mark.slow, pytest.mark.usefixtures("cast")]
MACHINE = Viewer.system("channels")
PATIENCE = 180.0


@pytest.fixture
def kannel(
    live_server: Any, cast: Cast, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Kannel]:
    """A gateway that brings what residents write to the product, and takes what it sends."""
    make.put_in_force(at=now())
    monkeypatch.setattr(transport, "SECONDS", PATIENCE)  # a busy machine is no doubt about a message
    with gateway(tmp_path, back=live_server.url, secret=SECRET) as found:
        settings.HUIYIN_SMS_URL = found.url
        settings.HUIYIN_SMS_USER, settings.HUIYIN_SMS_PASSWORD = "huiyin", PASSWORD
        settings.HUIYIN_SMS_BACK, settings.HUIYIN_HOOK_SECRET = live_server.url, SECRET
        yield found


def until(found: Callable[[], bool], what: str, kannel: Kannel) -> None:
    """Let the worker work until something is so."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        round_(now())
        if found():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what}: {kannel.said()}")


def round_(at: datetime) -> None:
    """What the worker does for the channels in a round."""
    worker.drain(at)
    ticks.send(at)


@row("R-160", "R-213", "R-177")
def test_a_resident_writes_is_acknowledged_answered_and_says_that_it_is_solved(
    kannel: Kannel, cast: Cast, clock: Callable[[datetime], None]
) -> None:
    kannel.boxes()
    kannel.write(NUMBER, TEXT)
    until(lambda: Matter.objects.exists(), "no matter", kannel)
    matter = Matter.objects.get()
    assert (matter.text, matter.channel) == (TEXT, "sms")
    until(lambda: len(kannel.arrived()) >= 1, "no acknowledgement", kannel)
    assert kannel.arrived()[0][0] == NUMBER
    until(lambda: Message.objects.filter(state="delivered").count() == 1, "no report", kannel)
    assert matter.code[4:8] in "".join(text for _, text in kannel.arrived())
    at, chen = now(), cast.chen.viewer(now())
    take_step(by=chen, at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "construction", "nature": "question", "way": "direct_answer", "reply": ANSWER}
    take_step(by=chen, at=at, matter_id=matter.id, step="answer", given=given)
    until(lambda: Reply.objects.get().delivered_at is not None, "not delivered", kannel)
    assert Reply.objects.get().meaning == "gateway"
    assert ANSWER in "".join(text for _, text in kannel.arrived())
    kannel.write(NUMBER, "1")
    until(lambda: Matter.objects.get().closed_at is not None, "not closed", kannel)
    until(lambda: "办结了" in "".join(text for _, text in kannel.arrived()), "not told of the end", kannel)
    assert Message.objects.filter(doubts=0, repeats=0).count() == Message.objects.count() == 3


@row("R-169")
def test_what_the_centre_brings_three_times_is_one_matter_with_one_acknowledgement(kannel: Kannel) -> None:
    kannel.boxes()
    kannel.write(NUMBER, TEXT, times=3)
    until(lambda: len(wire.came()) == 3, "not brought three times", kannel)
    until(lambda: Message.objects.filter(state="delivered").exists(), "no report", kannel)
    assert Matter.objects.count() == 1 == Message.objects.count()


@row("R-230", "R-158")
def test_a_telephone_sends_a_code_and_reads_where_its_matter_stands(kannel: Kannel) -> None:
    kannel.boxes()
    kannel.write(NUMBER, TEXT)
    until(lambda: Message.objects.filter(state="delivered").count() == 1, "no acknowledgement", kannel)
    matter = Matter.objects.get()
    kannel.write(NUMBER, f"查 {matter.code}")
    until(lambda: Message.objects.filter(purpose="state", state="delivered").exists(), "no answer", kannel)
    (told,) = wire.out(purpose="state")
    said = "".join(text for number, text in kannel.arrived() if number == NUMBER)
    assert told.body in said and "收到了" in told.body and TEXT[:6] not in said


@row("R-094")
def test_a_household_hears_of_its_new_official_on_a_telephone_and_the_report_says_that_it_did(
    kannel: Kannel, cast: Cast, clock: Callable[[datetime], None]
) -> None:
    handover = passed(cast, now(), homes=1)
    kannel.boxes()
    clock((now() + timedelta(days=1)).replace(hour=2))  # the day after, at ten in the morning: no hour is quiet then
    assert register_ticks.tell_households(now()) == 2
    until(lambda: announcements.counts(MACHINE, [handover])[handover].get("delivered") == 1, "no report", kannel)
    assert announcements.counts(MACHINE, [handover]) == {handover: {"delivered": 1, "not_asked": 1}}
    until(lambda: "退订回复TD。" in "".join(words for _, words in kannel.arrived()), "not whole", kannel)
    said = "".join(words for number, words in kannel.arrived() if number == ZHANG_PHONE)
    assert "换成了" in said and cast.ma.name in said and cast.luo.name not in said


@row("R-239")
def test_a_gateway_that_is_down_for_an_hour_leaves_intake_as_it_is_and_each_notice_goes_out_once(
    kannel: Kannel, cast: Cast, clock: Callable[[datetime], None]
) -> None:
    began = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
    clock(began)
    answered(cast, began)
    for minute in range(0, 61, 5):  # nobody listens
        at = began + timedelta(minutes=minute)
        clock(at)
        open_matter(by=Viewer.resident(), at=at, words=Words(text=f"{TEXT} 第{minute}次"))
        round_(at)
    assert Matter.objects.count() == 14
    waiting = Sending.objects.get()
    assert (waiting.done_at, waiting.attempts, waiting.parked_at) == (None, 0, None)  # no fault of the message
    found = next(one for one in lines.gateways(MACHINE, at) if one.channel == "sms")
    assert (found.state, found.waiting, found.overdue) == ("down", 1, 1)
    assert not ticks.channels(at, "en").ok
    kannel.boxes()
    for second in range(0, 400, 20):
        at = began + timedelta(hours=1, seconds=second)
        clock(at)
        round_(at)
        time.sleep(0.05)
    until_arrived = time.monotonic() + PATIENCE
    while len(kannel.arrived()) < shape(wire.out()[0].body).parts and time.monotonic() < until_arrived:
        time.sleep(0.1)
    text = "".join(words for _, words in kannel.arrived())
    assert text.count(ANSWER) == 1
    assert Line.objects.get(channel="sms").down_since is None
    assert ticks.channels(at, "en").ok


@pytest.mark.parametrize(
    ("text", "coding", "parts"),
    [
        ("Your matter 4730-1168-5 {x} is settled. " * 8, 0, 3),
        ("您反映的路灯已经修好了，请到现场看看。" * 11, 2, 4),
        ("ok", 0, 1),
        ("好了😀", 2, 1),
    ],
)
def test_a_long_text_arrives_whole_in_the_alphabet_it_needs(kannel: Kannel, text: str, coding: int, parts: int) -> None:
    assert (shape(text).coding, shape(text).parts) == (coding, parts)
    kannel.boxes()
    outbox.send(
        by=MACHINE, at=now(), channel="sms", purpose="acknowledge", about="matter:x", key="k", address=NUMBER, body=text
    )
    until(lambda: len(kannel.arrived()) >= parts, "not arrived", kannel)
    assert len(kannel.arrived()) == parts
    assert "".join(words for _, words in kannel.arrived()) == text
