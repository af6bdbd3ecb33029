"""Coverage on a map: drawn where outlines are, said plainly where not, every area opening to its line."""

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register.actions.shapes import import_shapes
from huiyin.register.rules.shapes import Geometry, Shape
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, SHANGHE, Cast
from tests.interfaces.desk.seat import seat, sit_down
from tests.rows import row

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

PAGE = "/desk/links/coverage/"
NO_MAP = "边界图形还没有导入"


def square(x: float, y: float) -> Geometry:
    return ((((x, y), (x + 0.2, y), (x + 0.2, y + 0.2), (x, y + 0.2), (x, y)),),)


def drawn(**codes: tuple[float, float]) -> None:
    shapes = [Shape(number, code[1:], square(*at)) for number, (code, at) in enumerate(codes.items(), start=1)]
    import_shapes(by=Viewer.system("import"), at=now(), shapes=shapes, source="invented.geojson")


def options(client: Client, path: str) -> dict[str, Any]:
    shown = client.get(path).content.decode()
    found = re.search(r'class="hy-map-box"[^>]* data-chart="([^"]+)"', shown)
    return dict(json.loads(unescape(found[1]))) if found else {}


@pytest.fixture
def clerk(cast: Cast) -> Client:
    make.put_in_force(at=now())
    return seat(cast.xu)


@row("R-099")
@pytest.mark.django_db
def test_the_map_says_of_each_area_what_its_line_of_the_table_says(clerk: Client) -> None:
    make.a_household(HUAISHUPING)
    make.a_household(SHANGHE)
    assert NO_MAP in clerk.get(PAGE).content.decode()
    drawn(**{f"c{LIUWAN}": (118.0, 35.0)})
    chart = options(clerk, PAGE)
    (area,) = chart["series"][0]["data"]
    assert area["row"] == f"place-{LIUWAN}"
    assert area["label"]["formatter"] == "柳湾镇\n缺 1 户"
    assert area["value"] > 0
    assert [one["properties"]["name"] for one in chart["map"]["features"]] == [area["name"]]
    shown = clerk.get(PAGE).content.decode()
    assert f'id="place-{LIUWAN}"' in shown
    assert "没有边界图形、只在表里的" in shown
    assert NO_MAP not in shown


@pytest.mark.django_db
def test_where_only_the_place_itself_has_an_outline_it_is_drawn_and_the_parts_are_named(clerk: Client) -> None:
    make.a_household(HUAISHUPING)
    drawn(**{f"c{COUNTY}": (118.0, 35.0)})
    (area,) = options(clerk, PAGE)["series"][0]["data"]
    assert area["row"] == f"place-{COUNTY}"
    assert f'id="place-{COUNTY}"' in clerk.get(PAGE).content.decode()


@pytest.mark.django_db
def test_groups_have_no_map_and_nothing_is_said_about_it(clerk: Client) -> None:
    make.a_household(HUAISHUPING)
    shown = clerk.get(f"{PAGE}?under={HUAISHUPING}").content.decode()
    assert NO_MAP not in shown
    assert "hy-map-box" not in shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code", ["0", "abc", "9", "99010110120", f"{HUAISHUPING}999", "990101109000", "９９０１０１１０１０００"]
)
def test_a_place_nobody_knows_has_neither_coverage_nor_chart(clerk: Client, code: str) -> None:
    assert clerk.get(PAGE, {"under": code}).status_code == 404
    assert clerk.get("/desk/links/grid/", {"under": code}).status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1440, 390])
def test_an_area_of_the_map_opens_its_line_and_the_keyboard_goes_on_there(
    cast: Cast, live_server: "LiveServer", page: "Page", width: int
) -> None:
    make.put_in_force(at=now())
    make.a_household(HUAISHUPING)
    drawn(**{f"c{LIUWAN}": (118.0, 35.0)})
    page.set_viewport_size({"width": width, "height": 900})
    sit_down(page, live_server.url, cast.xu)
    page.goto(live_server.url + PAGE)
    box = page.locator(".hy-map-box canvas")
    box.wait_for()
    size = box.bounding_box()
    assert size is not None
    assert size["width"] <= width
    box.click(position={"x": size["width"] / 2, "y": size["height"] / 2})
    page.wait_for_url(f"**#place-{LIUWAN}")
    assert page.evaluate("document.activeElement.closest('tr').id") == f"place-{LIUWAN}"
