"""The pages of linked officials: ask, look, change, confirm; coverage that opens; handing over."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.core.now import now
from huiyin.register import ticks
from huiyin.register.actions import grids, links, staff, ties
from huiyin.register.models import Handover, Household, Link, LinkProposal, LinkRound, LinkWish
from huiyin.register.queries import ties as queries
from huiyin.register.queries.days import today
from tests import factories as make
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, LIUWAN, SHIQIAO, Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.register.test_ties import FIXED, ZOUCHENG, in_force, mark
from tests.rooms.register.test_ties import page as example
from tests.rows import row

pytestmark = pytest.mark.django_db
KEY = "6b1f4a53-0d52-4a86-9a4f-2f7f7a4f6b11"
HOME = "/desk/links/"


@pytest.fixture
def clerk(cast: Cast) -> Client:
    """Somebody who may edit the register, under the rulebook of today."""
    make.put_in_force(at=now())
    return seat(cast.xu)


def text(client: Client, path: str) -> str:
    """A page's words."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def a_round(client: Client) -> UUID:
    """A round asked for at the desk and drawn up."""
    answer = client.post(HOME, {"pairing": "echo.fixed"})
    assert answer.status_code == 302, answer.content.decode()
    ticks.link_rounds(now())
    return LinkRound.objects.latest("asked_at").pk


@row("R-063", "R-065")
def test_a_round_is_asked_for_looked_at_and_confirmed(clerk: Client) -> None:
    homes = [make.a_household(place)[0] for place in (HUAISHUPING, SHIQIAO, SHIQIAO)]
    assert "还有 3 户没有联户干部" in text(clerk, HOME)
    answer = clerk.post(HOME, {"pairing": "echo.fixed"})
    page = answer["Location"]
    assert "正在算方案" in text(clerk, page)
    assert "有一轮还没结束" in text(clerk, HOME)
    ticks.link_rounds(now())
    shown = text(clerk, page)
    assert "4 户都有人了，等您确认" in shown
    assert "继续由罗大勇联系，不换人。" in shown
    assert "（办法定 4–12 户）" not in shown  # the three fall to people of the clerk's own office
    assert "由别的同事看，不在这里" in shown
    assert 'value="moved" checked' in shown and "约 3 户" in shown  # whom an SMS tells, chosen before it is confirmed
    seen = re.search(r'name="seen" value="(\d+)"', shown)
    assert seen is not None
    assert clerk.post(page, {"do": "confirm", "seen": "1"}).status_code == 422  # somebody looked at an older one
    assert clerk.post(page, {"do": "confirm", "seen": seen[1], "tell": "x"}).status_code == 422
    confirmed = [clerk.post(page, {"do": "confirm", "seen": seen[1]}).status_code for _ in range(2)]
    assert confirmed == [302, 302], "a double click"
    assert clerk.post(page, {"do": "withdraw", "seen": seen[1]}).status_code == 422
    assert "正在落实" in text(clerk, page)
    ticks.link_rounds(now())
    assert "4 户都落实了" in text(clerk, page)
    assert "只告诉换了人的户。没有要告诉的户。" in text(clerk, page)
    assert "户户都有联户干部" in text(clerk, HOME)
    assert Link.objects.filter(household_id__in=homes, until=None).count() == 3


@row("R-063")
def test_a_round_that_falls_short_says_where_and_cannot_be_confirmed(clerk: Client) -> None:
    for number in range(160):
        make.a_household(SHIQIAO, head=f"户{number}")
    page = f"{HOME}rounds/{a_round(clerk)}/"
    shown = text(clerk, page)
    assert "差在哪里" in shown
    assert "没有人" in shown
    assert "确认这个方案" not in shown
    answer = clerk.post(page, {"do": "confirm"})
    assert (answer.status_code, "户没有联系人，不能确认" in answer.content.decode()) == (422, True)
    assert clerk.post(page, {"do": "withdraw"}).status_code == 302
    assert "这一轮作废了" in text(clerk, page)


