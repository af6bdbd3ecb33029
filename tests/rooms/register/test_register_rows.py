"""What the seeds ask of the register in one sentence each: books, heads of grids, two households each, one lead."""

import ast
from datetime import datetime
from pathlib import Path

import pytest

from huiyin.core.models import Event
from huiyin.interfaces.common.paper import make as papers
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import cards as card_actions
from huiyin.register.actions import household_file as files
from huiyin.register.actions import links, rounds, staff
from huiyin.register.models import Link, LinkWish
from huiyin.register.queries import cards, coverage, finding, grids, household_file, people
from huiyin.register.queries import ties as tie_queries
from huiyin.register.ticks import link_rounds
from tests import factories as make
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, SHANGHE, SHIQIAO, ZHANG_PHONE, Cast
from tests.rooms.register.test_cards import RESIDENT, code, printed
from tests.rooms.register.test_ties import FIXED, in_force, page, tie
from tests.rows import row

HUIYIN = Path(__file__).parents[3] / "huiyin"
HEADS = """
[pairings.grid_head]
title = "小网格负责人"
purpose = "服务"
link = "supporting"
to = "village"
each = 1
covers = 0
heads = true
loads = { any = { aim = 1, most = 1 } }
"""


@row("R-060", "SG-49")
def test_a_household_is_found_by_number_name_door_and_by_the_name_of_its_official(cast: Cast, at: datetime) -> None:
    chen = cast.chen.viewer(at)
    for typed in (ZHANG_PHONE, "张丽华", "槐树坪村 12号"):
        assert [one.household_id for one in finding.find(chen, typed, at).rows] == [cast.zhang_household]
    for typed in ("罗大勇", "罗大", "luodayong"):
        found = finding.find(chen, typed, at)
        assert [(one.name, one.post, one.households) for one in found.officials] == [
            ("罗大勇", "槐树坪村村民委员会 村支书", 1)
        ]
        assert found.outside  # such a look is written down and counted as any other
    listed = household_file.listed(chen, at, lead=found.officials[0].official_id)
    assert [one.id for one in listed.rows] == [cast.zhang_household]


@row("R-060")
def test_officials_are_found_only_with_households_the_viewer_sees(cast: Cast, at: datetime) -> None:
    far, _ = make.a_household(SHANGHE)
    make.a_link(cast.wu.official_id, far)
    assert finding.find(cast.luo.viewer(at), "吴涛", at).officials == ()
    assert finding.find(cast.qian.viewer(at), "罗大勇", at).officials == ()
    assert [one.households for one in finding.find(cast.chen.viewer(at), "吴涛", at).officials] == [1]
    assert finding.find(cast.chen.viewer(at), "马国强", at).officials == ()  # leads nobody
    assert household_file.listed(cast.luo.viewer(at), at, lead=cast.wu.official_id).rows == ()


@row("R-055")
def test_an_official_has_a_book_of_their_households_and_each_household_a_line_to_ring(cast: Cast, at: datetime) -> None:
    ding = make.an_official(cast.bodies.village, name="丁一平", title="联户干部", duty_phone="160-0000-9999")
    homes = [make.a_household(GROUP_THREE, head=name)[0] for name in ("李小满", "王秀兰")]
    for home in homes:
        make.a_link(ding.official_id, home)
    run = printed(cast, at, "book")
    by = cast.xu.viewer(at)
    books = {
        one.name: (one.duty_phone, {face.head for face in some}) for one, some in cards.linked_in(by, HUAISHUPING, at)
    }
    assert books["丁一平"] == ("160-0000-9999", {"李小满", "王秀兰"})
    assert books["罗大勇"][1] == {"张丽华"}
    assert papers.pdf(by, run, at, origin="http://test")[:4] == b"%PDF"
    for home in homes:
        assert [(one.name, one.duty_phone) for one in people.household(by, home, at).links] == [
            ("丁一平", "160-0000-9999")
        ]


@row("R-093", "R-026")
def test_a_small_grid_is_formed_of_those_who_lead_in_the_village_and_one_of_them_heads_it(
    cast: Cast, at: datetime
) -> None:
    in_force(at, FIXED + HEADS)
    home, _ = make.a_household(HUAISHUPING)
    links.link(by=make.SYSTEM, at=at, official_id=cast.li.official_id, household_id=home)
    by = cast.xu.viewer(at)
    for stranger in (cast.ma, cast.bai):
        with pytest.raises(Refused, match="tie_not_leading"):
            tie(at, "grid_head", official_id=stranger.official_id, to_place=HUAISHUPING)
    with pytest.raises(Refused, match="tie_not_leading"):
        tie(at, "grid_head", official_id=cast.li.official_id, to_place=SHIQIAO)
    tie(at, "grid_head", official_id=cast.li.official_id, to_place=HUAISHUPING)
    cell = grids.chart(by, HUAISHUPING, at)
    assert [one.name for one in cell.linked] == ["李卫东", "罗大勇"]
    assert cell.head is not None
    assert (cell.head.name, cell.head.title) == ("李卫东", "小网格负责人")
    with pytest.raises(Refused, match="tie_taken"):
        tie(at, "grid_head", official_id=cast.luo.official_id, to_place=HUAISHUPING)
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.li.post_id)
    after = grids.chart(by, HUAISHUPING, at).head
    assert after is not None
    assert after.name == "罗大勇"  # who leads the village's own body, until another is named


