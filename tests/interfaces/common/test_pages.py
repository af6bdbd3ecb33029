"""The common pages in a real browser: accessible, within the policy, not wider than a phone, usable by keyboard."""

from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from huiyin.interfaces.common import pages
from tests.axe import assert_axe_clean, bring, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Route

pytestmark = [pytest.mark.urls("tests.interfaces.common.urls"), pytest.mark.django_db]
PAGES = [
    "/pattern/",
    "/pattern/?door=public",
    *(f"/show/problem_{door}/{status}/" for door in ("desk", "public") for status in (400, 403, 404, 429, 500)),
    "/show/base_door/200/",
    "/show/base_print/200/",
]
LOOKED_AT = [
    "/pattern/",
    "/pattern/?door=public",
    "/show/problem_desk/404/",
    "/show/problem_public/500/",
    "/show/base_door/200/",
]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_common_page_opens_in_every_language(client: Client, address: str, language: str) -> None:
    client.cookies["huiyin_language"] = language
    answer = client.get(address)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert f'<html lang="{ {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}[language] }"' in html
    assert " style=" not in html
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_absent_foreign_and_sealed_read_the_same(client: Client) -> None:
    html = client.get("/show/problem_desk/404/").content.decode()
    assert "在您这里查不到。" in html
    assert "可能打错了号，也可能不归您这儿看。" in html