def test_a_line_is_changed_by_hand_and_a_forbidden_choice_is_refused(clerk: Client, cast: Cast, at: datetime) -> None:
    home = make.a_household(SHIQIAO)[0]
    links.wish(by=make.SYSTEM, at=at, household_id=home, official_id=cast.ma.official_id)
    found = a_round(clerk)
    page = f"{HOME}rounds/{found}/{home}/"
    assert "为什么是这样" in text(clerk, page)
    people = clerk.post(page, {"do": "find", "q": "马国强"}).content.decode()
    assert str(cast.ma.official_id) in people
    refused = clerk.post(page, {"do": "choose", "q": "马国强", "official": str(cast.ma.official_id)})
    assert (refused.status_code, "按回避规则" in refused.content.decode()) == (422, True)
    assert clerk.post(page, {"do": "choose", "official": "nobody"}).status_code == 422
    assert "请选一位干部" in clerk.post(page, {"do": "choose", "q": "马国强"}).content.decode()
    current = LinkProposal.objects.get(round_id=found, household_id=home).official_id
    other = cast.li if current != cast.li.official_id else cast.luo
    answer = clerk.post(page, {"do": "choose", "official": str(other.official_id)})
    assert answer.status_code == 302
    assert f"由人选定：{other.name}" in text(clerk, answer["Location"])


@row("R-099")
def test_every_figure_of_coverage_opens_to_its_list(clerk: Client, cast: Cast) -> None:
    for _ in range(3):
        make.a_household(SHIQIAO)
    for path in (f"{HOME}coverage/", f"{HOME}coverage/?under={LIUWAN}", f"{HOME}coverage/?under={HUAISHUPING}"):
        shown = text(clerk, path)
        for address in set(re.findall(r'href="(/desk/links/coverage/[^"]+)"', shown)):
            assert clerk.get(address.replace("&amp;", "&")).status_code == 200, address
    assert text(clerk, f"{HOME}coverage/households/?under={COUNTY}&show=gap").count("data-row") == 3
    assert text(clerk, f"{HOME}coverage/households/?under={COUNTY}&show=covered").count("data-row") == 1
    assert "罗大勇" in text(clerk, f"{HOME}coverage/officials/?show=all")
    for wrong in ("?show=none", "?under=1", f"?body=x&under={COUNTY}"):
        assert clerk.get(f"{HOME}coverage/officials/{wrong}").status_code == 404


@row("R-099")
def test_the_households_that_have_somebody_open_too_and_those_of_one_official(clerk: Client, cast: Cast) -> None:
    ours = make.a_household(SHIQIAO)[0]
    make.a_link(cast.li.official_id, ours)
    make.a_household(SHIQIAO)
    shown = text(clerk, f"{HOME}coverage/?under={LIUWAN}")
    assert f"coverage/households/?under={LIUWAN}&amp;show=covered" in shown
    assert f"coverage/households/?under={SHIQIAO}&amp;show=covered" in shown
    officials = text(clerk, f"{HOME}coverage/officials/?under={LIUWAN}")
    opened = f"{HOME}coverage/households/?show=covered&official={cast.li.official_id}"
    assert opened.replace("&", "&amp;") in officials
    rows = text(clerk, opened)
    assert (rows.count("data-row"), Household.objects.get(pk=ours).code in rows) == (1, True)
    assert f"official={cast.li.official_id}" in rows.split("data-row")[0], "the tabs keep whose households these are"
    assert clerk.get(f"{HOME}coverage/households/?official=nobody").status_code == 404


