"""The supervisor's wall: what is late, for whom it waits since when, and the next step one click away."""

import re
from datetime import datetime, timedelta

import pytest
from django.db.models import QuerySet

from huiyin.casework.actions import sweep
from huiyin.casework.actions.extensions import ask
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import SHANGHE, Cast
from tests.conftest import Clock
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
MACHINE = Viewer.system("clock")


@pytest.fixture
def late(cast: Cast, at: datetime, clock: Clock) -> datetime:
    """Two weeks on: one never accepted, one never taken, one in hand with more time asked for, one answered in time."""
    spine.opened(cast, at, place_code=SHANGHE, text="上河村的路灯坏了。")
    spine.assigned(cast, at)
    asked = spine.assigned(cast, at)
    li = cast.li.viewer(at)
    take_step(by=li, at=at, matter_id=asked.id, step="take", given={})
    ask(by=li, at=at + timedelta(days=1), matter_id=asked.id, amount=3, reason="等配件。")
    spine.called(cast, spine.delivered(cast, at).id, at + timedelta(days=3))
    later = at + timedelta(days=14)
    while sweep.run_out(by=MACHINE, at=later):
        pass
    make.put_in_force(at=later)
    clock(later)
    return later


@row("R-188", "R-403")
def test_the_wall_says_for_whom_each_waits_and_offers_the_next_step(cast: Cast, late: datetime) -> None:
    shown = seat(cast.zhao).get("/desk/late/").content.decode()
    assert "3 件超期" in shown
    assert len(re.findall("data-row", shown)) == 3
    for words in ("等受理 1", "等承办人接下 1", "等承办人答复 1", "柳湾镇人民政府 2", "还没有定 1"):
        assert words in shown, words
    assert "申请了延期，还没批" in shown
    assert "批延期" in shown
    assert re.search(r'href="/desk/matters/\d{9}/step/supervise/"', shown)
    assert "已经 14 天没动" in shown
    assert shown.count("没有申请过延期") == 2, "what nobody gave a reason for says its last step"
    assert "最后一步是“交办”" in shown


def test_it_is_narrowed_by_whom_it_waits_for_and_by_body(cast: Cast, late: datetime) -> None:
    client = seat(cast.zhao)
    assert len(re.findall("data-row", client.get("/desk/late/?waits=taking").content.decode())) == 1
    assert len(re.findall("data-row", client.get(f"/desk/late/?body={cast.bodies.town}").content.decode())) == 2
    assert len(re.findall("data-row", client.get("/desk/late/?without=body").content.decode())) == 1
    assert "这样筛下来一件也没有" in client.get(f"/desk/late/?body={cast.bodies.farming}").content.decode()
    assert client.get("/desk/late/?waits=x&body=y&supervisor=z&after=q").status_code == 200


@row("SG-01")
def test_the_wall_shows_ones_own_sight_and_nothing_held(cast: Cast, at: datetime, late: datetime) -> None:
    spine.opened(cast, at, text="村支书罗大勇收了我的钱不办事。")
    assert "2 件超期" in seat(cast.ma).get("/desk/late/").content.decode()
    assert "3 件超期" in seat(cast.tang).get("/desk/late/").content.decode()
    assert seat(cast.li).get("/desk/late/").status_code == 403


@pytest.mark.once
def test_the_wall_costs_the_same_for_three_and_for_thirty(
    cast: Cast, at: datetime, late: datetime, django_assert_max_num_queries: object
) -> None:
    client = seat(cast.zhao)
    client.get("/desk/late/")
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(12) as captured:  # type: ignore[operator]  # the fixture of the suite
            assert client.get("/desk/late/").status_code == 200
        counts.append(len(captured))
        for _ in range(27):
            spine.assigned(cast, at)
        client.get("/desk/")
    assert counts[0] == counts[1]


@row("R-403")
def test_what_lies_before_a_leader_says_so_and_what_no_word_knows_can_be_looked_at_alone(
    cast: Cast, at: datetime, late: datetime
) -> None:
    with looking_as(OPEN):
        ids = list(Matter.objects.filter(state__in=("assigned", "working")).order_by("id").values_list("id", flat=True))
        for one, state in zip(ids, ("submitted", "a_later_word"), strict=True):
            QuerySet[Matter](Matter).filter(id=one).update(state=state)
    client = seat(cast.zhao)
    assert "等领导批示 1" in client.get("/desk/late/").content.decode()
    assert len(re.findall("data-row", client.get("/desk/late/?waits=leader").content.decode())) == 1
    assert len(re.findall("data-row", client.get("/desk/late/?waits=other").content.decode())) == 1
