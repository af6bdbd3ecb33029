"""The pages of grids: an office lays one, gives it its head, changes it, and sees it in the chart and in coverage."""

import re
from typing import Any

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.register.models import Household, Overlay
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, SHIQIAO, Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
LIST, NEW = "/desk/links/grid/laid/", "/desk/links/grid/laid/new/"


@pytest.fixture
def clerk(cast: Cast) -> Client:
    make.put_in_force(at=now())
    return seat(cast.xu)


def keys(page: str) -> list[str]:
    """The keys of the forms of a page."""
    return re.findall(r'name="key" value="([0-9a-f-]{36})"', page)


@row("R-025", "N-051")
def test_an_office_lays_a_work_area_heads_it_and_finds_it_in_chart_and_coverage(clerk: Client, cast: Cast) -> None:
    assert f"?under={LIUWAN}" in clerk.get(LIST).content.decode()
    form = clerk.get(f"{NEW}?under={LIUWAN}").content.decode()
    assert "工作片（中网格）" in form
    told: dict[str, Any] = {
        "key": keys(form)[0],
        "kind": "medium_grid",
        "name": "第一工作片",
        "reason": "镇党委会",
        "on": "",
    }
    empty = clerk.post(f"{NEW}?under={LIUWAN}", told)
    assert empty.status_code == 422
    assert "请至少选一个地方" in empty.content.decode()
    told |= {"place_codes": [HUAISHUPING, SHIQIAO], "key": keys(empty.content.decode())[0]}
    laid = clerk.post(f"{NEW}?under={LIUWAN}", told)
    assert laid.status_code == 302
    again = clerk.post(f"{NEW}?under={LIUWAN}", told)  # a second press
    assert again.status_code == 302
    assert Overlay.objects.count() == 1
    where = laid["Location"]
    page = clerk.get(where).content.decode()
    assert "还没有负责人" in page
    found = clerk.post(where, {"do": "head", "find": "1", "q": "马国强", "key": keys(page)[0]}).content.decode()
    assert str(cast.ma.post_id) in found
    named = {"do": "head", "q": "马国强", "post": str(cast.ma.post_id), "reason": "镇党委会", "key": keys(found)[0]}
    assert clerk.post(where, named).status_code == 302
    assert "片长 <b>马国强</b>" in clerk.get(where).content.decode()
    assert "第一工作片" in clerk.get(f"{LIST}?under={LIUWAN}").content.decode()
    assert "片长 <b>马国强</b>" in clerk.get(f"/desk/links/grid/?under={LIUWAN}").content.decode()
    make.a_household(HUAISHUPING)
    assert "第一工作片" in clerk.get(f"/desk/links/coverage/?under={LIUWAN}").content.decode()


@row("R-025")
def test_a_taken_village_is_refused_in_one_sentence_and_what_was_typed_stays(clerk: Client) -> None:
    make.a_grid([HUAISHUPING], kind="medium_grid", name="第一工作片", at=now())
    form = clerk.get(f"{NEW}?under={LIUWAN}").content.decode()
    told: dict[str, Any] = {"key": keys(form)[0], "kind": "medium_grid", "name": "第二工作片", "reason": "会"}
    refused = clerk.post(f"{NEW}?under={LIUWAN}", told | {"place_codes": [HUAISHUPING]})
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "槐树坪村已经在“第一工作片”里" in said
    assert "第二工作片" in said


@row("R-025")
def test_a_grid_is_changed_set_right_and_ended_on_its_page(clerk: Client) -> None:
    where = f"{LIST}{make.a_grid([HUAISHUPING], kind='medium_grid', name='第一片', at=now())}/"

    def send(do: str, number: int, **told: Any) -> None:
        page = clerk.get(where).content.decode()
        sent: dict[str, Any] = {"do": do, "key": keys(page)[number], "reason": "镇里的会", **told}
        assert clerk.post(where, sent).status_code == 302

    send("places", 1, place_codes=[SHIQIAO], seen=HUAISHUPING)
    assert "石桥村" in clerk.get(where).content.decode()
    stale: dict[str, Any] = {
        "do": "places",
        "key": keys(clerk.get(where).content.decode())[1],
        "reason": "会",
        "seen": HUAISHUPING,
    }
    late = clerk.post(where, stale | {"place_codes": [HUAISHUPING]})
    assert late.status_code == 422
    assert "别人改过这个网格" in late.content.decode()
    send("correct", 2, name="第二片", on=now().date().isoformat())
    assert "原来写的：第一片" in clerk.get(where).content.decode()
    send("end", 3)
    ended = clerk.get(where).content.decode()
    assert "撤掉这个网格" not in ended
    assert clerk.post(where, {"do": "end", "reason": "会"}).status_code == 404


