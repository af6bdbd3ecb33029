"""Call-backs: by somebody else, one at a time, by rule, and with their consequence."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.casework.actions.feedback import call_back
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import CallBack, Judgement, Matter
from huiyin.casework.queries import calls as queries
from huiyin.core.models import Look
from huiyin.core.now import now
from tests import factories as make
from tests.cast import ZHANG_PHONE, Cast, Member
from tests.conftest import Clock
from tests.interfaces.desk.seat import appointed, seat
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
QUEUE = "/desk/calls/"
NOT_SAID = {"contacted": None, "true": None, "solved": "", "grade": None}
SAID = {"outcome": "reached", "contacted": "yes", "true": "yes", "solved": "yes", "grade": "5", "said": "晚上有水了"}


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """An answered matter."""
    make.put_in_force(at=now() - timedelta(days=10))
    return spine.answered(cast, now() - timedelta(days=6))


def address(matter: Matter) -> str:
    return f"{QUEUE}{matter.code}/"


def answer(client: Client, matter: Matter, **said: str) -> int:
    """Send an answer from the page as it stands."""
    seen = re.search(r'name="seen" value="(\d+)"', client.get(address(matter)).content.decode())
    assert seen
    return client.post(address(matter), SAID | {"seen": seen[1]} | said).status_code


@row("R-178", "R-209")
def test_solved_closes_and_the_next_call_comes_up(cast: Cast, matter: Matter) -> None:
    client = seat(cast.he)
    assert client.get("/desk/calls/next/")["Location"] == address(matter)
    assert answer(client, matter) == 302
    assert client.post(address(matter), {"outcome": "reached"}).status_code == 302, "a second press is no error page"
    matter.refresh_from_db()
    assert matter.state == "closed"
    said = Judgement.objects.get()
    assert (said.contacted, said.true, said.solved, said.grade, said.words) == (True, True, "yes", 5, "晚上有水了")
    assert client.get("/desk/calls/next/")["Location"] == QUEUE
    assert "没有要打的电话" in client.get(QUEUE).content.decode()


@row("R-214")
@pytest.mark.parametrize("solved", ["part", "no"])
def test_not_wholly_solved_takes_the_matter_up_again(cast: Cast, matter: Matter, solved: str) -> None:
    assert answer(seat(cast.he), matter, solved=solved, grade="none", true="unsure") == 302
    matter.refresh_from_db()
    said = Judgement.objects.get()
    assert (matter.state, said.grade, said.true) == ("reopened", None, None)


@row("R-231", "SG-32")
def test_who_handled_or_supervises_never_finds_it_in_their_calls(cast: Cast, matter: Matter) -> None:
    for member in (cast.li, cast.zhao, cast.chen, cast.zhou, cast.qian):
        assert seat(member).get(QUEUE).status_code == 404
        assert seat(member).get(address(matter)).status_code == 404
        assert seat(member).post(f"{address(matter)}ring/").status_code == 404


@row("SG-32")
def test_somebody_who_supervises_and_calls_never_calls_their_own(cast: Cast) -> None:
    make.put_in_force(at=now() - timedelta(days=10))
    double = appointed("双岗", cast.bodies.inspection, "supervisor", "督办员")
    make.an_official(cast.bodies.survey, person_id=double.person_id, role="caller", title="回访员", username="")
    moment = now() - timedelta(days=3)
    matter = spine.accepted(cast, moment)
    parts = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": double.person_id}
    steps: tuple[tuple[Member, str, Mapping[str, object]], ...] = (
        (cast.zhou, "assign", parts),
        (cast.li, "take", {}),
        (cast.li, "answer", {"reply": "泵已换好，水够用了。"}),
    )
    for member, step, given in steps:
        take_step(by=member.viewer(moment), at=moment, matter_id=matter.id, step=step, given=given)
    client = seat(double)
    assert client.get(QUEUE).status_code == 200
    assert matter.code not in client.get(QUEUE).content.decode()
    assert client.get(address(matter)).status_code == 404
    assert matter.code in seat(cast.he).get(QUEUE).content.decode()


def test_the_number_is_masked_until_it_is_asked_for_and_that_leaves_a_trace(cast: Cast, matter: Matter) -> None:
    client = seat(cast.he)
    html = client.get(address(matter)).content.decode()
    assert ZHANG_PHONE not in html
    assert "160-0000-1234" not in html
    looks = Look.objects.count()
    shown = client.post(f"{address(matter)}ring/").content.decode()
    assert "160-0000-1234" in shown
    assert Look.objects.count() == looks + 1
    assert "160-0000-1234" not in client.get(address(matter)).content.decode()


def test_the_script_names_who_rings_what_was_said_and_who_answered(cast: Cast, matter: Matter) -> None:
    html = seat(cast.he).get(address(matter)).content.decode()
    for words in ("我是望川县民意调查中心的何芳", "柳湾镇人民政府", "加压泵已换新", "办事的人看不到"):
        assert words in html


def test_not_reached_is_an_outcome_of_its_own_and_waits_for_its_time(cast: Cast, matter: Matter) -> None:
    client = seat(cast.he)
    assert answer(client, matter, outcome="no_answer") == 302
    matter.refresh_from_db()
    assert (matter.state, CallBack.objects.get().outcome, Judgement.objects.count()) == ("answered", "no_answer", 0)
    assert client.get("/desk/calls/next/")["Location"] == QUEUE
    assert "记下了：没人接。" in client.get(QUEUE).content.decode()
    queue = client.get(QUEUE).content.decode()
    assert "没人接" in queue
    assert "记下了" not in queue, "said once"
    assert answer(client, matter, outcome="busy") == 422
    assert CallBack.objects.count() == 1


@row("R-178")
def test_only_after_all_the_tries_it_may_be_closed_as_not_reached(cast: Cast, matter: Matter) -> None:
    client = seat(cast.he)
    assert "按联系不上办结" not in client.get(address(matter)).content.decode()
    assert answer(client, matter, do="close") == 422
    zone = make.county_book().county.tz
    today = now().astimezone(zone).date()
    for days, hour in ((3, 9), (2, 15), (1, 19)):
        moment = datetime.combine(today - timedelta(days=days), time(hour), zone)
        call_back(by=cast.he.viewer(moment), at=moment, matter_id=matter.id, outcome="no_answer")
    assert "按联系不上办结" in client.get(address(matter)).content.decode()
    assert answer(client, matter, do="close") == 302
    assert "联系不上，结了。" in client.get(QUEUE).content.decode()
    matter.refresh_from_db()
    assert matter.state == "closed"
    assert Judgement.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"solved": ""}, "还没有选解决了没有"),
        ({"outcome": "eaten"}, "请从给出的几项里选"),
        ({"seen": "1"}, "刚才有人动过"),
    ],
)
def test_what_is_wrong_is_told_and_the_words_are_kept(
    cast: Cast, matter: Matter, said: dict[str, str], sentence: str
) -> None:
    seen = {"seen": str(matter.version)}
    answer = seat(cast.he).post(address(matter), SAID | seen | {"said": "她说还要再看看"} | said)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert "她说还要再看看" in html


@pytest.mark.once
def test_the_queue_costs_the_same_with_one_and_with_many(
    cast: Cast, matter: Matter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = seat(cast.he)
    client.get(QUEUE)
    for n in range(3):
        with django_assert_max_num_queries(12):
            client.get(QUEUE)
        spine.answered(cast, now() - timedelta(days=4, hours=n + 1))
    client.get(address(matter))
    with django_assert_max_num_queries(15):
        assert client.get(address(matter)).status_code == 200


def test_anonymous_is_sent_to_sign_in(matter: Matter) -> None:
    for page in (QUEUE, address(matter), "/desk/calls/next/"):
        assert Client().get(page)["Location"].startswith("/account/login/")


@row("R-178", "R-209")
def test_whoever_can_be_rung_comes_up_however_many_before_them_cannot(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    at, day = now(), timedelta(days=1)
    make.put_in_force(at=at - 20 * day)
    matter = spine.answered(cast, at - 16 * day)  # days apart, so that each is due on a day of its own
    tried, without, wrong, passed = (
        spine.answered(cast, at - 12 * day, **more) for more in ({}, {"reporter_phone": ""}, {}, {})
    )
    free = spine.answered(cast, at - 8 * day, reporter_phone="16000004321")
    he = cast.he.viewer(at)
    spine.called(cast, matter.id, at - day, outcome="no_answer", **NOT_SAID)
    spine.called(cast, tried.id, at, outcome="no_answer", **NOT_SAID)
    spine.called(cast, wrong.id, at, outcome="wrong_number", **NOT_SAID)
    spine.called(cast, passed.id, at, outcome="another_caller", note="要会说方言的", **NOT_SAID)
    assert [one.row.code for one in queries.waiting(he, at)] == [matter.code], "the gap since the attempt is over"
    spine.called(cast, matter.id, at, outcome="no_answer", **NOT_SAID)
    assert queries.next_call(he, at) == free.code
    spine.called(cast, free.id, at, outcome="call_again", again_at=at + 2 * day, **NOT_SAID)
    assert queries.next_call(he, at) == ""
    assert len(queries.waiting(he, at)) == 1, "a page is shown all the same"
    assert queries.next_call(he, at + day) == matter.code
    assert without.code and queries.next_call(he, at + 3 * day) == matter.code


@row("R-178", "R-209")
def test_after_three_promised_calls_the_caller_is_told_to_ask_and_the_next_answer_may_be_put_off_anew(
    cast: Cast,
) -> None:
    begun, day = now() - timedelta(days=9), timedelta(days=1)
    make.put_in_force(at=begun - day)
    matter = spine.answered(cast, begun)
    for n in range(3):
        at = begun + day * (n + 1)
        spine.called(cast, matter.id, at, outcome="call_again", again_at=at + day, **NOT_SAID)
    wanted = (now() + day).astimezone(make.county_book().county.tz).strftime("%Y-%m-%dT10:00")
    client, address = seat(cast.he), f"/desk/calls/{matter.code}/"
    told = client.post(address, {"outcome": "call_again", "again_at": wanted, "note": "下次再说"})
    assert told.status_code == 422
    assert "已经约过 3 次再打" in told.content.decode() and "下次再说" in told.content.decode()
    at = begun + 5 * day
    matter = spine.called(cast, matter.id, at, solved="no", words="还没水", grade=None)
    assert matter.state == "reopened"
    spine.answered_again(cast, matter, at)
    later = at + timedelta(hours=1)
    spine.called(cast, matter.id, later, outcome="call_again", again_at=later + day, **NOT_SAID)


def test_who_named_a_time_is_rung_then_before_others_and_within_the_gap(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    at, day, soon = now(), timedelta(days=1), timedelta(minutes=30)
    make.put_in_force(at=at - 20 * day)
    matter = spine.answered(cast, at - 16 * day)
    named = spine.answered(cast, at - 8 * day, reporter_phone="16000004321")
    he = cast.he.viewer(at)
    assert queries.next_call(he, at) == matter.code, "due before the other"
    spine.called(cast, named.id, at, outcome="call_again", again_at=at + soon, **NOT_SAID)
    assert queries.next_call(he, at + soon / 2) == matter.code
    assert queries.next_call(he, at + soon) == named.code
    page = queries.call(he, named.code, at + soon)
    assert (page.next_at, page.rests) == (None, None), "the page does not say that it is too soon either"
    spine.called(cast, named.id, at + soon, outcome="no_answer", **NOT_SAID)
    assert queries.next_call(he, at + soon) == matter.code


def test_of_many_the_page_shows_the_first_and_says_how_many_there_are(
    cast: Cast, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = spine.answered(cast, now() - timedelta(days=3))  # due on a later day in any year
    page = seat(cast.he).get(QUEUE).content.decode()
    assert "还有 2 位居民要问" in page, re.findall("<h1.*?</h1>", page, re.S)
    assert "其余的会接着出来" not in page
    monkeypatch.setattr(queries, "PAGE", 1)
    page = seat(cast.he).get(QUEUE).content.decode()
    assert "还有 2 位居民要问" in page
    assert "先问这 1 位，其余的会接着出来" in page
    assert address(matter) in page and address(other) not in page


@row("R-178")
def test_at_night_the_page_says_why_nobody_is_rung_and_when_it_goes_on(
    cast: Cast, matter: Matter, clock: Clock
) -> None:
    client, zone = seat(cast.he), make.county_book().county.tz
    evening = datetime.combine(now().astimezone(zone).date() + timedelta(days=1), time(20, 59), zone)
    clock(evening)
    assert "夜里不打扰居民" not in client.get(QUEUE).content.decode()
    clock(evening + timedelta(minutes=1))
    page = client.get(QUEUE).content.decode()
    assert "夜里不打扰居民" in page and "8:00 接着打" in re.sub("<[^>]+>|\u2060", "", page)
    english = client.get(QUEUE, headers={"accept-language": "en"}).content.decode()
    assert "left in peace at night" in english
    assert answer(client, matter) == 302
    assert "夜里不打扰居民" not in client.get(QUEUE).content.decode(), "nobody waits to be rung"
