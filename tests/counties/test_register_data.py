"""What the documents say about whom to visit, and what those who visit are to be, comes with the product as data."""

from pathlib import Path

import pytest

from huiyin.programme.loader import counties, county_folder, load_county
from huiyin.programme.schema.links import Links
from huiyin.programme.schema.people import People
from tests.rows import row
from tests.rules.programme.broken import ECHO, copy, replace, sentences


def people(county: str, programme: str) -> People:
    page = load_county(county_folder(county)).programmes[programme].people
    assert page is not None
    return page


def pages(county: str) -> list[People]:
    found = (one.people for one in load_county(county_folder(county)).programmes.values())
    return [page for page in found if page is not None]


def links(county: str, programme: str) -> Links:
    page = load_county(county_folder(county)).programmes[programme].links
    assert page is not None
    return page


@row("R-034", "SG-11")
def test_three_of_hubins_four_focuses_are_categories_and_the_fourth_is_nobodys_label() -> None:
    kept = people("hubin", "relieve").open()
    assert [one.title for one in kept.values()][:4] == [
        "致富能手",
        "离任的村两委干部",
        "生活困难的党员",
        "生活困难的群众",
    ]
    assert not any("意见" in one.title for one in kept.values())


@row("R-028", "R-083")
def test_party_membership_is_kept_for_one_pairing_only_of_who_agreed_and_seen_on_need() -> None:
    """Decision 17: a person's own entry with source, purpose and end; nothing says of anybody that they are none."""
    kept = people("hubin", "relieve").open()
    pairing = links("hubin", "relieve").pairings["one_two_three"]
    assert {one.category: one.least for one in pairing.must} == {"member": 2, "hard_member": 1, "hard_resident": 1}
    assert {load.least for load in pairing.loads.values()} == {load.most for load in pairing.loads.values()} == {5}
    for name in ("member", "hard_member"):
        one = kept[name]
        assert (one.of, one.sensitivity) == ("person", "high")
        assert "党支部" in one.source and "本人同意" in one.source
        assert "123" in one.purpose
        assert one.lasts_months <= 12
    others = {name for name in counties() for page in pages(name) for key in page.categories if "member" in key}
    assert others == {"hubin"}


@row("R-037", "R-038", "R-039", "R-040", "R-042", "SG-14", "SG-30")
@pytest.mark.parametrize(
    ("name", "title", "of", "high"),
    [
        ("disabled", "残疾人", "person", True),
        ("hardship", "困难户", "household", True),
        ("student", "困难学生", "person", True),
        ("away", "外出务工", "person", False),
        ("relocated", "征迁涉及户", "household", False),
    ],
)
def test_whom_help_is_for_is_kept_with_source_and_end(name: str, title: str, of: str, high: bool) -> None:
    one = people("wangchuan", "echo").categories[name]
    assert (one.title, one.of, one.sensitivity == "high") == (title, of, high)
    assert one.source and one.purpose and one.review_months <= one.lasts_months


@row("SG-30", "SG-11")
@pytest.mark.parametrize("label", ["未签约户", "拒迁户", "钉子户"])
def test_where_somebody_stands_on_a_project_is_no_category(tmp_path: Path, label: str) -> None:
    folder = copy(tmp_path)
    assert sentences(folder) == []
    replace(folder, f"{ECHO}/people.toml", '"征迁涉及户"', f'"{label}"')
    (found,) = sentences(folder)
    assert label[:-1] in found


@row("R-073", "R-074", "R-075")
def test_what_those_who_visit_are_to_be_stands_with_their_link() -> None:
    fixed = links("ziyang-2014", "four_methods").pairings["fixed"]
    assert fixed.functions == ("民意调查员", "政策宣传员", "纠纷调解员", "群众服务员", "工作指导员")
    visited = links("yongxing-2014", "disabled_federation").pairings["visited"]
    assert visited.functions == ("调研员", "宣传员", "联络员")
    secretary = links("zoucheng-2013", "three_platforms").pairings["first_secretary"]
    assert secretary.functions == ("倾听群众心声", "规范村级管理", "发展农村经济", "密切干群关系")


@row("R-088", "R-092")
def test_a_team_has_one_leader_a_town_and_a_unit_one_contact_point() -> None:
    leader = links("zoucheng-2013", "three_platforms").pairings["team_leader"]
    assert (leader.to, leader.each, leader.giver) == ("town", 1, "official")
    point = links("yongxing-2014", "disabled_federation").pairings["contact_point"]
    assert (point.to, point.giver, point.loads["any"].most) == ("village", "body", 1)


@row("R-089", "AM-45")
def test_city_department_and_town_officials_each_have_a_number_and_together_cover_all() -> None:
    household = links("zoucheng-2013", "three_platforms").pairings["household"]
    assert {"city_leader", "department", "town"} <= set(household.loads)
    assert (household.covers, household.link) == (1, "lead")
    assert links("yongxing-2014", "disabled_federation").pairings["visited"].covers == 0, "part of them is legitimate"
