"""The handbook's deliveries at the desk, and the book in public."""

from collections.abc import Iterator

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.register import ticks
from huiyin.register.actions import cards
from huiyin.register.models import HandbookCopy
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING, LIUWAN, Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast: Cast) -> Iterator[str]:
    make.put_in_force(at=now())
    at = now()
    (key,) = cards.ask_for(by=cast.xu.viewer(at), at=at, kind="handbook", place_codes=[HUAISHUPING])
    ticks.print_runs(at)
    yield f"/desk/cards/{key}/given/"


def key_of(client: Client, page: str) -> str:
    return client.get(page).content.decode().split('name="key" value="')[1].split('"')[0]


@row("R-141")
def test_a_delivery_is_written_down_once_shown_in_the_town_and_taken_back(page: str, cast: Cast) -> None:
    clerk = seat(cast.xu)
    sent = {"key": key_of(clerk, page), "groups": [GROUP_THREE]}
    assert "这次发到 1 户" in clerk.post(page, sent, follow=True).content.decode()
    assert clerk.post(page, sent).status_code == 302 and HandbookCopy.objects.count() == 1
    town = clerk.get(f"/desk/cards/?town={LIUWAN}").content.decode()
    assert "手册发到户" in town and page in town
    day = HandbookCopy.objects.get().given_on.isoformat()
    back = clerk.post(page, {"key": key_of(clerk, page), "back": f"{GROUP_THREE} {day}"}, follow=True)
    assert "撤掉了 1 户" in back.content.decode()


def test_what_is_wrong_is_told_at_its_field_and_stays(page: str, cast: Cast) -> None:
    clerk = seat(cast.xu)
    wrong = clerk.post(page, {"key": key_of(clerk, page), "groups": [GROUP_THREE], "but": "甲乙"})
    assert wrong.status_code == 422 and "甲乙" in wrong.content.decode() and "checked" in wrong.content.decode()
    odd = clerk.post(page, {"key": key_of(clerk, page), "groups": [GROUP_THREE], "on": "2026-13-45"})
    assert odd.status_code == 422
    assert clerk.post(page, {"key": key_of(clerk, page), "back": "x y"}).status_code == 404
    assert clerk.post(page, {}).status_code == 422
    assert seat(cast.luo).get(page).status_code == 200 and "登记发到了" not in seat(cast.luo).get(page).content.decode()


@row("R-141")
def test_anybody_reads_searches_and_prints_the_book(cast: Cast, client: Client) -> None:
    assert client.get("/handbook/").status_code == 404, "a county without one has no such page"
    make.put_in_force(at=now())
    assert "低生活保障" in client.get("/handbook/").content.decode()
    found = client.get("/handbook/?q=调解").content.decode()
    assert "邻里纠纷" in found and "残疾人证" not in found
    assert "没有找到" in client.get("/handbook/?q=没有这个词").content.decode()
    assert client.get("/handbook/?q=" + "长" * 80).status_code == 422
    assert client.get("/handbook/pdf/").content.startswith(b"%PDF")
