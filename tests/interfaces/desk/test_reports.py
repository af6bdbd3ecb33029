"""Daily summary, weekly report, monthly analysis: compared, hot and recurring, on the page and on paper."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest

from huiyin.casework.models import CaseTally
from huiyin.core.worker import drain
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, LIUWAN, SHIQIAO, Cast
from tests.conftest import Clock
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/reports/?step={step}&day={day}"


@pytest.fixture
def told(cast: Cast, at: datetime, clock: Clock) -> datetime:
    """A year ago one, last week one, this week four about water in one village, one of them solved."""
    old = spine.delivered(cast, at)
    spine.delivered(cast, at - timedelta(days=7))
    spine.called(cast, spine.delivered(cast, at).id, at + timedelta(days=3))
    for _ in range(3):
        spine.accepted(cast, at)
    later = at + timedelta(days=4)
    drain(later)
    # No method was in force a year ago; what counted then is moved there.
    CaseTally.objects.filter(pk=old.id).update(opened_on=at.date() - timedelta(days=364), answered_on=None)
    clock(later)
    return later


@row("R-416", "R-417", "R-418", "R-179", "R-420", "R-422")
def test_a_weekly_report_compares_and_says_what_is_hot_and_what_comes_again(cast: Cast, told: datetime) -> None:
    shown = seat(cast.tang).get(ADDRESS.format(step="week", day="2026-11-18")).content.decode()
    assert "收到 4 件，比上一周多 300%，比去年同期多 300%。" in shown
    assert "这段时间答复了 1 件，办结 1 件。" in shown
    assert "说得最集中的是“饮水和水利”，4 件，平常约 0.2 件，来自 1 个地方。" in shown
    assert "槐树坪村" in shown
    assert "九十天里来了 5 次，像是没有根治。" in shown
    day = seat(cast.tang).get(ADDRESS.format(step="day", day="2026-11-18")).content.decode()
    assert "日汇总" in day
    assert "满意 —" not in day  # nobody was asked: no sentence rather than a dash
    assert "收到 4 件，比前一天无从比较（那时没有）" in day
    month = seat(cast.tang).get(ADDRESS.format(step="month", day="2026-11-18")).content.decode()
    assert "收到 5 件，比上个月无从比较" in month
    assert "还没到头，数还会变" in month


@row("R-416", "R-417", "R-418")
@pytest.mark.parametrize("step", ["day", "week", "month", "quarter", "year"])
def test_each_report_is_a_paper_too(cast: Cast, told: datetime, step: str) -> None:
    answer = seat(cast.tang).get(f"/desk/reports/pdf/?step={step}&day=2026-11-18")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) > 8_000


def test_a_report_is_of_ones_own_sight_and_costs_few_questions(
    cast: Cast, told: datetime, django_assert_max_num_queries: object
) -> None:
    assert seat(cast.li).get("/desk/reports/").status_code == 403
    assert seat(cast.ma).get("/desk/reports/?place=990101102000").status_code == 404
    assert seat(cast.ma).get("/desk/reports/?step=hour").status_code == 404
    client = seat(cast.tang)
    client.get(ADDRESS.format(step="week", day="2026-11-18"))
    with django_assert_max_num_queries(12):  # type: ignore[operator]  # the fixture of the suite
        assert client.get(ADDRESS.format(step="week", day="2026-11-18")).status_code == 200
    empty = client.get(ADDRESS.format(step="day", day="1991-01-01"))
    assert empty.status_code == 200
    assert "收到 0 件" in empty.content.decode()
    assert "办复 —" not in empty.content.decode()
    assert HUAISHUPING not in empty.content.decode()


@row("R-420", "R-419")
@pytest.mark.parametrize("place", [COUNTY, LIUWAN, HUAISHUPING])
def test_what_keeps_coming_back_opens_to_as_many_as_it_says(cast: Cast, at: datetime, clock: Clock, place: str) -> None:
    for code in (place, place, place, GROUP_THREE, SHIQIAO):
        spine.opened(cast, at, place_code=code, topic="water", nature="problem")
    drain(at)
    clock(at)
    shown = seat(cast.tang).get(ADDRESS.format(step="week", day=at.date())).content.decode()
    named = f"place%3D{place}~topic"
    found = {one for one in re.findall(r'href="(/desk/matters/[^"]*)"', shown) if named in unescape(one)}
    assert len(found) == 1
    opened = seat(cast.tang).get(unescape(found.pop())).content.decode()
    assert opened.count("<tr data-row") == 3 + (place == HUAISHUPING)