@row("R-099", "R-025")
def test_every_figure_of_a_grid_opens_to_its_households(clerk: Client, cast: Cast) -> None:
    ours = make.a_household(SHIQIAO)[0]
    make.a_link(cast.li.official_id, ours)
    for place in (SHIQIAO, GROUP_THREE, GROUP_THREE):
        make.a_household(place)
    before = today(make.SYSTEM, now()) - timedelta(days=3)
    village = str(make.a_grid([SHIQIAO], name="石桥网格", kind="medium_grid", at=now(), since=before))
    group = str(make.a_grid([GROUP_THREE], name="三组网格", at=now()))
    named = Household.objects.get(pk=make.a_household(SHIQIAO)[0])
    told: dict[str, Any] = {"by": make.SYSTEM, "at": now(), "kind": "small_grid", "reason": "会", "place_codes": []}
    home = str(grids.lay(**told, name="老街格", homes=[named.code]))
    seen = {}
    for under in (LIUWAN, SHIQIAO, HUAISHUPING):
        shown = text(clerk, f"{HOME}coverage/?under={under}").split("按网格")[1].split("</table>")[0]
        for address, number in re.findall(r'href="(/desk/links/coverage/[^"]+)">(?:<b>)?(\d+)<', shown):
            rows = text(clerk, address.replace("&amp;", "&"))
            assert rows.count("data-row") == int(number), address
            assert "grid=" in rows.split("data-row")[0], "the tabs stay within the grid"
            asked = parse_qs(address.replace("&amp;", "&").partition("?")[2])
            seen[under, asked["grid"][0], asked["show"][0]] = int(number)
    told_of = {(SHIQIAO, village, show): count for show, count in (("all", 3), ("covered", 1), ("gap", 2))}
    told_of |= {(LIUWAN, *key[1:]): count for key, count in told_of.items()}
    told_of |= {(HUAISHUPING, group, "all"): 3, (SHIQIAO, home, "gap"): 1}
    assert seen.items() >= told_of.items()
    opened = f"{HOME}coverage/households/?under={SHIQIAO}&grid={village}&show="
    assert f"official={cast.li.official_id}" not in text(clerk, f"{opened}covered&official={cast.li.official_id}")
    assert max(counted(clerk, f"{opened}{show}") for show in ("all", "gap", "gone")) <= 12
    assert text(clerk, f"{opened}gap&day={before}").count("data-row") == 2
    assert clerk.get(f"{opened}gap&day={before - timedelta(days=1)}").status_code == 404, "before it was laid"
    ticks.count_coverage(now())
    assert text(clerk, f"{opened}gap").count("data-row") == 2
    for wrong in ("nobody", str(cast.li.official_id), group):
        assert clerk.get(f"{HOME}coverage/households/?under={SHIQIAO}&grid={wrong}").status_code == 404
    other = seat(cast.wu)  # another town
    assert other.get(opened + "all").status_code == 404
    assert other.get(f"{HOME}coverage/households/?under={SHIQIAO}&grid={home}").status_code == 404


@row("R-099")
def test_nobody_counts_what_they_may_not_list(clerk: Client, cast: Cast) -> None:
    make.a_household(HUAISHUPING)
    other = seat(cast.wu)  # another town
    assert "这里没有您能看的住户" in text(other, f"{HOME}coverage/")
    assert text(other, f"{HOME}coverage/households/?show=all").count("data-row") == 0
    assert other.post(HOME, {"pairing": "echo.fixed"}).status_code == 422
    assert other.get(f"{HOME}handovers/{cast.luo.official_id}/").status_code == 403
    assert seat(cast.he).get(HOME).status_code == 403


