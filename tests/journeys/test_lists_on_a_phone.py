"""Lists on a phone: what somebody came for stands on the first screen, the rest a press away and nothing lost."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from playwright.sync_api import expect

from huiyin.core.now import now
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, Cast
from tests.interfaces.desk.made import some_matters
from tests.interfaces.desk.seat import sit_down
from tests.rooms.publication import made

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

OWED = 9


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_first_matters_stand_on_the_first_screen_and_the_filters_behind_a_button(
    cast: Cast, live_server: "LiveServer", phone: "Page"
) -> None:
    make.put_in_force(at=now())
    some_matters(cast, now(), 4)
    sit_down(phone, live_server.url, cast.zhou)
    phone.goto(f"{live_server.url}/desk/matters/")
    rows, menus = phone.locator("[data-row]"), phone.locator(".hy-filters summary.hy-chip")
    expect(rows.nth(2)).to_be_in_viewport()
    expect(menus.first).to_be_hidden()
    phone.locator("[data-unfold]").press("Enter")
    expect(phone.locator("[data-unfold][aria-expanded=true]")).to_be_visible()
    expect(menus.first).to_be_visible()
    phone.set_viewport_size({"width": 1440, "height": 900})
    expect(phone.locator("[data-unfold]")).to_be_hidden()


@pytest.mark.parametrize("code", [COUNTY, LIUWAN, HUAISHUPING])
def test_a_wall_shows_the_first_few_and_folds_the_rest_and_ones_own_place_comes_before_them(
    cast: Cast, client: Client, code: str
) -> None:
    make.put_in_force(at=now())
    for number in range(OWED):
        made.working(cast, now() - timedelta(days=5), text=f"第{number}件没水")
    page = client.get(f"/wall/{code}/").content.decode()
    lists = page[page.index('id="owed"') : page.index('id="done"')]
    assert lists.count("hy-wall-about") == OWED
    open_ones, folded = lists.split("<details", 1)
    assert open_ones.count("hy-wall-about") == 5
    assert "再看 4 件还欠着的" in folded
    found_first = page.index('name="q"') < page.index('id="owed"')
    assert found_first == (code != HUAISHUPING), "whoever reads their own village's wall is there already"


def test_a_list_of_hardly_more_is_not_folded(cast: Cast, client: Client) -> None:
    make.put_in_force(at=now())
    for number in range(7):
        made.working(cast, now() - timedelta(days=5), text=f"第{number}件没水")
    assert "再看" not in client.get(f"/wall/{HUAISHUPING}/").content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_countys_wall_is_soon_passed_on_a_phone(cast: Cast, live_server: "LiveServer", phone: "Page") -> None:
    make.put_in_force(at=now())
    for number in range(OWED):
        made.working(cast, now() - timedelta(days=5), text=f"第{number}件没水")
    phone.goto(f"{live_server.url}/wall/")
    fold = phone.locator("details.hy-more", has_text=re.compile("再看 4 件"))
    expect(fold.locator("article").first).to_be_hidden()
    fold.locator("summary").press("Enter")
    expect(fold.locator("article").first).to_be_visible()
    phone.emulate_media(media="print")
    phone.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = false))")
    phone.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(fold.locator("article").first).to_be_visible()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_narrows_a_wall_lies_behind_a_button_on_a_phone(
    cast: Cast, live_server: "LiveServer", phone: "Page"
) -> None:
    make.put_in_force(at=now())
    for topic in ("water", "roads"):
        made.published(cast, now() - timedelta(days=5), topic=topic)
    phone.goto(f"{live_server.url}/wall/{HUAISHUPING}/")
    chips = phone.locator(".hy-chips a.hy-chip")
    expect(chips.first).to_be_hidden()
    phone.locator("[data-unfold]").press("Enter")
    expect(chips).to_have_count(3)
    expect(chips.first).to_be_visible()
    phone.set_viewport_size({"width": 1440, "height": 900})
    expect(phone.locator("[data-unfold]")).to_be_hidden()
    expect(chips.first).to_be_visible()
