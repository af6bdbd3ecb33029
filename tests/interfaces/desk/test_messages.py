"""The page of messages: how channels are, what a clerk decides, and what went out about a matter beside it."""

import re
from datetime import datetime, timedelta

import pytest

from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.models import Matter
from huiyin.channels.actions import inbox, outbox
from huiyin.channels.models import Incoming, Message
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import GROUP_THREE, Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.channels import wire
from tests.rooms.channels.test_messages import TEXT, answered
from tests.rooms.channels.wire import NUMBER, gateways
from tests.rows import row

__all__ = ["gateways"]  # a fixture
MACHINE = Viewer.system("channels")


@pytest.fixture(autouse=True)
def begun(cast: Cast) -> None:
    """The county's own method is in force."""
    make.put_in_force(at=now())


def a_question(at: datetime, text: str = "谢谢", number: int = 1) -> Incoming:
    """Something that came in and that a clerk has to look at."""
    inbox.receive(by=MACHINE, at=at, channel="sms", transport_id=f"q{number}", address=NUMBER, body=text)
    wire.work(at)
    return Incoming.objects.get(transport_id=f"q{number}")


def posted(cast: Cast, one: Incoming, key: str = "5b6f0d2c-8d0e-4f0e-9a5f-1f2b3c4d5e6f", **typed: str) -> object:
    """The form of its page."""
    return seat(cast.chen).post(f"/desk/messages/{one.pk}/", {"key": key, **typed})


@row("R-239")
def test_without_gateways_the_page_says_that_a_clerk_enters_by_hand(cast: Cast) -> None:
    page = seat(cast.chen).get("/desk/messages/").content.decode()
    assert page.count("受理员手工录入") >= 8 and "正常" not in page


@row("R-239")
@pytest.mark.usefixtures("gateways")
def test_each_channel_shows_its_gateway_what_is_open_and_what_is_late(cast: Cast) -> None:
    at = now()
    open_matter(by=MACHINE, at=at - timedelta(days=30), words=Words(text=TEXT, channel="sms", place_code=GROUP_THREE))
    open_matter(by=MACHINE, at=at, words=Words(text=TEXT, channel="sms", place_code=GROUP_THREE))
    answered(cast, at)
    wire.work(at)
    outbox.gateway_down(by=MACHINE, at=at, channel="sms", fault="ConnectionRefusedError", left=[])
    page = seat(cast.chen).get("/desk/messages/").content.decode()
    line = next(part for part in page.split("<tr") if ">短信<" in part)
    assert "不通" in line and ">3<" in line and ">1<" in line
    assert "正常" in page  # e-mail


@pytest.mark.usefixtures("gateways")
def test_a_clerk_makes_a_matter_of_it_once_however_often_the_button_is_pressed(cast: Cast) -> None:
    one = a_question(now(), "好的")
    assert "好的" in seat(cast.chen).get("/desk/messages/").content.decode()
    assert NUMBER not in seat(cast.chen).get(f"/desk/messages/{one.pk}/").content.decode()
    pressed = [posted(cast, one, do="open") for _ in range(2)]
    assert [answer.status_code for answer in pressed] == [302, 302]  # type: ignore[attr-defined]  # answers
    matter = Matter.objects.get()
    assert (matter.text, matter.channel, matter.first_asked_id) == ("好的", "sms", cast.chen.person_id)
    assert [told.row.purpose for told in wire.out()] == ["acknowledge"]


