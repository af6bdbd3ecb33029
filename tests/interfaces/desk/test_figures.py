"""The page of figures: defined, with bases, opening to exactly the matters each figure was made from."""

import io
import re
from datetime import date, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from huiyin.casework.actions import exports, issues
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import CaseTally, Conflict, Matter
from huiyin.casework.queries import behind
from huiyin.casework.rules.issues import About
from huiyin.casework.rules.spans import Behind, Wanted
from huiyin.core.actions import action
from huiyin.core.models import Event, Look
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from tests import factories as make
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, LIUWAN, SHANGHE, Cast
from tests.conftest import Clock
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine, ways
from tests.rows import row

pytestmark = pytest.mark.django_db
DAYS = "from=2026-01-01&until=2027-12-31"
ADDRESS = f"/desk/figures/?{DAYS}"


@pytest.fixture
def told(cast: Cast, at: datetime, clock: Clock) -> datetime:
    """One solved, one answered and silent, one just received by letter in another town; some days later."""
    first = spine.delivered(cast, at)
    spine.called(cast, first.id, at + timedelta(days=3))
    spine.delivered(cast, at)
    spine.opened(cast, at, place_code=SHANGHE, channel="letter")
    later = at + timedelta(days=4)
    drain(later)
    clock(later)
    return later


@action
def _about(*, by: Viewer, at: datetime, cast: Cast, person_id: UUID) -> None:
    """One more matter, about somebody."""
    Conflict(matter=spine.opened(cast, at).matter, person_id=person_id, at=at).save(force_insert=True)


def page(cast: Cast, address: str = ADDRESS) -> str:
    answer = seat(cast.zhou).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@row("R-211", "R-229", "AM-23", "SG-33", "SG-07")
def test_the_three_goals_stand_apart_each_with_its_base_and_definition(cast: Cast, told: datetime) -> None:
    shown = page(cast)
    table = shown.split("主要的数</h2>")[1].split("</table>")[0]
    lines = {re.sub(r"\s*<.*", "", line): line for line in table.split('<th scope="row">')[1:]}
    cells = {name: re.findall(r'class="hy-num is-beside">(?:<[^>]+>)?([^<]+)', line) for name, line in lines.items()}
    assert cells["办复"] == ["2", "3", "66.7%"]
    assert cells["回访到本人"] == ["1", "2", "50.0%"]
    assert cells["解决"] == ["1", "2", "50.0%"]
    assert cells["满意（全部诉求）"] == ["1", "1", "100.0%"]
    assert cells["满意（合理诉求）"] == ["0", "0", "—"]
    assert "还不能定" in lines["满意（合理诉求）"]
    assert "留存、转阅、并办、撤回的一律不算解决" in lines["解决"]
    assert "20.7%～100.0%" in lines["满意（全部诉求）"]


@row("R-229", "R-419")
def test_every_figure_opens_to_exactly_its_matters(cast: Cast, told: datetime) -> None:
    client = seat(cast.zhou)
    links = re.findall(r'class="hy-open" href="([^"]+)">([\d,]+)</a>', page(cast, f"{ADDRESS}&by=all"))
    links += [
        (address, number) for address, number in re.findall(r'<a href="([^"]+figure=[^"]+)">\D+ (\d+)</a>', page(cast))
    ]
    assert len(links) > 20
    for address, number in links:
        listed = client.get(unescape(address)).content.decode()
        assert len(re.findall("data-row", listed)) == int(number), address


@row("R-229", "AM-24")
def test_each_method_counts_what_came_is_solved_and_is_being_settled_and_says_of_what(
    cast: Cast, told: datetime
) -> None:
    said = {"topic": "water", "nature": "problem", "way": "pass_for_handling"}
    matter = spine.accepted(cast, told)
    take_step(by=cast.zhou.viewer(told), at=told, matter_id=matter.id, step="classify", given=said)
    given = {"note": "水利站和镇里一起看过，先送水。"}
    take_step(by=cast.zhou.viewer(told), at=told, matter_id=matter.id, step="discuss", given=given)
    drain(told)
    shown = page(cast)
    line = shown.split("按办法数</h2>")[1].split("<tbody>")[1].split("</table>")[0]
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall(r'is-beside">(.*?)</td>', line)]
    assert cells == ["4", "1", "1", "50.0%"], "one of two that were answered is solved"
    assert "登记一件算一件" in shown and make.county_book().programmes["echo"].about.title in line
    (opened,) = re.findall(r'href="([^"]+figure=coordinating[^"]+)"', line)
    listed = seat(cast.zhou).get(unescape(opened)).content.decode()
    assert re.findall(r"data-row", listed) == ["data-row"] and matter.title in listed


