"""What a resident's message becomes: a matter, the word that closes or reopens one, or something for a clerk."""

from datetime import datetime, timedelta

import pytest
from django.test import TestCase

from huiyin.casework.actions import aside, dismissing, held, retaining
from huiyin.casework.actions.erasing import ERASER, carry_out
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Judgement, Matter, Party, Reply
from huiyin.channels.actions import outbox
from huiyin.channels.models import Message, Sending, Stopped
from huiyin.channels.rules.hooks import token
from huiyin.core.audit import verify
from huiyin.core.models import Delivery, Event
from huiyin.core.sealing import seal_now
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.register.actions import erasure
from tests.cast import GROUP_THREE, ZHANG_PHONE, Cast
from tests.conftest import Clock
from tests.rooms.casework.compartment import two_custodians
from tests.rooms.channels import wire
from tests.rooms.channels.wire import NUMBER, SECRET, gateways
from tests.rows import row

__all__ = ["gateways"]  # a fixture
pytestmark = pytest.mark.usefixtures("gateways", "cast")
TEXT = "村口的路灯坏了三盏，晚上看不见路。"
ANSWER = "路灯已换好三盏，今晚亮了。"
MACHINE = Viewer.system("channels")


def answered(cast: Cast, at: datetime, *, reply: str = ANSWER, **more: object) -> tuple[Matter, Reply]:
    """A matter of this number that was answered on the spot."""
    words = {"text": TEXT, "channel": "sms", "place_code": GROUP_THREE, "reporter_phone": NUMBER, "answer_by": "sms"}
    matter = open_matter(by=Viewer.resident(), at=at, words=Words(**{**words, **more})).matter  # type: ignore[arg-type]  # named as Words names them
    chen = cast.chen.viewer(at)
    take_step(by=chen, at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "construction", "nature": "question", "way": "direct_answer", "reply": reply}
    return take_step(by=chen, at=at, matter_id=matter.id, step="answer", given=given), Reply.objects.get(matter=matter)


def sent_and_arrived(at: datetime, told: wire.Gone | None = None) -> Message:
    """A message, the newest if none is named, went out and its gateway reported it."""
    found = (told or wire.out()[-1]).row
    outbox.reported(by=MACHINE, at=at, message_id=found.id, arrived=True, channel="sms")
    wire.work(at)
    return Message.objects.get(pk=found.pk)


@row("R-160", "R-169")
def test_an_sms_becomes_a_matter_and_is_acknowledged_with_code_and_day(at: datetime, clock: Clock) -> None:
    clock(at)
    assert wire.brought(TEXT).status_code == 200
    wire.work(at)
    matter = Matter.objects.get()
    assert (matter.text, matter.channel, matter.held) == (TEXT, "sms", False)
    (told,) = wire.out()
    assert (told.address, told.row.purpose, told.row.state) == (NUMBER, "acknowledge", "queued")
    assert f"{matter.code[:4]}-{matter.code[4:8]}-{matter.code[8]}" in told.body
    assert "月" in told.body and TEXT not in told.body
    assert Party.objects.get(matter=matter).last_four is not None


@row("R-169")
@pytest.mark.parametrize("same", ["id", "words"])
def test_the_same_message_brought_three_times_is_one_matter(at: datetime, clock: Clock, same: str) -> None:
    for minute in range(3):
        clock(at + timedelta(minutes=minute))
        wire.brought(TEXT, identity="one" if same == "id" else f"one-{minute}")
        wire.work(at + timedelta(minutes=minute))
    assert Matter.objects.count() == 1
    assert len(wire.out()) == 1
    assert len(wire.came()) == (1 if same == "id" else 3)
    assert {one.state for one in wire.came()} == {"matter"} | ({"twin"} if same == "words" else set())


@row("SG-01")
def test_words_about_an_official_are_held_as_at_every_door(at: datetime, clock: Clock) -> None:
    clock(at)
    wire.brought("李卫东收钱才给办低保，我要投诉。")
    wire.brought("2 李卫东收钱", sender="16000004322")  # no question was asked: else a clerk would read it
    wire.work(at)
    assert [matter.held for matter in Matter.objects.all()] == [True, True]
    assert not wire.came(state="clerk")
    assert all("李卫东" not in told.body for told in wire.out())
    assert len(wire.out()) == 2


