"""Every page of `tests/routes.py` in a real browser, on a desk and on a phone: readable to everybody, and still."""

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.axe import bring, violations
from tests.interfaces.desk.seat import sit_down
from tests.interfaces.test_every_address import PAGES, ROLES, County, county
from tests.routes import ANYONE, Route

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page
    from pytest_django.live_server_helper import LiveServer

__all__ = ["county"]  # a fixture of the tests below
WIDTHS = (390, 1440)
BY_WIDTH = (  # what a narrow page may break though a wide one does not: what shows, in which order, how large
    *("target-size", "scrollable-region-focusable", "heading-order", "page-has-heading-one", "region", "label"),
    *("landmark-one-main", "link-name", "button-name", "empty-heading", "empty-table-header", "bypass", "skip-link"),
    *("aria-hidden-focus", "nested-interactive", "color-contrast"),
)
PARTS = (("",), ("clerk",), tuple(role for role in ROLES if role != "clerk"))  # for as many processes
OPENED_BY = {"desk/matters/<str:code>/": "handler", "desk/matters/<str:code>/print/": "handler"}


def opener(route: Route) -> str:
    """A role that may open a page and sees something on it; empty for nobody."""
    if ANYONE in route.seen_by:
        return ""
    return OPENED_BY.get(route.pattern) or next(role for role in ROLES if role in route.seen_by)


def pages_of(role: str) -> list[Route]:
    """The pages that are looked at as a role."""
    return [route for route in PAGES if opener(route) == role and not route.part]


def complain(wrong: list[str], page: "Page", said: "ConsoleMessage") -> None:
    """Keep what the browser calls an error."""
    if said.type == "error":
        wrong.append(f"{page.url}: {said.text}")


def look(page: "Page", route: Route) -> list[str]:
    """What is wrong with the open page on a phone, and then on a desk: one page, laid out twice."""
    wrong: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        only = BY_WIDTH if width == WIDTHS[0] else ()
        wrong += [f"{route.pattern} at {width}: {said}" for said in violations(page, only=only)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{route.pattern}: runs out sideways at {width}")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return wrong


@pytest.mark.browser
@pytest.mark.slow(seconds=90)
@pytest.mark.parametrize("roles", PARTS, ids=lambda roles: "+".join(roles) or "nobody")
def test_no_page_breaks_a_rule_of_accessibility_or_runs_out_sideways(
    roles: tuple[str, ...], live_server: "LiveServer", county: County, browser: "Browser"
) -> None:
    wrong: list[str] = []
    for role in roles:
        context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900}, locale="zh-CN")
        page = context.new_page()
        bring(page)
        page.on("console", partial(complain, wrong, page))
        if role:
            sit_down(page, live_server.url, getattr(county.cast, ROLES[role]))
        for route in pages_of(role):
            answer = page.goto(live_server.url + county.address(route))
            if answer is None or answer.status != 200:
                wrong.append(f"{route.pattern}: {answer and answer.status} for {role or 'nobody'}")
                continue
            wrong += look(page, route)
        context.close()
    assert not wrong, "\n".join(wrong)


def test_every_page_is_looked_at_once() -> None:
    looked_at = [route.pattern for roles in PARTS for role in roles for route in pages_of(role)]
    assert sorted(looked_at) == sorted(route.pattern for route in PAGES if not route.part)
