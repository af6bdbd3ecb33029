"""A list of households through the served product: handed in at the desk, worked on by the worker's own process."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import lists
from tests.lists import HOUSEHOLDS
from tests.rows import row

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.live import Live

PATIENCE = 180_000
"""Milliseconds: a busy machine starts a process slowly."""


@row("R-061")
@pytest.mark.browser
@pytest.mark.slow
def test_a_list_is_handed_in_and_the_worker_brings_it_into_the_register(
    live: "Live", page: "Page", tmp_path: Path
) -> None:
    page.set_default_timeout(PATIENCE)
    page.goto(live.signin("admin"))
    page.goto(f"{live.url}/desk/rosters/")
    rows = lists.households(30)
    for line in rows:
        line[1:4] = ["柳湾镇", "槐树坪村", ""]  # a village of the demo county
    page.set_input_files("#id_file", str(lists.csv_file(tmp_path / "户表.csv", HOUSEHOLDS, rows)))
    page.get_by_role("button", name="交上去看一遍").click()
    page.get_by_role("button", name="就这样读").click()
    page.get_by_role("button", name=re.compile("^导入")).click()
    page.get_by_text("整批撤回", exact=True).wait_for()
    assert "30" in page.locator(".hy-figs").inner_text()
    page.get_by_text("整批撤回", exact=True).click()
    page.get_by_label("我看清楚了，要整批撤回").check()
    page.get_by_role("button", name="撤回", exact=True).click()
    page.get_by_text("已撤回").first.wait_for()
    assert "Traceback" not in live.log("worker")
