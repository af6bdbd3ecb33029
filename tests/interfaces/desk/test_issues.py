"""Common issues at the desk: registered, promised, filled with matters, reported on, settled when all are answered."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import issues as actions
from huiyin.casework.actions.aside import name_subjects, recuse
from huiyin.casework.models import Clock, Issue, IssueFigure, IssueMember, IssuePromise, Matter
from huiyin.casework.queries import issues as queries
from huiyin.casework.rules.issues import About, Weight, order
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.worker import drain
from huiyin.programme.refusal import Missing, Refused
from tests import factories as make
from tests.cast import SHIQIAO, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

LIST = "/desk/issues/"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def registered(cast: Cast, title: str = "各村没有硬化的路", **more: object) -> Issue:
    about = About(title=title, text="下雨走不出去，二十来个村都提。", owner=cast.bodies.town, **more)  # type: ignore[arg-type]  # named as About names them
    return actions.register(by=cast.zhou.viewer(now()), at=now(), about=about)


def page(issue: Issue) -> str:
    return f"{LIST}{issue.id}/"


def key(client: Client, address: str, after: str = "") -> str:
    html = client.get(address).content.decode()
    found = re.search(r'name="key" value="([0-9a-f-]+)"', html.split(after, 1)[1] if after else html)
    assert found
    return found[1]


@row("R-215", "R-217")
def test_an_issue_is_registered_with_owner_units_plan_and_money_once_however_often_pressed(cast: Cast) -> None:
    client = seat(cast.zhou)
    form = {
        "key": key(client, f"{LIST}new/"),
        "title": "各村没有硬化的路",
        "text": "下雨走不出去。",
        "urgency": "now",
        "owner": str(cast.bodies.farming),
        "units": [str(cast.bodies.town), str(cast.bodies.farming)],
        "plan": "两年修八百公里",
        "funding_yuan": "12,000,000",
        "funding_from": "县财政",
    }
    wrong = client.post(f"{LIST}new/", form | {"title": " ", "text": "", "funding_yuan": "1200"})
    assert (wrong.status_code, wrong.content.decode().count("is-wrong")) == (422, 2)
    assert client.post(f"{LIST}new/", form | {"funding_yuan": "很多"}).status_code == 422
    assert [client.post(f"{LIST}new/", form).status_code for _ in range(2)] == [302, 302]
    issue = Issue.objects.get()
    assert (issue.funding_yuan, issue.owner_body_id) == (12_000_000, cast.bodies.farming)
    assert [one.body_id for one in issue.units.all()] == [cast.bodies.town]
    assert "望川县农业农村局" in client.get(page(issue)).content.decode()


@row("R-215")
def test_matters_are_found_by_words_topic_and_place_and_put_under_it_without_changing_them(cast: Cast) -> None:
    issue, client = registered(cast), seat(cast.zhou)
    here = a_matter(cast, now(), "take")
    there = a_matter(cast, now(), "accept", place_code=SHIQIAO, reporter_phone="16000005678")
    other = a_matter(cast, now(), "accept", subject="路灯", text="路灯坏了一个月", reporter_phone="16000005679")
    clocks = list(Clock.objects.order_by("id").values_list("id", "due_at", "met_at"))
    address = f"{page(issue)}gather/"
    both = client.get(f"{address}?q=停水").content.decode()
    assert here.code in both and there.code in both and other.code not in both
    narrow = client.get(f"{address}?q=停水&near=石桥").content.decode()
    assert (here.code in narrow, there.code in narrow) == (False, True)
    assert client.post(f"{address}?q=停水", {"code": [here.code, there.code]}).status_code == 302
    assert client.post(f"{address}?q=停水", {"code": [here.code, there.code]}).status_code == 302
    assert set(IssueMember.objects.values_list("matter_id", flat=True)) == {here.id, there.id}
    assert "已经在里面" in client.get(f"{address}?q=停水").content.decode()
    assert list(Clock.objects.order_by("id").values_list("id", "due_at", "met_at")) == clocks
    assert {one.state for one in Matter.objects.filter(id__in=[here.id, there.id])} == {"working", "accepted"}
    second = registered(cast, "自来水")
    assert actions.gather(by=cast.zhou.viewer(now()), at=now(), issue_id=second.id, matters=[here.id]) == 0


@row("R-217", "R-226")
def test_a_promise_names_who_and_a_day_to_come_and_moves_only_with_a_reason_that_stands(cast: Cast) -> None:
    issue, client = registered(cast), seat(cast.zhou)
    today = now().date()
    form = {"do": "promise", "said": "两年内修完", "who": "马国强"}

    def promised(days: int, **more: str) -> int:
        body = form | {"key": key(client, page(issue), 'value="promise"'), **more}
        return client.post(page(issue), body | {"until": (today + timedelta(days=days)).isoformat()}).status_code

    assert promised(-1) == 422
    assert client.post(page(issue), form | {"key": key(client, page(issue)), "until": "明年"}).status_code == 422
    assert promised(30) == 302
    assert promised(60) == 422
    assert promised(60, reason="沥青涨价，招标流了一次") == 302
    assert promised(50) == 302
    assert [one.reason for one in IssuePromise.objects.all()] == ["", "沥青涨价，招标流了一次", ""]
    html = client.get(page(issue)).content.decode()
    assert "沥青涨价" in html
    late = queries.issues(cast.zhou.viewer(now()), now(), today + timedelta(days=51))
    assert [one.late for one in late] == [True]


@row("R-218")
def test_progress_is_reported_with_figures_by_the_owners_people_and_by_nobody_else(cast: Cast) -> None:
    issue = registered(cast)
    client = seat(cast.li)  # of the town that owns it
    form = {"do": "figure", "name": "硬化的路", "unit": "公里", "target": "800", "value_now": "312.5"}
    for value in ("三百", "1e99", "NaN", "-3"):
        wrong = form | {"key": key(client, page(issue)), "value_now": value}
        assert client.post(page(issue), wrong).status_code == 422
    body = form | {"key": key(client, page(issue))}
    assert [client.post(page(issue), body).status_code for _ in range(2)] == [302, 302]
    assert IssueFigure.objects.get().value_hundredths == 31250
    found = queries.issue(cast.li.viewer(now()), issue.id, now().date())
    assert [(one.name, one.share) for one in found.progress] == [("硬化的路", 312.5 / 800)]
    with pytest.raises(Refused, match="not_allowed"):
        actions.report(
            by=cast.bai.viewer(now()),
            at=now(),
            issue_id=issue.id,
            name="路",
            unit="公里",
            target=Decimal(1),
            value=Decimal(1),
        )


@row("R-215", "R-209")
def test_it_is_settled_only_when_it_was_promised_and_everybody_has_an_answer(cast: Cast) -> None:
    issue, at = registered(cast), now()
    zhou, client = cast.zhou.viewer(at), seat(cast.zhou)
    open_one, answered = a_matter(cast, at, "take"), a_matter(cast, at, "answer", reporter_phone="16000005678")
    actions.gather(by=zhou, at=at, issue_id=issue.id, matters=[open_one.id, answered.id])
    assert "还没有写公开承诺" in client.post(page(issue), {"do": "settle", "note": "修完了"}).content.decode()
    actions.promise(by=zhou, at=at, issue_id=issue.id, said="修", until=at.date(), who="马国强")
    refused = client.post(page(issue), {"do": "settle", "note": "修完了"})
    assert (refused.status_code, "里面还有没答复的件" in refused.content.decode()) == (422, True)
    taken = client.post(page(issue), {"do": "take_out", "code": open_one.code, "reason": ""})
    assert taken.status_code == 422
    assert client.post(page(issue), {"do": "take_out", "code": open_one.code, "reason": "不是路"}).status_code == 302
    assert client.post(page(issue), {"do": "settle", "note": "修完了"}).status_code == 302
    answered.refresh_from_db()
    assert (answered.state, answered.closed_at) == ("answered", None)
    assert Issue.objects.get().settled_at is not None


@row("SG-01")
def test_sealed_and_foreign_matters_are_neither_listed_nor_counted_under_it(cast: Cast) -> None:
    issue, at = registered(cast), now()
    zhou = cast.zhou.viewer(at)
    plain, sealed, mine = (a_matter(cast, at, "accept", reporter_phone=f"1600000567{n}") for n in range(3))
    held = a_matter(cast, at, nature="complaint")
    assert actions.gather(by=zhou, at=at, issue_id=issue.id, matters=[held.id]) == 0
    actions.gather(by=zhou, at=at, issue_id=issue.id, matters=[plain.id, sealed.id, mine.id])
    name_subjects(by=zhou, at=at, matter_id=sealed.id, persons=[cast.luo.person_id])
    recuse(by=zhou, at=at, matter_id=mine.id, person=cast.li.person_id)
    for who, wanted in ((cast.zhou, {plain.id, mine.id}), (cast.li, {plain.id}), (cast.wu, set())):
        found = queries.issue(who.viewer(at), issue.id, at.date())
        assert {one.id for one, _ in found.members} == wanted
        assert found.row.counts.members == len(wanted)
        html = seat(who).get(page(issue)).content.decode()
        assert sealed.code not in html
    with pytest.raises(Missing):
        queries.issue(cast.qian.viewer(at), issue.id, at.date())


@row("SG-01")
def test_the_log_tells_of_a_settled_issue_no_number_that_counts_what_is_sealed(cast: Cast) -> None:
    """One more than its page lists would tell whoever reads the log that a complaint came of one of them."""
    issue, at = registered(cast), now()
    zhou = cast.zhou.viewer(at)
    plain, sealed = (a_matter(cast, at, "answer", reporter_phone=f"1600000567{n}") for n in range(2))
    actions.gather(by=zhou, at=at, issue_id=issue.id, matters=[plain.id, sealed.id])
    name_subjects(by=zhou, at=at, matter_id=sealed.id, persons=[cast.luo.person_id])
    actions.promise(by=zhou, at=at, issue_id=issue.id, said="修", until=at.date(), who="马国强")
    actions.settle(by=zhou, at=at, issue_id=issue.id, note="修完了")
    assert Event.objects.get(name="casework.issue_settled").data["members"] == 1


@row("R-216")
def test_urgent_comes_before_massed_and_massed_before_scattered() -> None:
    urgent, massed, scattered = Weight("now", 2, 2, None), Weight("soon", 40, 3, None), Weight("soon", 9, 9, None)
    assert sorted([scattered, massed, urgent], key=order) == [urgent, massed, scattered]


@pytest.mark.once
def test_the_pages_ask_as_much_for_one_as_for_thirty(cast: Cast) -> None:
    issue, at, client = registered(cast), now(), seat(cast.zhou)
    asked: list[tuple[int, int, int]] = []
    for many in (1, 29):
        some = [a_matter(cast, at, "accept", reporter_phone=f"160001{many:02d}{n:03d}") for n in range(many)]
        actions.gather(by=cast.zhou.viewer(at), at=at, issue_id=issue.id, matters=[one.id for one in some])
        counts = []
        for address in (LIST, page(issue), f"{page(issue)}gather/?q=停水"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        asked.append((counts[0], counts[1], counts[2]))
        registered(cast, f"另一个{many}")
    assert asked[0] == asked[1], asked
    assert max(asked[0]) <= 15, asked


@row("R-422", "R-393", "SG-01")
def test_what_may_be_a_common_issue_opens_to_the_matters_it_was_counted_from(cast: Cast) -> None:
    at, made = now(), []
    for number in range(6):
        made.append(a_matter(cast, at, "accept", reporter_phone=f"1600000{5000 + number}", topic="water"))
    issue = registered(cast)
    actions.gather(by=cast.zhou.viewer(at), at=at, issue_id=issue.id, matters=[made[0].id])
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=made[1].id, persons=[cast.luo.person_id])
    a_matter(cast, at - timedelta(days=100), "accept", reporter_phone="16000005999", topic="water")
    drain(now())
    client = seat(cast.zhou)
    found = re.search(r'<a class="hy-open" href="([^"]+)">(\d+) 件</a>', client.get(LIST).content.decode())
    assert found and found[2] == "4"
    html = client.get(unescape(found[1])).content.decode()
    listed = {one.code for one in made if one.code in html}
    assert listed == {one.code for one in made[2:]}, "neither what lies aside nor what stands under an issue"
    assert html.count("<tr data-row") == 4 and "还没有放进共性问题的" in html