@row("R-177", "R-210")
def test_an_answer_goes_out_once_and_the_gateways_report_is_its_delivery(
    cast: Cast, at: datetime, clock: Clock
) -> None:
    clock(at)
    _, reply = answered(cast, at)
    wire.work(at)
    wire.work(at)
    (told,) = wire.out()
    assert (told.row.purpose, told.address) == ("answer", NUMBER) and ANSWER in told.body
    assert Reply.objects.get(pk=reply.pk).delivered_at is None
    later = at + timedelta(minutes=1)
    clock(later)
    assert wire.reported(told.row, "8", token=token(SECRET, str(told.row.pk))).status_code == 200
    wire.work(later)
    assert Reply.objects.get(pk=reply.pk).delivered_at is None  # its centre has it, the resident not yet
    wire.reported(told.row, "1", token=token(SECRET, str(told.row.pk)))
    wire.work(later)
    found = Reply.objects.get(pk=reply.pk)
    assert (found.meaning, found.delivered_at) == ("gateway", later)
    assert Message.objects.get().state == "delivered"


@row("R-213", "R-178")
def test_one_closes_the_matter(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    matter, _ = answered(cast, at)
    wire.work(at)
    sent_and_arrived(at)
    wire.brought("１，谢谢")
    wire.work(at)
    assert Matter.objects.get(pk=matter.pk).state == "closed"
    said = Judgement.objects.get()
    assert (said.solved, said.source, said.words) == ("yes", "sms", "谢谢")


@row("R-214", "R-213")
def test_two_takes_it_up_again_with_the_residents_words(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    matter, _ = answered(cast, at)
    wire.work(at)
    sent_and_arrived(at)
    wire.brought("2 还有一盏没亮")
    wire.work(at)
    found = Matter.objects.get(pk=matter.pk)
    assert (found.state, found.reopened) == ("reopened", 1)
    assert found.moves.order_by("-seq").first().note == "还有一盏没亮"  # type: ignore[union-attr]  # there is one


@row("R-214")
def test_two_with_the_code_takes_up_what_was_closed_from_its_own_number_only(
    cast: Cast, at: datetime, clock: Clock
) -> None:
    clock(at)
    matter, _ = answered(cast, at)
    wire.work(at)
    sent_and_arrived(at)
    wire.brought("1")
    wire.work(at)
    wire.brought(f"{matter.code} 2 又不亮了", sender="16000009999")
    wire.brought("2 又不亮了")
    wire.brought(f"{matter.code} 谢谢你们")
    wire.work(at)
    assert Matter.objects.get(pk=matter.pk).state == "closed", "another number, no code, or no word that it is back"
    for said in (f"{matter.code} 2 又不亮了", f"2 {matter.code} 还是不亮"):
        wire.brought(said)
        wire.work(at)
    found = Matter.objects.get(pk=matter.pk)
    assert (found.state, found.reopened, Matter.objects.count()) == ("reopened", 1, 1)
    assert found.moves.get(step="reopen").note == "又不亮了"


def test_a_word_from_another_number_or_on_two_answers_is_for_a_clerk(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    first, _ = answered(cast, at)
    second, _ = answered(cast, at, text="桥上的栏杆也坏了，怕孩子掉下去。")
    wire.work(at)
    for told in wire.out():
        outbox.reported(by=MACHINE, at=at, message_id=told.row.id, arrived=True, channel="sms")
    wire.work(at)
    wire.brought("1", sender="16000009999")
    wire.brought("1")
    wire.work(at)
    found = {(one.state, one.why) for one in wire.came()}
    assert found == {("clerk", "message_no_question"), ("clerk", "message_which")}
    wire.brought(f"{second.code} 1")
    wire.work(at)
    assert [Matter.objects.get(pk=one.pk).state for one in (first, second)] == ["answered", "closed"]


def test_a_word_comes_only_after_the_newest_answer(cast: Cast, at: datetime, clock: Clock) -> None:
    """Planted once by leaving the comparison out: a word on the old answer closed the matter."""
    clock(at)
    matter, _ = answered(cast, at)
    wire.work(at)
    sent_and_arrived(at)
    wire.brought("2 还有一盏没亮")
    wire.work(at)
    later = at + timedelta(hours=1)
    clock(later)
    wire.work(later)
    parts = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    given: dict[str, object] = {"way": "pass_for_handling", **parts}
    take_step(by=cast.zhou.viewer(later), at=later, matter_id=matter.id, step="assign", given=given)
    for step, more in (("take", {}), ("answer", {"reply": "又去看了。"})):
        take_step(by=cast.li.viewer(later), at=later, matter_id=matter.id, step=step, given=more)
    Delivery.objects.filter(done_at__isnull=True).update(done_at=later)  # as if the new answer had not gone out yet
    wire.brought("1")
    wire.work(later)
    assert Matter.objects.get(pk=matter.pk).state == "answered"


def test_who_asked_for_no_more_gets_none_and_a_person_sees_it(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    wire.brought("退订")
    wire.work(at)
    answered(cast, at)
    wire.work(at)
    (told,) = wire.out()
    assert told.row.state == "stopped" and not Sending.objects.exists()
    assert Stopped.objects.get().until is None
    wire.brought(TEXT)  # writing again is answered all the same
    wire.work(at)
    assert [one.row.purpose for one in wire.out(state="queued")] == ["acknowledge"]
    wire.brought("恢复")
    wire.work(at)
    assert Stopped.objects.get().until == at


@row("SG-01", "SG-23")
def test_of_a_sealed_matter_only_that_there_is_an_answer_goes_out(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    matter, reply = answered(cast, at)
    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words="李卫东收钱才肯换灯，我要投诉。")
    wire.work(at)
    (told,) = wire.out()
    assert told.row.purpose == "notice"
    assert ANSWER not in told.body and matter.code[:4] not in told.body and told.title
    sent_and_arrived(at)
    assert Reply.objects.get(pk=reply.pk).delivered_at is None  # nothing of the answer has arrived


def test_of_one_whose_subject_is_named_nothing_more_goes_out_either(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    matter, _ = answered(cast, at)
    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words="李卫东收钱才肯换灯，我要投诉。")
    aside.name_subjects(by=cast.sun.viewer(at), at=at, matter_id=matter.id, persons=[cast.li.person_id])
    assert Matter.objects.get(pk=matter.pk).sealed
    wire.work(at)
    told = wire.out()
    assert [one.row.purpose for one in told] == ["notice"] * len(told)
    assert told and not any(ANSWER in one.body for one in told)


@row("SG-01", "R-177")
def test_why_a_cleared_complaint_was_ended_stands_in_no_sms(cast: Cast, at: datetime, clock: Clock) -> None:
    """A family's telephone shows it to everybody (C8)."""
    clock(at)
    wire.brought("李卫东收钱才肯换灯，我要投诉。")
    wire.work(at)
    matter, zhou = Matter.objects.get(), cast.zhou.viewer(at)
    aside.clear(by=zhou, at=at, matter_id=matter.id, note="说的是别处的人")
    given = {"reason": "查过了", "reply": "李卫东的事三月查过，没有新的情况。"}
    found = dismissing.propose(by=zhou, at=at, matter_id=matter.id, step="decline", given=given)
    dismissing.decide(by=cast.sun.viewer(at), at=at, dismissal_id=found.id, consent=True)
    wire.work(at)
    (told,) = wire.out(purpose="notice")
    assert "两个单位" in told.body and "李卫东" not in told.body and "查过" not in told.body
    sent_and_arrived(at)
    assert Reply.objects.get(matter=matter).delivered_at is None


@row("SG-01", "SG-35")
@pytest.mark.parametrize("complaint", [True, False])
def test_why_a_cleared_complaint_is_kept_stands_in_no_sms(
    cast: Cast, at: datetime, clock: Clock, complaint: bool
) -> None:
    """What was never one is told with its reason, as any other answer."""
    clock(at)
    wire.brought("李卫东收钱才肯换灯，我要投诉。" if complaint else TEXT)
    wire.work(at)
    matter, zhou = Matter.objects.get(), cast.zhou.viewer(at)
    if complaint:
        aside.clear(by=zhou, at=at, matter_id=matter.id, note="说的是别处的人")
    take_step(by=zhou, at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "construction", "nature": "problem", "reason": "查过了", "reply": "路灯的事三月查过，先放着。"}
    found = retaining.propose(
        by=zhou, at=at, matter_id=matter.id, given={**given, "review_date": (at + timedelta(days=20)).date()}
    )
    retaining.decide(by=cast.sun.viewer(at), at=at, retention_id=found.id, consent=True)
    wire.work(at)
    (told,) = wire.out(purpose="notice" if complaint else "answer")
    assert ("两个单位" in told.body, "三月查过" in told.body) == (complaint, not complaint)
    sent_and_arrived(at, told)
    assert (Reply.objects.get(matter=matter).delivered_at is None) == complaint


def test_a_long_answer_is_announced_and_not_called_delivered(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    _, reply = answered(cast, at, reply="路灯" * 400)
    wire.work(at)
    (told,) = wire.out()
    assert told.row.purpose == "notice" and "路灯" not in told.body
    sent_and_arrived(at)
    assert Reply.objects.get(pk=reply.pk).delivered_at is None


def test_who_is_told_why_it_is_not_taken_on_is_asked_nothing(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    wire.brought(TEXT)
    wire.work(at)
    matter = Matter.objects.get()
    given = {"reason": "不归本县管", "reply": "这条路归隔川县，请打他们的电话。"}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="decline", given=given)
    wire.work(at)
    (told,) = wire.out(purpose="answer")
    assert given["reply"] in told.body and "回复1" not in told.body


def test_what_is_not_plain_goes_to_a_clerk(at: datetime, clock: Clock) -> None:
    clock(at)
    for text, sender in (("？", NUMBER), ("123456", NUMBER), ("您的验证码是一二三四，请勿告诉别人", "1069")):
        wire.brought(text, sender=sender)
    wire.work(at)
    found = sorted(one.why for one in wire.came(state="clerk"))
    assert found == ["message_unclear", "message_unclear", "number_unknown"]
    assert not Matter.objects.exists() and not wire.out()


def test_a_code_in_front_adds_the_words_to_the_senders_own_matter_only(at: datetime, clock: Clock) -> None:
    clock(at)
    wire.brought(TEXT)
    wire.work(at)
    matter = Matter.objects.get()
    wire.brought(f"{matter.code} 今天又坏了一盏，请一起修。")
    wire.work(at)
    wire.brought(f"{matter.code} 我是邻居，也来说说。", sender=ZHANG_PHONE)
    wire.work(at)
    assert sorted(one.state for one in wire.came()) == ["added", "clerk", "matter"]
    assert [one.why for one in wire.came(state="clerk")] == ["message_not_own"]
    assert matter.moves.order_by("-seq").first().note == "今天又坏了一盏，请一起修。"  # type: ignore[union-attr]  # there is one


def test_without_a_gateway_nothing_is_written_down_to_go(cast: Cast, at: datetime, settings: object) -> None:
    settings.HUIYIN_SMS_URL = ""  # type: ignore[attr-defined]  # the fixture's settings
    answered(cast, at)
    wire.work(at)
    assert not wire.out()


@row("SG-23")
def test_numbers_and_words_stand_in_no_event_and_the_log_verifies(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    answered(cast, at)
    wire.brought(TEXT)
    wire.work(at)
    sent_and_arrived(at)
    told = str(list(Event.objects.values_list("subject", "data")))
    assert NUMBER not in told and "路灯" not in told
    seal_now(at)
    assert verify(at, language="en").told() == []


@row("SG-01", "SG-23")
def test_what_came_by_message_of_a_locked_matter_is_read_with_no_key_of_the_server(
    cast: Cast, at: datetime, clock: Clock
) -> None:
    """Planted once by leaving the messages out of `compartment.shut`: the words were there for the server's keys."""
    clock(at)
    two_custodians(cast, at)
    wire.brought("李卫东收钱才给办低保，我要投诉。")
    wire.work(at)
    matter = Matter.objects.get()
    aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.li.person_id])
    with TestCase.captureOnCommitCallbacks(execute=True):
        held.shut(by=cast.zhou.viewer(at), at=at, matter_id=matter.id)
    assert Matter.objects.get().locked
    (came,) = wire.came()
    (told,) = Message.objects.all()
    assert not (came.body or came.address or came.address_blind or told.address or told.body or told.address_blind)
    assert not vault().exists(f"incoming:{came.pk}") and not vault().exists(f"message:{told.pk}")
    assert told.state == "erased" and not Sending.objects.filter(done_at__isnull=True).exists()
    seal_now(at)
    assert verify(at, language="en").told() == []


@row("SG-11")
def test_who_is_erased_is_gone_from_the_messages_too(cast: Cast, at: datetime, clock: Clock) -> None:
    clock(at)
    matter, _ = answered(cast, at, reporter_phone=ZHANG_PHONE, reporter_name="张丽华")
    wire.work(at)
    sent_and_arrived(at)
    wire.brought("1", sender=ZHANG_PHONE)
    wire.work(at)
    assert Matter.objects.get(pk=matter.pk).state == "closed"
    later = at + timedelta(days=1)
    asked = erasure.ask_erasure(by=cast.xu.viewer(later), at=later, person_id=cast.zhang_id, reason="wish")
    erasure.decide_erasure(by=cast.ma.viewer(later), at=later, erasure_id=asked)
    with TestCase.captureOnCommitCallbacks(execute=True):
        carry_out(by=ERASER, at=later, erasure_id=asked, person_id=cast.zhang_id)
    assert not any(one.address or one.body or one.address_blind for one in Message.objects.all())
    assert not any(one.address or one.body or one.address_blind for one in wire.came())
