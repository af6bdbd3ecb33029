"""The rarer steps by keys alone: waiting, handing back, more time, going along, saved views, several at once, paper."""

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from huiyin.casework.models import Extension, Joining, Matter
from huiyin.core.models import SavedView
from huiyin.core.now import now
from huiyin.core.worker import drain
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter, some_matters
from tests.journeys.test_desk_keys import Hands, hands, page_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
__all__ = ["hands"]


def reach(hands: Hands, wanted: "Locator", most: int = 8) -> None:
    """Tab on until something has the focus; more than `most` stops are too far."""
    for _ in range(most):
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
        hands.press("Tab")
    expect(wanted).to_be_focused(timeout=1000)


def test_what_else_can_be_done_opens_by_a_key_and_closes_by_escape(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    matter = a_matter(cast, now(), "take")
    page = hands.page
    with hands.sits(cast.zhao, f"/desk/matters/{matter.code}/"):
        hands.press("e")
        expect(page.locator("details.hy-chip-menu[open] a").first).to_be_focused()
        hands.press("Escape")
        expect(page.locator("summary[data-key=e]")).to_be_focused()
        expect(page.locator("details.hy-chip-menu[open]")).to_have_count(0)


def test_a_matter_is_handed_back_and_more_time_is_asked_for_and_decided(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    back, more = a_matter(cast, now(), "take"), a_matter(cast, now(), "take", text="路灯不亮，晚上看不见路。")
    page = hands.page
    with hands.sits(cast.li, f"/desk/matters/{back.code}/"):
        hands.on("/step/transfer/$", "b")
        expect(page.locator("#id_note")).to_be_focused()
        hands.write("水管归县水利局管，不归镇里。")
        hands.on("/desk/", "Control+Enter")
        hands.at_what_was_done()
        back.refresh_from_db()
        assert back.handler_id is None
    with hands.sits(cast.li, f"/desk/matters/{more.code}/"):
        hands.on("/step/extend/$", "y")
        expect(page.locator("#id_amount")).to_be_focused()
        hands.press("3", "Tab")
        hands.write("灯杆要从市里运来。")
        hands.on(page_of(more), "Control+Enter")
        hands.at_what_was_done()
    with hands.sits(cast.zhao, f"/desk/matters/{more.code}/"):
        hands.press("v")
        expect(page.locator("button[value=grant]")).to_be_focused()
        assert Extension.objects.get(clock__matter=more).approved is None, "the key leads there and decides nothing"
        hands.on(page_of(more), "Enter")
        hands.at_what_was_done()
        assert Extension.objects.get(clock__matter=more).approved


def test_a_matter_waits_for_something(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    matter = a_matter(cast, now(), "take")
    page = hands.page
    with hands.sits(cast.zhao, f"/desk/matters/{matter.code}/"):
        hands.press("Tab", "Enter")
        reach(hands, page.locator("a[href$='/step/pause/']"))
        hands.on("/step/pause/$", "Enter")
        assert page.evaluate("document.activeElement.closest('form[data-begin]') !== null")


def test_one_goes_along_with_another(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    one, two = some_matters(cast, now(), 2)
    page = hands.page
    with hands.sits(cast.zhou, f"/desk/matters/{one.code}/"):
        hands.press("e")
        reach(hands, page.locator("details[open] a[href$='/twins/']"))
        hands.on("/twins/$", "Enter")
        hands.press("Tab", "Enter")
        reach(hands, page.locator("#main button[name=way], #main button[value=join]").first, 14)
        hands.on("/desk/matters/", "Enter")
        hands.at_what_was_done()
        assert {one.id, two.id} == set(Joining.objects.values_list("member_id", "lead_id").get())


def test_a_saved_view_is_made_opened_renamed_and_deleted(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    some_matters(cast, now(), 2)
    page = hands.page
    with hands.sits(cast.zhou, "/desk/matters/?state=received"):
        hands.press("v")
        expect(page.locator("#view-name")).to_be_focused()
        hands.write("刚收到的")
        hands.on("state=received", "Enter")
        hands.at_what_was_done()
        view = SavedView.objects.get()
        assert (view.name, view.role) == ("刚收到的", "")
        page.goto(f"{hands.address}/desk/matters/")
        reach(hands, page.locator(".hy-skip"), 2)
        hands.press("Enter")
        reach(hands, page.locator(".hy-views a", has_text="刚收到的"), 10)
        hands.press("Enter")
        expect(page.locator("[data-row] a.hy-subject").first).to_be_focused()
        hands.press("Shift+Tab")
        page.goto(f"{hands.address}/desk/matters/views/{view.id}/")
        expect(page.locator("#name")).to_be_focused()
        reach(hands, page.locator("button[value=delete]"), 3)
        hands.on("/desk/matters/", "Enter")
        hands.at_what_was_done()
        assert not SavedView.objects.exists()


def test_several_are_handed_out_after_a_look(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    some_matters(cast, now(), 3)
    page = hands.page
    with hands.sits(cast.zhou, "/desk/matters/?sort=opened"):
        hands.press("j", "x", "j", "x")
        hands.on("/bulk/$", "l")
        assert page.evaluate("document.activeElement.closest('form[data-begin]') !== null")
        hands.chooses("topic", "housing")
        hands.on("/bulk/$", "Control+Enter")
        assert not Matter.objects.filter(topic="housing").exists(), "only looked at"


def test_the_ledger_is_printed_and_the_bell_read_out_by_keys(hands: Hands, cast: Cast) -> None:
    make.put_in_force(at=now())
    a_matter(cast, now(), "assign")
    drain(now())
    page = hands.page
    with hands.sits(cast.li, "/desk/ledgers/"):
        hands.press("j")
        expect(page.locator("[data-row] a:focus")).to_have_count(1)
        hands.on("/desk/ledgers/", "Enter")
    with hands.sits(cast.li, "/desk/told/"):
        reach(hands, page.locator(".hy-skip"), 2)
        hands.press("Enter")
        reach(hands, page.locator("button[value=read]"), 3)
        hands.on("/desk/told/", "Enter")
        assert re.search("told", page.url) and page.locator("button[value=read]").count() == 0
