"""Who is my official, in public: by card, by number (one answer for all), by place; another one without a reason."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.register import ticks
from huiyin.register.actions import cards, staff
from huiyin.register.models import Card, Enquiry, LinkWish
from huiyin.register.queries import cards as ask
from tests import factories as make
from tests.cast import FOREIGN_VILLAGE, HUAISHUPING, LIUWAN, ZHANG_PHONE, Cast
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE, API = "/my-official/", "/api/officials/mine"


@pytest.fixture
def code(cast: Cast) -> str:
    """The code on 张丽华's card, under the rulebook of today."""
    make.put_in_force(at=now())
    cards.ask_for(by=cast.xu.viewer(now()), at=now(), kind="card", place_codes=[HUAISHUPING])
    ticks.print_runs(now())
    return ask.code_of(Card.objects.get().pk)


@row("R-096")
def test_the_code_of_a_card_names_the_official_and_whom_else_to_ring(client: Client, code: str) -> None:
    for sent in ({"code": code}, {"proof": code}, {"code": f"{code[:4]} {code[4:8]} {code[8:12]}－{code[12:]}"}):
        page = client.post(PAGE, sent).content.decode()
        assert "您家的联户干部是 罗大勇" in page
        assert "160-0000-1200" in page
        assert "我想换一位联户干部" in page
        assert "张丽华" not in page
    wished = client.post("/my-official/another/", {"code": code}).content.decode()
    assert "记下了，您想换一位。" in wished
    assert LinkWish.objects.count() == 1


def test_wrong_old_and_empty_codes_are_one_answer(client: Client, code: str) -> None:
    wrong = [client.post(PAGE, {"code": one}) for one in ("0" * 16, "12", code[:-1] + str((int(code[-1]) + 1) % 10))]
    assert {answer.status_code for answer in wrong} == {404}
    assert all("没有查到这张卡。" in answer.content.decode() for answer in wrong)
    assert client.post(PAGE, {}).status_code == 422
    assert client.post("/my-official/another/", {"code": "0" * 16}).status_code == 404


@row("R-096")
def test_a_number_is_answered_alike_whether_anybody_has_it(client: Client, code: str) -> None:
    known = client.post(PAGE, {"phone": ZHANG_PHONE})
    unknown = client.post(PAGE, {"phone": "160 0000 9999"})
    assert known.content.decode().split("</head>")[1] == unknown.content.decode().split("</head>")[1]
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert Enquiry.objects.count() == 1
    assert client.post(PAGE, {"phone": "123"}).status_code == 422


def test_tries_are_counted(client: Client, code: str, clock: Callable[[datetime], None]) -> None:
    clock(now())  # all within one span, however long they take
    answers = [client.post(PAGE, {"code": "0" * 16}).status_code for _ in range(21)]
    assert (answers[19], answers[20]) == (404, 429)


def test_numbers_are_counted_by_the_hour_and_for_both_doors_together(
    client: Client, code: str, clock: Callable[[datetime], None]
) -> None:
    """Ten an hour from a network, whichever door they come through; the machine's is no way round the page's limit."""
    start = now().replace(minute=0, second=0, microsecond=0)

    def by_api(number: int) -> Any:
        return client.post(API, {"phone": f"160000088{number:02d}"}, content_type="application/json")

    answers = []
    for number in range(10):
        clock(start + timedelta(minutes=number))
        if number % 2:
            answers.append(by_api(number).status_code)
        else:
            answers.append(client.post(PAGE, {"phone": f"160000088{number:02d}"}).status_code)
    assert answers == [200, 202] * 5
    page, machine = client.post(PAGE, {"phone": "16000008899"}), by_api(98)
    assert (page.status_code, machine.status_code) == (429, 429)
    assert page.headers["Retry-After"] == machine.headers["Retry-After"] == str(51 * 60)
    assert "51" in page.content.decode()
    assert "51 分钟" in machine.json()["sentence"]
    assert client.post(API, {"card": code}, content_type="application/json").status_code == 200


