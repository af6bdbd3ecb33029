"""Ways a matter goes to others, through the pages: asked of a body, before a leader, kept by two, numbered."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import retaining, supervision
from huiyin.casework.models import Matter, Numbered, Retention, Share
from huiyin.casework.queries.one import by_code
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.templatetags.hy import day_words
from tests.cast import Cast, Member
from tests.interfaces.desk import made
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import ways
from tests.rows import row

pytestmark = pytest.mark.django_db
LISTS = 12


def step(client: Client, matter: Matter, name: str, **given: Any) -> Any:
    matter.refresh_from_db()
    return client.post(f"/desk/matters/{matter.code}/step/{name}/", {"seen": matter.version, **given})


def text(who: Member, address: str) -> str:
    answer = seat(who).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len([one for one in asked if "set_config" not in one["sql"]])  # which asks nothing of the data


def submitted(cast: Cast, at: datetime, **words: Any) -> Matter:
    matter = made.a_matter(cast, at, "accept", **words)
    given = {"topic": "water", "nature": "problem", "leader": str(cast.tang.person_id), "note": "涉及两个镇"}
    assert step(seat(cast.zhou), matter, "submit", **given).status_code == 302
    return matter


def test_what_the_system_did_reads_as_words_on_page_and_paper_and_a_day_as_a_day(cast: Cast) -> None:
    at = now()
    kept = ways.retained(cast, at - timedelta(days=40), days=10)
    assert retaining.lapse(by=Viewer.system("clock"), at=at) == 1
    code = Matter.objects.get(id=kept.matter_id).code
    for address in (f"/desk/matters/{code}/", f"/desk/matters/{code}/print/"):
        page = text(cast.zhou, address)
        assert "系统（时限）" in page, "no technical name"
        assert "到日子没有再看，照规定重新办。" in page
        assert f"哪天再看：{day_words(kept.review_on, 'plain')}" in page


@row("R-186")
def test_a_leader_without_matters_in_hand_is_led_to_what_lies_before_them(cast: Cast) -> None:
    assert "今天没有等您办的事项" in text(cast.tang, "/desk/")
    submitted(cast, now())
    page = text(cast.tang, "/desk/").split("按先后")[0]
    blank = page.split("在等您的是这些：")[1].split("</p></div>")[0]
    assert '<a class="btn" href="/desk/reading/">等我阅批 1</a>' in blank and "今天没有等您办的事项" not in page


@row("R-186")
def test_a_leader_finds_what_was_laid_before_them_and_their_words_are_the_assignment(cast: Cast) -> None:
    matter = submitted(cast, now())
    page = text(cast.tang, "/desk/reading/")
    assert matter.title in page and "周明" in page and "涉及两个镇" in page
    tang = seat(cast.tang)
    lacking = step(tang, matter, "instruct", instruction="请镇里三天内解决")
    html = lacking.content.decode()
    assert lacking.status_code == 422 and "请镇里三天内解决" in html
    assert "还没有选办理方式" not in html and html.count('hy-error"') == 2, "the leader's way is the step's own"
    given = {"instruction": "请镇里三天内解决", "supervisor": str(cast.zhao.person_id)}
    given |= {"owner": f"{cast.bodies.town}:{cast.li.person_id}"}
    assert step(tang, matter, "instruct", **given).status_code == 302
    matter.refresh_from_db()
    assert (matter.state, matter.handler_id) == ("assigned", cast.li.person_id)
    page = text(cast.li, f"/desk/matters/{matter.code}/")
    assert "请镇里三天内解决" in page and "批示了" in page and "退回了" not in page
    assert matter.title in text(cast.tang, "/desk/reading/?show=done") and "没有报给您的" in text(
        cast.tang, "/desk/reading/"
    )


@row("R-186")
def test_a_leader_gives_it_back_and_nobody_else_sees_the_button(cast: Cast) -> None:
    matter = submitted(cast, now())
    assert "/step/instruct/" not in text(cast.zhou, f"/desk/matters/{matter.code}/")
    assert "/step/instruct/" in text(cast.tang, f"/desk/matters/{matter.code}/")
    page = step(seat(cast.tang), matter, "send_back", reason="").content.decode()
    assert "请写明理由。" in page
    assert "居民会看到" not in page  # it goes to whoever laid it before the leader
    assert step(seat(cast.tang), matter, "send_back", reason="按程序办").status_code == 302
    matter.refresh_from_db()
    assert matter.state == "accepted"
    called = text(cast.zhou, f"/desk/matters/{matter.code}/").split('id="called"')[1].split("</section>")[0]
    assert ("退回了" in called, "答复了" in called, "批示了" in called) == (True, False, False)
    assert "退回了" in text(cast.tang, "/desk/reading/?show=done")


@row("R-021", "R-184")
def test_a_body_that_is_asked_reads_answers_and_learns_nothing_of_who_said_it(cast: Cast) -> None:
    matter = made.a_matter(cast, now(), "take")
    asked = {"bodies": [str(cast.bodies.other_town)], "question": "你们那里用的什么泵？"}
    assert step(seat(cast.li), matter, "ask_expert", **asked).status_code == 302
    share = Share.objects.get(matter=matter)
    wu = seat(cast.wu)
    assert matter.title in text(cast.wu, "/desk/asked/")
    page = text(cast.wu, f"/desk/matters/{matter.code}/")
    assert "你们那里用的什么泵？" in page and "请来的单位看不到" in page
    for hidden in ("张丽华", "1234", "/step/", "看全号", "我要回避"):
        assert hidden not in page, hidden
    told = by_code(cast.wu.viewer(now()), matter.code, now()).reporter
    assert told and not (told.name or told.phone_masked or told.has_phone), "nor is it given to any other page"
    address = f"/desk/matters/{matter.code}/shares/{share.id}/"
    empty = wu.post(address, {"do": "answer", "answer": " "})
    assert empty.status_code == 422 and "请写答复" in empty.content.decode()
    for _ in range(2):
        assert wu.post(address, {"do": "answer", "answer": "潜水泵，两台轮着用。"}).status_code == 302
    assert "潜水泵，两台轮着用。" in text(cast.li, f"/desk/matters/{matter.code}/")
    assert matter.title not in text(cast.wu, "/desk/asked/")
    assert matter.code not in text(cast.wu, "/desk/matters/?open=all").replace("-", "")


@row("SG-01")
def test_who_was_not_asked_gets_the_page_of_what_does_not_exist(cast: Cast) -> None:
    matter = made.a_matter(cast, now(), "take")
    step(seat(cast.li), matter, "ask_expert", bodies=[str(cast.bodies.farming)], question="怎么看？")
    share = Share.objects.get(matter=matter)
    wu = seat(cast.wu)
    assert wu.get(f"/desk/matters/{matter.code}/").status_code == 404
    assert wu.post(f"/desk/matters/{matter.code}/shares/{share.id}/", {"do": "read"}).status_code == 404
    assert matter.title not in text(cast.wu, "/desk/asked/")


@row("SG-35")
def test_two_people_keep_a_matter_through_the_pages(cast: Cast) -> None:
    matter = made.a_matter(cast, now(), "accept")
    day = (now() + timedelta(days=40)).date().isoformat()
    given = {"topic": "water", "nature": "problem", "way": "retain", "reason": "排在明年", "reply": "明年四月改造。"}
    assert step(seat(cast.zhou), matter, "retain", **given, review_date=day).status_code == 302
    row_ = Retention.objects.get(matter=matter)
    address = f"/desk/matters/{matter.code}/kept/{row_.id}/"
    assert "要由另一位同意" in text(cast.zhou, f"/desk/matters/{matter.code}/")
    assert matter.title in text(cast.sun, "/desk/kept/")
    assert seat(cast.zhou).post(address, {"do": "consent"}).status_code == 422
    assert seat(cast.wu).post(address, {"do": "consent"}).status_code == 404
    for _ in range(2):
        assert seat(cast.sun).post(address, {"do": "consent"}).status_code == 302
    matter.refresh_from_db()
    assert matter.state == "retained"
    assert matter.title in text(cast.sun, "/desk/kept/?show=all") and matter.title not in text(cast.sun, "/desk/kept/")
    longer = f"/desk/matters/{matter.code}/kept/"
    assert seat(cast.zhou).post(longer, {"reason": "还没有", "reply": "", "review_date": ""}).status_code == 422
    more = {"reason": "资金没到", "reply": "再等一个月。", "review_date": day}
    assert seat(cast.zhou).post(longer, more).status_code == 302


def test_who_wants_more_time_is_told_all_that_is_missing_at_once(cast: Cast) -> None:
    matter = made.a_matter(cast, now(), "take")
    answer = step(seat(cast.li), matter, "extend", amount="几天", reason="")
    html = answer.content.decode()
    assert (answer.status_code, html.count('hy-error"'), "几天" in html) == (422, 2, True)


@row("R-225")
def test_a_number_is_given_on_the_page_and_struck_off_when_it_is_closed(cast: Cast) -> None:
    matter = made.a_matter(cast, now(), "take")
    assert step(seat(cast.zhao), matter, "number", reason="第三次提到").status_code == 302
    number = Numbered.objects.get(matter=matter)
    assert f"督〔{number.year}〕1 号" in text(cast.zhao, "/desk/numbered/")
    assert f"督〔{number.year}〕1 号" in text(cast.li, f"/desk/matters/{matter.code}/")
    address = f"/desk/matters/{matter.code}/numbered/{number.id}/"
    early = seat(cast.zhao).post(address, {"note": "好了"})
    assert early.status_code == 422 and "还不能销号" in early.content.decode()


@pytest.mark.once
def test_the_lists_ask_as_much_for_many_rows_as_for_one(cast: Cast) -> None:
    at = now() - timedelta(hours=3)
    addresses = (
        (cast.tang, "/desk/reading/"),
        (cast.wu, "/desk/asked/"),
        (cast.sun, "/desk/kept/"),
        (cast.zhao, "/desk/numbered/"),
    )
    asked: dict[str, list[int]] = {address: [] for _, address in addresses}
    for many in (1, 6):
        for _ in range(many):
            _one_of_each(cast, at)
        for who, address in addresses:
            asked[address].append(queries(seat(who), address))
    for address, (one, more) in asked.items():
        assert one == more <= LISTS, (address, one, more)


def _one_of_each(cast: Cast, at: datetime) -> None:
    submitted(cast, at)
    matter = made.a_matter(cast, at, "take")
    ways.step(cast.li, at, matter, "ask_expert", bodies=[cast.bodies.other_town], question="怎么看？")
    supervision.number(by=cast.zhao.viewer(at), at=at, matter_id=matter.id, reason="督办")
    kept = made.a_matter(cast, at, "accept")
    given = ways.keeping(at) | {"topic": "water", "nature": "problem"}
    retaining.propose(by=cast.zhou.viewer(at), at=at, matter_id=kept.id, given=given)


def test_the_page_of_a_matter_with_all_of_it_holds_its_budget(cast: Cast) -> None:
    at = now() - timedelta(hours=3)
    matter = made.a_matter(cast, at, "take")
    for _ in range(3):
        ways.step(cast.li, at, matter, "ask_expert", bodies=[cast.bodies.other_town], question="怎么看？")
        share = Share.objects.filter(matter=matter).last()
        assert share is not None
        seat(cast.wu).post(f"/desk/matters/{matter.code}/shares/{share.id}/", {"do": "answer", "answer": "好。"})
    supervision.number(by=cast.zhao.viewer(at), at=at, matter_id=matter.id, reason="督办")
    assert queries(seat(cast.li), f"/desk/matters/{matter.code}/") <= 15 + 3


@row("R-174", "R-195")
def test_a_session_is_called_on_a_page_voted_in_and_its_minutes_are_printed(cast: Cast) -> None:
    matter = made.a_matter(cast, now(), "take")
    tang = seat(cast.tang)
    form = tang.get(f"/desk/sessions/new/?code={matter.code}").content.decode()
    key = form.split('name="key" value="')[1].split('"')[0]
    given = {"key": key, "kind": "joint", "title": "三组供水会办", "where": "县政府", "codes": matter.code}
    lacking = tang.post("/desk/sessions/new/", given)
    assert lacking.status_code == 422 and "三组供水会办" in lacking.content.decode()
    soon, later = (f"{now() + timedelta(days=days):%Y-%m-%d}" for days in (7, 30))
    whole = {**given, "meets_at": f"{soon}T09:00", "members": [str(cast.ma.person_id), str(cast.zhou.person_id)]}
    done = [tang.post("/desk/sessions/new/", whole) for _ in range(2)]
    assert [one.status_code for one in done] == [302, 302] and done[0]["Location"] == done[1]["Location"]
    address = done[0]["Location"]
    assert "三组供水会办" in text(cast.ma, "/desk/sessions/") and seat(cast.wu).get(address).status_code == 404
    item = text(cast.ma, address).split(f"{address}vote/")[1].split("/")[0]
    assert seat(cast.ma).post(f"{address}vote/{item}/", {"word": "yes", "dissent": "要快"}).status_code == 302
    early = tang.post(address, {f"decision-{item}": "接临时泵", "minutes": ""})
    assert early.status_code == 422 and "接临时泵" in early.content.decode()
    there = [str(cast.ma.person_id), str(cast.tang.person_id)]
    task = {f"task-{item}": "三天内接上", f"owner-{item}": str(cast.li.person_id), f"day-{item}": later}
    ends = {f"decision-{item}": "接临时泵", "minutes": "一致同意。", "present": there, **task}
    assert [tang.post(address, ends).status_code for _ in range(2)] == [302, 302]
    paper = text(cast.ma, f"{address}print/")
    assert "接临时泵" in paper and "一致同意。" in paper and "张丽华" not in paper
    page = text(cast.li, "/desk/sessions/")
    assert "三天内接上" in page
    task_address = page.split('action="/desk/sessions/tasks/')[1].split("/")[0]
    assert seat(cast.li).post(f"/desk/sessions/tasks/{task_address}/", {"note": "接好了"}).status_code == 302
    assert "三天内接上" not in text(cast.li, "/desk/sessions/")


def called(cast: Cast, matter: Matter, **given: Any) -> Any:
    """A session sent from its page, whole but for what is given."""
    tang = seat(cast.tang)
    key = tang.get("/desk/sessions/new/").content.decode().split('name="key" value="')[1].split('"')[0]
    members = [str(cast.ma.person_id), str(cast.zhou.person_id)]
    whole = {"key": key, "kind": "joint", "title": "三组供水会办", "meets_at": "2027-01-04T09:00", "members": members}
    return tang.post("/desk/sessions/new/", {**whole, "where": "县政府", "codes": matter.code, **given})


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"meets_at": ""}, "meets_at", "请选哪天、几点开。"),
        ({"meets_at": "9999-12-31T23:59"}, "meets_at", "请选哪天、几点开。"),
        ({"meets_at": "0001-01-01T00:00"}, "meets_at", "请选哪天、几点开。"),
        ({"title": " "}, "title", "请写会议的名称。"),
        ({"kind": "party"}, "kind", "请选是会商、会办还是会审。"),
        ({"members": []}, "members", "至少要 2 个人参加。"),
        ({"codes": "1234-5678-9"}, "codes", "没有找到“1234-5678-9”。"),
    ],
)
def test_a_session_is_not_called_with_something_wrong_which_is_told_at_its_field(
    cast: Cast, given: dict[str, Any], field: str, sentence: str
) -> None:
    answer = called(cast, made.a_matter(cast, now(), "take"), **given)
    page = answer.content.decode()
    assert answer.status_code == 422 and "县政府" in page
    assert sentence in page.split(f'id="id_{field}-error"')[1].split("</p>")[0]


def test_one_wrong_code_among_right_ones_is_named_and_not_left_out(cast: Cast) -> None:
    matter = made.a_matter(cast, now(), "take")
    answer = called(cast, matter, codes=f"{matter.code}，9999-9999-9")
    assert answer.status_code == 422 and "没有找到“9999-9999-9”" in answer.content.decode()


def test_what_was_written_for_the_minutes_stays_and_each_fault_stands_at_its_field(cast: Cast) -> None:
    address = called(cast, made.a_matter(cast, now(), "take"))["Location"]
    tang, ma = seat(cast.tang), seat(cast.ma)
    item = text(cast.ma, address).split(f"{address}vote/")[1].split("/")[0]
    refused = ma.post(f"{address}vote/{item}/", {"dissent": "先查管网"})
    assert refused.status_code == 422 and 'value="先查管网"' in refused.content.decode()
    long = ma.post(f"{address}vote/{item}/", {"word": "no", "dissent": "长" * 2001})
    chosen = re.search(r'<input type="radio" name="word" value="no"[^>]*\bchecked', long.content.decode())
    assert long.status_code == 422 and chosen, "what was ticked stays too"
    assert ma.post(f"{address}vote/{item}/", {"word": "yes", "dissent": "先查管网"}).status_code == 302
    assert 'value="先查管网"' in text(cast.ma, address), "another word does not take away what was said"
    there = [str(cast.ma.person_id), str(cast.tang.person_id)]
    whole = {f"decision-{item}": "接临时泵", "minutes": "一致同意。", "present": there, f"task-{item}": "三天内接上"}
    lacks = [
        ({}, "owner", "请选谁去办。"),
        ({"owner": str(cast.li.person_id)}, "day", "请选哪天办好。"),
        ({"owner": str(cast.li.person_id), "day": "2020-01-01"}, "day", "任务的日子要在今天或以后。"),
        ({"owner": str(cast.li.person_id), "day": "2027-03-01", "task": ""}, "task", "请写要办什么。"),
        ({"decision": ""}, "decision", "每一件事都要写明会上怎么定的。"),
    ]
    for given, part, sentence in lacks:
        if part == "decision":
            given |= {"owner": str(cast.li.person_id), "day": "2027-03-01"}
        answer = tang.post(address, {**whole, **{f"{name}-{item}": said for name, said in given.items()}})
        page = answer.content.decode()
        assert answer.status_code == 422 and "一致同意。" in page
        assert sentence in page.split(f'id="id_{part}-{item}-error"')[1].split("</p>")[0]
        zhou = page.split(f'name="present" value="{cast.zhou.person_id}"')[1].split(">")[0]
        assert "checked" not in zhou, "who was not there stays not there"