def test_a_clerk_adds_it_to_a_matter_or_says_why_it_is_none(cast: Cast) -> None:
    at = now()
    matter = open_matter(by=MACHINE, at=at, words=Words(text=TEXT, place_code=GROUP_THREE)).matter
    first, second = a_question(at), a_question(at, "12", 2)
    assert posted(cast, first, do="attach", code="123").status_code == 422  # type: ignore[attr-defined]  # an answer
    assert posted(cast, first, do="dismiss", note=" ").status_code == 422  # type: ignore[attr-defined]  # an answer
    posted(cast, first, do="attach", code=matter.code)
    posted(cast, second, key="6b6f0d2c-8d0e-4f0e-9a5f-1f2b3c4d5e6f", do="dismiss", note="发错了")
    assert {one.state for one in Incoming.objects.all()} == {"added", "done"}
    assert matter.moves.order_by("-seq").first().note == "谢谢"  # type: ignore[union-attr]  # there is one
    page = seat(cast.chen).get(f"/desk/matters/{matter.code}/").content.decode()
    assert "收到来信 · 短信" in page and "160-****-4321" in page and NUMBER not in page


@row("SG-01")
def test_what_waits_is_read_by_clerks_of_the_county_only_and_an_answer_that_failed_by_who_sees_its_matter(
    cast: Cast, gateways: None
) -> None:
    at = now()
    one = a_question(at)
    matter, _ = answered(cast, at)
    wire.work(at)
    message = Message.objects.get()
    outbox.take(by=MACHINE, at=at, channel="sms", many=1)
    outbox.turned_away(by=MACHINE, at=at, message_id=message.pk, fault="400")
    mine = seat(cast.chen).get("/desk/messages/").content.decode()
    assert f"/desk/matters/{matter.code}/" in mine
    for other in (cast.li, cast.zheng, cast.qian):
        assert seat(other).get(f"/desk/messages/{one.pk}/").status_code == 404
    open_matter(by=MACHINE, at=at, words=Words(text=TEXT))
    from huiyin.casework.actions.more import add_words

    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words="陈静收钱才给办，我要投诉。")
    assert matter.code not in seat(cast.chen).get("/desk/messages/").content.decode()


@row("SG-23")
@pytest.mark.usefixtures("gateways")
@pytest.mark.parametrize(("disclosure", "masked"), [("named", True), ("confidential", False)])
def test_to_which_number_of_who_asked_for_confidence_it_went_stands_on_no_page(
    cast: Cast, disclosure: str, masked: bool
) -> None:
    """With the matter's code its last four digits would open the page of how far it is."""
    at = now()
    matter, _ = answered(cast, at, disclosure=disclosure)
    wire.work(at)
    page = seat(cast.zhou).get(f"/desk/matters/{matter.code}/").content.decode()
    assert "发出答复 · 短信" in page and bool(re.search(rf"\*[-\s]*{NUMBER[-4:]}", page)) == masked


@row("R-210")
@pytest.mark.usefixtures("gateways")
def test_what_went_out_stands_in_the_matters_timeline_with_how_far_it_got(cast: Cast) -> None:
    at = now()
    matter, _ = answered(cast, at)
    wire.work(at)
    page = seat(cast.chen).get(f"/desk/matters/{matter.code}/").content.decode()
    assert "发出答复 · 短信" in page and "等待发送" in page
    outbox.reported(by=MACHINE, at=at, message_id=Message.objects.get().pk, arrived=True, channel="sms")
    assert "已送达" in seat(cast.chen).get(f"/desk/matters/{matter.code}/").content.decode()


@pytest.mark.usefixtures("gateways")
@pytest.mark.parametrize("many", [1, 40])
@pytest.mark.once
def test_the_page_asks_the_same_however_much_waits(
    cast: Cast, many: int, django_assert_max_num_queries: object
) -> None:
    at = now()
    for number in range(many):
        inbox.receive(
            by=MACHINE, at=at, channel="sms", transport_id=f"q{number}", address=NUMBER, body=f"{number}？", why="many"
        )
    client = seat(cast.chen)
    client.get("/desk/messages/")
    with django_assert_max_num_queries(20) as asked:  # type: ignore[operator]  # a fixture of ours
        client.get("/desk/messages/")
    questions = [one["sql"] for one in asked.captured_queries if "channels_" in one["sql"] or "casework_" in one["sql"]]
    assert len(questions) <= 12, "\n".join(questions)