def test_codes_of_cards_are_counted_for_both_doors_together(
    client: Client, code: str, clock: Callable[[datetime], None]
) -> None:
    clock(now())
    wrong = {"card": "0" * 16}
    for number in range(20):
        send = {"data": wrong, "content_type": "application/json"} if number % 2 else {"data": {"code": "0" * 16}}
        assert client.post(API if number % 2 else PAGE, **send).status_code == 404
    assert client.post(API, wrong, content_type="application/json").status_code == 429
    wish = client.post("/my-official/another/", {"code": code})
    assert wish.status_code == 429
    assert 1 <= int(wish.headers["Retry-After"]) <= 60


@row("SG-24", "R-338", "R-337")
def test_the_directory_shows_public_posts_and_forgets_them_the_day_they_end(client: Client, cast: Cast) -> None:
    make.put_in_force(at=now())
    listed = make.an_official(
        cast.bodies.town, name="贺镇长", title="镇长", place_code=LIUWAN, listed=True, duty_phone="160-0000-3300"
    )
    page = client.get(f"/officials/{HUAISHUPING}/").content.decode()
    assert "贺镇长" in page
    assert "160-0000-3300" in page
    assert cast.li.name not in page
    staff.end_post(by=make.SYSTEM, at=now(), post_id=listed.post_id)
    assert "贺镇长" not in client.get(f"/officials/{HUAISHUPING}/").content.decode()
    assert "柳湾镇" in client.get("/officials/").content.decode()
    assert client.get(f"/officials/{FOREIGN_VILLAGE}/").status_code == 404
    assert client.get("/officials/nothing/").status_code == 404


@row("R-338")
def test_the_directory_shows_the_nearest_first(client: Client, cast: Cast) -> None:
    """One's village, then the town, then the county: on the page, by API and on the poster of the village."""
    make.put_in_force(at=now())
    make.an_official(cast.bodies.village, name="秦会计", title="会计", place_code=HUAISHUPING, listed=True)
    page = client.get(f"/officials/{HUAISHUPING}/").content.decode()
    assert page.index("秦会计") < page.index(cast.ma.name) < page.index(cast.tang.name)
    by_api = [one["name"] for one in client.get("/api/officials", {"place": HUAISHUPING}).json()]
    assert by_api == ["秦会计", cast.ma.name, cast.tang.name]


@row("R-096")
def test_the_api_answers_the_same_questions(client: Client, code: str, cast: Cast) -> None:
    def post(body: dict[str, str]) -> tuple[int, dict[str, object]]:
        answer = client.post(API, body, content_type="application/json")
        return answer.status_code, answer.json()

    status, found = post({"card": code})
    assert (status, [one["name"] for one in found["officials"]]) == (200, ["罗大勇"])  # type: ignore[attr-defined]  # a list of objects
    assert post({"card": "0" * 16})[0] == 404
    assert post({"phone": ZHANG_PHONE}) == post({"phone": "16000009999"})
    assert post({"phone": ZHANG_PHONE})[0] == 202
    assert post({})[0] == 422
    listed = client.get("/api/officials", {"place": HUAISHUPING}).json()
    assert {one["name"] for one in listed} == {cast.tang.name, cast.ma.name}
    assert client.get("/api/officials", {"place": "999999999999"}).status_code == 404


def test_the_pages_work_without_script_and_in_english(client: Client, code: str, at: datetime) -> None:
    page = client.get(PAGE, headers={"accept-language": "en"})
    assert page.status_code == 200
    assert "data-proof" in page.content.decode()


@row("SG-17")
def test_the_first_page_leads_to_the_official_and_to_the_households_file(client: Client, cast: Cast) -> None:
    make.put_in_force(at=now())
    home = client.get("/").content.decode()
    assert 'href="/my-official/"' in home
    assert 'href="/file/"' in home