def test_a_place_that_is_none_is_a_sentence_whatever_was_sent(clerk: Client) -> None:
    form = clerk.get(f"{NEW}?under={LIUWAN}").content.decode()
    told: dict[str, Any] = {"key": keys(form)[0], "kind": "medium_grid", "name": "片", "reason": "会"}
    for place in ("x\x00", "99", "９９０１０１１０１２０１"):
        refused = clerk.post(f"{NEW}?under={LIUWAN}", told | {"place_codes": [place]})
        assert (refused.status_code, "hy-error" in refused.content.decode()) == (422, True), place


def test_the_pages_of_grids_are_for_who_edits_there(clerk: Client, cast: Cast) -> None:
    key = make.a_grid([HUAISHUPING], at=now())
    stranger = seat(cast.luo)
    assert stranger.get(f"{NEW}?under={LIUWAN}").status_code in (403, 404)
    assert stranger.post(f"{LIST}{key}/", {"do": "end", "reason": "会"}).status_code in (403, 404)
    assert clerk.get(f"{LIST}?under=990102000000").status_code == 404
    assert clerk.get(f"{NEW}?under={COUNTY}").status_code == 200


@pytest.mark.once
def test_the_list_of_a_town_asks_as_often_for_eight_grids_as_for_one(
    clerk: Client, django_assert_max_num_queries: Any
) -> None:
    make.lay_places([(f"{LIUWAN[:9]}{300 + number}", f"新{number}村") for number in range(8)])
    for number in range(8):
        make.a_grid([f"{LIUWAN[:9]}{300 + number}"], name=f"新{number}网格", at=now())
    clerk.get(f"{LIST}?under={LIUWAN}")
    with django_assert_max_num_queries(12):
        page = clerk.get(f"{LIST}?under={LIUWAN}").content.decode()
    assert page.count("<tr data-row>") == 8
    with django_assert_max_num_queries(15):
        clerk.get(f"{LIST}{Overlay.objects.filter(kind='small_grid')[0].pk}/")


@row("R-025")
def test_a_village_page_makes_a_grid_of_households_by_their_numbers(clerk: Client) -> None:
    home = Household.objects.get(pk=make.a_household(HUAISHUPING)[0]).code
    page = clerk.get(f"{NEW}?under={HUAISHUPING}").content.decode()
    told: dict[str, Any] = {"key": keys(page)[0], "kind": "small_grid", "name": "老街格", "reason": "会"}
    wrong = clerk.post(f"{NEW}?under={HUAISHUPING}", told | {"homes": f"{home}、没有这户"})
    assert "没有找到这一户：没有这户" in wrong.content.decode()
    told |= {"homes": f" {home}\n{home} ", "key": keys(wrong.content.decode())[0]}
    where = clerk.post(f"{NEW}?under={HUAISHUPING}", told)["Location"]
    shown = clerk.get(where).content.decode()
    assert "由 1 户组成" in shown
    assert home in shown
    assert home in clerk.get(f"{LIST}?under={HUAISHUPING}").content.decode()
    assert "老街格" in clerk.get(f"/desk/links/grid/?under={HUAISHUPING}").content.decode()
    assert "老街格" in clerk.get(f"/desk/links/coverage/?under={HUAISHUPING}").content.decode()
    another = Household.objects.get(pk=make.a_household(HUAISHUPING)[0]).code
    told = {"do": "places", "seen": home, "homes": another, "reason": "换户", "key": keys(shown)[1]}
    assert clerk.post(where, told).status_code == 302
    assert another in clerk.get(where).content.decode()
