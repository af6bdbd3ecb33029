"""The sealed compartment at the desk: opened by a passphrase, for a quarter of an hour, in one browser (R-187)."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from huiyin.casework.models import Matter, SealedText
from huiyin.core.models import Look
from huiyin.core.now import now
from huiyin.interfaces.desk import opened
from tests import factories as make
from tests.cast import Cast, Member
from tests.conftest import Clock
from tests.interfaces.desk.seat import seat
from tests.rooms.casework.compartment import ABOUT_LI, phrase_of, sealed, two_custodians, with_keys
from tests.rows import row

pytestmark = pytest.mark.django_db
WORDS = "要钱才给办"


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """A locked complaint about Li, in the hands of Bai, from a few hours ago."""
    make.put_in_force(at=now() - timedelta(hours=8))
    at = now() - timedelta(hours=3)
    two_custodians(cast, at)
    with_keys(cast.bai, at)
    return sealed(cast, at)[0]


def open_at(member: Member, code: str = "") -> Client:
    """Somebody at their desk who has opened the compartment."""
    client = seat(member)
    answer = client.post("/desk/sealed/open/", {"passphrase": phrase_of(member), "code": code})
    assert answer.status_code == 302, answer.content.decode()
    return client


@row("R-187", "SG-49")
def test_a_locked_matter_says_nothing_until_a_passphrase_opens_it_and_every_look_is_kept(
    cast: Cast, matter: Matter
) -> None:
    for member, address in ((cast.zhou, f"/desk/held/{matter.code}/"), (cast.bai, f"/desk/matters/{matter.code}/")):
        shut = seat(member).get(address).content.decode()
        assert WORDS not in shut
        assert "密件锁着" in shut
        before = Look.objects.filter(kind="matter.opened", person_id=member.person_id).count()
        client = seat(member)
        answer = client.post("/desk/sealed/open/", {"passphrase": phrase_of(member), "code": matter.code})
        assert answer["Location"] == address
        assert WORDS in client.get(address).content.decode()
        assert Look.objects.filter(kind="matter.opened", person_id=member.person_id).count() == before + 1


@row("R-187")
def test_it_closes_by_its_button_and_by_itself_after_a_quarter_of_an_hour(
    cast: Cast, matter: Matter, clock: Clock
) -> None:
    address, begun = f"/desk/held/{matter.code}/", now()
    client = open_at(cast.sun)
    assert WORDS in client.get(address).content.decode()
    client.post("/desk/sealed/close/")
    assert WORDS not in client.get(address).content.decode()
    client = open_at(cast.sun)
    clock(begun + timedelta(minutes=14))
    assert WORDS in client.get(address).content.decode()
    clock(begun + timedelta(minutes=16))
    assert WORDS not in client.get(address).content.decode()


@row("R-187")
def test_neither_the_session_nor_the_cookie_alone_opens_anything(cast: Cast, matter: Matter) -> None:
    address = f"/desk/held/{matter.code}/"
    client = open_at(cast.zhou)
    half = client.cookies[opened.COOKIE]
    assert half["httponly"]
    assert half["samesite"] == "Strict"
    stored = "".join(Session.objects.values_list("session_data", flat=True))
    assert half.value not in stored
    thief = seat(cast.zhou)
    thief.cookies[opened.COOKIE] = half.value
    assert WORDS not in thief.get(address).content.decode(), "the cookie without the session"
    del client.cookies[opened.COOKIE]
    assert WORDS not in client.get(address).content.decode(), "the session without the cookie"


@row("R-187")
def test_a_wrong_passphrase_is_a_sentence_and_after_eight_tries_one_waits(cast: Cast, matter: Matter) -> None:
    client = seat(cast.zhou)
    for _ in range(8):
        answer = client.post("/desk/sealed/open/", {"passphrase": "不是这一句，也不是那一句", "code": matter.code})
        assert answer.status_code == 422
        assert "口令不对" in answer.content.decode()
        assert "不是这一句" not in answer.content.decode()
    answer = client.post("/desk/sealed/open/", {"passphrase": phrase_of(cast.zhou), "code": matter.code})
    assert answer.status_code == 422
    assert "口令试得太多了" in answer.content.decode()
    open_at(cast.sun)  # the tries of one lock out nobody else


@row("R-187")
def test_a_handler_answers_in_the_compartment_also_when_it_has_closed_meanwhile(cast: Cast, matter: Matter) -> None:
    client = open_at(cast.bai)
    client.post(f"/desk/matters/{matter.code}/step/take/", {"seen": Matter.objects.get(pk=matter.pk).version})
    client.post("/desk/sealed/close/")
    page = client.get(f"/desk/matters/{matter.code}/step/answer/").content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    answer = client.post(
        f"/desk/matters/{matter.code}/step/answer/",
        {"seen": seen[1], "reply": "已请纪委核查，红包已退，11月30日前给您结果。"},
    )
    assert answer.status_code == 302, answer.content.decode()
    reply = Matter.objects.get(pk=matter.pk).replies.get()
    assert (reply.text, reply.public_text) == ("", "")
    assert "红包已退" in open_at(cast.bai).get(f"/desk/matters/{matter.code}/").content.decode()


@row("SG-01")
def test_whom_it_is_about_finds_it_at_no_address_with_or_without_keys(cast: Cast, matter: Matter) -> None:
    with_keys(cast.li, now())
    client = open_at(cast.li, matter.code)
    for address in (f"/desk/matters/{matter.code}/", f"/desk/held/{matter.code}/"):
        assert client.get(address).status_code == 404
    assert matter.code not in client.get("/desk/sealed/").content.decode()
    assert client.post(f"/desk/matters/{matter.code}/step/answer/", {"reply": "没有这回事"}).status_code == 404
    assert SealedText.objects.filter(matter=matter).exists()
    assert ABOUT_LI not in client.get("/desk/").content.decode()


def test_keys_are_made_once_however_often_it_is_pressed_and_the_passphrase_changed(cast: Cast) -> None:
    make.put_in_force(at=now() - timedelta(hours=8))
    client = seat(cast.bai)
    page = client.get("/desk/sealed/keys/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    form = {"do": "make", "key": key[1], "passphrase": "三只白鹭飞过水渠去了", "again": "三只白鹭飞过水渠"}
    told = client.post("/desk/sealed/keys/", form)
    assert told.status_code == 422
    assert "两次输入的口令不一样" in told.content.decode()
    form["passphrase"] = form["again"] = "太短"
    assert "口令至少" in client.post("/desk/sealed/keys/", form).content.decode()
    form["passphrase"] = form["again"] = "三只白鹭飞过水渠去了远方"
    for _ in range(2):
        assert client.post("/desk/sealed/keys/", form).status_code == 302
    change = {"do": "change", "old": "三只白鹭飞过水渠去了远方", "passphrase": "四只白鹭飞过水渠去了远方"}
    assert client.post("/desk/sealed/keys/", {**change, "again": change["passphrase"]}).status_code == 302
    wrong = client.post("/desk/sealed/open/", {"passphrase": change["old"]})
    right = client.post("/desk/sealed/open/", {"passphrase": change["passphrase"]})
    assert (wrong.status_code, right.status_code) == (422, 302)