@row("R-094")
def test_who_left_is_named_and_hands_over_on_one_page(clerk: Client, cast: Cast, at: datetime) -> None:
    for number in range(3):
        make.a_link(cast.luo.official_id, make.a_household(HUAISHUPING, head=f"户{number}")[0])
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.luo.post_id)
    assert "有 1 名离岗干部还没有交接" in text(clerk, f"{HOME}handovers/")
    page = f"{HOME}handovers/{cast.luo.official_id}/"
    shown = text(clerk, page)
    assert "罗大勇名下 4 户，交给谁" in shown
    form: dict[str, str] = {}
    for select in re.findall(r'<select[^>]*name="(to_[^"]+|successor)"(.*?)</select>', shown, re.DOTALL):
        chosen = re.search(r'value="([^"]+)" selected', select[1])
        assert chosen is not None, select[0]
        form[select[0]] = chosen[1]
    incomplete = {key: value for key, value in form.items() if key == "successor"} | {"why": "transfer", "key": KEY}
    for do in ("look", "hand_over"):
        answer = clerk.post(page, {**incomplete, "do": do})
        assert (answer.status_code, "还有 4 户没有选接手的人" in answer.content.decode()) == (422, True)
    assert clerk.post(page, {**form, "why": "transfer"}).status_code == 422
    seen = clerk.post(page, {**form, "why": "transfer", "do": "look"}).content.decode()
    assert "一共 4 户" in seen
    assert not Handover.objects.exists()
    sent = dict(re.findall(r'<input type="hidden" name="(to_[^"]+|why|successor)" value="([^"]*)"', seen))
    assert sent == {**form, "why": "transfer"}
    assert "交给谁" in clerk.post(page, {**sent, "do": "back"}).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', seen)
    assert key is not None
    pressed = [clerk.post(page, {**sent, "do": "hand_over", "key": key[1]}).status_code for _ in range(2)]
    assert pressed == [302, 302], "a double click"
    assert Handover.objects.get().links == 4
    after = text(clerk, f"{HOME}handovers/")
    assert "离岗的都交接了" in after
    assert "正在换人" in after
    assert "去印新卡、对账" in after


@row("R-094")
def test_everything_goes_to_one_person_by_one_choice_and_who_is_nearest_stands_first(
    clerk: Client, cast: Cast, at: datetime
) -> None:
    make.a_link(cast.luo.official_id, make.a_household(HUAISHUPING, head="户一")[0])
    new = make.an_official(cast.bodies.village, name="孙新来", role="official", title="村主任", tier="village")
    page = f"{HOME}handovers/{cast.luo.official_id}/"
    shown = text(clerk, page)
    rows = re.findall(r'<select[^>]*name="(to_[^"]+)"(.*?)</select>', shown, re.DOTALL)
    named = [re.findall(r'<option value="([^"]+)"', options) for _, options in rows]
    assert [options[0] for options in named] == [str(new.official_id)] * 2
    assert all(options.index(str(cast.ma.official_id)) < options.index(str(cast.tang.official_id)) for options in named)
    nobody = {name: "" for name, _ in rows} | {"all": "", "successor": "", "why": "transfer"}
    assert "还没有选接手的人" in clerk.post(page, {**nobody, "do": "look"}).content.decode()
    form = nobody | {"all": str(new.official_id)}
    assert "没有找到在岗的这个人" in clerk.post(page, {**form, "q": "没有这人", "do": "find"}).content.decode()
    seen = clerk.post(page, {**form, "do": "look"}).content.decode()
    assert "交给 1 个人" in seen
    sent = dict(re.findall(r'<input type="hidden" name="(to_[^"]+|all|why|successor)" value="([^"]*)"', seen))
    again = clerk.post(page, {**sent, "do": "back"}).content.decode()
    assert f'value="{new.official_id}" selected' in again.split('id="id_all"')[1].split("</select>")[0]
    assert clerk.post(page, {**sent, "do": "hand_over", "key": KEY}).status_code == 302
    assert set(Link.objects.filter(until=None).values_list("official_id", flat=True)) == {new.official_id}


