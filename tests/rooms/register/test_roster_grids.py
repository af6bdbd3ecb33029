"""Lists of grids: laid, given places and heads, changed by a person's word, taken back (R-025, R-026)."""

from datetime import date, datetime
from pathlib import Path

import pytest

from huiyin.core.audit import verify
from huiyin.core.models import Official
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.register.actions import roster_undo, roster_work, rosters
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import HeldLine, Overlay, OverlayPlace, Post
from huiyin.register.queries import grids as charts
from huiyin.register.queries import overlays as ask
from huiyin.register.queries import rosters as runs
from tests import factories as make
from tests import lists
from tests.cast import HUAISHUPING, LIUWAN, Cast
from tests.rooms.register.test_rosters import SYSTEM, counts, csv_of, imported, staged
from tests.rows import row

pytestmark = pytest.mark.django_db
HEADER = ("网格名称", "网格类别", "乡镇", "村", "网格长工号", "起始日期", "文号")
THIRD = f"{LIUWAN[:9]}209"


@pytest.fixture
def by(cast: Cast, at: datetime) -> Viewer:
    make.put_in_force(at=make.BEGIN)
    make.lay_places([(THIRD, "第三村")])
    return cast.xu.viewer(at)


def number_of(cast: Cast, name: str = "古力") -> str:
    """A staff number of somebody in post."""
    made = make.an_official(cast.bodies.village, name=name, title="干事", place_code=HUAISHUPING)
    return Official.objects.get(pk=made.official_id).number


def laid(by: Viewer, at: datetime) -> dict[str, list[tuple[str, tuple[str, ...], str]]]:
    """Grids of the town: kind to name, villages and head."""
    return {
        one.kind: [(it.name, tuple(name for _, name in it.places), it.head.name if it.head else "") for it in one.rows]
        for one in ask.of_place(by, at, LIUWAN)
    }


@row("R-025", "R-026", "N-051")
def test_a_list_lays_three_levels_with_heads_and_is_taken_back_whole(
    cast: Cast, by: Viewer, at: datetime, tmp_path: Path
) -> None:
    number = number_of(cast)
    lines = [
        ["柳湾大网格", "大网格", "柳湾镇", "", "", "2026-03-01", "镇发〔2026〕3 号"],
        ["第一工作片", "中网格", "柳湾镇", "槐树坪村", number, "2026-03-01", "镇发〔2026〕3 号"],
        ["第一工作片", "中网格", "柳湾镇", "石桥", number, "", ""],
        ["槐树坪网格", "小网格", "柳湾镇", "槐树坪", "", "2026.3.1", ""],
    ]
    path = csv_of(tmp_path, lines, HEADER)
    run = imported(path, at, "grids")
    assert counts(run) == {"new": 3, "changed": 1}
    assert laid(by, at) == {
        "large_grid": [("柳湾大网格", ("槐树坪村", "石桥村", "第三村"), "")],
        "medium_grid": [("第一工作片", ("槐树坪村", "石桥村"), "古力")],
        "small_grid": [("槐树坪网格", ("槐树坪村",), "")],
    }
    (area,) = ask.of_place(by, at, LIUWAN)[1].rows
    assert area.since == date(2026, 3, 1)
    told = ask.one(by, at, area.id).changes
    assert [(one.what, one.reason) for one in told] == [("listed", "镇发〔2026〕3 号")]
    assert charts.chart(by, LIUWAN, at).grid == "柳湾大网格"
    assert counts(imported(path, at, "grids")) == {"same": 4}
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run.id, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: at, run.id)) == "undone"
    assert not any(laid(by, at).values())
    assert not Post.objects.filter(overlay__isnull=False, until=None, replaced_at=None).exists()
    assert charts.chart(by, LIUWAN, at).grid == ""
    assert ask.one(by, at, area.id).changes[0].what == "unlisted"
    seal_now(at)
    assert verify(at, language="en").told() == []


