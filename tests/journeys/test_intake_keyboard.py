"""A plain case on the telephone, typed by a clerk who never touches the mouse: 20 seconds from first key to number.

Every key takes 200 ms. A Chinese character costs as many keys as its pinyin has letters, and one more to pick it.
"""

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pypinyin import lazy_pinyin
from pytest_django.live_server_helper import LiveServer

from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.seat import seat, sit_down

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Route

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
KEY = 200.0
"""Milliseconds a key takes."""
LIMIT = 20.0
"""Seconds, from the first key to the number on the screen."""


class Hands:
    """Ten fingers: types at one key each 200 ms and counts the keys."""

    def __init__(self, page: "Page") -> None:
        self.page, self.keys = page, 0

    def press(self, *names: str) -> None:
        """Single keys, or chords such as Control+Enter, which are two."""
        for name in names:
            self.page.keyboard.press(name, delay=KEY)
            self.keys += name.count("+") + 1

    def type(self, text: str) -> None:
        """Latin letters and digits key by key; Chinese as it is typed by pinyin."""
        for character in text:
            if character.isascii():
                self.press(character)
                continue
            for _ in range(len(lazy_pinyin(character)[0]) + 1):
                # An input method's keys are not seen by the page; a harmless key takes their time.
                self.press("Shift")
            self.page.keyboard.insert_text(character)


def taken(page: "Page", phone: str) -> tuple[float, str]:
    """A case is taken from an empty form on; how many seconds went by, and its number as it is shown."""
    page.wait_for_selector("#id_reporter_phone:focus")
    hands, began = Hands(page), time.monotonic()
    hands.type(phone)
    hands.press("Enter", "Enter")
    page.wait_for_selector("#id_text:focus")
    hands.type("自来水停了三天")
    hands.press("Tab", "Tab")
    hands.type("hsp")
    hands.press("ArrowDown", "Enter", "Control+Enter")
    page.wait_for_selector("[data-code]")
    took = time.monotonic() - began
    print(f"{hands.keys} keys, {took:.1f} s")
    return took, page.inner_text("[data-code]").replace("-", "")


def test_a_plain_case_is_taken_by_keyboard_alone_within_twenty_seconds(
    page: "Page", live_server: LiveServer, cast: Cast
) -> None:
    make.put_in_force(at=now())
    sit_down(page, live_server.url, cast.chen)
    for phone in ("16000001234", "16000001235", "16000001236"):  # on a busy machine keys come late, which says nothing
        page.goto(f"{live_server.url}/desk/intake/")
        took, shown = taken(page, phone)
        assert re.fullmatch(r"\d{9}", shown)
        found = seat(cast.chen).get(f"/desk/matters/{shown}/").content.decode()
        assert "自来水停了三天" in found
        assert "饮水和水利" in found
        assert "槐树坪村" in found
        if took <= LIMIT:
            break
    assert took <= LIMIT


def test_what_a_clerk_chooses_is_not_drawn_over_by_an_answer_that_comes_late(
    page: "Page", live_server: LiveServer, cast: Cast
) -> None:
    make.put_in_force(at=now())
    late: list[Route] = []
    chosen = False

    def hold(route: "Route") -> None:
        late.append(route) if asks_what_it_looks_like(route.request) and not chosen else route.continue_()

    page.route("**/desk/intake/", hold)
    sit_down(page, live_server.url, cast.chen)
    page.goto(f"{live_server.url}/desk/intake/")
    with page.expect_request(asks_what_it_looks_like):
        page.locator("#id_text").press_sequentially("自来水停了三天")
    page.select_option("#id_topic_other", "roads")
    page.evaluate("document.querySelector('#owner').firstElementChild.id = 'before'")
    chosen = True
    for route in late:
        route.continue_()
    expect(page.locator("#before")).to_have_count(0)
    expect(page.locator("#id_topic_other")).to_have_value("roads")


def asks_what_it_looks_like(request: "Request") -> bool:
    """Whether a request is about the words typed so far: which topics they may be, and what is like them."""
    return "do=look" in (request.post_data or "")
