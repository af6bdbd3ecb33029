"""The page of a round in a real browser: it turns by itself once the machine is done, with its chart."""

from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer

from huiyin.core.now import now
from huiyin.register import ticks
from huiyin.register.models import LinkRound
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.seat import sit_down

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


def test_a_round_page_that_turned_by_itself_has_its_chart(cast: Cast, page: "Page", live_server: LiveServer) -> None:
    make.put_in_force(at=now())
    for _ in range(3):
        make.a_household(HUAISHUPING)
    sit_down(page, live_server.url, cast.xu)
    page.goto(f"{live_server.url}/desk/links/")
    page.get_by_role("button", name="算一个方案").click()
    page.get_by_text("机器在做").wait_for()
    ticks.link_rounds(now())
    page.get_by_text("等您确认").wait_for()
    page.locator(".hy-chart-box canvas").wait_for()
    assert LinkRound.objects.get().state == "proposed"
