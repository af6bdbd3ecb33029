"""The wall and its board through HTTP; what may not be read there is not there."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.core.now import now
from tests.cast import COUNTY, FOREIGN_VILLAGE, HUAISHUPING, LIUWAN, SHIQIAO, Cast
from tests.interfaces.public import asking
from tests.rooms.publication import made
from tests.rows import row

WALLS = [f"/wall/{code}/" for code in (HUAISHUPING, LIUWAN, COUNTY)]
PAPER = [f"{address}board/" for address in WALLS]


@row("R-339", "R-346", "R-347", "R-348", "SG-20", "SG-21")
@pytest.mark.parametrize("address", ["/", "/wall/", *WALLS, *PAPER])
def test_no_name_phone_or_door_stands_on_a_wall(cast: Cast, client: Client, address: str) -> None:
    at = now() - timedelta(days=5)
    secret = "张丽华家三组12号，电话16000001234，傍晚没水。"
    made.working(cast, at, text=secret)
    made.published(cast, at, text=secret, reply="给张丽华家（三组12号）换了表，16000001234。")
    asking.asked(client, sealed="1", text="紫铜铃铛的事")
    page = client.get(address).content.decode()
    assert "饮水和水利" in page
    for canary in ("张丽华", "16000001234", "1234", "12号", "李卫东", "紫铜铃铛"):
        assert canary not in page


@row("R-347")
def test_what_is_owed_stands_above_what_was_done(cast: Cast, client: Client) -> None:
    at = now() - timedelta(days=5)
    made.published(cast, at)
    made.working(cast, at, topic="roads", text="桥断了")
    page = client.get(WALLS[0]).content.decode()
    assert page.index("还欠着的") < page.index("村路和桥") < page.index("办了的") < page.index(made.REPLY)


@row("SG-33")
@pytest.mark.parametrize("address", ["/", "/wall/"])
def test_a_figure_opens_to_what_it_counts(cast: Cast, client: Client, address: str) -> None:
    """What is owed and what was done lies below it, on the wall of the place."""
    at = now() - timedelta(days=5)
    made.published(cast, at)
    made.working(cast, at, topic="roads", text="桥断了")
    page = client.get(address).content.decode()
    wall = client.get("/wall/").content.decode()
    targets = set(re.findall(r'<dd><a href="([^"]*)#(owed|done)">', page))
    assert {name for _, name in targets} == {"owed", "done"}
    assert {start for start, _ in targets} <= {"", "/wall/"}
    for _, name in targets:
        assert f'id="{name}"' in wall


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_a_figure_beside_another_never_breaks_from_its_words(cast: Cast, client: Client, language: str) -> None:
    made.working(cast, now() - timedelta(days=5))
    page = client.get("/wall/", headers={"accept-language": language}).content.decode()
    kept = re.findall(r'<dt>[^<]*<span class="nowrap">[^<]*\d[^<]*</span></dt>', page)
    assert len(kept) == 2, "answered, of which in time; owed, of which late"


def test_an_empty_wall_does_not_congratulate_itself(cast: Cast, client: Client) -> None:
    page = client.get(f"/wall/{SHIQIAO}/").content.decode()
    assert "没人提不等于没有事" in page
    assert "反映一件事" in page


@row("SG-01")
@pytest.mark.parametrize("code", [FOREIGN_VILLAGE, "1", "990101101999", "%00", "9" * 300])
def test_other_places_are_not_found(cast: Cast, client: Client, code: str) -> None:
    for address in (f"/wall/{code}/", f"/wall/{code}/board/"):
        assert client.get(address).status_code == 404


def test_a_place_is_found_by_its_name_and_its_pinyin(cast: Cast, client: Client) -> None:
    for text in ("槐树", "huaishu", "hsp"):
        assert f'href="/wall/{HUAISHUPING}/"' in client.get("/wall/", {"q": text}).content.decode()
    for text in ("没有的村", "<b>", "%"):
        assert client.get("/wall/", {"q": text}).status_code == 200


@row("R-339")
def test_the_board_can_be_hung_up(cast: Cast, client: Client) -> None:
    made.working(cast, now() - timedelta(days=2))
    page = client.get(f"/wall/{HUAISHUPING}/board/").content.decode()
    for words in ("■", "□", "贴出日期", "贴到", "160-0000-1200", "hy-qr", "不写提的人是谁"):
        assert words in page
    assert "改成 A4" in client.get(f"/wall/{HUAISHUPING}/board/", {"size": "a3"}).content.decode()


def test_strange_parameters_are_read_as_none(cast: Cast, client: Client) -> None:
    made.working(cast, now() - timedelta(days=2))
    for query in ("owed=x", "owed=2026_1", "done=%EF%BF%BF", "topic=x", "owed=" + "9" * 500, "done=9999-99-99"):
        assert client.get(f"/wall/{HUAISHUPING}/?{query}").status_code == 200


def asked_for(client: Client, address: str) -> int:
    """How many questions a page puts to the database: the fewest of three, since what is kept for seconds runs out."""
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
    return min(counts)


@pytest.mark.once
def test_a_wall_of_many_asks_the_database_no_more_often_than_one_of_few(cast: Cast, client: Client) -> None:
    at = now() - timedelta(days=5)
    addresses = ["/", *WALLS, *PAPER]
    for number in range(2):
        made.published(cast, at, text=f"第{number}件没水")
        made.working(cast, at, text=f"又{number}件没水")
        client.get("/")  # what a process keeps is kept
        if number == 0:
            few = {address: asked_for(client, address) for address in addresses}
    many = {address: asked_for(client, address) for address in addresses}
    assert many == few
    assert max(many.values()) <= 24


@row("R-339", "R-347")
def test_who_is_responsible_is_named_on_the_wall_the_printed_board_and_the_entry(cast: Cast, client: Client) -> None:
    at = now() - timedelta(days=5)
    made.published(cast, at)
    made.working(cast, at, topic="roads", text="桥断了")
    places = (WALLS[0], PAPER[0])
    made.with_officials(now())
    for address in places:
        assert "柳湾镇人民政府 李卫东" in client.get(address).content.decode()
    entry = re.search(r"/wall/entry/[0-9a-f-]{36}/", client.get(WALLS[0]).content.decode())
    assert entry is not None
    assert "柳湾镇人民政府 李卫东" in client.get(entry[0]).content.decode()
