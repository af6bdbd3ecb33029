"""How long each kind of record is kept, on a phone: a number and its unit on one line, in both languages."""

from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

LINES = """() => [...document.querySelectorAll("dl.hy-kv:last-of-type dd")].map((one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
})"""


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_months_stand_on_one_line(cast: Cast, live_server: "LiveServer", browser: "Browser", language: str) -> None:
    make.put_in_force(at=now())
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/about/kept/")
    lines = page.evaluate(LINES)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    context.close()
    assert lines and set(lines) == {1}
    assert not wide


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_rules_fit_a_phone_in_both_languages(
    cast: Cast, live_server: "LiveServer", browser: "Browser", language: str
) -> None:
    make.put_in_force(at=now())
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/about/rules/")
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    cut = page.evaluate(LINES.replace("dl.hy-kv:last-of-type dd", "tbody th"))
    context.close()
    assert wide[0] <= wide[1]
    assert language == "en" or (cut and set(cut) == {1}), "a name in Chinese stands on one line"