@row("R-082", "R-080")
def test_whoever_is_linked_as_kin_is_to_have_two_households_at_least(cast: Cast, at: datetime) -> None:
    found = in_force(at, page("of_free_will")).pairings["kin"]
    assert (found.loads["any"].least, found.kinship, found.voluntary) == (2, True, False)
    for _ in range(40):
        make.a_household(HUAISHUPING)
    asked = rounds.ask(by=cast.xu.viewer(at), at=at, programme="echo", pairing="kin")
    link_rounds(at)
    rounds.confirm(by=cast.xu.viewer(at), at=at, round_id=asked)
    link_rounds(at)
    each: dict[object, int] = {}
    for official in Link.objects.filter(pairing="kin").values_list("official_id", flat=True):
        each[official] = each.get(official, 0) + 1
    assert each
    assert min(each.values()) >= 2


@row("AM-02")
def test_the_pairing_of_2014_keeps_the_counts_of_2012_and_gives_them_its_purposes() -> None:
    links_ = load_county(county_folder("ziyang-2014")).programmes["four_methods"].links
    assert links_ is not None
    first = [links_.pairings[name] for name in ("town_contract", "village_link", "project", "enterprise")]
    assert [one.to for one in first] == ["town", "village", "project", "enterprise"]
    assert {one.purpose for one in first} == {"抓示范"}
    assert {one.loads["county_leader"].aim for one in first} == {1}


@row("AM-41")
def test_a_leaders_point_is_a_link_to_a_place_whose_purpose_is_research(cast: Cast, at: datetime) -> None:
    found = in_force(at, page("four_linkages")).pairings["leader_point"]
    assert (found.purpose, found.to) == ("调研", "village")
    leader = make.an_official(cast.bodies.office, name="高县长", tier="county_leader", place_code=COUNTY).official_id
    tie(at, "leader_point", official_id=leader, to_place=HUAISHUPING)
    kind = tie_queries.one(cast.xu.viewer(at), at, programme="echo", pairing="leader_point").kind
    assert (kind.links, kind.covered) == (1, 1)
    assert coverage.loads(cast.xu.viewer(at), at, under=COUNTY)[0].households == 1  # a point is no household


@row("AM-59")
def test_of_several_officials_of_a_household_one_leads_and_the_others_support(cast: Cast, at: datetime) -> None:
    for member, kind in ((cast.li, "supporting"), (cast.bai, "supporting")):
        links.link(by=make.SYSTEM, at=at, official_id=member.official_id, household_id=cast.zhang_household, kind=kind)
    with pytest.raises(Refused, match="already_linked"):
        links.link(by=make.SYSTEM, at=at, official_id=cast.ma.official_id, household_id=cast.zhang_household)
    shown = people.household(cast.chen.viewer(at), cast.zhang_household, at).links
    assert [(one.name, one.kind) for one in shown if one.kind == "lead"] == [("罗大勇", "lead")]
    assert sorted(one.name for one in shown if one.kind == "supporting") == sorted(["李卫东", "白雪梅"])


@row("SG-54")
def test_who_wishes_another_official_gives_no_reason_and_nobody_is_shown_it(cast: Cast, at: datetime) -> None:
    printed(cast, at)
    before = coverage.loads(cast.tang.viewer(at).but(verbs=frozenset({"register.see"})), at, under=COUNTY)
    card_actions.wish_another(by=RESIDENT, at=at, code=code(cast, at))
    assert LinkWish.objects.count() == 1
    told = Event.objects.filter(name="register.link_wish_kept").get()
    assert told.data == {}  # neither whom nor why
    assert str(cast.luo.official_id) not in str(told.data) + told.subject
    after = coverage.loads(cast.tang.viewer(at).but(verbs=frozenset({"register.see"})), at, under=COUNTY)
    assert before == after


@row("SG-54")
def test_no_list_count_or_figure_is_made_of_wishes() -> None:
    """They are read where officials are kept apart from households, and for nothing else."""
    readers = set()
    for path in HUIYIN.rglob("*.py"):
        if "migrations" in path.parts or "models" in path.parts:
            continue
        names = {
            node.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)
        }
        if "LinkWish" in names:
            readers.add(str(path.relative_to(HUIYIN)))
    assert readers == {
        "register/actions/erasure.py",
        "register/actions/households.py",
        "register/actions/links.py",
        "register/queries/apart.py",
    }


@row("SG-54")
def test_a_household_says_with_its_key_that_it_wishes_another_and_nobody_else_can(cast: Cast, at: datetime) -> None:
    key = files.make_key(by=cast.chen.viewer(at), at=at, household_id=cast.zhang_household)
    for wrong in ("", "X" * 16):
        with pytest.raises(Missing):
            files.wish_another(by=RESIDENT, at=at, key=wrong, official_id=cast.luo.official_id)
    with pytest.raises(Missing):
        files.wish_another(by=RESIDENT, at=at, key=key, official_id=cast.ma.official_id)
    for _ in range(2):
        files.wish_another(by=RESIDENT, at=at, key=key, official_id=cast.luo.official_id)
    wish = LinkWish.objects.get()
    assert (wish.household_id, wish.official_id) == (cast.zhang_household, cast.luo.official_id)
