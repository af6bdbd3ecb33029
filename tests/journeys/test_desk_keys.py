"""A matter from the dispatcher's list to its end, each at their own desk, by keys alone: no mouse, no address typed.

At each page the focus stands where the next step begins. The keys are counted, without those of the words written; what
the manual says of them (`docs/howto/desk-keys.md`) is what is counted here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.core.now import now
from huiyin.core.worker import drain
from tests import factories as make
from tests.cast import Cast, Member
from tests.interfaces.desk.made import a_matter, some_matters
from tests.interfaces.desk.seat import sit_down
from tools.steps import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
MANUAL = ROOT / "docs" / "howto" / "desk-keys.md"
SORTED = {"topic": "housing", "nature": "problem", "way": "pass_for_handling"}


class Hands:
    """A keyboard and nothing else; counts the keys, a chord as one for each of its keys."""

    def __init__(self, page: "Page", address: str) -> None:
        self.page, self.address, self.keys = page, address, 0
        page.set_default_timeout(15000)

    def press(self, *names: str) -> None:
        """Keys one after the other."""
        for name in names:
            self.page.keyboard.press(name)
            self.keys += name.count("+") + 1

    def write(self, text: str) -> None:
        """Words, as an input method puts them in; not counted."""
        self.page.keyboard.insert_text(text)

    def on(self, pattern: str, *names: str) -> None:
        """Keys that lead to another page."""
        with self.page.expect_navigation(url=re.compile(pattern)):
            self.press(*names)

    def chooses(self, name: str, value: str) -> None:
        """A choice of a list that has the focus, by the arrows."""
        box = self.page.locator(f"select[name={name}]")
        expect(box).to_be_focused(timeout=10000)
        for _ in range(60):
            if box.input_value() == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{name} does not offer {value}")

    def at_what_was_done(self) -> None:
        """The focus is on the sentence that says what came of it, in sight."""
        said = self.page.locator("[data-said]")
        expect(said).to_be_focused(timeout=10000)
        expect(said).to_be_in_viewport(timeout=10000)

    @contextmanager
    def sits(self, who: Member, path: str) -> Iterator[None]:
        """Somebody signs in and comes to a page; from then on keys only."""
        self.page.context.clear_cookies()
        sit_down(self.page, self.address, who)
        self.page.goto(f"{self.address}{path}")
        self.keys = 0
        yield


@pytest.fixture
def hands(page: "Page", live_server: LiveServer) -> Hands:
    return Hands(page, live_server.url)


def told() -> dict[str, int]:
    """Who needs how many keys, as the manual tells it: the last column of its table by the first."""
    lines = [line.split("|") for line in MANUAL.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return {cells[1].strip(): int(cells[-2]) for cells in lines if cells[-2].strip().isdigit()}


def page_of(matter: Matter) -> str:
    """Where a matter's page is, as a pattern."""
    return f"/desk/matters/{matter.code}/$"


def hands_out(hands: Hands, cast: Cast, matter: Matter) -> int:
    """The dispatcher gives the first of the list to a handler and is back in the list."""
    page = hands.page
    with hands.sits(cast.zhou, "/desk/matters/?sort=opened"):
        hands.press("j")
        expect(page.locator("[data-row] a.hy-subject", has_text=matter.title)).to_be_focused()
        hands.on(page_of(matter), "Enter")
        hands.on("/step/assign/$", "f")
        hands.chooses("owner", f"{cast.bodies.town}:{cast.li.person_id}")
        hands.press("Tab")
        hands.chooses("supervisor", str(cast.zhao.person_id))
        hands.on(page_of(matter), "Control+Enter")
        hands.at_what_was_done()
        hands.on(r"/desk/matters/\?sort=opened$", "q")
        expect(page.locator("[data-row].is-here a.hy-subject", has_text=matter.title)).to_be_focused()
        return hands.keys


def answers(hands: Hands, cast: Cast, matter: Matter) -> int:
    """The handler takes it and puts an answer to a second person."""
    page = hands.page
    with hands.sits(cast.li, "/desk/"):
        hands.on(page_of(matter), "Enter")
        hands.on("/step/take/$", "t")
        hands.on(page_of(matter), "Control+Enter")
        hands.at_what_was_done()
        hands.press("r")
        expect(page.locator("#id_reply")).to_be_focused()
        hands.write("加压泵已经换新，今天起傍晚水压够二楼用。")
        hands.on(page_of(matter), "Control+Enter")
        hands.at_what_was_done()
        return hands.keys


def approves(hands: Hands, cast: Cast, matter: Matter) -> int:
    """A second person reads the answer and approves it."""
    page = hands.page
    with hands.sits(cast.ma, "/desk/matters/"):
        hands.press("j")
        hands.on(page_of(matter), "Enter")
        hands.press("v")
        expect(page.locator("#draft-reason")).to_be_focused()
        hands.press("Tab")
        expect(page.locator("button[value=approve]")).to_be_focused()
        hands.on("#drafts$", "Enter")
        hands.at_what_was_done()
        return hands.keys


def sends(hands: Hands, cast: Cast, matter: Matter) -> int:
    """The handler sends it as it was approved."""
    with hands.sits(cast.li, "/desk/"):
        hands.on(page_of(matter), "Enter")
        hands.on(page_of(matter), "Control+Enter")
        hands.at_what_was_done()
        matter.refresh_from_db()
        assert matter.state == "answered"
        return hands.keys


