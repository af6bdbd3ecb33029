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
from huiyin.core.worker import drain
from tests import factories as make
from tests.cast import COUNTY, SHANGHE, Cast
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


@row("R-188", "R-403")
def test_what_is_late_stays_on_every_list_whoever_asks_something_back(cast: Cast, at: datetime, clock: Clock) -> None:
    """Whoever has late matters in hand would otherwise ask each resident for one more thing before anybody looks."""
    worked = {}
    for name in ("in_time", "late"):
        matter = spine.assigned(cast, at)
        take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
        worked[name] = matter.code, matter.id
    asked = {"note": "请把户口本拍一张来。"}
    take_step(by=cast.li.viewer(at), at=at, matter_id=worked["in_time"][1], step="ask_more", given=asked)
    due = Matter.objects.get(id=worked["late"][1]).due_at
    assert due is not None
    take_step(by=cast.li.viewer(due), at=due, matter_id=worked["late"][1], step="ask_more", given=asked)
    later = due + timedelta(hours=1)
    make.put_in_force(at=later)
    clock(later)
    for path in ("/desk/late/", "/desk/matters/?due=late"):
        page = seat(cast.zhao).get(path).content.decode().replace("-", "")
        assert worked["late"][0] in page and worked["in_time"][0] not in page, path


@row("R-188")
def test_once_pauses_are_used_up_what_falls_due_is_late_though_something_was_asked_back(
    cast: Cast, at: datetime, clock: Clock
) -> None:
    matter = spine.assigned(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    moment, asked = at, {"note": "还差一样"}
    for _ in range(2):  # the first time for as long as it may stand still, the second for no time at all
        take_step(by=cast.li.viewer(moment), at=moment, matter_id=matter.id, step="ask_more", given=asked)
        running = Matter.objects.get(id=matter.id).clocks.get(name="handling")
        if running.pause_until is not None:
            moment = running.pause_until
            assert sweep.end_pauses(by=MACHINE, at=moment) == 1
    late = Matter.objects.get(id=matter.id)
    assert late.state == "more_asked" and late.due_at is not None
    make.put_in_force(at=late.due_at)
    clock(late.due_at)
    assert late.code in seat(cast.zhao).get("/desk/late/").content.decode().replace("-", "")


@row("R-188")
@pytest.mark.parametrize(
    ("step", "given"),
    [
        ("ask_more", {"note": "还差一样"}),
        ("pause", {"pause_reason": "season", "reason": "等雨停", "until": "UNTIL"}),
    ],
)
def test_that_time_for_waiting_is_over_is_said_in_the_readers_words_and_not_as_something_the_resident_added(
    cast: Cast, at: datetime, clock: Clock, step: str, given: dict[str, str]
) -> None:
    """In its history, in its file and in a ledger, before its handler and on the wall of what is late; and no words of
    anybody stand there."""
    matter = spine.assigned(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    named = {"until": (at + timedelta(days=3)).date()} if "until" in given else {}
    who = cast.ma if step == "pause" else cast.li
    take_step(by=who.viewer(at), at=at, matter_id=matter.id, step=step, given=given | named)
    over = Matter.objects.get(id=matter.id).clocks.get(name="handling").pause_until
    assert over is not None
    assert sweep.end_pauses(by=MACHINE, at=over) == 1
    assert Matter.objects.get(id=matter.id).moves.latest("seq").note == ""
    drain(over)
    due = Matter.objects.get(id=matter.id).due_at
    assert due is not None
    here = f"/desk/matters/{matter.code}/"
    ledger = f"/desk/ledgers/lines/?place={COUNTY}"
    for moment, path, reader in (
        (over, here, cast.li),
        (over, f"{here}file/", cast.zhou),
        (over, "/desk/told/", cast.li),
        (over, ledger, cast.zhou),
        (due, "/desk/late/", cast.zhao),
    ):
        make.put_in_force(at=moment)
        clock(moment)
        page = seat(reader).get(path).content.decode()
        assert "等的时间到了，接着办" in page and "补充了" not in page and "pause" not in page.split("<main")[1], path
        assert "居民已补充" not in page, path
