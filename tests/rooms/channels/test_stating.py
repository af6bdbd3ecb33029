"""A telephone asks by SMS where a matter stands: the state and the promised day, and never a word of the matter."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, TestCase

from huiyin.casework.actions import aside
from huiyin.casework.actions import held as shutting
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.casework.queries import track
from huiyin.casework.rules import messages as rules
from huiyin.core.viewer import Viewer
from tests.cast import GROUP_THREE, ZHANG_PHONE, Cast
from tests.conftest import Clock
from tests.rooms.casework.compartment import two_custodians
from tests.rooms.channels import wire
from tests.rooms.channels.test_messages import ANSWER, TEXT, answered
from tests.rooms.channels.wire import NUMBER, gateways
from tests.rows import row

__all__ = ["gateways"]  # a fixture
pytestmark = pytest.mark.usefixtures("gateways", "cast")
COMPLAINT = "李卫东收了我家三百块钱才给办低保，我要举报。"


def opened(at: datetime, text: str = TEXT, number: str = NUMBER) -> Matter:
    words = Words(text=text, channel="sms", place_code=GROUP_THREE, reporter_phone=number, answer_by="sms")
    return open_matter(by=Viewer.resident(), at=at, words=words).matter


def spoken(matter: Matter) -> str:
    return f"{matter.code[:4]}-{matter.code[4:8]}-{matter.code[8]}"


def told(text: str, at: datetime, clock: Clock, *, sender: str = NUMBER) -> str:
    """What goes back to who writes this; empty where nothing does."""
    clock(at)
    before = {one.row.pk for one in wire.out(purpose="state")}
    wire.brought(text, sender=sender)
    wire.work(at)
    new = [one for one in wire.out(purpose="state") if one.row.pk not in before]
    assert all(one.address == sender for one in new)
    return new[0].body if new else ""


@pytest.mark.parametrize("typed", ["{}", "查 {}", "查进度：{}", "编号{}怎么样了？", "{} 办到哪了", "ask {}"])
def test_a_code_alone_or_beside_a_word_for_asking_asks(typed: str) -> None:
    for code in ("4730-1168-4", "473011684", "4730 1168 4", "４７３０-１１６８-４", "4730—1168—4"):
        meant = rules.read(typed.format(code))
        assert (meant.meaning, meant.code) == ("ask", "473011684"), code


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("123456", "unclear"),
        ("查 123456", "ask"),
        ("473011685", "ask"),  # no code: a digit is wrong
        ("473011684 今天又坏了一盏", "words"),
        ("请查一下村口的路灯", "words"),
        ("1", "yes"),
        ("4730-1168-4 1", "yes"),
        ("查", "unclear"),
    ],
)
def test_what_asks_and_what_does_not(typed: str, meaning: str) -> None:
    assert rules.read(typed).meaning == meaning


@row("R-230")
def test_who_reported_it_asks_by_sms_and_is_told_the_state_and_the_promised_day(
    cast: Cast, at: datetime, clock: Clock
) -> None:
    clock(at)
    matter = opened(at)
    found = track.by_number(Viewer.resident(), matter.code, NUMBER, at)
    assert found.due_at is not None
    body = told(f"查 {spoken(matter)}", at + timedelta(minutes=1), clock)
    on = (found.due_at - timedelta(microseconds=1)).astimezone(ZoneInfo("Asia/Shanghai"))
    assert spoken(matter) in body and "收到了" in body
    assert f"{on.year}年{on.month}月{on.day}日" in body
    chen = cast.chen.viewer(at)
    take_step(by=chen, at=at, matter_id=matter.id, step="accept", given={})
    assert "已受理" in told(matter.code, at + timedelta(hours=1), clock)
    late = told(matter.code, found.due_at + timedelta(days=3), clock)
    assert "没有按时做到" in late
    assert [one.state for one in wire.came()] == ["asked"] * 3
    assert Matter.objects.count() == 1


@row("R-230")
def test_no_word_of_the_matter_or_of_its_answer_goes_out_with_the_state(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    matter, _ = answered(cast, at)
    body = told(matter.code, at + timedelta(hours=1), clock)
    assert "已答复" in body
    for word in (TEXT[:6], ANSWER[:6], matter.title, cast.chen.name):
        assert word not in body


@row("R-230")
def test_a_foreign_number_hears_what_an_unknown_code_hears(at: datetime, clock: Clock) -> None:
    clock(at)
    matter = opened(at)
    said = {
        told("473011684", at + timedelta(minutes=1), clock),  # a code that nothing has
        told("查 12", at + timedelta(minutes=2), clock),
        told(matter.code, at + timedelta(minutes=3), clock, sender=ZHANG_PHONE),
        told(matter.code, at + timedelta(minutes=4), clock, sender=f"1390000{NUMBER[-4:]}"),  # the same four digits
    }
    assert len(said) == 1
    assert "没有查到" in said.pop()
    assert {one.about for one in wire.came()} == {""}


@row("R-230", "SG-01")
def test_a_matter_that_only_its_proof_opens_is_one_that_is_not_there(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    unknown = told("473011684", at, clock)
    held = opened(at, COMPLAINT)
    assert held.held
    body = told(held.code, at + timedelta(minutes=1), clock)  # as the page has it: taken in, and no more
    assert "已受理" in body and "密" not in body
    two_custodians(cast, at)
    aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=held.id, persons=[cast.li.person_id])
    with TestCase.captureOnCommitCallbacks(execute=True):
        shutting.shut(by=cast.zhou.viewer(at), at=at, matter_id=held.id)
    assert Matter.objects.get().locked
    assert told(held.code, at + timedelta(minutes=2), clock) == unknown
    assert not any(one.body or one.address or one.address_blind for one in wire.came(state="asked"))  # leads nowhere


@row("R-230")
def test_a_code_is_tried_five_times_an_hour_by_sms_and_on_the_page_together(at: datetime, clock: Clock) -> None:
    clock(at)
    matter = opened(at)
    start = at.replace(minute=0, second=0)
    clock(start)
    for _ in range(3):
        assert Client().post("/track/", {"code": matter.code, "key": "0000"}).status_code == 404
    said = [told(f"{'查' * turn}{matter.code}", start + timedelta(minutes=turn), clock) for turn in range(1, 4)]
    assert ["太多" in one for one in said] == [False, False, True]
    assert "收到了" in told(matter.code, start + timedelta(hours=1, minutes=1), clock)


@row("R-230")
def test_it_is_told_at_night_and_to_who_wants_no_notices(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    matter = opened(at)
    wire.brought("退订")
    wire.work(at)
    told(matter.code, at + timedelta(minutes=1), clock)
    (one,) = wire.out(purpose="state")
    assert one.row.state == "queued" and one.row.sending.direct
