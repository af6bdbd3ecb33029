"""What is known of places at the desk: looked at from the county down, written for many villages at once, as a file."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from huiyin.core.now import now
from huiyin.register.actions import facts
from huiyin.register.actions.facts import Known, Told
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, SHANGHE, SHIQIAO, Cast
from tests.conftest import Clock
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE, FACT = "/desk/places/", f"/desk/places/fact/?under={LIUWAN}&fact=echo."


@pytest.fixture
def clerk(cast: Cast) -> Client:
    make.put_in_force(at=now())
    return seat(cast.xu)


def sent(client: Client, fact: str, **values: str) -> dict[str, str]:
    """The form as it is on the page, with some values typed."""
    page = client.get(f"{FACT}{fact}").content.decode()
    key = page.split('name="key" value="')[1].split('"')[0]
    before = {
        f"before_{code}": page.split(f'name="before_{code}" value="')[1].split('"')[0]
        for code in (HUAISHUPING, SHIQIAO)
        if f"before_{code}" in page
    }
    return {"key": key, **before, **{f"value_{code[5:]}": value for code, value in values.items()}}


@row("R-056", "R-057", "R-062")
def test_one_fact_of_all_villages_of_a_town_is_written_at_once_and_stands_side_by_side(clerk: Client) -> None:
    form = sent(clerk, "economy", **{f"code_{HUAISHUPING}": "薄弱村", f"code_{SHIQIAO}": "一般"})
    answer = clerk.post(f"{FACT}economy", {**form, "source": "农业局清单"}, follow=True)
    assert "改了 2 处" in answer.content.decode() and "薄弱村" in answer.content.decode()
    assert clerk.post(f"{FACT}economy", {**form, "source": "农业局清单"}).status_code == 302, "a second press is none"
    assert "农业局清单" in clerk.get(f"{PAGE}?under={HUAISHUPING}").content.decode()
    assert clerk.post(f"{FACT}economy", {**form, "source": "别处"}).status_code == 422, "another form under its key"


def test_all_that_is_wrong_is_told_at_its_village_and_what_was_typed_stays(clerk: Client) -> None:
    form = sent(clerk, "area", **{f"code_{HUAISHUPING}": "很大", f"code_{SHIQIAO}": "-3"})
    answer = clerk.post(f"{FACT}area", form)
    page = answer.content.decode()
    assert answer.status_code == 422 and page.count("请填数字") == 4, "on top and at each place"
    assert 'value="很大"' in page and 'value="-3"' in page
    odd = clerk.post(f"{FACT}area", {**sent(clerk, "area", **{f"code_{HUAISHUPING}": "3"}), "since": "2099-13-01"})
    assert clerk.post(f"{FACT}area", {}).status_code == 422
    assert odd.status_code == 422 and 'value="3"' in odd.content.decode()


def test_what_somebody_else_wrote_meanwhile_is_shown_and_can_be_decided(clerk: Client, cast: Cast) -> None:
    mine = sent(clerk, "economy", **{f"code_{HUAISHUPING}": "空壳村"})
    other = {HUAISHUPING: Told("较强", "")}
    facts.state(by=cast.xu.viewer(now()), at=now(), programme="echo", fact="economy", told=other, known=Known())
    answer = clerk.post(f"{FACT}economy", mine)
    page = answer.content.decode()
    assert answer.status_code == 422 and "别人改过" in page and "较强" in page
    again = {**mine, "key": page.split('name="key" value="')[1].split('"')[0], f"before_{HUAISHUPING}": "较强"}
    assert clerk.post(f"{FACT}economy", again).status_code == 302
    assert "空壳村" in clerk.get(f"{PAGE}?under={HUAISHUPING}").content.decode()


@row("R-059")
def test_the_page_is_seen_as_of_a_day_and_goes_into_a_workbook(clerk: Client, cast: Cast) -> None:
    told = {HUAISHUPING: Told("44", ""), SHIQIAO: Told("", "")}
    facts.state(by=cast.xu.viewer(now()), at=now(), programme="echo", fact="without_water", told=told, known=Known())
    assert clerk.get(f"{PAGE}?under={LIUWAN}&day=2020-01-01").status_code == 422, "before the county began"
    day = make.BEGIN.date()
    past = clerk.get(f"{PAGE}?under={LIUWAN}&day={day}")
    assert past.status_code == 200 and "44" not in past.content.decode().split("<table")[-1]
    assert clerk.get(f"{PAGE}?under={LIUWAN}&day=2999-01-01").status_code == 422
    sheet = clerk.get(f"{PAGE}?under={COUNTY}&as=xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    column = rows[0].index("饮水困难 (户)")
    found = {line[0]: line[column] for line in rows[1:]}
    assert found[HUAISHUPING] == 44 and found[SHIQIAO] == "" and SHANGHE in found


def test_who_only_looks_sees_no_way_to_change(clerk: Client, cast: Cast) -> None:
    page = seat(cast.luo).get(f"{PAGE}?under={HUAISHUPING}")
    assert page.status_code == 200 and "改地势" not in page.content.decode()
    assert seat(cast.luo).post(f"{FACT}economy", {}).status_code in (403, 404)
    assert clerk.get(f"{PAGE}fact/?under={LIUWAN}&fact=echo.none").status_code == 404
    assert clerk.get(f"{PAGE}?under=990109000000").status_code == 404


def test_the_countys_day_has_begun_when_its_first_hours_are_still_yesterday_elsewhere(cast: Cast, clock: Clock) -> None:
    clock(datetime(2026, 11, 25, 17, 30, tzinfo=UTC))  # 01:30 of the 26th in the county
    make.put_in_force(at=now())
    clerk = seat(cast.xu)
    assert clerk.get(f"{PAGE}?under={LIUWAN}&day=2026-11-26").status_code == 200
    assert clerk.get(f"{PAGE}?under={LIUWAN}&day=2026-11-27").status_code == 422
    assert 'max="2026-11-26"' in clerk.get(f"{FACT}economy").content.decode()