@row("R-049", "R-094")
def test_a_project_is_named_on_the_page_and_goes_along(clerk: Client, cast: Cast, at: datetime) -> None:
    works = make.a_body("柳湾水厂", kind="project")
    links.link(by=make.SYSTEM, at=at, official_id=cast.luo.official_id, body_id=works)
    links.end_link(by=make.SYSTEM, at=at, link_id=cast.zhang_link)
    page = f"{HOME}handovers/{cast.luo.official_id}/"
    shown = text(clerk, page)
    assert "柳湾水厂" in shown
    assert "没有要交接的户" not in shown
    form = {"successor": str(cast.ma.official_id), "why": "rotation"}
    assert clerk.post(page, {**form, "do": "look", "successor": ""}).status_code == 422
    assert clerk.post(page, {**form, "do": "look", "to_x": str(cast.ma.official_id)}).status_code == 422
    assert clerk.post(page, {**form, "do": "hand_over", "key": KEY}).status_code == 302
    assert Link.objects.get(body_id=works, until=None).official_id == cast.ma.official_id


@row("R-094")
def test_who_is_not_suggested_is_found_by_name_and_chosen(clerk: Client, cast: Cast) -> None:
    page = f"{HOME}handovers/{cast.luo.official_id}/"
    link = re.findall(r'name="(to_[^"]+)"', text(clerk, page))[0]
    found = clerk.post(page, {"do": "find", "q": cast.wu.name, link: "", "successor": ""}).content.decode()
    assert found.count(f'<option value="{cast.wu.official_id}"') == 3, "all, this household, the matters"
    form = {link: str(cast.wu.official_id), "successor": str(cast.wu.official_id), "why": "transfer"}
    seen = clerk.post(page, {**form, "do": "look"}).content.decode()
    assert cast.wu.name in seen
    back = clerk.post(page, {**form, "do": "back"}).content.decode()
    assert back.count(f'<option value="{cast.wu.official_id}" selected') == 2


@pytest.mark.parametrize("do", ["find", "look", "hand_over"])
def test_whom_a_hand_over_cannot_name_is_told_on_its_page(clerk: Client, cast: Cast, do: str) -> None:
    page = f"{HOME}handovers/{cast.luo.official_id}/"
    answer = clerk.post(page, {"do": do, "why": "transfer", "successor": "李卫东"})
    assert answer.status_code == (200 if do == "find" else 422)
    assert f'action="{page}"' in answer.content.decode()


def test_the_pages_speak_english(clerk: Client, cast: Cast) -> None:
    make.a_household(SHIQIAO)
    reader = seat(cast.xu, language="en")
    found = a_round(reader)
    for path in (HOME, f"{HOME}rounds/{found}/", f"{HOME}coverage/", f"{HOME}handovers/"):
        shown = re.sub(r"<nav.*?</nav>", "", text(reader, path), flags=re.DOTALL)
        assert "households" in shown


