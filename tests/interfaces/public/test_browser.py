"""The public door in a real browser: without script, with a scanned card, light enough for a weak signal."""

import gzip
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from playwright.sync_api import expect

from huiyin.core.now import now
from tests.axe import assert_axe_clean
from tests.cast import HUAISHUPING, LIUWAN, ZHANG_PHONE, Cast
from tests.interfaces.public import asking
from tests.rooms.publication import made
from tests.rows import row

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize
    from pytest_django.live_server_helper import LiveServer

FIRST_PAGE_MOST = 150_000
PHONE: "ViewportSize" = {"width": 390, "height": 844}
LINKED = re.compile(r'(?:<link rel="(?:stylesheet|icon)" href|<script type="module" src)="([^"]+)"')


def fill(page: "Page", text: str = asking.TEXT) -> None:
    """Fill in the asking form as a person does."""
    page.fill("[name=text]", text)
    page.select_option("[name=town]", LIUWAN)
    page.select_option("[name=village]", HUAISHUPING)
    page.fill("[name=phone]", ZHANG_PHONE)


def sent(page: "Page") -> None:
    """Send the form; the page that answers has come whole."""
    with page.expect_navigation():
        page.click("[data-main]")


def narrow(page: "Page") -> bool:
    """Whether nothing runs out sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@row("SG-50", "R-157")
@pytest.mark.browser
def test_ask_track_and_judge_without_any_script(live_server: "LiveServer", cast: Cast, browser: "Browser") -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/")
    page.click("a.is-first")
    page.click("main .btn-primary")
    expect(page.locator(".hy-errors")).to_be_visible()
    fill(page)
    page.click("main .btn-primary")
    proof = page.inner_text(".hy-proof")
    page.goto(f"{live_server.url}/track/")
    page.fill("[name=key]", proof)
    page.click("main .btn-primary")
    expect(page.locator("main")).to_contain_text("槐树坪村")
    page.fill("[name=more]", "昨天更小了")
    page.click("text=补充上去")
    expect(page.locator("[role=status]")).to_contain_text("补充的话收到了")
    page.goto(f"{live_server.url}/wall/{HUAISHUPING}/")
    page.click("text=打印成公示栏")
    expect(page.locator(".hy-board")).to_be_visible()
    context.close()


@pytest.mark.browser
def test_a_scanned_card_opens_the_matter_and_leaves_no_proof_in_the_address(
    live_server: "LiveServer", cast: Cast, browser: "Browser", client: Client
) -> None:
    _, proof = asking.asked(client)
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto(f"{live_server.url}/track/#{proof}")
    page.wait_for_selector("text=办到哪了")
    assert proof not in page.url
    assert not any(proof in url.split("#")[0] for url in sent)
    context.close()


@pytest.mark.browser
def test_only_villages_of_the_chosen_town_are_offered(live_server: "LiveServer", cast: Cast, phone: "Page") -> None:
    phone.goto(f"{live_server.url}/ask/")
    expect(phone.locator("[name=village] option")).to_have_count(4)
    phone.select_option("[name=town]", LIUWAN)
    expect(phone.locator("[name=village] option")).to_have_count(3)
    phone.select_option("[name=village]", HUAISHUPING)
    phone.select_option("[name=town]", "")
    expect(phone.locator("[name=village] option")).to_have_count(4)
    assert phone.input_value("[name=village]") == HUAISHUPING


@row("SG-50")
@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_behind_a_form_are_accessible_and_narrow(
    live_server: "LiveServer", cast: Cast, browser: "Browser", width: int
) -> None:
    at = now() - timedelta(days=3)
    slips = {"late": "1" * 32, "answered": "2" * 32, "closed": "3" * 32}
    made.working(cast, at - timedelta(days=20), slip=slips["late"])
    made.answered(cast, at, slip=slips["answered"])
    made.closed(cast, at, slip=slips["closed"])
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/ask/")
    sent(page)
    assert_axe_clean(page)  # what is missing
    fill(page)
    sent(page)
    assert_axe_clean(page)  # the receipt
    assert narrow(page)
    from huiyin.casework.queries.track import proof_of

    for slip in slips.values():
        page.goto(f"{live_server.url}/track/")
        page.fill("[name=key]", proof_of(made.RESIDENT, slip))
        sent(page)
        assert_axe_clean(page)
        assert narrow(page)
    context.close()


@pytest.mark.browser
def test_large_print_and_english_change_every_page_and_stay(
    live_server: "LiveServer", cast: Cast, phone: "Page"
) -> None:
    phone.goto(f"{live_server.url}/")
    phone.click(".hy-foot-toggles a >> nth=0")
    expect(phone.locator("html.hy-big")).to_have_count(1)
    phone.click(".hy-foot-toggles a >> nth=1")
    expect(phone.locator("h1")).to_have_text("What would you like to do?")
    phone.goto(f"{live_server.url}/ask/")
    expect(phone.locator("html.hy-big[lang=en]")).to_have_count(1)
    expect(phone.locator("h1")).to_contain_text("Tell us")
    assert narrow(phone)


def test_the_first_page_is_light(cast: Cast, client: Client) -> None:
    page = client.get("/")
    weight = len(gzip.compress(page.content))
    for address in LINKED.findall(page.content.decode()):
        answer = client.get(address)
        assert answer.status_code == 200
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # a file's answer
        weight += len(gzip.compress(content))
    assert weight <= FIRST_PAGE_MOST