def test_a_fault_of_ours_says_so_and_gives_a_number_to_tell(client: Client) -> None:
    html = client.get("/show/problem_public/500/").content.decode()
    assert "是我们这边出了错" in html
    assert "7f3a91" in html
    assert "系统" not in html


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1440, 390])
def test_no_common_page_violates_wcag_and_none_scrolls_sideways(
    browser: "Browser", live_server: LiveServer, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    bring(page)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for address in LOOKED_AT:
        page.goto(f"{live_server.url}{address}")
        assert_axe_clean(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
    context.close()
    assert complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
def test_a_table_begins_where_the_words_of_its_card_do_and_reaches_its_edges(
    page: "Page", live_server: LiveServer, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/pattern/")
    card = """<section class="hy-card" id="put"><h2 id="words">各地</h2><div class="hy-scroll"><table class="hy-table">
        <tbody><tr><td id="cell"><span id="first">柳湾镇</span></td><td class="hy-num">4</td></tr></tbody></table></div>
        </section>"""
    page.evaluate("card => document.querySelector('#main').insertAdjacentHTML('beforeend', card)", card)
    left = "id => document.getElementById(id).getBoundingClientRect().left"
    assert page.evaluate(left, "first") == page.evaluate(left, "words")
    assert page.evaluate(left, "cell") == page.evaluate(left, "put") + 1, (
        "the line below a row begins at the card's edge"
    )


@pytest.mark.browser
@pytest.mark.parametrize("brought", [True, False])
def test_a_planted_accessibility_fault_is_found(page: "Page", live_server: LiveServer, brought: bool) -> None:
    if brought:
        bring(page)
    page.goto(f"{live_server.url}/pattern/")
    page.evaluate(
        "document.querySelector('#main').insertAdjacentHTML('beforeend', '<img src=\"/static/common/mark.svg\">')"
    )
    assert any(found.startswith("image-alt") for found in violations(page))


@pytest.mark.browser
def test_keys_act_outside_fields_and_rest_inside(page: "Page", live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/pattern/")
    page.keyboard.press("?")
    expect(page.locator("#hy-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#hy-keys")).to_be_hidden()
    page.locator("#id_text").fill("")
    page.locator("#id_text").press("?")
    assert page.locator("#id_text").input_value() == "?"
    assert page.locator("#hy-keys").is_hidden()


@pytest.mark.browser
def test_letters_can_be_switched_off(page: "Page", live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/pattern/")
    page.keyboard.press("?")
    page.locator("[data-keys-switch]").click()
    page.keyboard.press("Escape")
    expect(page.locator("#hy-keys")).to_be_hidden()
    page.keyboard.press("?")
    assert page.locator("#hy-keys").is_hidden()


@pytest.mark.browser
def test_rows_are_walked_picked_and_let_go_by_keys(page: "Page", live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/pattern/")
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    page.keyboard.press("j")
    expect(page.locator("[data-row]").nth(3)).to_contain_class("is-here")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("3")
    page.keyboard.press("Escape")
    expect(page.locator("[data-bulk-bar]")).to_be_hidden()


@pytest.mark.browser
def test_the_menu_folds_on_a_phone_and_opens_without_script(browser: "Browser", live_server: LiveServer) -> None:
    for scripted in (True, False):
        context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripted)
        page = context.new_page()
        page.goto(f"{live_server.url}/pattern/")
        expect(page.locator("#hy-side")).to_be_hidden()
        page.locator("[data-menu]").click()
        expect(page.locator("#hy-side")).to_be_visible()
        context.close()


@pytest.mark.browser
def test_a_form_is_sent_once_and_its_button_keeps_its_width(page: "Page", live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/pattern/")
    page.evaluate(
        """() => {
          document.querySelector('#main').insertAdjacentHTML('beforeend',
            '<form method="post" id="t"><button class="btn btn-primary">交上去，马上给编号</button></form>');
          window.sent = 0;
          document.addEventListener('submit', (event) => {
            if (!event.defaultPrevented) window.sent += 1;
            event.preventDefault();
          });
        }"""
    )
    button = page.locator("#t button")
    before = button.evaluate("button => button.getBoundingClientRect().width")
    button.click()
    page.locator("#t button[aria-busy=true]").wait_for()
    button.click()
    expect(button).to_have_text("正在交…")
    assert button.evaluate("button => button.getBoundingClientRect().width") >= before
    assert page.evaluate("window.sent") == 1


@pytest.mark.browser
def test_large_type_is_one_column_and_larger(browser: "Browser", live_server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/pattern/?door=public")
    normal = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    context.add_cookies([{"name": "huiyin_big", "value": "1", "url": live_server.url}])
    page.reload()
    assert (normal, page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) == (18, 22)
    columns = page.evaluate("getComputedStyle(document.querySelector('.hy-cols-half')).gridTemplateColumns")
    assert len(columns.split()) == 1
    context.close()


def test_the_page_for_our_own_faults_needs_no_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, rf: RequestFactory
) -> None:
    def broken(*args: object) -> None:
        raise OperationalError("no database")

    monkeypatch.setattr("huiyin.interfaces.common.context._county", broken)
    answer = pages.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "是我们这边出了错" in answer.content.decode()


def with_form(page: "Page", url: str, form: str) -> "list[Request]":
    """Open the pattern page with a form put into it by the server; gives the list of posts it makes from then on."""
    posted: list[Request] = []

    def add(route: "Route") -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</main>", f"{form}</main>"))

    def take(route: "Route") -> None:
        posted.append(route.request)
        route.fulfill(status=204)

    page.route("**/pattern/", add)
    page.route("**/draft/", take)
    page.goto(f"{url}/pattern/")
    return posted


@pytest.mark.browser
@pytest.mark.slow
def test_a_draft_is_kept_by_the_server_and_never_in_the_browser(page: "Page", live_server: LiveServer) -> None:
    form = (
        '<form method="post" data-draft-url="/draft/"><textarea name="words" id="w"></textarea>'
        '<span data-draft-status data-saved="{time} 存好了"></span></form>'
    )
    posted = with_form(page, live_server.url, form)
    page.locator("#w").fill("三组停水")
    page.locator("[data-draft-status]", has_text="存好了").wait_for()
    assert len(posted) == 1
    assert "三组停水" in (posted[0].post_data or "")
    page.wait_for_timeout(3500)
    assert len(posted) == 1, "nothing new was written, so nothing is sent"
    assert "三组停水" not in page.evaluate("JSON.stringify([localStorage, sessionStorage])")