@row("R-197", "R-215", "R-229")
@pytest.mark.parametrize("by", ["topic", "level", "place"])
def test_what_is_common_is_counted_by_topic_level_and_place_and_opens_to_its_matters(
    cast: Cast, told: datetime, by: str
) -> None:
    zhou = cast.zhou.viewer(told)
    there = Matter.objects.filter(place_code__gte=HUAISHUPING, place_code__lt=str(int(HUAISHUPING) + 1), topic="water")
    matters = list(there.values_list("id", flat=True))
    about = About(title="傍晚水小", text="好几户都说水小。", place_code=HUAISHUPING, topic="water")
    issue = issues.register(by=zhou, at=told, about=about)
    issues.gather(by=zhou, at=told, issue_id=issue.id, matters=matters)
    drain(told)
    shown = page(cast, f"{ADDRESS}&by={by}")
    opened = re.findall(r'class="hy-open" href="([^"]+figure=common[^"]+)">([\d,]+)</a>', shown)
    assert len(opened) == 2, "the whole, and the one line they are on"
    for address, number in opened:
        listed = seat(cast.zhou).get(unescape(address)).content.decode()
        assert len(re.findall("data-row", listed)) == int(number) == len(matters)


@row("SG-01")
def test_a_figure_shows_nobody_more_than_their_lists_do(cast: Cast, told: datetime) -> None:
    answer = seat(cast.ma).get(f"{ADDRESS}&place={SHANGHE}")
    assert answer.status_code == 404
    assert "：2 件" in seat(cast.ma).get(ADDRESS).content.decode()
    assert seat(cast.li).get(ADDRESS).status_code == 403
    auditor = seat(cast.qian).get(ADDRESS).content.decode()
    assert "：3 件" in auditor
    assert "/desk/matters/" not in auditor  # who reads no matters gets no links to them


@row("R-229", "R-406")
def test_who_reads_no_matters_opens_every_figure_to_its_entries_without_a_word(cast: Cast, told: datetime) -> None:
    secret = spine.opened(cast, told, text="村支书罗大勇收了我的钱不办事。").matter
    drain(told)
    client = seat(cast.qian)
    shown = client.get(f"{ADDRESS}&by=all").content.decode()
    links = re.findall(r'class="hy-open" href="([^"]+)">([\d,]+)</a>', shown)
    assert len(links) > 20
    for address, number in links:
        listed = client.get(unescape(address)).content.decode()
        assert len(re.findall("data-row", listed)) == int(number), address
        for one in Matter.objects.all():
            assert one.title not in listed and one.text not in listed
        assert "李卫东" not in listed and "张丽华" not in listed and secret.code[:4] + "-" not in listed
    assert not Look.objects.exists(), "a page without a word leaves no trace"
    codes = re.findall(r"/desk/tracing/\?code=(\d{9})", client.get(unescape(links[0][0])).content.decode())
    form = client.get(f"/desk/tracing/?code={codes[0]}").content.decode()
    assert f'value="{codes[0][:4]}-{codes[0][4:8]}-{codes[0][8]}"' in form
    traced = client.post("/desk/tracing/", {"code": codes[0], "reason": "数要核对。"}).content.decode()
    assert traced.count("什么时候知道的</p>") == 1
    assert Look.objects.get(kind="matter.trace").subject == str(Matter.objects.get(code=codes[0]).id)
    missed = client.post("/desk/tracing/", {"code": secret.code, "reason": "数要核对。"})
    assert missed.status_code == 422 and Look.objects.count() == 1


