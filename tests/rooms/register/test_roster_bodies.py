"""Lists of bodies: a county's organisations before anybody serves in them, known by name and place, taken back."""

from datetime import datetime
from pathlib import Path

import pytest

from huiyin.core.audit import verify
from huiyin.core.sealing import seal_now
from huiyin.register.actions import roster_undo, roster_work, rosters
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import Body, BodyAbove, ImportRun
from huiyin.register.queries import rosters as ask
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, Cast
from tests.rooms.register.test_rosters import SYSTEM, apply, counts, csv_of, imported, staged
from tests.rows import row

HEADER = ("单位名称", "单位类别", "上级单位", "乡镇", "村", "系统", "行业", "值班电话", "地址")
LINES = [
    ["望川县林业局", "部门", "", "", "", "政府部门", "林业", "12345", "人民路 1 号"],
    ["柳湾镇林业站", "站所", "望川县林业局", "柳湾镇", "", "", "", "", ""],
    ["槐树坪护林队", "护林队", "柳湾镇林业站", "柳湾镇", "槐树坪村", "", "", "", ""],
]


@pytest.fixture(autouse=True)
def _patrols(cast: Cast) -> None:
    """The county has a body of the kind of its own that the list writes."""
    make.a_body("望川县护林总队", kind="护林队")


def undo(run: ask.RunRow, at: datetime) -> None:
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run.id, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: at, run.id)) == "undone"


@row("R-047", "R-048", "R-061")
def test_a_list_of_bodies_comes_in_before_anybody_serves_in_them(cast: Cast, at: datetime, tmp_path: Path) -> None:
    run = imported(csv_of(tmp_path, LINES, HEADER), at, "bodies")
    assert counts(run) == {"new": 3}
    office, station, patrol = (Body.objects.get(name=line[0]) for line in LINES)
    assert (office.kind, office.place_code, office.phone) == ("department", COUNTY, "12345")
    assert (office.system, office.industry, office.address) == ("政府部门", "林业", "人民路 1 号")
    assert (station.kind, station.place_code, station.parent_id) == ("unit", LIUWAN, office.pk)
    assert (patrol.kind, patrol.place_code) == ("护林队", HUAISHUPING), "a kind of the county's own stays as written"
    above = BodyAbove.objects.filter(body=patrol).values_list("above__name", "height")
    assert set(above) == {("槐树坪护林队", 0), ("柳湾镇林业站", 1), ("望川县林业局", 2)}
    assert counts(imported(csv_of(tmp_path, LINES, HEADER), at, "bodies")) == {"same": 3}
    seal_now(at)
    assert verify(at, language="en").told() == []
    undo(run, at)
    assert not Body.objects.filter(name__in=[line[0] for line in LINES], until=None).exists()


@row("R-047", "R-061")
def test_a_later_list_changes_what_it_says_and_leaves_the_rest(cast: Cast, at: datetime, tmp_path: Path) -> None:
    imported(csv_of(tmp_path, LINES, HEADER), at, "bodies")
    lines = [["望川县林业局", "", "", "", "", "", "", "0530-1234567", ""]]
    run = imported(csv_of(tmp_path, lines, HEADER), at, "bodies")
    assert counts(run) == {"changed": 1}
    office = Body.objects.get(name="望川县林业局")
    assert (office.phone, office.address, office.kind) == ("0530-1234567", "人民路 1 号", "department")
    undo(run, at)
    assert Body.objects.get(name="望川县林业局").phone == "12345"


@row("R-061")
def test_a_line_of_a_body_that_cannot_be_taken_says_why(cast: Cast, at: datetime, tmp_path: Path) -> None:
    make.a_body("双名站", place_code=LIUWAN)
    make.a_body("双名站", place_code=COUNTY)
    lines = [
        ["没有类别局", "", "", "", "", "", "", "", ""],
        ["甲局", "部门", "没有的局", "", "", "", "", "", ""],
        ["乙局", "部门", "双名站", "", "", "", "", "", ""],
        ["双名站", "部门", "", "", "", "", "", "", ""],
        ["丙局", "部门", "", "没有镇", "", "", "", "", ""],
        ["丁局", "部门", "", "", "", "", "", "12", ""],
        ["上访户办", "部门", "", "", "", "", "", "", ""],
        ["戊局", "部门", "", "", "", "", "", "", ""],
        ["戊局", "部门", "", "", "", "", "", "", ""],
    ]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "bodies")
    told = {one.number: (one.reason, one.column) for one in ask.told_lines(SYSTEM, run, verdicts=["refused"])}
    assert told == {
        2: ("body_kind_missing", "body_kind"),
        3: ("parent_of_list_unknown", "parent"),
        4: ("parent_of_list_several", "parent"),
        6: ("place_unknown_name", "town"),
        7: ("phone_too_short", "duty_phone"),
        8: ("words_refused", "body"),
        10: ("line_twice", ""),
    }


