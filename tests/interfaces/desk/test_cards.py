"""Printing at the desk: choose, look at one, have it made, take it, and what is issued; ringing people back."""

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.core.models import Look
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register import ticks
from huiyin.register.actions import cards as act
from huiyin.register.models import PrintRun
from tests import factories as make
from tests.cast import HUAISHUPING, LIUWAN, ZHANG_PHONE, Cast
from tests.interfaces.desk.seat import seat, sit_down
from tests.rows import row

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db
PAGE = "/desk/cards/"


@pytest.fixture
def printer(cast: Cast) -> Client:
    """Somebody who may edit the register, under the rulebook of today."""
    make.put_in_force(at=now())
    return seat(cast.xu)


def test_papers_for_no_village_are_asked_about_and_what_was_chosen_stays(printer: Client) -> None:
    answer = printer.post(PAGE, {"town": LIUWAN, "kind": "book"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请勾上给哪些村印" in page
    assert 'value="book" checked' in page
    assert 'value="card" checked' not in page
    assert not PrintRun.objects.exists()


@row("R-117", "R-118")
def test_cards_are_asked_for_made_taken_and_reckoned(printer: Client) -> None:
    assert "还有 1 户没有联系卡" in printer.get(PAGE).content.decode()
    sent = {"town": LIUWAN, "kind": "card", "village": [HUAISHUPING]}
    assert printer.post(PAGE, {"town": LIUWAN, "kind": "card"}).status_code == 422
    assert printer.post(PAGE, sent).status_code == 302
    assert "1 个村在做" in printer.get(PAGE).content.decode()
    assert printer.post(PAGE, sent).status_code == 422
    ticks.print_runs(now())
    page = printer.get(f"{PAGE}?town={LIUWAN}").content.decode()
    assert "没有联系卡" not in page
    assert "第 1 版" in page
    answer = printer.post(f"{PAGE}{PrintRun.objects.get().pk}/pdf/")
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert Look.objects.get().kind == "print"


@row("R-117")
def test_a_town_or_the_whole_county_is_chosen_by_one_field(printer: Client) -> None:
    page = printer.get(f"{PAGE}?town={LIUWAN}").content.decode()
    assert 'name="every" value="town"' in page and 'name="every" value="county"' in page
    assert printer.post(PAGE, {"town": LIUWAN, "kind": "poster", "every": "town"}).status_code == 302
    asked = set(PrintRun.objects.filter(kind="poster").values_list("place_code", flat=True))
    assert HUAISHUPING in asked and {code[:9] for code in asked} == {LIUWAN[:9]}
    assert printer.post(PAGE, {"town": LIUWAN, "kind": "book", "every": "county"}).status_code == 302
    everywhere = set(PrintRun.objects.filter(kind="book").values_list("place_code", flat=True))
    assert everywhere > asked and {code[:9] for code in everywhere} > {LIUWAN[:9]}


@row("R-117")
def test_a_county_of_nine_hundred_villages_is_asked_for_at_once_and_none_is_left_out(printer: Client) -> None:
    many = [(f"{LIUWAN[:9]}{number:03}", f"村{number}") for number in range(200, 999) if number % 8]
    make.lay_places(many, now())
    before = PrintRun.objects.count()
    with CaptureQueriesContext(connection) as queries:
        assert printer.post(PAGE, {"town": LIUWAN, "kind": "poster", "every": "county"}).status_code == 302
    assert len(queries) < 60, "not a question for each village"
    assert PrintRun.objects.count() - before >= len(many), "not the first four hundred"
    printer.get(f"{PAGE}?town={LIUWAN}")
    with CaptureQueriesContext(connection) as queries:
        assert printer.get(f"{PAGE}?town={LIUWAN}").status_code == 200
    assert sum("set_config" not in query["sql"] for query in queries.captured_queries) <= 12
    assert f"{PrintRun.objects.filter(state='asked').count()} 个村在做" in printer.get(PAGE).content.decode()


def test_one_piece_is_looked_at_before_anything_is_issued(printer: Client) -> None:
    answer = printer.get(f"{PAGE}preview/card/{HUAISHUPING}/")
    assert answer.content.startswith(b"%PDF-")
    assert PrintRun.objects.count() == 0
    assert printer.get(f"{PAGE}preview/flag/{HUAISHUPING}/").status_code == 404


def test_a_clerk_sees_what_was_printed_and_prints_nothing(printer: Client, cast: Cast) -> None:
    clerk = seat(cast.chen)
    assert "印什么，给哪些村" not in clerk.get(PAGE).content.decode()
    assert clerk.post(PAGE, {"kind": "card", "village": [HUAISHUPING]}).status_code == 422
    assert clerk.get(f"{PAGE}preview/card/{HUAISHUPING}/").status_code == 403
    assert seat(cast.zhao).get(PAGE).status_code == 403


@row("R-096")
def test_somebody_who_asked_by_telephone_is_rung_back(printer: Client, cast: Cast) -> None:
    act.ask_by_phone(by=Viewer.resident(), at=now(), phone=ZHANG_PHONE)
    clerk = seat(cast.chen)
    page = clerk.get("/desk/people/").content.decode()
    assert "1 人等着回电" in page
    assert "罗大勇" in page
    assert "1234" not in page
    address = page.split('action="/desk/people/')[2].split('"')[0]
    shown = clerk.post(f"/desk/people/{address}", {"do": "ring"}).content.decode()
    assert "tel:16000001234" in shown
    assert Look.objects.count() == 1
    assert clerk.post(f"/desk/people/{address}", {"do": "told"}).status_code == 302
    assert "等着回电" not in clerk.get("/desk/people/").content.decode()
    assert clerk.post(f"/desk/people/{address}", {"do": "told"}).status_code == 404


@row("R-338")
def test_hours_are_written_at_the_desk_and_read_in_the_directory(printer: Client, cast: Cast) -> None:
    page = printer.get(f"{PAGE}duty/").content.decode()
    assert "还有 2 个公开的岗位没有写时间" in page
    sent = {"official": str(cast.ma.official_id), "what": "hours", "words": "周一至周五 8:30–17:30"}
    assert printer.post(f"{PAGE}duty/", sent).status_code == 302
    again = printer.post(f"{PAGE}duty/", sent)
    assert again.status_code == 422
    assert again.content.decode().count("没有要改的。") == 2, "on top and at the line"
    assert '<a href="#id_words">' in again.content.decode()
    assert printer.post(f"{PAGE}duty/", {"official": "x"}).status_code == 404
    assert "8:30–17:30" in Client().get(f"/officials/{HUAISHUPING}/").content.decode()
    listed = Client().get("/api/officials", {"place": HUAISHUPING}).json()
    assert {one["name"]: one["hours"] for one in listed}[cast.ma.name] == "周一至周五 8:30–17:30"
    work = {"official": str(cast.ma.official_id), "what": "work", "words": "分管农业、水利"}
    assert printer.post(f"{PAGE}duty/", work).status_code == 302
    assert "分管：分管农业、水利" in Client().get(f"/officials/{HUAISHUPING}/").content.decode()
    reader = seat(cast.chen)
    assert "8:30–17:30" in reader.get(f"{PAGE}duty/").content.decode()
    assert reader.post(f"{PAGE}duty/", sent | {"words": "x"}).status_code == 422


@pytest.mark.browser
def test_a_number_in_a_stacked_row_says_what_it_counts(
    live_server: "LiveServer", cast: Cast, browser: "Browser"
) -> None:
    """On a phone the cells of a row stand under each other without a head: each is called after its column."""
    make.put_in_force(at=now())
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
    sit_down(page, live_server.url, cast.xu)
    page.goto(f"{live_server.url}{PAGE}?town={LIUWAN}")
    label = "getComputedStyle(cell, '::before').content"
    count = f"cells => cells.map(cell => [{label}, cell.textContent])"
    shown = page.eval_on_selector_all("table.hy-stack td.hy-num", count)
    assert shown == [['"户 "', "1"], ['"卡对的 "', "0"], ['"干部换了，卡没换 "', "0"], ['"没有卡 "', "1"]]
    first = page.eval_on_selector("table.hy-stack tbody td", f"cell => {label}")
    assert first == "none"