@row("R-229", "SG-01", "SG-05")
def test_entries_are_for_who_sees_figures_and_traces_and_never_of_what_they_may_not_learn(
    cast: Cast, told: datetime
) -> None:
    figure = f"2026-01-01~2028-01-01~{COUNTY}~"
    address = f"/desk/figures/behind/?figure=collected~~received~{figure}"
    for who in (cast.li, cast.luo, cast.he, cast.ma):
        assert seat(who).get(address).status_code == 403
    assert "/desk/matters/?" in seat(cast.zhao).get(address)["Location"], "who reads matters gets their list"
    client = seat(cast.qian)
    assert client.get(address).content.decode().count("data-row") == 3
    _about(by=cast.zhou.viewer(told), at=told, cast=cast, person_id=cast.qian.person_id)
    drain(told)
    assert CaseTally.objects.count() == 4
    assert client.get(address).content.decode().count("data-row") == 3
    for wrong in ("", "?figure=x", f"?figure=collected~~received~2026-01-01~2028-01-01~{'1' * 12}~"):
        assert client.get(f"/desk/figures/behind/{wrong}").status_code == 404


@row("R-229", "R-355", "SG-49")
def test_the_entries_of_a_figure_are_taken_away_as_other_lists_are(
    cast: Cast, told: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/desk/figures/behind/export/?figure=collected~~received~2026-01-01~2028-01-01~{COUNTY}~"
    answer = seat(cast.qian).post(address)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 4 and rows[0][0] == "编号"
    look = Look.objects.get(kind="matters.export")
    assert look.subject == f"export:{rows[1][-1]}" and look.person_id == cast.qian.person_id
    monkeypatch.setattr(exports, "FREE", 5)
    again = seat(cast.qian).post(address)
    assert again.status_code == 302 and Look.objects.count() == 1
    assert seat(cast.li).post(address).status_code == 403


def test_a_long_figure_opens_in_parts(cast: Cast, told: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Wanted(from_=date(2026, 1, 1), until=date(2028, 1, 1), place=COUNTY)
    viewer, figure = cast.qian.viewer(told), Behind(wanted, "collected")
    first = behind.entries(viewer, figure, size=2)
    second = behind.entries(viewer, figure, size=2, after=first.after)
    assert (len(first.rows), len(second.rows), second.after) == (2, 1, "")
    assert {one.code for one in (*first.rows, *second.rows)} == set(Matter.objects.values_list("code", flat=True))
    assert [one.in_time for one in first.rows].count(None) in (0, 1)


@row("SG-01", "SG-05")
def test_no_address_of_a_figure_tells_a_handler_who_graded_their_work_and_how(cast: Cast, told: datetime) -> None:
    mine = f"2026-01-01~2028-01-01~{LIUWAN}~"
    everything = seat(cast.li).get(f"/desk/matters/?open=all&figure=answered~~received~{mine}").content.decode()
    assert len(re.findall("data-row", everything)) == 2
    for name in ("graded~", "satisfied~", "points~", "said_grade~", "was_satisfied~", "four_satisfied~lack"):
        address = f"/desk/matters/?open=all&figure={name}~received~{mine}"
        assert len(re.findall("data-row", seat(cast.li).get(address).content.decode())) == 0, name
    graded = f"/desk/matters/?open=all&figure=graded~~received~{mine}"
    assert len(re.findall("data-row", seat(cast.zhou).get(graded).content.decode())) == 1
    assert len(re.findall("data-row", seat(cast.zhao).get(graded).content.decode())) == 0, "who supervises is no judge"


def test_of_a_single_person_no_share_of_a_few_is_shown(cast: Cast, told: datetime) -> None:
    shown = page(cast, f"{ADDRESS}&by=handler")
    table = shown.split("<h2>承办人</h2>")[1]
    assert "李卫东" in table
    assert "少于 10" in table
    assert not re.search(r"\d%", re.sub(r'width="[^"]+"', "", table.split("</table>")[0]))


@row("R-416", "R-417", "R-418", "R-419", "R-170")
def test_days_to_years_can_be_chosen_and_the_paper_has_the_ten_elements(cast: Cast, told: datetime) -> None:
    for step in ("day", "week", "month", "quarter", "year"):
        assert "：3 件" in page(cast, f"{ADDRESS}&step={step}&by=day&basis=received")
    assert "：2 件" in page(cast, f"{ADDRESS}&basis=answered")
    assert "：1 件" in page(cast, f"{ADDRESS}&basis=closed")
    paper = page(cast, f"/desk/figures/print/?{DAYS}")
    for title in ("反映人", "反映渠道", "类型分类", "受理意见", "办理时限", "处理结果", "承办人", "督办人", "回访情况"):
        assert f"<h2>{title}</h2>" in paper


@row("AM-25")
def test_the_file_has_every_line_and_leaves_a_trace(cast: Cast, told: datetime) -> None:
    answer = seat(cast.zhou).post(f"/desk/figures/export/?{DAYS}")
    assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    channels = {line[1]: line[2] for line in rows if line[0] == "反映渠道"}
    assert channels == {"县里的公开电话": 2, "来信": 1}
    assert Event.objects.get(name="casework.figures_exported").data == {"lines": len(rows) - 1}
    assert Look.objects.get(kind="figures.export").person_id == cast.zhou.person_id
    assert seat(cast.li).post(f"/desk/figures/export/?{DAYS}").status_code == 403


@pytest.mark.once
def test_all_elements_cost_as_many_questions_with_one_matter_as_with_fifty(
    cast: Cast, at: datetime, clock: Clock, django_assert_max_num_queries: object
) -> None:
    spine.opened(cast, at)
    drain(at)
    clock(at)
    client = seat(cast.zhou)
    client.get(f"{ADDRESS}&by=all")
    counts = []
    for more in (0, 30):
        for _ in range(more):
            spine.opened(cast, at, place_code=HUAISHUPING)
        drain(at)
        with django_assert_max_num_queries(12) as captured:  # type: ignore[operator]  # the fixture of the suite
            client.get(f"{ADDRESS}&by=all")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_address_nobody_made_is_read_as_far_as_it_goes(cast: Cast, told: datetime) -> None:
    client = seat(cast.zhou)
    for query in ("from=x&until=9999-12-31", "from=0001-01-01&until=0001-01-01", "step=hour&by=salt&basis=never"):
        assert client.get(f"/desk/figures/?{query}").status_code == 200
    for figure in ("~~~~~~", "password~~received~2026-01-01~2027-01-01~990101000000~", "x" * 500):
        assert client.get("/desk/matters/", {"open": "all", "figure": figure}).status_code == 200
    odd = "solved~~received~2026-01-01~2027-01-01~990101000000~~handler=' OR 1=1"
    assert client.get("/desk/matters/", {"figure": odd}).status_code == 200


@row("R-419")
@pytest.mark.parametrize("place", [COUNTY, LIUWAN, HUAISHUPING, GROUP_THREE])
def test_the_line_of_a_place_itself_opens_to_what_lies_in_none_of_its_parts(
    cast: Cast, at: datetime, clock: Clock, place: str
) -> None:
    for code in (COUNTY, LIUWAN, HUAISHUPING, GROUP_THREE):
        spine.opened(cast, at, place_code=code)
    drain(at)
    clock(at)
    shown = page(cast, f"{ADDRESS}&by=place&place={place}")
    cells = re.findall(r'href="(/desk/matters/[^"]*place%3D' + place + r')"[^>]*>(\d+)<', shown)
    assert [many for _, many in cells] == ["1"]
    assert page(cast, unescape(cells[0][0])).count("data-row") == 1


@row("R-183", "R-419")
def test_the_share_that_is_kept_opens_to_its_matters(cast: Cast, at: datetime, clock: Clock) -> None:
    ways.retained(cast, at)
    spine.opened(cast, at)
    spine.opened(cast, at, place_code=COUNTY)
    drain(at)
    clock(at)
    table = page(cast, "/desk/kept/?show=all").split("各镇留存的比例")[1].split("</table>")[0]
    found = re.findall(r'href="(/desk/matters/[^"]*)"[^>]*>(\d+)<', table)
    assert [many for _, many in found] == ["2", "1", "1"]
    for address, many in found:
        assert page(cast, unescape(address)).count("data-row") == int(many)
