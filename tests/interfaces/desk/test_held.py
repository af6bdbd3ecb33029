"""Complaints about officials: read by two dispatchers of different bodies, never by whom they are about (SG-01)."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.casework.models import Matter
from huiyin.core.models import Look
from huiyin.core.now import now
from huiyin.register.actions import staff
from tests import factories as make
from tests.cast import COUNTY, Cast
from tests.interfaces.desk.seat import appointed, seat
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
LIST = "/desk/held/"
ABOUT_LI = "柳湾镇的李卫东态度很差，要钱才给办。"
ABOUT_ZHOU = "受理中心的周明收了红包才肯派单，态度还很差。"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now() - timedelta(hours=8))


def held(cast: Cast, text: str = ABOUT_LI, **more: object) -> Matter:
    """A held matter that came in a few hours ago."""
    matter = spine.opened(cast, now() - timedelta(hours=3), text=text, **more).matter
    assert matter.held
    return matter


def address(matter: Matter) -> str:
    return f"{LIST}{matter.code}/"


def name(client: Client, matter: Matter, *persons: UUID) -> int:
    return client.post(address(matter), {"do": "name", "persons": [str(one) for one in persons]}).status_code


@row("SG-01")
def test_two_dispatchers_of_different_bodies_read_it_and_nobody_else_learns_that_it_is(cast: Cast) -> None:
    matter = held(cast)
    for member in (cast.zhou, cast.sun):
        assert matter.code in seat(member).get(LIST).content.decode()
        assert "要钱才给办" in seat(member).get(address(matter)).content.decode()
    for member in (cast.chen, cast.li, cast.zhao, cast.he, cast.ma, cast.luo, cast.bai, cast.qian, cast.tang, cast.xu):
        assert seat(member).get(LIST).status_code == 404
        assert seat(member).get(address(matter)).status_code == 404
    assert matter.code not in seat(cast.zheng).get(LIST).content.decode()
    absent = seat(cast.zhou).get(f"{LIST}100000000/")
    foreign = seat(cast.zheng).get(address(matter))
    assert (absent.status_code, foreign.status_code) == (404, 404)


@row("SG-01")
def test_the_list_has_pages_so_that_none_is_buried_and_says_what_is_undecided(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huiyin.casework.queries.held.PAGE", 2)
    made = [held(cast) for _ in range(5)]
    name(seat(cast.zhou), made[0], cast.li.person_id)
    for listed, wanted in ((LIST, made[1:]), (f"{LIST}?show=all", made)):
        seen, address_ = [], listed
        while address_:
            html = seat(cast.zhou).get(address_).content.decode()
            seen += re.findall(rf"{LIST}(\d{{9}})/", html)
            more = re.search(r'href="\?([^"]*after=[^"]+)"', html)
            address_ = f"{LIST}?{unescape(more[1])}" if more else ""
        assert list(dict.fromkeys(seen)) == [one.code for one in wanted]


@row("SG-01")
def test_the_list_has_no_subject_line_and_no_words(cast: Cast) -> None:
    held(cast)
    html = seat(cast.zhou).get(LIST).content.decode()
    assert "李卫东" not in html
    assert "要钱" not in html
    assert "槐树坪" not in html
    assert "文字里有干部的姓名" in html


@row("SG-01")
def test_a_dispatcher_never_sees_what_is_about_themselves_and_their_body_not_after_it_is_named(cast: Cast) -> None:
    matter = held(cast, ABOUT_ZHOU)
    assert matter.code not in seat(cast.zhou).get(LIST).content.decode()
    assert seat(cast.zhou).get(address(matter)).status_code == 404
    assert name(seat(cast.zhou), matter, cast.li.person_id) == 404
    colleague = appointed("白鸽", cast.bodies.centre, "dispatcher", "派单员")
    assert seat(colleague).get(address(matter)).status_code == 404, "nor whoever works with them"
    assert name(seat(cast.sun), matter, cast.zhou.person_id) == 302
    for member in (colleague, cast.zhou, cast.chen):
        assert seat(member).get(address(matter)).status_code == 404
        assert matter.code not in seat(member).get("/desk/matters/").content.decode()
    assert seat(cast.sun).get(address(matter)).status_code == 200


def test_officials_are_found_by_name_pinyin_and_body_and_never_by_an_address(cast: Cast) -> None:
    matter, client = held(cast, "你们的人不管不理，态度也差。"), seat(cast.zhou)
    for query in ("李卫东", "liweidong", "lwd", "柳湾镇人民政府"):
        html = client.post(address(matter), {"do": "find", "q": query}).content.decode()
        assert str(cast.li.person_id) in html, query
    assert str(cast.li.person_id) not in client.get(address(matter), {"q": "李卫东"}).content.decode()
    assert "没有找到在岗的这个人" in client.post(address(matter), {"do": "find", "q": "无此人"}).content.decode()


def test_naming_nobody_or_oneself_or_a_stranger_is_refused_with_a_sentence(cast: Cast) -> None:
    matter, client = held(cast), seat(cast.zhou)
    assert name(client, matter) == 422
    assert name(client, matter, cast.zhou.person_id) == 422
    answer = client.post(address(matter), {"do": "name", "persons": ["1"]})
    assert answer.status_code == 422
    assert "没有找到这位干部" in answer.content.decode()
    matter.refresh_from_db()
    assert matter.held


def test_cleared_with_a_reason_it_is_an_ordinary_matter(cast: Cast) -> None:
    matter, client = held(cast), seat(cast.zhou)
    assert client.post(address(matter), {"do": "clear", "note": " "}).status_code == 422
    assert client.post(address(matter), {"do": "clear", "note": "说的是同名的居民"}).status_code == 302
    assert client.get(address(matter)).status_code == 404
    assert seat(cast.chen).get(f"/desk/matters/{matter.code}/").status_code == 200


@row("SG-01")
def test_named_it_goes_to_people_who_stand_apart(cast: Cast) -> None:
    matter, client = held(cast), seat(cast.zhou)
    assert name(client, matter, cast.li.person_id) == 302
    html = client.get(address(matter)).content.decode()
    assert str(cast.bai.post_id) in html
    assert str(cast.li.post_id) not in html, "whom it is about is not offered"
    given = {"do": "assign", "topic": "conduct", "way": "discipline"}
    parts = {"handler": str(cast.bai.post_id), "supervisor": str(cast.zhao.post_id)}
    assert client.post(address(matter), given | parts | {"handler": str(cast.li.post_id)}).status_code == 422
    assert client.post(address(matter), given | parts).status_code == 302
    matter.refresh_from_db()
    assert (matter.state, matter.handler_id, matter.owner_body_id) == (
        "assigned", cast.bai.person_id, cast.bodies.farming,
    )  # fmt: skip
    assert seat(cast.bai).get(f"/desk/matters/{matter.code}/").status_code == 200
    assert seat(cast.li).get(f"/desk/matters/{matter.code}/").status_code == 404


@row("SG-01")
def test_where_everybody_stands_too_near_it_goes_one_level_up(cast: Cast) -> None:
    matter, client = held(cast), seat(cast.zhou)
    for member in (cast.bai, cast.zhao):
        staff.end_post(by=make.SYSTEM, at=now(), post_id=member.post_id)
    assert name(client, matter, cast.li.person_id) == 302
    assert "县里能办、能督的人都要回避" in client.get(address(matter)).content.decode()
    assert client.post(address(matter), {"do": "raise", "note": ""}).status_code == 422
    assert client.post(address(matter), {"do": "raise", "note": "县里的都要回避"}).status_code == 302
    matter.refresh_from_db()
    assert matter.state == "raised"


def test_every_look_is_written_down_and_shown(cast: Cast) -> None:
    matter = held(cast)
    before = Look.objects.filter(subject=str(matter.id)).count()
    seat(cast.zhou).get(address(matter))
    assert Look.objects.filter(subject=str(matter.id)).count() == before + 1
    assert "周明" in seat(cast.sun).get(address(matter)).content.decode()


def test_what_somebody_else_did_meanwhile_is_told(cast: Cast) -> None:
    matter = held(cast)
    answer = seat(cast.zhou).post(address(matter), {"do": "clear", "note": "不是", "seen": "99"})
    assert answer.status_code == 422
    assert "刚才有人动过" in answer.content.decode()


def test_an_unknown_button_is_refused(cast: Cast) -> None:
    assert seat(cast.zhou).post(address(held(cast)), {"do": "burn"}).status_code == 422


def test_anonymous_is_sent_to_sign_in(cast: Cast) -> None:
    for page in (LIST, address(held(cast))):
        assert Client().get(page)["Location"].startswith("/account/login/")


def test_the_pages_cost_the_same_with_one_and_with_many(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = seat(cast.zhou)
    matter: Any = held(cast)
    client.get(LIST)
    for _ in range(3):
        with django_assert_max_num_queries(8):
            client.get(LIST)
        held(cast, place_code=COUNTY)
    with django_assert_max_num_queries(26):
        client.get(address(matter))
