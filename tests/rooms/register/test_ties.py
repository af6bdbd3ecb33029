"""Every other kind of link of the seeds: data with behaviour, from the page links.toml to the hand-over."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import models

from huiyin.core import rulebook
from huiyin.core.audit import verify
from huiyin.core.models import Official
from huiyin.core.sealing import seal_now
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.links import Links, due
from huiyin.register import ticks
from huiyin.register.actions import handovers, households, links, rounds, ties
from huiyin.register.models import Link, LinkRound, Membership, Place, Tie
from huiyin.register.queries import coverage, sets, turns
from huiyin.register.queries import handovers as handover_queries
from huiyin.register.queries import rounds as round_queries
from huiyin.register.queries import ties as ask
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, QINGSHI, SHANGHE, SHIQIAO, Cast
from tests.rows import row

PAGES = Path(__file__).parents[3] / "docs" / "examples" / "links"
FIXED = '[pairings.fixed]\ntitle = "固定"\npurpose = "服务"\nloads = { any = { aim = 8, most = 12 } }\n'


def in_force(at: datetime, text: str) -> Links:
    """The cast's programme with another page links.toml."""
    page = Links.model_validate(tomllib.loads(text), strict=False)
    book = load_county(county_folder("wangchuan"))
    echo = book.programmes["echo"].model_copy(update={"links": page})
    rulebook.activate(
        by=make.SYSTEM, at=at, rulebook=book.model_copy(update={"programmes": {"echo": echo}}), in_force_from=at
    )
    return page


def page(name: str) -> str:
    """An example of a seed, with a lead pairing before it."""
    return FIXED + (PAGES / f"{name}.toml").read_text(encoding="utf-8")


def tie(at: datetime, pairing: str, **given: Any) -> UUID:
    return ties.tie(by=make.SYSTEM, at=at, programme="echo", pairing=pairing, **given)


def of_tier(cast: Cast, tier: str, count: int, place: str = COUNTY) -> list[UUID]:
    """Officials of a tier."""
    made = [
        make.an_official(cast.bodies.office, name=f"{tier}{number}", tier=tier, place_code=place).official_id
        for number in range(count)
    ]
    assert len(made) == count
    return made


def a_village() -> str:
    """One village more in the second town."""
    code = f"{QINGSHI[:9]}{300 + Place.objects.count()}"
    make.lay_places([(code, f"新村{code[-3:]}")])
    return code


def a_group() -> str:
    """A group of the first village."""
    make.lay_places([(f"{HUAISHUPING}009", "九组")])
    return f"{HUAISHUPING}009"


def mark(at: datetime, household: UUID, *categories: str) -> None:
    """Put a household into categories, past the door that asks for source and purpose."""
    models.QuerySet[Membership](Membership).bulk_create(
        Membership(household_id=household, programme="echo", category=one, source="x", since=at.date(), recorded_at=at)
        for one in categories
    )


ZOUCHENG = """
[pairings.first_secretary]
title = "第一书记"
purpose = "驻村"
link = "supporting"
to = "village"
rotating = true
turns = 0.2
loads = { staff = { aim = 1, most = 1 } }
[pairings.police]
title = "联村民警"
purpose = "调处"
link = "supporting"
to = "village"
loads = { staff = { least = 1, aim = 1, most = 3 } }
[pairings.agent]
title = "民生代办员"
purpose = "代办"
link = "supporting"
to = "village"
each = 1
loads = { village = { least = 1, aim = 1, most = 1, reach = "village" } }
[pairings.department]
title = "部门包村"
purpose = "帮扶"
link = "supporting"
to = "village"
giver = "body"
loads = { any = { aim = 1, most = 1 } }
"""