@row("R-061")
def test_a_parent_of_an_earlier_part_of_a_long_list_is_there_when_the_list_is_applied(
    cast: Cast, at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_work, "PART", 1)
    run = staged(csv_of(tmp_path, LINES, HEADER), at, "bodies")
    assert [one.reason for one in ask.told_lines(SYSTEM, run, verdicts=["refused"])] == ["parent_of_list_unknown"] * 2
    assert counts(apply(run, at)) == {"new": 3}
    assert Body.objects.get(name="槐树坪护林队").parent_id == Body.objects.get(name="柳湾镇林业站").pk


@row("R-047")
def test_a_list_moves_no_body_under_another_parent(cast: Cast, at: datetime, tmp_path: Path) -> None:
    imported(csv_of(tmp_path, LINES, HEADER), at, "bodies")
    centre = Body.objects.get(pk=cast.bodies.centre).name
    lines = [["柳湾镇林业站", "", centre, "柳湾镇", "", "", "", "", ""]]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "bodies")
    assert [one.reason for one in ask.told_lines(SYSTEM, run, verdicts=["refused"])] == ["body_parent_other"]


@row("R-061")
def test_a_clerk_of_a_town_registers_no_body_elsewhere(cast: Cast, at: datetime, tmp_path: Path) -> None:
    lines = [["青石镇林业站", "站所", "", "青石镇", "", "", "", "", ""], LINES[0]]
    by = cast.luo.viewer(at).but(verbs=frozenset({"register.import"}))
    run = staged(csv_of(tmp_path, lines, HEADER), at, "bodies", by)
    assert {one.reason for one in ask.told_lines(by, run, verdicts=["refused"])} == {"place_beyond"}


@row("R-061")
def test_what_stands_under_a_body_since_keeps_it_when_the_list_is_taken_back(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    run = imported(csv_of(tmp_path, LINES[:1], HEADER), at, "bodies")
    office = Body.objects.get(name="望川县林业局")
    make.a_body("林业局种苗站", kind="unit", parent_id=office.pk)
    undo(run, at)
    office.refresh_from_db()
    assert office.until is None
    assert len(ask.kept_rows(SYSTEM, run.id)) == 1


@row("R-047")
def test_lines_that_could_not_be_read_and_those_judged_wrong_are_told_together_when_all_is_done(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    lines = [["柳湾镇林业站", "站所", "", "柳湾镇", "", "", "", "", ""], ["新单位", *[""] * 8], ["", "站所", *[""] * 7]]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "bodies")
    assert ImportRun.objects.get(pk=run).counts["refused"] == 2
    assert apply(run, at).counts["did_refused"] == 2


@row("R-047")
def test_a_kind_that_no_body_is_of_yet_is_held_until_somebody_says_that_it_is_no_slip(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    lines = [["望川县天文台", "天文台", *[""] * 7], ["柳湾镇林业站", "站所", "", "柳湾镇", *[""] * 5]]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "bodies")
    (held,) = ask.held_lines(SYSTEM, run)
    assert (held.reason, held.name) == ("body_kind_new", "望川县天文台 · 天文台")
    assert [one for one, _ in held.choices] == ["take", "skip"]
    assert apply(run, at).waiting == 1
    assert not Body.objects.filter(kind="天文台").exists()
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=held.number, decision="take")
    assert apply(run, at).waiting == 0
    assert Body.objects.get(name="望川县天文台").kind == "天文台"
    assert counts(imported(csv_of(tmp_path, lines, HEADER), at, "bodies")) == {"same": 2}