def counted(client: Client, path: str) -> int:
    """How many statements a page takes, once what is kept for a while is kept."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return sum("set_config" not in query["sql"] for query in queries.captured_queries)


@pytest.mark.once
def test_pages_ask_as_much_with_one_household_as_with_fifty(clerk: Client, cast: Cast) -> None:
    make.a_household(SHIQIAO)
    first = a_round(clerk)
    paths = [
        HOME,
        f"{HOME}coverage/",
        f"{HOME}coverage/households/",
        f"{HOME}coverage/households/?show=gap",
        f"{HOME}coverage/officials/",
        f"{HOME}handovers/",
    ]
    few = [counted(clerk, path) for path in paths]
    few_lines = counted(clerk, f"{HOME}rounds/{first}/")
    clerk.post(f"{HOME}rounds/{first}/", {"do": "withdraw"})
    for number in range(50):
        make.a_household(SHIQIAO if number % 2 else HUAISHUPING)
    assert [counted(clerk, path) for path in paths] == few
    second = a_round(clerk)
    assert counted(clerk, f"{HOME}rounds/{second}/") == few_lines
    assert max(*few, few_lines) <= 12
    ticks.count_coverage(now())
    assert max(counted(clerk, path) for path in paths) <= 12


def test_a_household_that_wishes_another_or_needs_nobody_is_kept_on_its_line(clerk: Client, cast: Cast) -> None:
    page = f"{HOME}rounds/{a_round(clerk)}/{cast.zhang_household}/"
    assert clerk.post(page, {"do": "wish"}).status_code == 302
    assert LinkWish.objects.get().official_id == cast.luo.official_id
    assert clerk.post(page, {"do": "wish"}).status_code == 302  # said twice is said once, and nobody is told so
    assert LinkWish.objects.count() == 1
    assert clerk.post(page, {"do": "leave_out", "why": "whim"}).status_code == 422
    assert clerk.post(page, {"do": "leave_out", "why": "empty_house", "note": "外出十年"}).status_code == 302
    assert text(clerk, f"{HOME}coverage/households/?show=excluded").count("data-row") == 1


@row("R-064")
def test_who_is_left_out_stands_on_a_page_and_comes_back_there(clerk: Client, cast: Cast, at: datetime) -> None:
    page = f"{HOME}left-out/"
    assert "没有单独列出的" in text(clerk, page)
    links.leave_out(by=make.SYSTEM, at=at, household_id=cast.zhang_household, why="empty_house", note="外出十年")
    people = clerk.post(page, {"do": "find", "q": "罗大勇"}).content.decode()
    assert str(cast.luo.official_id) in people
    for wrong in ({"do": "x"}, {"do": "leave_out", "official": str(cast.luo.official_id), "why": "empty_house"}):
        assert clerk.post(page, wrong).status_code == 422
    given = {"do": "leave_out", "official": str(cast.luo.official_id), "why": "study"}
    assert clerk.post(page, given).status_code == 302
    shown = text(clerk, page)
    assert "外出十年" in shown
    assert "脱产学习" in shown
    assert shown.count("回来参加") == 2
    for exclusion in re.findall(r'name="exclusion" value="([^"]+)"', shown):
        assert clerk.post(page, {"do": "end", "exclusion": exclusion}).status_code == 302
    assert clerk.post(page, {"do": "end", "exclusion": str(cast.zhang_household)}).status_code == 404
    assert "没有单独列出的" in text(clerk, page)


@row("R-086", "R-099")
def test_other_kinds_of_links_have_pages_to_begin_and_end_them(clerk: Client, cast: Cast, at: datetime) -> None:
    in_force(now(), FIXED)
    assert "生效的办法里没有别的联系" in text(clerk, f"{HOME}kinds/")
    in_force(now(), FIXED + ZOUCHENG)
    assert "联村民警" in text(clerk, f"{HOME}kinds/")
    page = f"{HOME}kinds/echo/police/"
    assert "还缺 3 处" in text(clerk, page)
    officer = make.an_official(cast.bodies.office, name="丁一平", tier="staff", place_code=COUNTY)
    found = clerk.post(page, {"do": "find", "q": "丁一平", "t": "石桥"}).content.decode()
    assert f'value="{officer.official_id}" checked' in found
    assert f'value="{SHIQIAO}" checked' in found
    given = {"do": "tie", "giver": str(officer.official_id), "target": SHIQIAO}
    assert clerk.post(page, given).status_code == 302
    assert clerk.post(page, given).status_code == 422
    for wrong in ({**given, "giver": "x"}, {"do": "x"}, {**given, "target": LIUWAN}):
        assert clerk.post(page, wrong).status_code == 422
    shown = text(clerk, page)
    assert "丁一平" in shown
    (tie,) = re.findall(r'name="tie" value="([^"]+)"', shown)
    assert "石桥村" in text(clerk, f"{HOME}handovers/{officer.official_id}/")
    assert clerk.post(page, {"do": "end", "tie": tie}).status_code == 302
    assert "丁一平" not in text(clerk, page)
    assert clerk.get(f"{HOME}kinds/echo/fixed/").status_code == 404
    for name, target in (("department", "farming"), ("first_secretary", "")):
        other = f"{HOME}kinds/echo/{name}/"
        assert clerk.get(other).status_code == 200, target


def test_links_of_one_kind_are_looked_through_by_fifty(clerk: Client, cast: Cast) -> None:
    in_force(now(), FIXED + ZOUCHENG)
    page = f"{HOME}kinds/echo/police/"
    officers = [
        make.an_official(cast.bodies.office, name=f"民警{number:02}", tier="staff", place_code=COUNTY).official_id
        for number in range(queries.PAGE + 3)
    ]
    for one in officers:
        ties.tie(by=make.SYSTEM, at=now(), programme="echo", pairing="police", official_id=one, to_place=SHIQIAO)
    first = text(clerk, page)
    (more,) = re.findall(r'href="\?after=([^"]+)"', first)
    second = text(clerk, f"{page}?after={more}")
    named = [re.findall(r"<b>(民警\d\d)</b>", shown) for shown in (first, second)]
    assert [len(some) for some in named] == [queries.PAGE, 3]
    assert len({*named[0], *named[1]}) == queries.PAGE + 3
    assert "?after=" not in second
    assert clerk.get(f"{page}?after=yesterday~x").status_code == 404


@row("R-094")
@pytest.mark.once
def test_the_page_of_a_hand_over_asks_few_questions_however_much_there_is_to_hand_over(
    clerk: Client, cast: Cast, at: datetime
) -> None:
    page = f"{HOME}handovers/{cast.luo.official_id}/"
    few = counted(clerk, page)
    for number in range(30):
        make.a_link(cast.luo.official_id, make.a_household(HUAISHUPING, head=f"户{number}")[0])
        if number % 6 == 0:
            make.an_official(cast.bodies.town, name=f"镇干部{number}", place_code=LIUWAN, tier="staff")
    assert counted(clerk, page) == few <= 15


@row("R-005")
def test_who_was_not_sent_in_the_cycle_is_a_page_of_the_kind(cast: Cast) -> None:
    at = now()
    in_force(at, example("four_linkages"))
    desk = seat(cast.xu)
    there = "/desk/links/kinds/echo/instructor/"
    assert f"{there}turns/" in text(desk, there)
    shown = text(desk, f"{there}turns/")
    assert "5 年轮一遍" in shown
    assert "罗大勇" in shown
    assert "Official" not in shown
    assert desk.get("/desk/links/kinds/echo/department/turns/").status_code == 404
    english = seat(cast.xu, language="en").get(f"{there}turns/").content.decode()
    assert "not yet" in english


@row("R-083")
def test_a_set_is_written_whole_on_its_page_or_refused_with_what_it_lacks(clerk: Client, cast: Cast) -> None:
    in_force(now(), example("one_two_three"))
    assert "按组结对的" in text(clerk, f"{HOME}kinds/")
    page = f"{HOME}sets/echo/one_two_three/"
    homes = [make.a_household(HUAISHUPING)[0] for _ in range(5)]
    codes = "\n".join(Household.objects.filter(pk__in=homes).values_list("code", flat=True))
    found = clerk.post(page, {"do": "find", "q": cast.luo.name, "codes": codes}).content.decode()
    assert f'value="{cast.luo.official_id}" checked' in found
    assert codes.split()[0] in found
    given = {"do": "set", "official": str(cast.luo.official_id), "codes": codes}
    answer = clerk.post(page, given)
    assert (answer.status_code, "还缺" in answer.content.decode()) == (422, True)
    assert clerk.post(page, {**given, "codes": "X1"}).status_code == 422
    for home, categories in zip(homes, (("member", "hard_member"), ("member", "hard_resident")), strict=False):
        mark(now(), home, *categories)
    assert clerk.post(page, given).status_code == 302
    assert "齐了" in text(clerk, page)
    assert clerk.get(f"{HOME}sets/echo/fixed/").status_code == 404