@row("R-085", "R-086", "R-087")
def test_officers_have_several_villages_and_a_village_one_agent(cast: Cast, at: datetime) -> None:
    in_force(at, FIXED + ZOUCHENG)
    (officer, other), (agent, second) = of_tier(cast, "staff", 2), of_tier(cast, "village", 2, HUAISHUPING)
    villages = (HUAISHUPING, SHIQIAO, SHANGHE)
    for village in villages:
        tie(at, "police", official_id=officer, to_place=village)
    with pytest.raises(Refused, match="tie_full"):
        tie(at, "police", official_id=officer, to_place=a_village())
    with pytest.raises(Refused, match="already_linked"):
        tie(at, "police", official_id=officer, to_place=HUAISHUPING)
    tie(at, "police", official_id=other, to_place=HUAISHUPING)  # n to m
    tie(at, "agent", official_id=agent, to_place=HUAISHUPING)
    with pytest.raises(Refused, match="tie_taken"):
        tie(at, "agent", official_id=second, to_place=HUAISHUPING)
    for wrong, code in (
        ({"official_id": second, "to_place": SHIQIAO}, "tie_reach"),
        ({"official_id": officer, "to_place": SHIQIAO}, "tie_tier"),
        ({"official_id": second, "to_place": LIUWAN}, "tie_target"),
        ({"body_id": cast.bodies.farming, "to_place": SHIQIAO}, "tie_giver"),
    ):
        with pytest.raises(Refused, match=code):
            tie(at, "agent", **wrong)
    by = cast.xu.viewer(at)
    kinds = {one.name: one for one in ask.kinds(by, at)}
    assert (kinds["police"].covered, kinds["police"].links) == (3, 4)
    assert (kinds["agent"].covered, kinds["agent"].missing) == (1, kinds["agent"].wanted - 1)
    found = ask.one(by, at, programme="echo", pairing="agent")
    assert HUAISHUPING not in [code for code, _ in found.without]
    assert SHIQIAO in [code for code, _ in found.without]
    assert "fixed" not in kinds


@row("R-081", "R-095")
def test_a_department_contracts_a_village(cast: Cast, at: datetime) -> None:
    in_force(at, FIXED + ZOUCHENG)
    made = tie(at, "department", body_id=cast.bodies.farming, to_place=HUAISHUPING)
    with pytest.raises(Refused, match="tie_full"):
        tie(at, "department", body_id=cast.bodies.farming, to_place=SHIQIAO)
    found = ask.one(cast.xu.viewer(at), at, programme="echo", pairing="department")
    assert [one.giver for one in found.rows] == ["望川县农业农村局"]
    other_town = cast.wu.viewer(at)
    with pytest.raises((Refused, Missing)):
        ties.end_tie(by=other_town, at=at, tie_id=made)
    ties.end_tie(by=cast.xu.viewer(at), at=at, tie_id=made)
    assert not Tie.objects.filter(until=None).exists()


@row("R-059", "R-094")
def test_a_fifth_of_those_in_the_villages_takes_turns_each_year(cast: Cast, at: datetime) -> None:
    assert (due(0.2, 10, 0), due(0.2, 10, 1), due(0.2, 10, 3), due(0.2, 3, 0), due(0.2, 0, 0)) == (2, 1, 0, 1, 0)
    in_force(at, FIXED + ZOUCHENG)
    today = at.date()
    officials = of_tier(cast, "staff", 6)
    places = [HUAISHUPING, SHIQIAO, SHANGHE, *(a_village() for _ in range(2))]
    for number, (official, place) in enumerate(zip(officials[:5], places, strict=True)):
        tie(at, "first_secretary", official_id=official, to_place=place, since=today - timedelta(days=9 - number))
    by = cast.xu.viewer(at)
    before = ask.one(by, at, programme="echo", pairing="first_secretary")
    assert (before.due, [one.official_id for one in before.next]) == (1, officials[:1])  # who is there longest
    handovers.hand_over(
        by=by, at=at, official_id=officials[0], to={}, successor_id=officials[5], why="rotation", on=today
    )
    assert Tie.objects.get(to_place=places[0], until=None).official_id == officials[5]
    assert ask.one(by, at, programme="echo", pairing="first_secretary").due == 0


