"""Inspection groups, findings, improvements and decisions made elsewhere, at the desk and by the actions."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import decided as deciding
from huiyin.casework.actions import inspections as actions
from huiyin.casework.actions import things
from huiyin.casework.actions.decided import Paper
from huiyin.casework.actions.inspections import Plan, Task
from huiyin.casework.models import Decided, Finding, Improvement, Inspection
from huiyin.casework.queries import decided
from huiyin.casework.queries import inspections as queries
from huiyin.casework.rules.figures import Share, share
from huiyin.casework.rules.inspections import moved
from huiyin.casework.rules.petitions import half_of
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.worker import drain
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries.days import today
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, QINGSHI, SHANGHE, Cast
from tests.interfaces.desk.made import warm
from tests.interfaces.desk.seat import appointed, seat
from tests.interfaces.desk.test_acting import acting, lend
from tests.rooms.casework import spine
from tests.rows import row

ROOT = "/desk/numbered/"
GROUPS, CHANGES, PAPERS = f"{ROOT}inspections/", f"{ROOT}improvements/", f"{ROOT}decided/"
SAID = "抽看十件，四件到现场还是坏的。"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def key_in(html: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f-]+)"', html)
    assert found
    return found[1]


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def a_group(cast: Cast, at: datetime, *members: UUID) -> Inspection:
    day = at.date()
    plan = Plan("道路督查", "到现场看，听居民说。", day, day + timedelta(days=9), [LIUWAN], members)
    return actions.plan(by=cast.zhao.viewer(at), at=at, plan=plan)


def a_finding(cast: Cast, at: datetime, group: Inspection, body: UUID | None = None) -> Finding:
    return actions.find(
        by=cast.zhao.viewer(at),
        at=at,
        inspection_id=group.id,
        place_code=LIUWAN,
        body=body or cast.bodies.town,
        said=SAID,
        severity="serious",
    )


@row("R-395")
def test_a_group_is_planned_with_areas_and_members_of_other_bodies_and_ends_with_what_came_of_it(cast: Cast) -> None:
    client, day = seat(cast.zhao), now().date()
    html = page(client, GROUPS)
    form = {"key": key_in(html), "title": "道路督查", "task": "到现场看", "from_on": f"{day}", "areas": LIUWAN}
    wrong = client.post(GROUPS, form | {"title": " ", "until_on": "明天", "areas": ""})
    assert (wrong.status_code, wrong.content.decode().count("is-wrong")) == (422, 3)
    form |= {"until_on": f"{day + timedelta(days=9)}", "members": str(cast.sun.person_id), "key": str(uuid4())}
    sent = [client.post(GROUPS, form) for _ in range(2)]
    assert [one.status_code for one in sent] == [302, 302]
    group = Inspection.objects.get()
    html = page(client, f"{GROUPS}{group.id}/")
    assert all(word in html for word in ("柳湾镇", "孙洁", "望川县政府办公室", "带队"))
    (listed,) = queries.inspections(cast.sun.viewer(now()))
    assert (listed.leader, listed.members, listed.codes) == (cast.zhao.name, 2, [LIUWAN])
    ending = {"do": "end", "key": str(uuid4()), "summary": "两个镇走完，四件没修好。"}
    member = seat(cast.sun).post(f"{GROUPS}{group.id}/", ending)
    assert (member.status_code, "由带队的人结束" in member.content.decode()) == (422, True)
    assert client.post(f"{GROUPS}{group.id}/", ending).status_code == 302
    with pytest.raises(Refused, match="inspection_over"):
        a_finding(cast, now(), group)
    told = Event.objects.filter(name__startswith="casework.inspection").values_list("name", flat=True)
    assert sorted(told) == ["casework.inspection_ended", "casework.inspection_planned"]


@row("R-395", "SG-01")
def test_who_is_to_be_inspected_learns_neither_of_the_group_nor_of_a_finding_before_it_is_circulated(
    cast: Cast,
) -> None:
    at = now()
    group = a_group(cast, at, cast.sun.person_id)
    found = a_finding(cast, at, group)
    for member in (cast.ma, cast.li, cast.wu, cast.zheng):
        html = page(seat(member), GROUPS)
        assert "道路督查" not in html and SAID not in html
        assert seat(member).get(f"{GROUPS}{group.id}/").status_code == 404
        assert seat(member).get(f"{ROOT}findings/{found.id}/").status_code == 404
    # Not even somebody who oversees the whole county, if they serve in the unit itself.
    near = appointed("钟小云", cast.bodies.town, "supervisor", "督办员")
    assert seat(near).get(f"{ROOT}findings/{found.id}/").status_code == 404
    with pytest.raises(Missing):
        actions.circulate(by=near.viewer(at), at=at, finding_id=found.id, paper="督〔1〕")
    actions.circulate(by=cast.zhao.viewer(at), at=at, finding_id=found.id, paper="望督通〔2026〕7号")
    assert SAID in page(seat(cast.ma), f"{ROOT}findings/{found.id}/")
    assert seat(cast.wu).get(f"{ROOT}findings/{found.id}/").status_code == 404
    assert seat(cast.tang).get(f"{GROUPS}{group.id}/").status_code == 200  # the county's leader


@row("R-395", "SG-01")
def test_whoever_serves_in_the_unit_learns_of_no_finding_by_acting_for_somebody_who_oversees(cast: Cast) -> None:
    at = now()
    group = a_group(cast, at)
    found = a_finding(cast, at, group)
    lend(cast.zhao, cast.li)
    lend(cast.zhao, cast.sun)
    assert SAID in page(acting(cast.sun, cast.zhao), f"{ROOT}findings/{found.id}/")
    assert acting(cast.li, cast.zhao).get(f"{ROOT}findings/{found.id}/").status_code == 404
    as_zhao = cast.li.viewer(at, acting_for=cast.zhao.person_id)
    with pytest.raises(Missing):
        actions.circulate(by=as_zhao, at=at, finding_id=found.id, paper="督〔1〕")
    assert queries.findings(as_zhao) == []
    lend(cast.tang, cast.zhao)
    with pytest.raises(Refused, match="inspection_own_body"):
        actions.find(
            by=cast.zhao.viewer(at, acting_for=cast.tang.person_id),
            at=at,
            inspection_id=group.id,
            place_code=LIUWAN,
            body=cast.bodies.inspection,
            said=SAID,
            severity="light",
        )


@row("R-403", "SG-08")
def test_a_finding_is_circulated_answered_and_becomes_a_measure_with_owner_and_day(cast: Cast) -> None:
    at = now()
    found = a_finding(cast, at, a_group(cast, at))
    address = f"{ROOT}findings/{found.id}/"
    zhao, ma = seat(cast.zhao), seat(cast.ma)
    early = Task("因为", "先拍照", cast.bodies.town, at.date())
    with pytest.raises(Refused, match="finding_not_circulated"):
        actions.improve(by=cast.zhao.viewer(at), at=at, finding_id=found.id, task=early)
    send = {"do": "circulate", "key": key_in(page(zhao, address)), "paper": " "}
    assert zhao.post(address, send).status_code == 422
    send |= {"key": str(uuid4()), "paper": "望督通〔2026〕7号"}
    assert [zhao.post(address, send).status_code for _ in range(2)] == [302, 302]
    word = {"do": "answer", "key": key_in(page(ma, address)), "said": "两件是雨后又塌，已经重新派工。"}
    assert ma.post(address, word).status_code == 302
    html = page(zhao, address)
    assert "两件是雨后又塌" in html and "马国强" in html
    task = {"do": "improve", "key": str(uuid4()), "because": SAID, "task": "先到现场拍照再答复"}
    wrong = zhao.post(address, task | {"task": "", "body": str(cast.bodies.town), "due_on": "2020-01-01"})
    assert (wrong.status_code, wrong.content.decode().count("is-wrong")) == (422, 2)
    due = f"{at.date() + timedelta(days=20)}"
    task |= {"key": str(uuid4()), "body": str(cast.bodies.town), "due_on": due, "person": str(cast.ma.person_id)}
    assert zhao.post(address, task).status_code == 302
    one = Improvement.objects.get()
    assert (one.finding_id, one.body_id, one.person_id, str(one.due_on)) == (
        found.id,
        cast.bodies.town,
        cast.ma.person_id,
        due,
    )
    assert "在改" in page(zhao, address)
    done = {"key": str(uuid4()), "changed": "以前答复了再去看，现在看了再答复。"}
    assert [ma.post(f"{CHANGES}{one.id}/", done).status_code for _ in range(2)] == [302, 302]
    assert "改了" in page(zhao, address)
    assert "现在看了再答复" in page(zhao, f"{CHANGES}{one.id}/")


@row("R-403", "SG-01")
def test_a_finding_names_no_official_and_nobody_writes_one_about_their_own_unit(cast: Cast) -> None:
    at = now()
    group = a_group(cast, at)
    with pytest.raises(Refused, match="inspection_own_body"):
        a_finding(cast, at, group, cast.bodies.inspection)
    with pytest.raises(Refused, match="finding_names_person"):
        actions.find(
            by=cast.zhao.viewer(at),
            at=at,
            inspection_id=group.id,
            place_code=LIUWAN,
            body=cast.bodies.town,
            said="马国强没有到现场。",
            severity="light",
        )
    with pytest.raises(Refused, match="place_unknown"):
        actions.find(
            by=cast.zhao.viewer(at),
            at=at,
            inspection_id=group.id,
            place_code=QINGSHI,
            body=cast.bodies.town,
            said=SAID,
            severity="light",
        )
    with pytest.raises(Missing):  # who is no member and oversees nothing
        actions.end(by=cast.ma.viewer(at), at=at, inspection_id=group.id, summary="完了")
    assert Finding.objects.count() == 0


@row("R-421")
def test_what_an_analysis_shows_becomes_a_task_and_the_figure_stands_beside_what_it_was(cast: Cast) -> None:
    client = seat(cast.zhou)
    html = page(client, f"{CHANGES}?topic=water&figure=in_time")
    assert re.search(r'<option value="water" selected', html)
    form = {"key": key_in(html), "because": "饮水一类三成答复过期。", "task": "饮水的事先派到镇里", "topic": "water"}
    form |= {"body": str(cast.bodies.town), "due_on": f"{now().date()}", "figure": "in_time", "place_code": LIUWAN}
    empty = client.post(CHANGES, {"key": key_in(html)})
    assert (empty.status_code, empty.content.decode().count("hy-field is-wrong")) == (422, 4)
    sent = [client.post(CHANGES, form) for _ in range(2)]
    assert [one.status_code for one in sent] == [302, 302]
    one = Improvement.objects.get()
    assert "还早" in page(client, sent[0]["Location"])
    listed = page(seat(cast.ma), CHANGES)
    assert "饮水的事先派到镇里" in listed and "等着改的" in listed
    assert "饮水的事先派到镇里" not in page(seat(cast.wu), CHANGES)
    with pytest.raises(Refused, match="not_allowed"):
        actions.improve(by=cast.he.viewer(now()), at=now(), task=Task("x", "y", cast.bodies.town, now().date()))
    actions.done(by=cast.ma.viewer(now()), at=now(), improvement_id=one.id, changed="改成两天内到镇里")
    row_, found = queries.improvement(cast.zhou.viewer(now()), one.id, now().date() + timedelta(days=200))
    assert row_.changed and found is not None
    assert (found.verdict, found.before.base, found.after.base) == ("few", 0, 0)
    assert found.before_asked.until == one.set_on and found.after_asked.from_ > one.set_on


@row("R-421", "SG-07")
def test_whether_a_figure_moved_is_said_only_beyond_its_error_and_never_of_a_few() -> None:
    def of(part: int, base: int, name: str = "in_time") -> Share:
        return Share(name, part, base)

    assert moved(of(50, 100), of(90, 100), over=False) == "early"
    assert moved(of(5, 9), of(90, 100), over=True) == "few"
    assert moved(of(0, 0), of(90, 100), over=True) == "few"
    assert moved(of(50, 100), of(55, 100), over=True) == "unclear"
    assert moved(of(50, 100), of(90, 100), over=True) == "better"
    assert moved(of(90, 100), of(50, 100), over=True) == "worse"
    assert moved(of(10, 100, "reopened"), of(40, 100, "reopened"), over=True) == "worse"
    assert share("in_time", {"in_time": 3, "answered": 4}).point == 0.75


def a_paper(cast: Cast, at: datetime, kind: str, many: int, on: date | None = None) -> Decided:
    paper = Paper(kind, "中共望川县委办公室", "望办通〔2026〕3号", on or at.date(), cast.bodies.town, many)
    return deciding.record_decision(by=cast.zhao.viewer(at), at=at, paper=paper)


@row("R-405", "SG-08")
def test_accountability_is_counts_of_papers_of_others_by_half_year_and_names_nobody(cast: Cast) -> None:
    at = now()
    client = seat(cast.zhao)
    form = {"key": key_in(page(client, PAPERS)), "kind": "talked", "decided_by": "县委组织部", "document": " "}
    form |= {"decided_on": f"{at.date()}", "body": str(cast.bodies.town), "many": "零"}
    wrong = client.post(PAPERS, form)
    assert (wrong.status_code, wrong.content.decode().count("is-wrong")) == (422, 2)
    form |= {"key": str(uuid4()), "document": "望组〔2026〕11号", "many": "5"}
    assert [client.post(PAPERS, form).status_code for _ in range(2)] == [302, 302]
    first = half_of(at.date()).from_
    a_paper(cast, at, "unit_circulated", 3, first - timedelta(days=1))
    wrong_one = a_paper(cast, at, "suspended", 2)
    strike = f"{PAPERS}{wrong_one.id}/"
    silent = client.post(strike, {"why": " "})
    assert (silent.status_code, "居民会看到" in silent.content.decode()) == (422, False)
    assert [client.post(strike, {"why": "文号抄错了"}).status_code for _ in range(2)] == [302, 302]
    found = decided.halves(cast.zhao.viewer(at))
    assert [one.many for one in found] == [[0, 0, 5, 0, 0, 0], [3, 0, 0, 0, 0, 0]]
    columns = {field.name for field in Decided._meta.fields}
    assert not {name for name in columns if "person" in name or "name" in name}, "no name of who was held to account"
    assert "望组〔2026〕11号" in page(seat(cast.qian), PAPERS)
    assert seat(cast.li).get(PAPERS).status_code == 403
    assert "望组〔2026〕11号" not in page(seat(appointed("隔一", cast.bodies.foreign, "dispatcher", "派单员")), PAPERS)


@row("R-405", "SG-08")
def test_a_paper_is_of_the_past_and_written_down_by_who_supervises(cast: Cast) -> None:
    at = now()
    with pytest.raises(Refused, match="decided_later"):
        a_paper(cast, at, "talked", 1, at.date() + timedelta(days=2))
    with pytest.raises(Refused, match="value_unknown"):
        a_paper(cast, at, "dismissed", 1)
    with pytest.raises(Refused, match="not_allowed"):
        deciding.record_decision(
            by=cast.ma.viewer(at), at=at, paper=Paper("talked", "县委", "1号", at.date(), cast.bodies.town, 1)
        )


@row("R-405", "SG-08")
def test_nobody_writes_down_a_paper_about_a_unit_of_places_they_do_not_see(cast: Cast) -> None:
    at = now()
    far = appointed("隔二", cast.bodies.foreign, "supervisor", "督办员").viewer(at)
    with pytest.raises(Refused, match="body_unknown"):
        deciding.record_decision(by=far, at=at, paper=Paper("talked", "县委", "1号", at.date(), cast.bodies.town, 12))
    assert not Decided.objects.exists()


@pytest.mark.once
def test_the_pages_ask_as_much_for_one_as_for_thirty(cast: Cast) -> None:
    at, client, asked = now(), seat(cast.zhao), []
    for many in (1, 29):
        for _ in range(many):
            group = a_group(cast, at, cast.sun.person_id)
            actions.circulate(
                by=cast.zhao.viewer(at), at=at, finding_id=a_finding(cast, at, group).id, paper="望督通1号"
            )
            actions.improve(by=cast.zhao.viewer(at), at=at, task=Task("因", "改", cast.bodies.town, at.date()))
            a_paper(cast, at, "talked", 1)
        counts = []
        for address in (GROUPS, CHANGES, PAPERS, f"{GROUPS}{group.id}/"):
            warm(client, address)
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200
            counts.append(sum("set_config" not in query["sql"] for query in found.captured_queries))
        asked.append(counts)
    assert asked[0] == asked[1], asked
    assert asked[0][0] <= 12 and max(asked[0][1:3]) <= 8 and asked[0][3] <= 15, asked


@row("R-423", "R-394")
def test_every_share_of_the_panel_says_its_base_and_opens_to_what_it_counts(cast: Cast) -> None:
    for _ in range(2):
        spine.delivered(cast, now() - timedelta(hours=3))
    spine.opened(cast, now() - timedelta(hours=2))
    drain(now())
    html = page(seat(cast.zhou), "/desk/figures/panel/")
    (whole,) = re.findall(r"<b>合计</b>.*?</tr>", html, re.DOTALL)
    told = re.findall(r'<a class="hy-open" href="([^"]+)">(\d+) / (\d+)</a>', whole)
    assert [(part, base) for _, part, base in told] == [("2", "3"), ("2", "2")], told
    for address, part, _ in told:
        assert page(seat(cast.zhou), unescape(address)).count("<tr data-row") == int(part)
    assert "历次答复都没有超过办理时限" in html, "what it means stands below"
    links = re.findall(r'href="([^"]+figure=[^"]+)"', page(seat(cast.qian), "/desk/figures/panel/"))
    assert links and all(one.startswith("/desk/figures/behind/") for one in links), (
        "who opens no matters: no word of any"
    )


@row("R-423")
def test_the_panel_sets_coverage_beside_fulfilment_and_says_what_is_not_there_yet(cast: Cast) -> None:
    for member in (cast.zhou, cast.zhao, cast.tang, cast.qian):
        html = page(seat(member), "/desk/figures/panel/")
        assert "柳湾镇" in html and "还没有的数" in html and "本月联系过几户" in html
    html = page(seat(cast.ma), f"/desk/figures/panel/?under={LIUWAN}")
    assert "槐树坪村" in html
    assert seat(cast.ma).get(f"/desk/figures/panel/?under={QINGSHI}").status_code == 404
    assert seat(cast.li).get("/desk/figures/panel/").status_code == 403
    assert seat(cast.zheng).get(f"/desk/figures/panel/?under={COUNTY}").status_code == 404


@row("R-395")
def test_no_group_is_sent_out_on_a_day_that_is_over(cast: Cast) -> None:
    client, day = seat(cast.zhao), today(cast.zhao.viewer(now()), now())
    form = {"key": str(uuid4()), "title": "道路督查", "task": "到现场看", "areas": LIUWAN}
    form |= {"from_on": f"{day - timedelta(days=1)}", "until_on": f"{day + timedelta(days=9)}"}
    wrong = client.post(GROUPS, form)
    html = wrong.content.decode()
    assert (wrong.status_code, html.count("is-wrong"), Inspection.objects.count()) == (422, 1, 0)
    assert "那一天已经过了" in html and f"{day - timedelta(days=1)}" in html
    plan = Plan("道路督查", "到现场看", day - timedelta(days=1), day, [LIUWAN])
    with pytest.raises(Refused, match="inspection_past"):
        actions.plan(by=cast.zhao.viewer(now()), at=now(), plan=plan)
    assert client.post(GROUPS, form | {"from_on": f"{day}", "key": str(uuid4())}).status_code == 302


@row("R-423", "R-393")
def test_households_and_practical_things_of_the_panel_open_to_what_they_count(cast: Cast) -> None:
    make.a_household(HUAISHUPING, head="没有人联的")
    at, by = now(), cast.zhou.viewer(now())
    for place in (HUAISHUPING, QINGSHI):
        thing = things.commit(by=by, at=at, place_code=place, title=f"修路{place}", due_on=today(by, at))
    things.finish(by=by, at=at, thing_id=thing.id, result="修好了")
    for member, under, counted in ((cast.zhou, COUNTY, (2, 1, 2, 1)), (cast.ma, LIUWAN, (2, 1, 1, 0))):
        client = seat(member)
        html = page(client, f"/desk/figures/panel/?under={under}")
        (whole,) = re.findall(r"<b>合计</b>.*?</tr>", html, re.DOTALL)
        told = re.findall(r'<a class="hy-open" href="(/desk/(?:links|things)[^"]+)">(\d+)</a>', whole)
        assert tuple(int(number) for _, number in told) == counted, told
        for address, number in told:
            listed = page(client, unescape(address))
            rows = "<b>修路" if "things" in address else "<tr data-row"
            assert listed.count(rows) == int(number), address
    assert f"<b>修路{HUAISHUPING}" in page(client, f"/desk/things/?under={HUAISHUPING}")
    assert "<b>修路" not in page(seat(cast.zhou), f"/desk/things/?under={SHANGHE}")
    assert seat(cast.ma).get(f"/desk/things/?under={QINGSHI}").status_code == 404


def test_who_may_sit_in_a_group_is_found_by_one_question(cast: Cast) -> None:
    client, beside = seat(cast.zhao), appointed("孟秋", cast.bodies.office, "supervisor", "督办员")
    client.get(GROUPS)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(GROUPS).content.decode()
    posts = [one["sql"] for one in asked.captured_queries if 'FROM "register_post"' in one["sql"]]
    assert sum('"core_person"."name"' in sql for sql in posts) == 1
    for one in (cast.zhou, beside):  # one discusses, one supervises
        assert page.count(f'value="{one.person_id}"') == 1
    assert f'value="{cast.zhao.person_id}"' not in page
