"""Today: what is to be done by whom, in the order of need."""

import re
from datetime import timedelta
from typing import Any

import pytest

from huiyin.casework.actions import aside, extensions, feedback
from huiyin.casework.actions.steps import take_step
from huiyin.core.now import now
from huiyin.register.actions import cards, household_file
from tests import factories as make
from tests.cast import ZHANG_PHONE, Cast, Member
from tests.interfaces.desk.made import a_matter, some_matters, warm
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db


def text_of(member: Member, path: str = "/desk/", language: str = "") -> str:
    answer = seat(member, language=language).get(path)
    assert answer.status_code == 200
    content: str = answer.content.decode()
    return content


@pytest.mark.parametrize(
    ("upto", "who", "task"),
    [
        ("open", "chen", "看一遍，受理或者说明为什么不受理"),
        ("accept", "zhou", "定承办单位和承办人"),
        ("assign", "li", "接下来办，或者写明理由退回"),
        ("take", "li", "办完写答复"),
        ("deliver", "he", "打电话问居民解决了没有"),
    ],
)
def test_each_finds_what_they_are_to_do(cast: Cast, upto: str, who: str, task: str) -> None:
    a_matter(cast, now(), upto)
    page = text_of(getattr(cast, who))
    assert "今天要办 1 件" in page
    assert task in page


def test_nobody_else_has_it_on_their_list(cast: Cast) -> None:
    a_matter(cast, now(), "take")
    for other in (cast.chen, cast.zhou, cast.he, cast.zhao, cast.ma, cast.wu, cast.zheng, cast.bai):
        page = text_of(other)
        assert "没有等您办的" in page, other.name
        assert "三组傍晚停水" not in page, other.name


def test_a_foreign_county_and_the_one_it_is_about_see_nothing(cast: Cast) -> None:
    matter = a_matter(cast, now(), "accept")
    assert "三组傍晚停水" in text_of(cast.zhou)
    assert "三组傍晚停水" not in text_of(cast.zheng)
    aside.recuse(by=cast.zhou.viewer(now()), at=now(), matter_id=matter.id, person=cast.zhou.person_id)
    assert "三组傍晚停水" not in text_of(cast.zhou)
    assert "三组傍晚停水" in text_of(cast.sun)


@row("R-176")
def test_late_ones_stand_first_and_their_supervisor_and_head_are_asked(cast: Cast) -> None:
    at = now()
    a_matter(cast, at, "take", subject="不急的一件")
    a_matter(cast, at - timedelta(days=20), "take", subject="早该办完的一件")
    page = text_of(cast.li)
    assert page.index("早该办完的一件") < page.index("不急的一件")
    assert "<b>1</b><span>已超期</span>" in page
    assert "已经超期，催承办人" in text_of(cast.zhao)
    assert "早该办完的一件" in text_of(cast.ma)
    assert "不急的一件" not in text_of(cast.zhao)


def test_more_time_that_was_asked_for_waits_for_another_to_decide(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at, "take")
    extensions.ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=2, reason="配件还在路上。")
    assert "承办人要延期，批或者不批" in text_of(cast.zhao)
    assert "批或者不批" not in text_of(cast.li)


def test_what_was_not_solved_comes_back_to_be_assigned_anew(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at - timedelta(hours=1), "deliver")
    feedback.call_back(
        by=cast.he.viewer(at), at=at, matter_id=matter.id, outcome="reached", solved="no", words="还是没水"
    )
    assert "居民说没解决，重新交办" in text_of(cast.zhou)


def test_counts_lead_to_lists_of_the_same_length(cast: Cast) -> None:
    at = now()
    for _ in range(2):
        a_matter(cast, at, "take")
    a_matter(cast, at - timedelta(days=20), "take")
    page = text_of(cast.li)
    assert "part=todo&amp;due=late" in page or "part=todo&due=late" in page
    listed = text_of(cast.li, "/desk/matters/?part=todo&due=late")
    assert listed.count("<tr data-row>") == 1
    assert text_of(cast.li, "/desk/matters/?part=todo").count("<tr data-row>") == 3


def test_somebody_without_matters_is_told_so(cast: Cast) -> None:
    page = text_of(cast.xu)
    assert "您管着人、户和岗位" in page
    assert "/desk/matters/" not in page


def test_a_linked_official_begins_with_their_households_and_not_with_a_closed_door(cast: Cast) -> None:
    html = seat(cast.luo).get("/desk/").content.decode()
    assert "您联系 1 户" in html
    assert 'href="/desk/people/"' in html and 'href="/desk/households/"' in html
    assert "您的岗位不办事项" not in html


