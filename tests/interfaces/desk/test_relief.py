"""Relief at the desk: written household by household, shown on the file, on paper and to the household itself."""

import re

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.register.actions import household_file as files
from huiyin.register.actions import relief as actions
from huiyin.register.models import Household, ReliefList
from tests import factories as make
from tests.cast import GROUP_THREE, Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE = "/desk/relief/"


@pytest.fixture
def numbers(cast: Cast) -> list[str]:
    """Three households of 槐树坪村, under the rulebook of today."""
    make.put_in_force(at=now())
    homes = [cast.zhang_household, *(make.a_household(GROUP_THREE, head=name)[0] for name in ("吴桂芝", "孟庆有"))]
    return [Household.objects.get(pk=home).code for home in homes]


@row("AM-44", "R-038", "SG-17")
def test_relief_is_written_and_the_household_sees_its_own(client: Client, cast: Cast, numbers: list[str]) -> None:
    desk = seat(cast.ma)
    key = "7a1f3c52-6f1d-4a55-9a53-0d4b1c1e9f10"
    sent = {"key": key, "what": "慰问金", "source": "县民政局", "lines": "\n".join(f"{one} 100" for one in numbers)}
    assert desk.post(PAGE, sent).status_code == 302
    assert desk.post(PAGE, sent).status_code == 302
    made = ReliefList.objects.get()
    page = desk.get(f"{PAGE}{made.pk}/").content.decode()
    assert "合计 300 元" in page
    assert page.count('<td class="hy-num is-beside">100</td>') == 3
    assert PAGE in desk.get("/desk/households/").content.decode()
    for address in ("", "print/"):
        own = desk.get(f"/desk/households/{cast.zhang_household}/{address}").content.decode()
        assert "100 元" in own
        assert "县民政局</span> <span>" in own
    at = now()
    code = files.make_key(by=cast.chen.viewer(at), at=at, household_id=cast.zhang_household)
    mine = client.post("/file/", {"key": code}).content.decode()
    assert "您家得到过的" in mine
    assert "100 元" in mine
    line = made.lines.get(household=cast.zhang_household)
    assert desk.post(f"{PAGE}{made.pk}/", {"line": str(line.pk)}).status_code == 302
    assert "合计 200 元" in desk.get(f"{PAGE}{made.pk}/").content.decode()
    assert "您家得到过的" not in client.post("/file/", {"key": code}).content.decode()


def test_a_mistake_in_a_list_older_than_those_shown_leads_back_to_it(
    cast: Cast, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, told = seat(cast.ma), {"what": "慰问金", "source": "县民政局"}
    for number, some in enumerate((numbers[:2], numbers[2:])):
        key = f"7a1f3c52-6f1d-4a55-9a53-0d4b1c1e9f2{number}"
        desk.post(PAGE, {"key": key, **told, "day": f"2026-11-0{number + 1}", "lines": "\n".join(some)})
    monkeypatch.setattr("huiyin.register.queries.relief.PAGE", 1)
    older = ReliefList.objects.get(day="2026-11-01")
    here = f"{PAGE}{older.pk}/"
    first, last = older.lines.order_by("pk")
    assert desk.post(here, {"line": str(first.pk)})["Location"] == here
    assert desk.post(here, {"line": str(last.pk)})["Location"] == PAGE


def test_what_is_missing_is_told_at_once_and_what_was_typed_stays(cast: Cast, numbers: list[str]) -> None:
    desk = seat(cast.ma)
    answer = desk.post(PAGE, {"key": "7a1f3c52-6f1d-4a55-9a53-0d4b1c1e9f11", "lines": f"{numbers[0]} 一百", "day": "x"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("请写给的是什么", "请写是谁出的", "第 1 行看不懂"):
        assert sentence in page
    assert f"{numbers[0]} 一百" in page
    assert not ReliefList.objects.exists()
    reader = seat(cast.li)
    assert "记一份" not in reader.get(PAGE).content.decode()
    assert "What was given" in seat(cast.ma, language="en").get(PAGE).content.decode()


def test_lists_are_found_by_their_words_and_read_page_by_page(
    cast: Cast, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huiyin.register.queries.relief.PAGE", 2)
    at = now()
    for what, source in (("慰问金", "县民政局"), ("米面油", "镇政府"), ("助学金", "县工会"), ("慰问品", "县民政局")):
        actions.give(by=cast.ma.viewer(at), at=at, what=what, source=source, lines=numbers[0])
    desk = seat(cast.ma)
    first = desk.get(PAGE).content.decode()
    assert first.count("data-row") == 2
    on = re.search(r'href="([^"]*after=[^"]*)" rel="next"', first)
    assert on is not None
    second = desk.get(PAGE + on[1].replace("&amp;", "&")).content.decode()
    assert second.count("data-row") == 2
    assert 'rel="next"' not in second
    found = desk.get(PAGE, {"q": "民政"}).content.decode()
    assert (found.count("data-row"), "慰问金" in found, "米面油</a>" in found) == (2, True, False)
    assert "没有找到" in desk.get(PAGE, {"q": "没有这个"}).content.decode()
    assert desk.get(PAGE, {"after": "never~x"}).status_code == 404
