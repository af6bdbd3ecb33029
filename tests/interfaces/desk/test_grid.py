"""The one clear chart: each cell with its head, from the county to the group, on the page and on paper."""

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register import ticks
from huiyin.register.actions import links, staff
from huiyin.register.queries import grids
from tests import factories as make
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, LIUWAN, SHIQIAO, Cast, Member
from tests.interfaces.desk.seat import appointed, seat
from tests.rows import row

pytestmark = pytest.mark.django_db
TOP = Viewer.system("test")
PAGE = "/desk/links/grid/"


def grid(kind: str, name: str, over: list[str], head: Member | None, title: str) -> None:
    key = make.a_grid(over, kind=f"{kind}_grid", name=name, at=now())
    if head is not None:
        staff.appoint(
            by=TOP,
            at=now(),
            body_id=head.body_id,
            role="handler",
            title=title,
            person_id=head.person_id,
            overlay_id=key,
        )


@pytest.fixture
def clerk(cast: Cast) -> Client:
    make.put_in_force(at=now())
    return seat(cast.xu)


@pytest.fixture
def heads(clerk: Client, cast: Cast) -> list[Member]:
    """A town as one large grid, a work area of one of its two villages and that village's small grid."""
    people = [appointed(name, cast.luo.body_id, "official", "干事") for name in ("甲一", "乙二", "丙三")]
    grid("large", "柳湾大网格", [HUAISHUPING, SHIQIAO], people[0], "大网格负责人")
    grid("small", "槐树坪小网格", [HUAISHUPING], people[1], "小网格负责人")
    return people


@row("R-025", "R-026", "N-051")
def test_a_town_shows_its_grid_and_each_village_the_head_of_its_own(heads: list[Member]) -> None:
    home = make.a_household(HUAISHUPING)
    links.link(by=TOP, at=now(), official_id=heads[2].official_id, household_id=home[0])
    cell = grids.chart(TOP, LIUWAN, now())
    assert (cell.grid, cell.head and cell.head.name, cell.head and cell.head.title) == (
        "柳湾大网格",
        "甲一",
        "大网格负责人",
    )
    found = {one.code: one for one in cell.inside}
    village = found[HUAISHUPING]
    assert (village.grid, village.head and village.head.name) == ("槐树坪小网格", "乙二")
    assert (village.households, village.officials) == (2, 2)
    assert found[SHIQIAO].grid == ""


@row("R-026")
def test_work_areas_stand_between_a_town_and_its_villages(clerk: Client, cast: Cast) -> None:
    other = f"{LIUWAN[:9]}209"
    make.lay_places([(other, "第三村")])
    grid("medium", "第一工作片", [HUAISHUPING, SHIQIAO], cast.luo, "片长")
    cell = grids.chart(TOP, LIUWAN, now())
    area = next(one for one in cell.inside if one.inside)
    assert (area.name, area.head and area.head.title) == ("第一工作片", "片长")
    assert {one.code for one in area.inside} == {HUAISHUPING, SHIQIAO}
    assert other in {one.code for one in cell.inside if not one.inside}


@row("R-026")
def test_a_county_is_headed_by_its_government_and_by_no_bureau(clerk: Client, cast: Cast) -> None:
    make.an_official(make.a_body("水利局"), name="钱局长", title="局长", responsibility="main")
    head = grids.chart(TOP, COUNTY, now()).head
    assert head is None
    make.an_official(make.a_body("县政府", kind="government"), name="孙县长", title="县长", responsibility="main")
    head = grids.chart(TOP, COUNTY, now()).head
    assert head is not None
    assert (head.name, head.title) == ("孙县长", "县长")


def test_a_village_names_its_officials_and_who_leads_in_each_group(heads: list[Member]) -> None:
    home = make.a_household(GROUP_THREE)
    links.link(by=TOP, at=now(), official_id=heads[2].official_id, household_id=home[0])
    cell = grids.chart(TOP, HUAISHUPING, now())
    assert [(one.name, one.households) for one in cell.linked] == [("丙三", 1), ("罗大勇", 1)]
    group = next(one for one in cell.inside if one.code == GROUP_THREE)
    assert "丙三" in [one.name for one in group.linked]


def test_nobody_sees_the_chart_of_a_place_they_do_not_see_the_whole_of(clerk: Client) -> None:
    town = Viewer(verbs=frozenset({"register.see"}), scopes=((LIUWAN[:9], LIUWAN[:9] + "~"),), day=now().date())
    with pytest.raises(Missing):
        grids.chart(town, COUNTY, now())
    assert grids.chart(town, LIUWAN, now()).code == LIUWAN
    for wrong in ("", "x", GROUP_THREE, "990100000000"):
        with pytest.raises(Missing):
            grids.chart(TOP, wrong, now())


def test_a_county_counts_as_the_worker_did_lately_and_by_itself_where_it_did_not(clerk: Client) -> None:
    make.a_household(HUAISHUPING)
    alone = grids.chart(TOP, COUNTY, now())
    assert ticks.count_coverage(now())
    counted = grids.chart(TOP, COUNTY, now())
    assert (counted.households, counted.inside) == (alone.households, alone.inside)
    assert counted.households > 0


@row("R-026")
def test_the_page_opens_downwards_says_who_is_missing_and_prints_as_one_sheet(
    clerk: Client, heads: list[Member]
) -> None:
    shown = clerk.get(PAGE).content.decode()
    assert f"?under={LIUWAN}" in shown
    town = clerk.get(f"{PAGE}?under={LIUWAN}").content.decode()
    assert "大网格负责人 <b>甲一</b>" in town
    assert f"?under={HUAISHUPING}" in town
    assert "还没有负责人" in shown + town
    village = clerk.get(f"{PAGE}?under={SHIQIAO}").content.decode()
    assert "还没有人联系这个村的住户" in village
    for under in (COUNTY, LIUWAN, HUAISHUPING):
        paper = clerk.get(f"{PAGE}paper/?under={under}")
        assert paper.status_code == 200
        assert paper.content.startswith(b"%PDF")
    assert clerk.get(f"{PAGE}?under=990101109000").status_code == 404
