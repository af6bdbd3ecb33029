"""Putting matters on the wall at the desk: who may, what they see, and what does not go up."""

from datetime import timedelta

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.publication.models import Notice
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.publication import made
from tests.rows import row


@pytest.fixture
def notice(cast: Cast) -> Notice:
    """A draft that waits."""
    make.put_in_force(at=now())
    return made.drafted(cast, now() - timedelta(days=4))


def page(client: Client, notice: Notice, **typed: str) -> tuple[int, str]:
    """Open a notice, or send it back with something changed."""
    address = f"/desk/notices/{notice.id}/"
    if not typed:
        answer = client.get(address)
    else:
        given = {"asked": notice.asked, "done": notice.done, "owed": "", "owed_on": "", "seen": str(notice.version)}
        answer = client.post(address, given | typed)
    return answer.status_code, answer.content.decode()


@row("R-346")
def test_a_draft_shows_the_residents_words_the_answer_and_the_wall(cast: Cast, notice: Notice) -> None:
    status, shown = page(seat(cast.zhou), notice)
    assert status == 200
    for words in ("三组的自来水一到傍晚就没有了", made.REPLY, "墙上会是这样", "上墙"):
        assert words in shown
    assert "有 1 件等着上墙" in seat(cast.zhou).get("/desk/notices/").content.decode()


@row("R-346", "R-339")
def test_it_is_put_up_with_better_words_and_stands_on_the_wall(cast: Cast, notice: Notice) -> None:
    client = seat(cast.zhou)
    status, _ = page(client, notice, asked="傍晚没有水", owed="还差一台备用泵", owed_on="2027-03-31", do="publish")
    assert status == 302
    wall = Client().get(f"/wall/{notice.place_code}/").content.decode()
    assert "傍晚没有水" in wall
    assert "还差一台备用泵" in wall
    assert "傍晚没有水" in client.get("/desk/notices/", {"state": "published"}).content.decode()


@row("SG-20")
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("asked", "张丽华家没有水", "看得出是谁"),
        ("asked", "", "请写一句大家问的是什么"),
        ("done", "打 160-0000-1234", "看得出是谁"),
        ("owed_on", "明年", "这不是日期"),
    ],
)
def test_what_does_not_go_up_is_said_at_its_place_and_nothing_is_lost(
    cast: Cast, notice: Notice, field: str, typed: str, said: str
) -> None:
    status, shown = page(seat(cast.zhou), notice, **{field: typed, "owed": "备用泵", "do": "publish"})
    assert status == 422
    assert said in shown
    assert "备用泵" in shown
    assert Notice.objects.get(id=notice.id).state == "draft"


def test_a_draft_is_kept_for_later(cast: Cast, notice: Notice) -> None:
    status, _ = page(seat(cast.zhou), notice, done="换了泵", do="save")
    assert status == 302
    assert Notice.objects.get(id=notice.id).done == "换了泵"
    status, shown = page(seat(cast.sun), notice, done="别的", do="save")  # looked at the version before
    assert status == 422
    assert "别的" in shown


@row("R-346")
def test_taking_down_asks_why(cast: Cast, notice: Notice) -> None:
    client = seat(cast.zhou)
    assert page(client, notice, do="withdraw", reason="")[0] == 422
    assert page(client, notice, do="withdraw", reason="没有必要上墙")[0] == 302
    assert "没有必要上墙" in page(client, notice)[1]


@row("SG-20")
@pytest.mark.parametrize("who", ["li", "chen", "luo", "qian"])
def test_who_does_not_publish_sees_no_drafts(cast: Cast, notice: Notice, who: str) -> None:
    client = seat(getattr(cast, who))
    assert client.get("/desk/notices/").status_code == 403
    assert page(client, notice)[0] in (403, 404)
    assert page(client, notice, do="publish")[0] in (403, 404)
    assert Notice.objects.get(id=notice.id).state == "draft"


@row("SG-01")
def test_somebody_of_another_county_finds_nothing(cast: Cast, notice: Notice) -> None:
    assert page(seat(cast.zheng), notice)[0] == 404
    assert "没有等着上墙的" in seat(cast.zheng).get("/desk/notices/").content.decode()