def test_who_handles_matters_and_has_none_waiting_is_led_to_their_households(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    home = make.a_household("990101102201")[0]
    make.a_link(cast.chen.official_id, home)
    client = seat(cast.chen)
    client.get("/desk/")
    with django_assert_max_num_queries(12):
        html = client.get("/desk/").content.decode()
    assert "您联系 1 户" in html and "今天没有等您办的事项" not in html
    assert "接电话登记" in html  # who answers the telephone still does


def test_what_was_heard_on_a_visit_is_not_written_down_as_a_call(cast: Cast) -> None:
    client = seat(cast.chen)
    visited = client.get("/desk/intake/?channel=visit").content.decode()
    assert re.search(r'<option value="visit" selected', visited)
    assert "记一件事" in visited and "接电话，记下来" not in visited
    for strange in ("", "?channel=x", "?channel=api"):
        usual = client.get(f"/desk/intake/{strange}").content.decode()
        assert "接电话，记下来" in usual and re.search(r'<option value="phone" selected', usual), strange


def test_a_code_in_the_search_opens_its_matter_and_words_search_the_list(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    client = seat(cast.li)
    shown = f"{matter.code[:4]}-{matter.code[4:8]}-{matter.code[8:]}"
    assert client.get("/desk/search/", {"q": shown})["Location"] == f"/desk/matters/{matter.code}/"
    assert client.get("/desk/search/", {"q": "停水"})["Location"].startswith("/desk/matters/?q=")
    assert "三组傍晚停水" in client.get("/desk/search/", {"q": "停水"}, follow=True).content.decode()


def test_the_page_is_kept_out_of_caches_and_complete_in_english(cast: Cast) -> None:
    a_matter(cast, now(), "take")
    answer = seat(cast.li, language="en").get("/desk/")
    assert answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert '<html lang="en"' in page
    assert "Finish it and write the answer" in page


@pytest.mark.once
def test_the_page_costs_the_same_for_one_and_for_fifty(cast: Cast, django_assert_max_num_queries: Any) -> None:
    at = now()
    client = seat(cast.chen)
    a_matter(cast, at)
    warm(client, "/desk/")
    with django_assert_max_num_queries(12) as one:
        client.get("/desk/")
    some_matters(cast, at, 49)
    warm(client, "/desk/")
    with django_assert_max_num_queries(12) as many:
        page = client.get("/desk/").content.decode()
    assert len(one) == len(many)
    assert "看全部 50 件" in page


def test_a_step_taken_lets_the_next_come_up(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at, "assign")
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    assert "办完写答复" in text_of(cast.li)


@row("R-096")
def test_whoever_waits_to_be_rung_back_is_on_the_first_page_of_those_who_take_calls(cast: Cast) -> None:
    waits = "等回电，想知道联户干部"
    assert waits not in text_of(cast.chen), "a nought of something else is no news beside matters"
    cards.ask_by_phone(by=cards.CARD_HOLDER, at=now(), phone=ZHANG_PHONE)
    for member in (cast.chen, cast.luo):
        page = text_of(member)
        assert "等您的有 1 件" in page, member.name
        assert re.search(rf'href="/desk/people/"><b>1</b><span>{waits}', page), member.name
    for member in (cast.li, cast.zheng):
        assert waits not in text_of(member), member.name


def test_whoever_keeps_the_register_is_told_what_waits_there_and_not_to_ask_themselves(cast: Cast) -> None:
    page = text_of(cast.xu)
    assert "请找本单位的系统管理员" not in page
    assert "来了新人：任岗位、开账号" in page and 'href="/desk/links/handovers/"' in page
    assert "没有等您办的" in page
    at = now()
    household_file.object_to(
        by=cast.chen.viewer(at), at=at, household_id=cast.zhang_household, about="notes", words="写得不对"
    )
    page = text_of(cast.xu)
    assert "等您的有 1 件" in page
    assert re.search(r'href="/desk/households/"><b>1</b><span>住户的异议，等答复', page)
    assert 'href="/desk/log/health/"' in text_of(cast.qian)


def test_a_page_that_stood_open_too_long_is_told_from_one_of_another_post(cast: Cast) -> None:
    refused = seat(cast.li).get("/desk/staff/new/")
    assert refused.status_code == 403 and "放得太久" not in refused.content.decode()
    client = seat(cast.li)
    client.handler.enforce_csrf_checks = True
    stale = client.post("/desk/intake/", {"text": "停水三天了"})
    assert stale.status_code == 403 and "页面放得太久了。" in stale.content.decode()
