"""The pages of rosters in a real browser: accessible, not wider than a phone, and a list goes in by hand and eye."""

import os
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from pytest_django.live_server_helper import LiveServer

from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register.actions import roster_work
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import StagedPart
from tests import factories as make
from tests import lists
from tests.axe import bring, violations
from tests.cast import Cast
from tests.interfaces.desk.seat import sit_down
from tests.lists import HOUSEHOLDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]
SYSTEM = Viewer.system("tests")


def look(page: "Page", name: str, width: int) -> None:
    """No barrier axe knows, no scrolling sideways; a picture where somebody asks for them."""
    page.wait_for_load_state()
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    folder = os.environ.get("HUIYIN_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"roster-{name}-{width}.png"), full_page=True)


def work(page: "Page") -> None:
    """What the worker's process would do now; then the page as it is."""
    roster_work.work(Job(SYSTEM, now, UUID(page.url.rstrip("/").rsplit("/", 1)[1])))
    page.reload()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_list_goes_in_by_hand_and_eye(
    cast: Cast, browser: "Browser", live_server: LiveServer, tmp_path: Path, width: int
) -> None:
    make.put_in_force(at=now())
    first = lists.households(40)
    run = roster_work.hand_in(
        by=SYSTEM,
        at=now(),
        kind="households",
        name="去年的户表.csv",
        path=lists.csv_file(tmp_path / "old.csv", HOUSEHOLDS, first),
    )
    from huiyin.register.actions import rosters
    from huiyin.register.queries import rosters as ask

    job = Job(SYSTEM, now, run)
    roster_work.work(job)
    rosters.choose_columns(by=SYSTEM, at=now(), run_id=run, columns=ask.run(SYSTEM, run).columns)
    roster_work.work(job)
    rosters.begin(by=SYSTEM, at=now(), run_id=run)
    roster_work.work(job)
    rows = lists.households(48)
    rows[0][5], rows[1][2], rows[1][3] = "改了名", "槐树坪村", "三组"
    rows[4][6], rows[5][7], rows[6][2] = "990101194001020010", "12", "没有的村"
    path = lists.csv_file(tmp_path / "柳湾镇户表.csv", HOUSEHOLDS, rows)
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    page = context.new_page()
    bring(page)
    sit_down(page, live_server.url, cast.xu)
    page.goto(f"{live_server.url}/desk/rosters/")
    look(page, "list", width)
    page.set_input_files("#id_file", str(path))
    page.get_by_role("button", name="交上去看一遍").click()
    page.get_by_text("正在找表头").wait_for()
    look(page, "busy", width)
    work(page)
    look(page, "columns", width)
    page.get_by_role("button", name="就这样读").click()
    page.get_by_text("已读 0 行").wait_for()
    work(page)
    look(page, "staged", width)
    page.get_by_role("button", name="导入", exact=False).first.click()
    page.get_by_text("已导入 0").wait_for()
    look(page, "applying", width)
    work(page)
    look(page, "applied", width)
    brought = ask.run(SYSTEM, UUID(page.url.rstrip("/").rsplit("/", 1)[1]))
    assert brought.lines == len(rows)
    assert not StagedPart.objects.filter(run=brought.id, applied_at=None).exists()
    context.close()