def delivers(hands: Hands, cast: Cast, matter: Matter) -> int:
    """The clerk delivers it by letter."""
    page = hands.page
    with hands.sits(cast.chen, "/desk/matters/"):
        hands.press("j")
        hands.on(page_of(matter), "Enter")
        hands.on("/step/deliver/$", "d")
        expect(page.locator("[name=meaning]").first).to_be_focused()
        hands.press("ArrowDown")
        expect(page.locator("[name=meaning][value=letter]")).to_be_checked()
        hands.press("Tab")
        while page.evaluate("document.activeElement.name") != "note":
            hands.press("Tab")
        hands.write("本人签收")
        hands.on(page_of(matter), "Control+Enter")
        hands.at_what_was_done()
        return hands.keys


def rings(hands: Hands, cast: Cast, matter: Matter) -> int:
    """Somebody who had no part in it rings the resident and closes it."""
    page = hands.page
    with hands.sits(cast.he, "/desk/calls/"):
        hands.on(f"/desk/calls/{matter.code}/$", "Enter")
        hands.press("1", "1", "1", "1")
        expect(page.locator("textarea[name=said]")).to_be_focused()
        hands.on("/desk/calls/$", "Control+Enter")
        hands.at_what_was_done()
        return hands.keys


def test_from_the_dispatchers_list_to_the_end_by_keys_alone(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    matter = a_matter(cast, now(), "accept")
    take_step(by=cast.chen.viewer(now()), at=now(), matter_id=matter.id, step="classify", given=SORTED)
    way = {
        "派单员": hands_out,
        "承办人": answers,
        "批的人": approves,
        "承办人，照批准的送出": sends,
        "受理员": delivers,
        "回访员": rings,
    }
    counted = {who: does(hands, cast, matter) for who, does in way.items()}
    matter.refresh_from_db()
    assert matter.state == "closed"
    assert {who: told().get(who) for who in counted} == counted, "the manual says otherwise"


def test_several_at_once_from_the_list_and_back_to_it_by_keys_alone(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    some_matters(cast, now(), 4)
    page = hands.page
    with hands.sits(cast.zhou, "/desk/matters/?sort=opened"):
        hands.press("j", "j", "x", "j", "x")
        expect(page.locator("[data-bulk-count]")).to_have_text("2")
        hands.on("/bulk/$", "s")
        hands.on(r"/desk/matters/\?", "Control+Enter")
        hands.at_what_was_done()
        assert Matter.objects.filter(state="accepted").count() == 2
        counted = hands.keys
        hands.press("j")
        expect(page.locator("[data-row] a.hy-subject:focus")).to_have_count(1)
        assert told()["几件一起受理"] == counted


def test_where_filters_change_the_list_the_keyboard_goes_on_in_it(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    some_matters(cast, now(), 3)
    page = hands.page
    with hands.sits(cast.zhou, "/desk/matters/"):
        page.locator("summary", has_text="时限").first.focus()
        hands.press("Enter", "Tab")
        page.keyboard.press("Escape")
        expect(page.locator("summary", has_text="时限").first).to_be_focused()
        page.locator("a.hy-chip", has_text="连办结的一起看").focus()
        hands.press("Enter")
        expect(page.locator("[data-row] a.hy-subject").first).to_be_focused()


def test_one_stands_again_on_the_row_one_left_or_on_the_next_where_it_is_gone(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    first, second, third = some_matters(cast, now(), 3)
    page = hands.page
    with hands.sits(cast.zhou, "/desk/matters/?state=received&sort=opened"):
        order = [one.get_attribute("href") for one in page.locator("[data-row] a.hy-subject").all()]
        assert {f"/desk/matters/{one.code}/" for one in (first, second, third)} == set(order)
        hands.press("j", "j")
        hands.on(f"{order[1]}$", "Enter")
        hands.on("/step/accept/$", "s")
        hands.on(f"{order[1]}$", "Control+Enter")
        hands.on(r"state=received", "q")
        expect(page.locator(f"[data-row] a.hy-subject[href='{order[2]}']")).to_be_focused()


def test_the_bell_is_read_row_by_row_and_keeps_the_place(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    for _ in range(3):
        a_matter(cast, now(), "assign")
    drain(now())
    page = hands.page
    with hands.sits(cast.li, "/desk/told/"):
        assert page.locator("[data-row]").count() >= 3
        hands.press("j", "Tab")
        expect(page.locator("[data-row] button:focus")).to_have_count(1)
        hands.on("/desk/told/", "Enter")
        assert page.evaluate("document.activeElement.closest('[data-row]') !== null"), "not back at the top of the page"


def test_the_skip_link_is_the_first_stop_and_leads_past_the_menu(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    page = hands.page
    for who, path in (
        (cast.zhou, "/desk/"),
        (cast.li, "/desk/matters/"),
        (cast.he, "/desk/calls/"),
        (cast.xu, "/desk/rosters/"),
    ):
        with hands.sits(who, path):
            hands.press("Tab")
            expect(page.locator(".hy-skip")).to_be_focused()
            expect(page.locator(".hy-skip")).to_be_in_viewport()
            hands.press("Enter", "Tab")
            assert page.evaluate("document.activeElement.closest('#main') !== null"), path
