"""The telephone, held matters, the programme and the log in a real browser: accessible, and not wider than a phone."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer

from huiyin.casework.actions.aside import name_subjects
from huiyin.core.now import now
from tests import factories as make
from tests.axe import bring, violations
from tests.cast import Cast, Member
from tests.interfaces.desk.seat import sit_down
from tests.rooms.casework import spine

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]
ABOUT_LI = "柳湾镇的李卫东态度很差，要钱才给办。"


@dataclass(frozen=True)
class Seen:
    """A page as somebody sees it."""

    name: str
    member: Member
    address: str


def pages(cast: Cast) -> list[Seen]:
    """Every page of this part with something on it."""
    make.put_in_force(at=now())
    moment = now()
    called = spine.answered(cast, moment - timedelta(days=4))
    spine.opened(cast, moment - timedelta(hours=3))
    held = spine.opened(cast, moment - timedelta(hours=2), text=ABOUT_LI).matter
    named = spine.opened(cast, moment - timedelta(hours=1), text=ABOUT_LI).matter
    name_subjects(by=cast.zhou.viewer(moment), at=moment, matter_id=named.id, persons=[cast.li.person_id])
    return [
        Seen("intake", cast.chen, "/desk/intake/"),
        Seen("calls", cast.he, "/desk/calls/"),
        Seen("call", cast.he, f"/desk/calls/{called.code}/"),
        Seen("held", cast.zhou, "/desk/held/"),
        Seen("held-one", cast.zhou, f"/desk/held/{held.code}/"),
        Seen("held-named", cast.sun, f"/desk/held/{named.code}/"),
        Seen("programme", cast.tang, "/desk/programme/"),
        Seen("log", cast.qian, "/desk/log/"),
    ]


def listen(page: "Page", complaints: list[str]) -> None:
    """Note what the page's scripts and its policy complain of."""
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)


@pytest.mark.parametrize(("width", "language"), [(390, "zh-hans"), (1440, "en")])  # more: journeys/test_every_page.py
def test_no_page_of_this_part_violates_wcag_and_none_scrolls_sideways(
    browser: "Browser", live_server: LiveServer, cast: Cast, width: int, language: str
) -> None:
    found: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    page = context.new_page()
    bring(page)
    complaints: list[str] = []
    listen(page, complaints)
    for seen in pages(cast):
        complaints.clear()
        sit_down(page, live_server.url, seen.member, language=language)  # in the place of whoever sat there
        page.goto(live_server.url + seen.address)
        if folder := os.environ.get("PICTURES_B"):
            page.screenshot(path=str(Path(folder) / f"{seen.name}-{width}-{language}.png"), full_page=True)
        found += [f"{seen.name}: {fault}" for fault in violations(page)]
        found += [f"{seen.name}: {complaint}" for complaint in complaints]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{seen.name}: scrolls sideways at {width}")
    context.close()
    assert found == []
