"""Keys on the desk's pages in a real browser: which act, which rest, and that none sends what another form holds."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.urls("tests.interfaces.common.urls"), pytest.mark.django_db, pytest.mark.browser]
PUT = "([where, html]) => document.querySelector(where).insertAdjacentHTML('beforeend', html)"
COUNT = """() => { window.sent = [];
document.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (button) { window.sent.push(button.name || button.textContent.trim()); event.preventDefault(); }
}, true); }"""


@pytest.fixture
def desk(page: "Page", live_server: LiveServer) -> "Page":
    """The page of all parts, on which every press of a button is noted instead of sent."""
    page.goto(f"{live_server.url}/pattern/")
    expect(page.locator("[data-bulk-count]")).to_have_text("2")  # the script has begun
    page.evaluate(COUNT)
    return page


def put(page: "Page", html: str) -> None:
    """More of a page, at the end of its main part; the field called `here` has the focus."""
    page.evaluate(PUT, ["#main", html])
    if 'name="here"' in html:
        page.locator("#main [name=here]").focus()


@pytest.mark.parametrize("init", ["isComposing: true", "keyCode: 229"])
def test_a_key_that_puts_a_character_together_acts_on_nothing(desk: "Page", init: str) -> None:
    for key, more in (("?", ""), ("j", ""), ("Enter", "ctrlKey: true,"), ("Escape", "")):
        event = f"new KeyboardEvent('keydown', {{key: '{key}', {more} bubbles: true, cancelable: true, {init}}})"
        assert desk.evaluate(f"document.body.dispatchEvent({event})"), f"{key} was taken"
    expect(desk.locator("#hy-keys")).to_be_hidden()
    expect(desk.locator("[data-bulk-count]")).to_have_text("2")
    assert desk.evaluate("window.sent") == []


def test_digits_and_signs_rest_too_where_letters_are_switched_off(desk: "Page") -> None:
    put(desk, '<button type="button" name="digit" data-key="0">0</button><button name="sign" data-key="[">[</button>')
    desk.keyboard.press("0")
    desk.keyboard.press("[")
    assert desk.evaluate("window.sent") == ["digit", "sign"]
    desk.evaluate("window.localStorage.setItem('huiyin-letters', 'off')")
    for key in ("0", "[", "j", "x", "/", "?"):
        desk.keyboard.press(key)
    assert desk.evaluate("window.sent") == ["digit", "sign"]
    assert desk.evaluate("document.activeElement === document.body")


def test_the_row_that_is_picked_is_the_one_the_focus_stands_on(desk: "Page") -> None:
    desk.keyboard.press("j")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    here = "document.activeElement.closest('[data-row]').classList.contains('is-here')"
    assert desk.evaluate(here), "the mark follows the focus"
    before = desk.evaluate("document.activeElement.closest('[data-row]').classList.contains('is-picked')")
    desk.keyboard.press("x")
    assert desk.evaluate("document.activeElement.closest('[data-row]').classList.contains('is-picked')") is not before


def test_an_open_menu_closes_when_the_focus_leaves_it(desk: "Page") -> None:
    menu = '<details class="hy-chip-menu"><summary>筛</summary><div><a href="#one">一</a></div></details>'
    put(desk, f'{menu}<a href="#after">后面</a>')
    desk.locator("#main summary", has_text="筛").focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    expect(desk.locator("a[href='#one']")).to_be_focused()
    desk.keyboard.press("Tab")
    expect(desk.locator("a[href='#after']")).to_be_focused()
    expect(desk.locator("a[href='#one']")).to_be_hidden()


def test_what_is_written_in_one_form_is_never_sent_by_the_button_of_another(desk: "Page") -> None:
    main = '<form><button name="main" class="btn btn-primary" data-main>送出答复</button></form>'
    put(desk, f'{main}<form><input name="here"><button name="own">看一次</button></form>')
    desk.keyboard.press("Control+Enter")
    assert desk.evaluate("window.sent") == ["own"]


def test_where_a_form_offers_several_and_marks_none_ctrl_enter_chooses_none(desk: "Page") -> None:
    choices = '<button name="approve" class="btn btn-primary">批准</button><button name="refuse">退回</button>'
    put(desk, f'<form><textarea name="here"></textarea>{choices}</form>')
    desk.keyboard.press("Control+Enter")
    assert desk.evaluate("window.sent") == []


@pytest.mark.parametrize("key", ["Enter", "Control+Enter"])
def test_a_field_with_a_button_of_its_own_is_sent_by_that(desk: "Page", key: str) -> None:
    part = '<div data-part><input name="here"><button name="second">记下</button></div>'
    put(desk, f'<form><button name="reached" data-main>交上去，下一个</button>{part}</form>')
    desk.keyboard.press(key)
    assert desk.evaluate("window.sent") == ["second"]


def test_behind_the_sheet_of_keys_nothing_is_pressed(desk: "Page") -> None:
    put(desk, '<form><button name="main" data-main data-key="alt+1">交</button></form>')
    desk.keyboard.press("?")
    expect(desk.locator("#hy-keys")).to_be_visible()
    for key in ("Control+Enter", "Alt+1", "j"):
        desk.keyboard.press(key)
    assert desk.evaluate("window.sent") == []


def test_escape_closes_the_folded_menu_of_a_narrow_screen(page: "Page", live_server: LiveServer) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/pattern/")
    page.locator("[data-menu]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#hy-side a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-menu]")).to_be_focused()
    expect(page.locator("[data-menu]")).to_have_attribute("aria-expanded", "false")