@row("R-005", "R-059")
def test_who_has_not_taken_a_turn_in_the_cycle_is_told(cast: Cast, at: datetime) -> None:
    in_force(at, FIXED + ZOUCHENG)
    by, day = cast.xu.viewer(at), at.date()
    given: dict[str, Any] = {"programme": "echo", "pairing": "first_secretary"}
    officials = of_tier(cast, "staff", 3)
    people = dict(Official.objects.filter(pk__in=officials).values_list("pk", "person_id"))

    def waiting(when: datetime) -> set[UUID]:
        return {one.person_id for one in turns.of_pairing(cast.xu.viewer(when), when, **given).rows}

    serving = turns.of_pairing(by, at, **given).left
    tie(at, "first_secretary", official_id=officials[0], to_place=a_village())
    was = tie(at, "first_secretary", official_id=officials[1], to_place=a_village(), since=day - timedelta(days=9))
    ties.end_tie(by=by, at=at, tie_id=was, until=day - timedelta(days=2))
    found = turns.of_pairing(by, at, **given)
    assert (found.years, found.sent, found.left) == (5, 2, serving - 2)
    assert waiting(at) & set(people.values()) == {people[officials[2]]}
    cycle = at + timedelta(days=5 * 366)
    in_force(cycle, FIXED + ZOUCHENG)
    assert waiting(cycle) & set(people.values()) == {people[officials[1]], people[officials[2]]}, "who is there, is"
    for wrong in ("fixed", "agent", "none"):
        with pytest.raises(Missing):
            turns.of_pairing(by, at, programme="echo", pairing=wrong)


@row("R-070", "R-071", "R-072")
def test_three_contracts_and_three_links_are_kept_apart_by_purpose(cast: Cast, at: datetime) -> None:
    page_ = load_county(county_folder("ziyang-2014")).programmes["four_methods"].links
    assert page_ is not None
    some = ("town_contract", "village_link", "project", "enterprise", "village_contract", "group_link", "unit_link")
    text = {name: page_.pairings[name] for name in some}
    assert {one.purpose for one in text.values()} == {"抓示范", "抓帮扶"}
    assert page_.pairings["fixed"].purpose == "抓服务"
    for one in text.values():
        assert not one.of_households()
    fixed = Links.model_validate(tomllib.loads(FIXED), strict=False).pairings
    anyone = {
        name: one.model_copy(update={"loads": {"any": next(iter(one.loads.values()))}}) for name, one in text.items()
    }
    page_ = Links(pairings={**fixed, **anyone})
    book = load_county(county_folder("wangchuan"))
    echo = book.programmes["echo"].model_copy(update={"links": page_})
    rulebook.activate(
        by=make.SYSTEM, at=at, rulebook=book.model_copy(update={"programmes": {"echo": echo}}), in_force_from=at
    )
    (leader,) = of_tier(cast, "county_leader", 1)
    works, mill = make.a_body("柳湾水厂", kind="project"), make.a_body("柳湾粮油", kind="enterprise")
    for pairing, target in (
        ("town_contract", {"to_place": LIUWAN}),
        ("village_link", {"to_place": HUAISHUPING}),
        ("project", {"to_body_id": works}),
        ("enterprise", {"to_body_id": mill}),
    ):
        tie(at, pairing, official_id=leader, **target)
    with pytest.raises(Refused, match="tie_full"):
        tie(at, "town_contract", official_id=leader, to_place=QINGSHI)
    with pytest.raises(Refused, match="tie_target"):
        tie(at, "project", official_id=leader, to_body_id=mill)
    (deputy,) = of_tier(cast, "section_chief", 1)
    tie(at, "group_link", official_id=deputy, to_place=a_group())
    tie(at, "unit_link", official_id=deputy, to_body_id=cast.bodies.farming)
    held = handover_queries.plan(cast.xu.viewer(at), leader, at).bodies
    assert len(held) == 4


