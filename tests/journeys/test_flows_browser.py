"""湖滨 and 紫阳 walked in a real browser, wide and narrow: by the pages alone, from the first word to the archive."""

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer

from huiyin.casework.models import Matter
from huiyin.core.now import now
from tests.cast import Cast, Member
from tests.flows import work_as
from tests.interfaces.desk.seat import sit_down
from tests.rows import row

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PICTURES = os.environ.get("HUIYIN_PICTURES", "")
"""Where to put photographs of each page; none are taken where it is empty."""


CALLED = {"contacted": "yes", "true": "yes", "solved": "yes", "grade": "5"}


class Walk:
    """One browser, in which different people sit down in turn."""

    def __init__(self, page: "Page", address: str, width: int) -> None:
        self.page, self.address, self.width, self.shots = page, address, width, 0
        page.set_viewport_size({"width": width, "height": 1000})

    def sits(self, who: Member, path: str) -> None:
        """Somebody opens a page."""
        self.page.context.clear_cookies()
        sit_down(self.page, self.address, who)
        self.page.goto(f"{self.address}{path}")

    def look(self, name: str) -> None:
        """Nothing runs over the edge; a photograph where they are wanted."""
        self.shots += 1
        wide = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{self.width}-{self.shots:02d}-{name}.png", full_page=True)
        assert not wide, name

    def step(self, who: Member, matter: Matter, name: str, **given: str) -> None:
        """A step by its own page: what is typed, what is chosen, sent."""
        self.sits(who, f"/desk/matters/{matter.code}/step/{name}/")
        for field, value in given.items():
            box = self.page.locator(f"[name={field}]").first
            if box.evaluate("box => box.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)
        self.look(name)
        self.page.locator("main button[type=submit], main button[data-main]").first.click()
        self.page.wait_for_url(f"**/desk/matters/{matter.code}/")

    def heard(self, cast: Cast, matter: Matter, handler: Member) -> None:
        """The letter is brought, the resident is rung."""
        self.sits(handler, f"/desk/matters/{matter.code}/step/deliver/")
        self.page.locator("[name=meaning][value=letter]").check()
        self.page.locator("main button[type=submit], main button[data-main]").first.click()
        self.page.wait_for_url(f"**/desk/matters/{matter.code}/")
        self.sits(cast.he, f"/desk/calls/{matter.code}/")
        for name, value in CALLED.items():
            self.page.locator(f"[name={name}][value='{value}']").first.check(force=True)
        self.look("call")
        self.page.locator("main button[data-main]").first.click()
        self.page.wait_for_load_state()
        matter.refresh_from_db()
        assert matter.state == "closed"
        self.step(cast.zhou, matter, "archive")
        self.sits(cast.zhou, f"/desk/matters/{matter.code}/")
        self.look("archived")


@row("R-237", "R-190", "R-226")
@pytest.mark.parametrize("width", [1440, 390])
def test_hubin_by_its_pages(page: "Page", live_server: LiveServer, cast: Cast, width: int) -> None:
    at = now()
    work_as("hubin", at)
    walk = Walk(page, live_server.url, width)
    walk.sits(cast.luo, "/desk/intake/")
    page.fill("#id_text", "村西头的井干了，浇不上地，想请镇里帮着再打一口。")
    page.fill("#id_place_text", "槐树坪")
    page.select_option("[name=nature]", "need")
    page.select_option("[name=heading]", "hardship")
    page.select_option("[name=channel]", "visit")
    page.wait_for_selector("#id_topic")
    walk.look("intake")
    page.locator("button[data-main]").click()
    page.wait_for_url("**/desk/intake/done/")
    matter = Matter.objects.latest("opened_at")
    assert (matter.state, matter.topic, matter.heading) == ("accepted", "water", "hardship")
    walk.sits(cast.luo, f"/desk/matters/{matter.code}/")
    walk.look("accepted")
    walk.step(cast.luo, matter, "take", deadline=(at + timedelta(days=30)).date().isoformat())
    walk.sits(cast.luo, f"/desk/matters/{matter.code}/")
    walk.look("working")
    walk.step(cast.luo, matter, "apply", reason="打井要镇水利站出钱出机器")
    walk.step(cast.ma, matter, "take_up", note="镇水利站下周来勘井")
    walk.step(cast.luo, matter, "take", note="勘好了，接着办")
    walk.step(cast.luo, matter, "answer", reply="井打好了，5月18日出水。")
    walk.heard(cast, matter, cast.luo)
    walk.sits(cast.zhou, "/desk/matters/?heading=hardship&open=all")
    walk.look("queue")
    assert matter.handler_id == cast.luo.person_id


@row("R-199")
@pytest.mark.parametrize("width", [1440, 390])
def test_ziyang_by_its_pages(page: "Page", live_server: LiveServer, cast: Cast, width: int) -> None:
    work_as("ziyang-2014", now())
    walk = Walk(page, live_server.url, width)
    walk.sits(cast.luo, "/desk/intake/")
    page.fill("#id_text", "想种魔芋，贷不到款，也不知道卖给谁。")
    page.fill("#id_place_text", "槐树坪")
    for name, value in (("nature", "need"), ("intent", "needs"), ("heading", "hardship"), ("channel", "room")):
        page.select_option(f"[name={name}]", value)
    page.wait_for_selector("#id_topic")
    walk.look("intake")
    page.locator("button[data-main]").click()
    page.wait_for_url("**/desk/intake/done/")
    matter = Matter.objects.latest("opened_at")
    assert (matter.topic, matter.intent, matter.heading) == ("income", "needs", "hardship")
    walk.step(cast.luo, matter, "take")
    walk.step(cast.luo, matter, "apply", reason="贷款要县里的窗口办")
    walk.step(cast.ma, matter, "take_up", note="中心收了材料，代送县里")
    owner = f"{cast.bodies.farming}:{cast.bai.person_id}"
    walk.step(cast.zhou, matter, "assign", owner=owner, supervisor=str(cast.zhao.person_id))
    walk.step(cast.bai, matter, "take")
    walk.sits(cast.bai, f"/desk/matters/{matter.code}/")
    walk.look("working")
    walk.step(cast.bai, matter, "answer", reply="贴息贷款批了两万，收购点的电话写在单子上。")
    walk.heard(cast, matter, cast.bai)
    assert matter.handler_id == cast.bai.person_id
