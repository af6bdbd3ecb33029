"""A resident who goes back and presses again: the same words are one matter, other words are asked about."""

import re
from typing import TYPE_CHECKING

import pytest

from huiyin.casework.models import Matter
from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

CODE = re.compile(r"\d{4}-\d{4}-\d")


@pytest.mark.browser
def test_going_back_and_sending_again_opens_no_second_matter(
    cast: Cast, live_server: "LiveServer", page: "Page"
) -> None:
    make.put_in_force(at=now())

    def send(words: str) -> str:
        page.fill("textarea", words)
        page.click("[data-main]")
        page.wait_for_load_state("networkidle")
        return page.inner_text("main")

    page.goto(f"{live_server.url}/ask/")
    first = CODE.findall(send("村口路灯不亮。"))
    page.go_back()
    assert CODE.findall(send("村口路灯不亮。")) == first
    page.go_back()
    assert "另提一件" in send("村口路灯不亮，门口也黑。")
    assert Matter.objects.count() == 1
    page.goto(f"{live_server.url}/ask/")
    assert CODE.findall(send("水压太低。")) != first