@row("R-076", "R-077", "R-078", "R-079", "R-090")
def test_four_linkages_and_the_chains_of_organs_are_a_page(cast: Cast, at: datetime) -> None:
    found = in_force(at, page("four_linkages")).pairings
    assert [name for name in found if name != "fixed"][:4] == ["leader_point", "department", "pair", "card"]
    assert {found[name].to for name in ("province_county", "prefecture_town", "county_village", "county_group")} == {
        "county",
        "town",
        "village",
        "group",
    }
    assert found["pair"].covers == 0.2  # near two of ten farm households, reported as a share (AM-45)
    (leader,) = of_tier(cast, "county_leader", 1)
    tie(at, "leader_point", official_id=leader, to_place=HUAISHUPING)
    tie(at, "county_village", body_id=cast.bodies.farming, to_place=HUAISHUPING)
    tie(at, "province_county", body_id=cast.bodies.audit, to_place=COUNTY)
    tie(at, "instructor", official_id=leader, to_place=SHIQIAO)
    asked = rounds.ask(by=cast.xu.viewer(at), at=at, programme="echo", pairing="pair")
    assert LinkRound.objects.get(pk=asked).pairing == "pair"


@row("R-084", "R-098", "R-080")
def test_mentoring_and_what_is_done_of_free_will_count_in_no_load(cast: Cast, at: datetime) -> None:
    found = in_force(at, page("of_free_will")).pairings
    assert found["kin"].kinship
    home, _ = make.a_household(HUAISHUPING)
    better, _ = make.a_household(HUAISHUPING)
    tie(at, "mentor", household_id=better, to_household_id=home)
    with pytest.raises(Refused, match="household_unknown"):
        tie(at, "mentor", household_id=home, to_household_id=home)
    links.wish(by=make.SYSTEM, at=at, household_id=better, official_id=cast.ma.official_id)
    tie(at, "sponsor", official_id=cast.ma.official_id, to_household_id=home)
    with pytest.raises(Refused, match="kept_apart"):
        tie(at, "sponsor", official_id=cast.ma.official_id, to_household_id=better)
    by = cast.xu.viewer(at)
    loads = {one.official_id: one.households for one in coverage.loads(by, at, under=COUNTY)}
    assert loads[cast.ma.official_id] == 0
    assert coverage.cover(by, at, under=COUNTY).whole.covered == 1
    assert handover_queries.plan(by, cast.ma.official_id, at).bodies == ()  # it is theirs, and stays theirs
    assert ask.one(by, at, programme="echo", pairing="sponsor").kind.links == 1


@row("R-091")
@pytest.mark.parametrize("ending", ["giver", "target"])
def test_a_household_that_ends_gives_and_gets_nothing_any_more(cast: Cast, at: datetime, ending: str) -> None:
    in_force(at, page("of_free_will"))
    better, home = make.a_household(HUAISHUPING)[0], make.a_household(HUAISHUPING)[0]
    key = tie(at, "mentor", household_id=better, to_household_id=home)
    gone = better if ending == "giver" else home
    households.close(by=cast.xu.viewer(at), at=at, household_id=gone, why="left")
    assert not Tie.objects.filter(pk=key, until=None).exists()
    seal_now(at)
    assert verify(at, language="en").told() == []


@row("R-083", "R-091")
def test_a_set_without_its_hard_cases_is_refused_whole(cast: Cast, at: datetime) -> None:
    found = in_force(at, page("one_two_three")).pairings
    assert {"village_leader", "village_official", "village_own"} <= set(found)
    homes = [make.a_household(HUAISHUPING)[0] for _ in range(5)]
    for home, categories in zip(homes, (("member", "hard_member"), ("member",), (), (), ()), strict=True):
        mark(at, home, *categories)
    by = cast.xu.viewer(at)
    given: dict[str, Any] = {"programme": "echo", "pairing": "one_two_three", "official_id": cast.ma.official_id}
    with pytest.raises(Refused, match="set_size"):
        ties.link_set(by=by, at=at, household_ids=homes[:4], **given)
    with pytest.raises(Refused, match="composition_lacking") as refused:
        ties.link_set(by=by, at=at, household_ids=homes, **given)
    assert refused.value.values["what"] == "hard_resident"
    assert not Link.objects.filter(pairing="one_two_three").exists()
    mark(at, homes[4], "hard_resident")
    assert len(ties.link_set(by=by, at=at, household_ids=homes, **given)) == 5
    rows = Link.objects.filter(pairing="one_two_three", until=None)
    assert set(rows.values_list("kind", "official_id")) == {("supporting", cast.ma.official_id)}
    with pytest.raises(Refused, match="round_of_sets"):
        rounds.ask(by=by, at=at, programme="echo", pairing="one_two_three")
    assert [one.name for one in round_queries.offered(by, at)] == ["fixed"]
    (found_set,) = sets.one(by, at, programme="echo", pairing="one_two_three")[1]
    assert (len(found_set.codes), found_set.lacking) == (5, ())
    row_ = Link.objects.filter(pairing="one_two_three", household_id=homes[4]).get()
    links.end_link(by=make.SYSTEM, at=at, link_id=row_.pk)
    assert sets.one(by, at, programme="echo", pairing="one_two_three")[1][0].lacking == ("hard_resident",)


