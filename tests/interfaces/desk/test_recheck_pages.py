"""Calls made once more, at the desk: found by another caller, asked blind, and compared where statistics are read."""

from datetime import datetime, time, timedelta

import pytest

from huiyin.casework.actions import rechecks
from huiyin.casework.models import Recheck
from huiyin.core.models import Look
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import ZHANG_PHONE, Cast
from tests.conftest import Clock
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rooms.casework.test_rechecks import every_call, other, unanswered
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(cast: Cast) -> Recheck:
    """A call of yesterday's, recorded as solved, that was drawn today."""
    make.notices_from(now())
    every_call(now() - timedelta(days=10))
    every_call(now())
    matter = spine.answered(cast, now() - timedelta(days=6))
    spine.called(cast, matter.id, now() - timedelta(days=1), words="都好了")
    assert rechecks.draw_yesterday(by=Viewer.system("clock"), at=now()) == 1
    return Recheck.objects.get()


@row("SG-33", "SG-32")
def test_another_caller_asks_blind_and_the_difference_is_read_where_statistics_are(cast: Cast, drawn: Recheck) -> None:
    address, client = f"/desk/rechecks/{drawn.id}/", seat(other(cast))
    assert address in client.get("/desk/calls/").content.decode()
    assert address not in seat(cast.he).get("/desk/calls/").content.decode(), "not who made the call"
    page = client.get(address).content.decode()
    assert "都好了" not in page and ZHANG_PHONE not in page and "李卫东" not in page and "何芳" not in page
    looks = Look.objects.count()
    assert "160-0000-1234" in client.post(address, {"do": "ring"}).content.decode()
    assert Look.objects.count() == looks + 1
    assert client.post(address, {"outcome": "reached", "said": "没人来过"}).status_code == 422
    sent = {"outcome": "reached", "solved": "no", "contacted": "no", "said": "没人来过"}
    assert [client.post(address, sent).status_code for _ in range(2)] == [302, 302]
    told = seat(cast.tang).get("/desk/rechecks/").content.decode()
    assert "没人来过" in told and "都好了" in told and "何芳" in told and drawn.draw.seed in told
    mine = seat(cast.zhao).get("/desk/rechecks/").content.decode()
    assert "没人来过" not in mine, "who supervised reads nothing of it"


def test_what_nobody_was_asked_about_is_asked_with_words_of_its_own(cast: Cast) -> None:
    make.notices_from(now())
    every_call(now())
    matter, _ = unanswered(cast, now() - timedelta(days=5))
    closed = matter.closed_at or now()
    rechecks.draw_yesterday(by=Viewer.system("clock"), at=closed + timedelta(days=1))
    address, client = f"/desk/rechecks/{Recheck.objects.get().id}/", seat(other(cast))
    page = client.get(address).content.decode()
    assert "还没有人问到过居民" in page and "没有打通您" in page and "是自己要撤的" not in page
    assert client.post(address, {"outcome": "reached", "solved": "yes", "said": "通水了"}).status_code == 302
    assert matter.judgements.get().solved == "yes"


@row("R-178")
def test_at_night_the_page_says_until_when_nobody_is_rung(cast: Cast, drawn: Recheck, clock: Clock) -> None:
    zone = make.county_book().county.tz
    evening = datetime.combine(now().astimezone(zone).date() + timedelta(days=1), time(20, 59), zone)
    client, address = seat(other(cast)), f"/desk/rechecks/{drawn.id}/"
    clock(evening)
    assert "这会儿不打电话" not in client.get(address).content.decode()
    clock(evening + timedelta(minutes=1))
    assert "这会儿不打电话" in client.get(address).content.decode()


def test_an_empty_form_is_told_what_it_lacks(cast: Cast, drawn: Recheck) -> None:
    answer = seat(other(cast)).post(f"/desk/rechecks/{drawn.id}/", {})
    assert answer.status_code == 422 and "还没有选解决了没有" in answer.content.decode()


def test_nobody_else_finds_it(cast: Cast, drawn: Recheck) -> None:
    for member in (cast.he, cast.li, cast.zhao, cast.zhou, cast.qian):
        client = seat(member)
        assert client.get(f"/desk/rechecks/{drawn.id}/").status_code == 404
        assert client.post(f"/desk/rechecks/{drawn.id}/", {"do": "ring"}).status_code == 404
