"""Rosters at the desk: a clerk hands a list in, looks at it, decides, applies, takes it back."""

import io
import re
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from huiyin.core.models import Look, Official
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register import ticks
from huiyin.register.actions import roster_work
from huiyin.register.actions.roster_work import Job
from huiyin.register.actions.rosters import PATIENCE
from huiyin.register.models import Household, ImportRun, Link, Resident
from tests import factories as make
from tests import lists
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.seat import seat
from tests.lists import HOUSEHOLDS
from tests.rooms.register.test_rosters import STAFF, csv_of, imported, staged
from tests.rows import row

SYSTEM = Viewer.system("tests")
WRONG = "身份证号不对，请照着证件再看一下。"


@pytest.fixture
def desk(cast: Cast) -> Client:
    """The administrator, who may import."""
    make.put_in_force(at=now())
    return seat(cast.xu)


def hand_in(client: Client, path: Path, kind: str = "households") -> str:
    """Hand a list in; the page of its run."""
    with path.open("rb") as file:
        answer = client.post("/desk/rosters/", {"kind": kind, "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def worked(page: str) -> None:
    """What the worker's process would do now."""
    roster_work.work(Job(SYSTEM, now, UUID(page.rstrip("/").rsplit("/", 1)[1])))


def sheet_rows(content: bytes) -> list[list[object]]:
    """The rows of a workbook that was taken."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [
        [int(one) if isinstance(one, float) else one for one in row] for row in book.get_sheet_by_index(0).to_python()
    ]


def read(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()


def columns(client: Client, page: str, **changed: str) -> dict[str, str]:
    """The choice of columns as the page shows it, sent back."""
    run = ImportRun.objects.get(pk=UUID(page.rstrip("/").rsplit("/", 1)[1]))
    return {"do": "columns"} | {f"column-{at}": name for name, at in run.columns.items()} | changed


@row("R-061")
def test_a_clerk_hands_a_list_in_looks_at_it_decides_applies_and_takes_it_back(desk: Client, tmp_path: Path) -> None:
    rows = lists.households(3)
    rows[2][6] = "990101194001020010"
    path = lists.csv_file(tmp_path / "户表.csv", HOUSEHOLDS, rows, encoding="gbk")
    page = hand_in(desk, path)
    assert "正在找表头" in read(desk, page)
    worked(page)
    shown = read(desk, page)
    assert "哪一列是什么" in shown
    assert "户主姓名" in shown
    assert desk.post(page, columns(desk, page)).status_code == 302
    assert "已读 0 行，全表约 3 行。读的时候登记一个字也不变" in read(desk, page)
    worked(page)
    shown = read(desk, page)
    assert "身份证号不对" in shown
    assert "有 1 行不能导入，导入时跳过" in shown
    assert f'href="{page}report/"' in shown
    taken = desk.get(f"{page}report/")
    assert sheet_rows(taken.content) == [["行", "结果", "列", "说明"], [4, "不能导入", "身份证号", WRONG]]
    assert Look.objects.filter(kind="rosters.report", subject=f"import:{page.split('/')[-2]}").count() == 1
    assert not Household.objects.filter(code="HT00001").exists()
    desk.post(page, {"do": "apply"})
    shown = read(desk, page)
    assert "已导入 0 / 3 行" in shown
    assert '<progress class="w-100" max="3" value="0" aria-labelledby="hy-gone">' in shown
    worked(page)
    assert "整批撤回" in read(desk, page)
    assert desk.get(f"{page}report/").status_code == 404
    assert Household.objects.get(code="HT00001").until is None
    unsure = desk.post(page, {"do": "undo"})
    assert unsure.status_code == 422
    assert "<details open><summary>整批撤回" in unsure.content.decode()
    desk.post(page, {"do": "undo", "sure": "1"})
    worked(page)
    assert "已撤回" in read(desk, page)
    assert Household.objects.get(code="HT00001").until is not None
    assert "户表.csv" in read(desk, "/desk/rosters/")


@row("R-047", "SG-31")
def test_a_line_with_a_role_nobody_knows_says_which_on_the_page_and_in_the_workbook(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    line = ["GB9", "表里的人", "柳湾镇人民政府", "", "", "柳湾镇", "总管", "总管", "", "", ""]
    run = staged(csv_of(tmp_path, [line], STAFF), at, "staff", by=cast.xu.viewer(at))
    page, desk, said = f"/desk/rosters/{run}/", seat(cast.xu), "没有叫“总管”的角色。请照工作办法里的角色名写。"
    assert said in read(desk, page)
    assert sheet_rows(desk.get(f"{page}report/").content)[1][3] == said


@row("SG-49")
def test_held_lines_are_decided_on_one_page_and_looking_at_them_leaves_a_trace(desk: Client, tmp_path: Path) -> None:
    for change in (False, True):
        rows = lists.households(2)
        if change:
            rows[0][5], rows[1][2], rows[1][3] = "改了名", "槐树坪村", "三组"
        page = hand_in(desk, lists.csv_file(tmp_path / "a.csv", HOUSEHOLDS, rows))
        worked(page)
        desk.post(page, columns(desk, page))
        worked(page)
        if not change:
            desk.post(page, {"do": "apply"})
            worked(page)
    shown = read(desk, page)
    assert "登记在另一个名字下" in shown
    assert "搬家了吗" in shown
    assert "户主乙一" in shown
    assert lists.a_phone(1) not in shown
    assert lists.an_id(1, "19400102") not in shown
    assert Look.objects.filter(kind="import.held").count() == 1
    desk.post(page, {"do": "decide", "decision-2": "same", "decision-3": "skip"})
    desk.post(page, {"do": "apply"})
    worked(page)
    household = Household.objects.get(code="HT00001")
    assert household.residents.get(replaced_at=None).person.name == "改了名"
    assert "要您判断的" not in read(desk, page)


@row("R-094")
def test_a_list_of_links_asks_whom_to_tell_and_says_who_is_told(desk: Client, cast: Cast, tmp_path: Path) -> None:
    home, _ = make.a_household(HUAISHUPING)
    number, code = Official.objects.get(pk=cast.ma.official_id).number, Household.objects.get(pk=home).code
    page = hand_in(desk, lists.csv_file(tmp_path / "联户.csv", ["工号", "户编号"], [[number, code]]), "links")
    worked(page)
    desk.post(page, columns(desk, page))
    worked(page)
    assert 'value="nobody" checked' in read(desk, page)
    assert desk.post(page, {"do": "apply", "tell": "x"}).status_code == 422
    pressed = [desk.post(page, {"do": "apply", "tell": "all"}).status_code for _ in range(2)]
    assert pressed == [302, 302], "a double click"
    worked(page)
    shown = read(desk, page)
    assert "1 户等着发" in shown
    assert "还没有发的短信不再发" in shown


@row("R-061")
def test_of_two_of_a_name_the_page_offers_each_and_takes_who_is_picked(
    desk: Client, cast: Cast, tmp_path: Path
) -> None:
    imported(csv_of(tmp_path, lists.households(1)), now())
    luo = Official.objects.get(pk=cast.luo.official_id)
    other = make.an_official(cast.bodies.office, name=luo.person.name, role="official")
    head = Resident.objects.get(household__code="HT00001").person.name
    path = csv_of(tmp_path, [[luo.person.name, "槐树坪", head]], ("联户干部姓名", "村", "户主姓名"))
    page = hand_in(desk, path, "links")
    worked(page)
    desk.post(page, columns(desk, page))
    worked(page)
    said = read(desk, page)
    assert "叫这个名字的干部不止一个" in said
    assert "<dd> · " not in said
    numbers = [luo.number, Official.objects.get(pk=other.official_id).number]
    picks = dict(re.findall(r'value="(pick\d)".*?<span class="hy-pick-words">(.*?)</span>', said))
    assert [any(number in whom for whom in picks.values()) for number in numbers] == [True, True]
    which = next(choice for choice, whom in picks.items() if numbers[1] in whom)
    desk.post(page, {"do": "decide", "decision-2": which})
    desk.post(page, {"do": "apply"})
    worked(page)
    links = Link.objects.filter(household__code="HT00001", until=None, replaced_at=None)
    assert [one.official_id for one in links] == [other.official_id]


def test_the_choice_of_columns_is_remembered_for_the_next_list(desk: Client, tmp_path: Path) -> None:
    header = list(HOUSEHOLDS)
    header[5] = "当家的"
    rows = lists.households(1)
    page = hand_in(desk, lists.csv_file(tmp_path / "a.csv", header, rows))
    worked(page)
    refused = desk.post(page, columns(desk, page))
    assert refused.status_code == 422
    assert "少了这一列" in refused.content.decode()
    assert desk.post(page, columns(desk, page) | {"column-5": "name"}).status_code == 302
    worked(page)
    rows[0][4] = "另一处"
    again = hand_in(desk, lists.csv_file(tmp_path / "b.csv", header, rows))
    worked(again)
    run = ImportRun.objects.get(pk=UUID(again.rstrip("/").rsplit("/", 1)[1]))
    assert run.columns["name"] == 5


@row("R-027", "R-061")
def test_sheets_that_were_not_read_are_named_until_they_are_handed_in(desk: Client, tmp_path: Path) -> None:
    rows = lists.households(2)
    path = lists.workbook(tmp_path / "村.xlsx", [HOUSEHOLDS, rows[0]], beside=[("石桥村", [HOUSEHOLDS, rows[1]])])
    page = hand_in(desk, path)
    worked(page)
    told = "同一个文件里还有 1 张工作表没有读：石桥村"
    assert told in read(desk, page)
    desk.post(page, columns(desk, page))
    worked(page)
    assert told in read(desk, page)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "文件是空的"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "旧格式"),
        ("a.xlsx", b"PK\x03\x04" + bytes(600), "打不开"),
    ],
)
def test_a_list_that_cannot_be_taken_is_refused_with_the_reason(
    desk: Client, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with path.open("rb") as file:
        answer = desk.post("/desk/rosters/", {"kind": "households", "file": file})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_list_without_a_header_says_so_and_can_be_handed_in_again(desk: Client, tmp_path: Path) -> None:
    page = hand_in(desk, lists.csv_file(tmp_path / "a.csv", ["甲", "乙"], [["1", "2"]]))
    worked(page)
    shown = read(desk, page)
    assert "没有找到表头" in shown
    assert "改好再交一次" in shown


def test_who_may_not_import_finds_no_such_page(cast: Cast, desk: Client, tmp_path: Path) -> None:
    page = hand_in(desk, lists.csv_file(tmp_path / "a.csv", HOUSEHOLDS, lists.households(1)))
    for member in (cast.li, cast.chen, cast.qian):
        client = seat(member)
        assert client.get("/desk/rosters/").status_code == 404
        assert client.get(page).status_code == 404
        assert client.post(page, {"do": "abandon"}).status_code == 404
    assert "花名册导入" not in seat(cast.li).get("/desk/").content.decode()


def test_the_worker_starts_one_process_for_a_list_that_waits(
    desk: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    class Process:
        def __init__(self, command: list[str], **_more: object) -> None:
            started.append(command)

        def poll(self) -> None:
            return None

    monkeypatch.setattr("huiyin.register.ticks.subprocess.Popen", Process)
    page = hand_in(desk, lists.csv_file(tmp_path / "a.csv", HOUSEHOLDS, lists.households(1)))
    at: datetime = now()
    assert ticks.start_imports(at) == 1
    assert started[0][-1] in page
    assert ticks.start_imports(at) == 0
    assert ticks.start_imports(at + PATIENCE) == 1  # its process fell silent
    monkeypatch.setattr(ticks, "_at_work", [])


@row("R-061")
def test_a_file_that_is_no_list_is_refused_with_what_to_do(desk: Client, tmp_path: Path) -> None:
    for name, content in (("户表.xlsx", b"\xff\xfe\x81\x20" * 40), ("户表.csv", "户编号,户主\x00".encode() * 9)):
        path = tmp_path / name
        path.write_bytes(content)
        page = hand_in(desk, path)
        worked(page)
        assert "这不是 Excel（.xlsx）或者 CSV 的表" in read(desk, page)


@row("R-061")
def test_a_list_of_which_nothing_can_be_taken_is_not_called_right(desk: Client, tmp_path: Path) -> None:
    rows = lists.households(3)[2:]
    rows[0][6] = "990101194001020010"
    page = hand_in(desk, lists.csv_file(tmp_path / "户表.csv", HOUSEHOLDS, rows, encoding="gbk"))
    worked(page)
    desk.post(page, columns(desk, page))
    worked(page)
    shown = read(desk, page)
    assert "有 1 行不能导入" in shown
    assert "看过没有问题" not in shown
    assert "没有一行要导入" in shown