@row("R-083")
def test_a_set_is_for_officials_whom_the_programme_takes_and_who_reach_it(cast: Cast, at: datetime) -> None:
    text = (PAGES / "one_two_three.toml").read_text(encoding="utf-8")
    in_force(at, 'without = ["teacher"]\n' + FIXED + text.replace("most  = 5\n", 'most  = 5\nreach = "town"\n', 1))
    homes = [make.a_household(HUAISHUPING)[0] for _ in range(5)]
    mark(at, homes[0], "member", "hard_member", "hard_resident")
    mark(at, homes[1], "member")
    given: dict[str, Any] = {"programme": "echo", "pairing": "one_two_three", "household_ids": homes}
    (far,) = of_tier(cast, "section_chief", 1, QINGSHI)
    teacher = make.an_official(cast.bodies.town, name="苏老师", kind="teacher", place_code=LIUWAN).official_id
    for official, code in ((far, "tie_reach"), (teacher, "tie_tier")):
        with pytest.raises(Refused, match=code):
            ties.link_set(by=make.SYSTEM, at=at, official_id=official, **given)
    assert len(ties.link_set(by=make.SYSTEM, at=at, official_id=cast.ma.official_id, **given)) == 5


@row("R-066", "R-068", "R-069")
def test_a_second_official_is_for_the_households_and_of_the_officials_the_programme_says(
    cast: Cast, at: datetime
) -> None:
    in_force(
        at,
        FIXED
        + """
[pairings.key]
title = "重点户"
purpose = "帮扶"
link = "supporting"
categories = ["hardship"]
loads = { section_chief = { aim = 5, most = 8, reach = "town" } }
""",
    )
    (near,), (far,) = of_tier(cast, "section_chief", 1, LIUWAN), of_tier(cast, "section_chief", 1, QINGSHI)
    home, plain = make.a_household(HUAISHUPING)[0], make.a_household(HUAISHUPING)[0]
    mark(at, home, "hardship")
    links.link(by=make.SYSTEM, at=at, official_id=cast.ma.official_id, household_id=home, programme="echo")
    given: dict[str, Any] = {"programme": "echo", "pairing": "key", "kind": "supporting", "official_id": near}
    with pytest.raises(Refused, match="tie_category"):
        links.link(by=make.SYSTEM, at=at, household_id=plain, **given)
    by = cast.xu.viewer(at)
    round_id = rounds.ask(by=by, at=at, programme="echo", pairing="key")
    ticks.link_rounds(at)
    assert [one.household_id for one in round_queries.lines(make.SYSTEM, round_id).rows] == [home]
    (other,) = of_tier(cast, "section_chief", 1, LIUWAN)
    for official, code in ((far, "tie_reach"), (cast.li.official_id, "tie_tier")):
        with pytest.raises(Refused, match=code):
            rounds.adjust(by=make.SYSTEM, at=at, round_id=round_id, household_id=home, official_id=official)
    now_ = round_queries.line(make.SYSTEM, round_id, home).official_id
    chosen = other if now_ == near else near
    rounds.adjust(by=make.SYSTEM, at=at, round_id=round_id, household_id=home, official_id=chosen)