@row("R-025")
def test_a_place_of_another_grid_and_another_head_are_asked_about_and_change_when_a_person_says_so(
    cast: Cast, by: Viewer, at: datetime, tmp_path: Path
) -> None:
    first, second = number_of(cast), number_of(cast, "祁兵")
    head = ("网格", "类别", "镇", "村", "工号", "编号")
    before = [
        ["东片", "medium_grid", "柳湾镇", "槐树坪村", first, "WG1"],
        ["西片", "中网格", "柳湾镇", "石桥村", "", "WG2"],
    ]
    imported(csv_of(tmp_path, before, (*head[:5], "网格编号")), at, "grids")
    lines = [
        ["西片", "中网格", "柳湾镇", "第三村", "", "WG2"],
        ["西片", "中网格", "柳湾镇", "槐树坪村", "", "WG2"],
        ["东片", "中网格", "柳湾镇", "槐树坪村", second, "WG1"],
    ]
    run = imported(csv_of(tmp_path, lines, (*head[:5], "网格编号")), at, "grids")
    assert counts(run) == {"changed": 1}
    waiting = dict(HeldLine.objects.filter(run=run.id).values_list("number", "reason"))
    assert waiting == {3: "grid_differs", 4: "grid_head_differs"}
    for line in waiting:
        rosters.decide(by=SYSTEM, at=at, run_id=run.id, line=line, decision="take")
    rosters.begin(by=SYSTEM, at=at, run_id=run.id, here=True)
    roster_work.work(Job(SYSTEM, lambda: at, run.id))
    assert laid(by, at)["medium_grid"][-1] == ("西片", ("槐树坪村", "石桥村", "第三村"), "")
    assert not OverlayPlace.objects.filter(overlay__code="WG1", until=None).exists()
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run.id, here=True)
    roster_work.work(Job(SYSTEM, lambda: at, run.id))
    assert laid(by, at)["medium_grid"] == [("东片", ("槐树坪村",), "古力"), ("西片", ("石桥村",), "")]


@row("R-025")
def test_what_a_list_of_grids_cannot_bring_is_refused_with_its_column_and_a_look_changes_nothing(
    cast: Cast, by: Viewer, at: datetime, tmp_path: Path
) -> None:
    make.a_grid([f"{HUAISHUPING[:12]}003"], at=at, name="三组网格")
    lines = [
        ["一格", "圆网格", "柳湾镇", "石桥村", "", "", ""],
        ["一格", "小网格", "柳湾镇", "石桥村", "G-没有", "", ""],
        ["一格", "小网格", "柳湾镇", "没有村", "", "", ""],
        ["盯上访户的网格", "小网格", "柳湾镇", "石桥村", "", "", ""],
        ["", "小网格", "柳湾镇", "石桥村", "", "", "镇发 3 号"],
        ["槐树坪网格", "小网格", "柳湾镇", "槐树坪村", "", "", ""],
    ]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "grids")
    told = {one.number: one.reason for one in runs.told_lines(SYSTEM, run, verdicts=["refused"])}
    assert told == {
        2: "grid_unknown",
        3: "grid_head_unknown",
        4: "place_unknown_name",
        5: "words_refused",
        6: "value_missing",
        7: "grid_taken_list",
    }
    assert Overlay.objects.count() == 1


@row("R-025")
def test_a_list_makes_grids_of_households_which_a_list_that_moves_them_ends(
    cast: Cast, by: Viewer, at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(csv_of(tmp_path, lists.households(3)), at)
    monkeypatch.setattr(roster_work, "PART", 1)
    head = ("网格名称", "网格类别", "户编号", "乡镇", "村")
    lines = [["老街格", "小网格", f"HT0000{n}", "", ""] for n in (1, 3)]
    lines += [["老街格", "小网格", "", "柳湾镇", "石桥村"], ["大格", "大网格", "HT00001", "", ""]]
    lines += [["老街格", "小网格", "HT99999", "", ""]]
    run = imported(csv_of(tmp_path, lines, head), at, "grids")
    assert counts(run) == {"new": 1, "changed": 1, "refused": 3}
    (laid,) = ask.of_place(by, at, HUAISHUPING)[2].rows
    assert [number for _, number, _ in laid.homes] == ["HT00001", "HT00003"]
    assert [one.what for one in ask.one(by, at, laid.id).changes] == ["listed"]  # once, in however many parts
    assert ask.summed(by, at, LIUWAN, ())[1] == 1
    moved = [[*lists.households(1)[0]]]
    moved[0][lists.HOUSEHOLDS.index("村")] = "石桥村"
    moved[0][lists.HOUSEHOLDS.index("组")] = ""
    second = imported(csv_of(tmp_path, moved), at)
    rosters.decide(by=SYSTEM, at=at, run_id=second.id, line=2, decision="move")
    rosters.begin(by=SYSTEM, at=at, run_id=second.id, here=True)
    roster_work.work(Job(SYSTEM, lambda: at, second.id))
    assert [number for _, number, _ in ask.one(by, at, laid.id).laid.homes] == ["HT00003"]
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run.id, here=True)
    roster_work.work(Job(SYSTEM, lambda: at, run.id))
    assert ask.one(by, at, laid.id).laid.until is not None
