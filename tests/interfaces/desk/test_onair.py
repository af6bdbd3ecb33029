"""A hotline on the radio: planned, its calls its matters, what became of them told later, on paper without a caller."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import onair as actions
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Episode, Matter, OnAirCall
from huiyin.casework.queries import onair as queries
from huiyin.core import worker
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from tests import factories as make
from tests.cast import GROUP_THREE, ZHANG_PHONE, Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rows import row

PAGE = "/desk/onair/"
SAID = "张丽华家门口的水渠塌了，淹了半亩地。"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def local(at: datetime) -> date:
    return at.astimezone(ZoneInfo("Asia/Shanghai")).date()


def planned(cast: Cast, on: date, topic: str = "水渠和灌溉") -> Episode:
    return actions.plan(by=cast.chen.viewer(now()), at=now(), on=on, topic=topic, body=cast.bai.body_id)


def rung(text: str = SAID, *, channel: str = "radio", at: datetime | None = None) -> Matter:
    words = Words(
        text=text,
        channel=channel,
        place_code=GROUP_THREE,
        topic="construction",
        reporter_name="张丽华",
        reporter_phone=ZHANG_PHONE,
    )
    matter = open_matter(by=Viewer.resident(), at=at or now(), words=words).matter
    worker.drain(at or now())
    return matter


@row("R-161")
def test_an_episode_is_planned_once_a_day_by_who_takes_in_for_the_county(cast: Cast) -> None:
    client = seat(cast.chen)
    html = client.get(PAGE).content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]+)"', html)
    assert key
    on = local(now()) + timedelta(days=7)
    form = {"key": key[1], "on": f"{on}", "body": str(cast.bai.body_id), "topic": "水渠和灌溉"}
    wrong = client.post(PAGE, form | {"topic": "上访老户怎么治", "body": "", "on": "下周"})
    assert (wrong.status_code, "is-wrong" in wrong.content.decode()) == (422, True)
    assert [client.post(PAGE, form).status_code for _ in range(2)] == [302, 302]
    assert Episode.objects.get().topic == "水渠和灌溉"
    with pytest.raises(Refused, match="episode_planned"):
        planned(cast, on)
    with pytest.raises(Refused, match="not_allowed"):
        actions.plan(by=cast.luo.viewer(now()), at=now(), on=on, topic="路", body=cast.bai.body_id)


@row("R-161")
def test_a_call_taken_on_air_becomes_a_matter_of_the_episode_and_no_confidential_one_does(cast: Cast) -> None:
    today = planned(cast, local(now()))
    call = rung()
    rung("村口的路灯坏了三盏。", channel="phone")
    secret = rung("李卫东收钱才给办低保，我要举报。")
    assert secret.held
    assert [one.matter_id for one in OnAirCall.objects.all()] == [call.id]
    page = queries.episode(cast.chen.viewer(now()), today.id, now())
    assert [one.code for one in page.calls] == [call.code]
    with pytest.raises(Refused, match="code_unknown"):
        actions.take(by=cast.chen.viewer(now()), at=now(), episode_id=today.id, code=secret.code)
    add_words(by=Viewer.resident(), at=now(), matter_id=call.id, words="李卫东收钱才肯修渠，我要投诉。")
    assert not queries.episode(cast.chen.viewer(now()), today.id, now()).calls


@row("R-161")
def test_what_is_registered_later_is_put_under_its_episode_by_its_code(cast: Cast) -> None:
    past = planned(cast, local(now()) - timedelta(days=1))
    call, other = rung(), rung("村口的路灯坏了三盏。", channel="phone")
    client = seat(cast.chen)
    address = f"{PAGE}{past.id}/"
    wrong = client.post(address, {"do": "take", "code": other.code})
    assert (wrong.status_code, "is-wrong" in wrong.content.decode()) == (422, True)
    assert [client.post(address, {"do": "take", "code": call.code}).status_code for _ in range(2)] == [302, 302]
    assert OnAirCall.objects.get().episode_id == past.id


@row("R-161", "SG-15")
def test_what_became_of_it_is_told_in_a_later_episode_on_a_sheet_that_names_no_caller(cast: Cast) -> None:
    first, later = planned(cast, local(now())), planned(cast, local(now()) + timedelta(days=7), "说说上次的事")
    call = rung()
    chen = cast.chen.viewer(now())
    take_step(by=chen, at=now(), matter_id=call.id, step="accept", given={})
    given = {"nature": "question", "way": "direct_answer", "topic": "construction", "reply": "张丽华家的渠修好了。"}
    take_step(by=chen, at=now(), matter_id=call.id, step="answer", given={**given, "public_text": "水渠已经修好。"})
    client = seat(cast.chen)
    assert call.code[:4] in client.get(f"{PAGE}{later.id}/").content.decode()
    with pytest.raises(Missing):  # it cannot be told before it was taken, nor in the same one
        actions.tell(by=chen, at=now(), episode_id=first.id, code=call.code)
    assert client.post(f"{PAGE}{later.id}/", {"do": "tell", "code": call.code}).status_code == 302
    assert OnAirCall.objects.get().told_in_id == later.id
    page = queries.episode(chen, later.id, now())
    assert [one.code for one in page.tells] == [call.code] and not page.untold
    sheet = client.get(f"{PAGE}{later.id}/sheet/").content.decode()
    assert "说说上次的事" in sheet and "水渠已经修好" in sheet
    for word in ("张丽华", ZHANG_PHONE, ZHANG_PHONE[-4:], SAID[:8], call.title):
        assert word not in sheet
    assert [(one.calls, one.told) for one in queries.episodes(chen)] == [(0, 0), (1, 1)]


@row("R-161")
def test_who_serves_elsewhere_reads_the_plan_and_none_of_its_calls(cast: Cast) -> None:
    today = planned(cast, local(now()))
    rung()
    elsewhere = cast.wu
    assert "水渠和灌溉" in seat(elsewhere).get(PAGE).content.decode()
    page = queries.episode(elsewhere.viewer(now()), today.id, now())
    assert (page.calls, page.plans, page.row.calls) == ([], False, 0)


@pytest.mark.once
def test_an_episode_asks_as_much_with_one_call_as_with_thirty(cast: Cast) -> None:
    today = planned(cast, local(now()))
    client = seat(cast.chen)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"{PAGE}{today.id}/").status_code == 200
        return len(found)

    rung()
    asked()  # what is read once for all pages
    one = asked()
    for number in range(30):
        rung(f"第{number}处水渠塌了，请来看看。")
    asked()
    assert asked() <= one <= 15


def test_whether_matters_came_by_radio_is_asked_once_for_however_many(cast: Cast, at: datetime) -> None:
    ids = {spine.opened(cast, at).matter.id for _ in range(3)}
    with CaptureQueriesContext(connection) as asked:
        assert actions.take_of_the_day(by=Viewer.system("worker"), at=at, ids=ids) == 0
    assert sum("casework_matter" in query["sql"] for query in asked.captured_queries) == 1
    assert not any("casework_episode" in query["sql"] for query in asked.captured_queries)
