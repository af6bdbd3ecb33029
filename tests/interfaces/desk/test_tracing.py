"""Responsibility in retrospect: who held what when, only with the verb and a reason, never of what is sealed."""

from datetime import datetime, timedelta

import pytest

from huiyin.casework.actions import sweep
from huiyin.casework.models import Matter
from huiyin.core.models import Event, Look
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import COUNTY, LIUWAN, QINGSHI, Cast
from tests.conftest import Clock
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/tracing/"


@pytest.fixture
def later(cast: Cast, at: datetime, clock: Clock) -> datetime:
    """One in Li's hands whose deadline ran out, one answered and closed in time; three weeks on."""
    spine.assigned(cast, at)
    spine.called(cast, spine.delivered(cast, at).id, at + timedelta(days=3))
    spine.opened(cast, at, text="村支书罗大勇收了我的钱不办事。")
    found = at + timedelta(days=21)
    while sweep.run_out(by=Viewer.system("clock"), at=found):
        pass
    make.put_in_force(at=found)
    clock(found)
    return found


@row("R-406")
def test_a_place_and_a_time_show_who_held_what_and_what_ran_out_in_whose_hands(cast: Cast, later: datetime) -> None:
    given = {
        "place": LIUWAN,
        "topic": "water",
        "from": "2026-11-01",
        "until": "2026-12-09",
        "reason": "停水两次被报道。",
    }
    shown = seat(cast.zhao).post(ADDRESS, given).content.decode()
    table = shown.split("<h2>经过谁的手</h2>")[1].split("</table>")[0]
    assert '柳湾镇人民政府 李卫东</th><td class="hy-num">2</td>' in table
    assert '<td class="hy-num">1</td></tr>' in table
    assert "时限过了 · 办理答复" in shown
    assert "<li><time" not in shown, "a line is one run of words, not pushed apart to both edges"
    assert "罗大勇" not in shown
    assert "现在 · 等承办人接下 · <b>柳湾镇人民政府 李卫东</b>" in shown


@row("R-406", "SG-49")
def test_asking_needs_the_verb_and_a_reason_and_leaves_a_look(cast: Cast, later: datetime) -> None:
    for who in (cast.chen, cast.zhou, cast.li, cast.ma, cast.luo):
        assert seat(who).post(ADDRESS, {"place": COUNTY, "reason": "看看"}).status_code == 403
    client = seat(cast.zhao)
    assert client.get(ADDRESS).status_code == 200
    refused = client.post(ADDRESS, {"place": COUNTY, "reason": "  "})
    assert refused.status_code == 422
    assert "经过谁的手</h2>" not in refused.content.decode()
    assert not Look.objects.filter(kind="matter.trace").exists()
    assert client.post(ADDRESS, {"place": COUNTY, "reason": "信访件核查。"}).status_code == 200
    look = Look.objects.get(kind="matter.trace")
    assert (look.person_id, look.reason, look.subject) == (cast.zhao.person_id, "信访件核查。", f"place:{COUNTY}")
    assert Event.objects.filter(name="casework.hands_traced").count() == 1


@row("R-406", "SG-49")
def test_an_auditor_reads_who_held_what_and_no_word_of_the_resident(cast: Cast, later: datetime) -> None:
    given = {"place": COUNTY, "from": "2026-11-01", "until": "2026-12-09", "reason": "审计抽查。"}
    shown = seat(cast.qian).post(ADDRESS, given).content.decode()
    assert "柳湾镇人民政府 李卫东" in shown and "时限过了 · 办理答复" in shown
    held = Matter.objects.get(held=True)
    for secret in ("水小得接不满桶", "三组每天", "张丽华", "加压泵", "罗大勇", "/desk/matters/", held.code[:4] + "-"):
        assert secret not in shown, secret
    assert Look.objects.get(kind="matter.trace").person_id == cast.qian.person_id
    ordinary = Matter.objects.filter(held=False).first()
    assert ordinary is not None
    assert seat(cast.qian).get(f"/desk/matters/{ordinary.code}/").status_code in (403, 404)


@row("R-406")
def test_it_is_narrowed_by_person_topic_place_and_time(cast: Cast, later: datetime) -> None:
    client = seat(cast.zhao)

    def count(**given: str) -> int:
        base = {"place": COUNTY, "from": "2026-11-01", "until": "2026-12-09", "reason": "核查。"}
        return client.post(ADDRESS, base | given).content.decode().count("什么时候知道的</p>")

    assert count() == 2
    assert count(person="李卫东") == 2
    assert count(person="白雪梅") == 0
    assert count(topic="roads") == 0
    assert count(place=QINGSHI) == 0
    assert count(**{"from": "2026-11-25"}) == 1  # the other one was at its end by then
    assert client.post(ADDRESS, {"reason": "核查。", "person": "查无此人"}).status_code == 422
    odd = {"reason": "核查。", "from": "0001-01-01", "until": "9999-12-31", "place": "x", "topic": "y" * 99}
    assert client.post(ADDRESS, odd).status_code == 200


def test_a_time_far_out_of_the_calendar_is_cut_to_one_that_can_be_asked(cast: Cast, later: datetime) -> None:
    client = seat(cast.zhao)
    for from_, until in (("9999-12-31", "9999-12-31"), ("0001-01-01", "0001-01-01"), ("9999-12-31", "0001-01-01")):
        given = {"place": COUNTY, "from": from_, "until": until, "reason": "信访件核查。"}
        assert client.post(ADDRESS, given).status_code == 200
