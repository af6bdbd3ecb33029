"""Which step may be taken, by whom, with what in hand."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Matters, Need, State
from huiyin.programme.steps import Standing, Taker, handed_back, opening, possible, take, untimely
from tests.rows import row

ECHO = load_county(county_folder("wangchuan")).matters("echo")
NINE = load_county(county_folder("zoucheng-2013")).matters("three_platforms")
EVERYTHING: frozenset[str] = frozenset(get_args(Need))
VERBS = frozenset(step.by for step in ECHO.flows["appeal"].steps if step.by)
ALL_POWERFUL = Taker(VERBS, frozenset({"handler", "supervisor", "caller"}))


def standing(state: str, *, way: str = "", previous: str = "") -> Standing:
    return Standing("appeal", state, previous, way)


@row("R-171", "R-172", "R-173", "R-174", "R-175", "R-176", "R-177", "R-178", "R-179", "R-180")
def test_nine_steps_lead_from_the_first_word_to_the_archive() -> None:
    state, way = "received", ""
    walk = [
        ("accept", ""), ("classify", "pass_for_handling"), ("discuss", ""), ("assign", ""), ("take", ""),
        ("supervise", ""), ("answer", ""), ("deliver", ""), ("call_back", ""), ("close", ""), ("analyse", ""),
        ("archive", ""),
    ]  # fmt: skip
    for name, chosen in walk:
        way = chosen or way
        state = take(NINE, standing(state, way=way), name, ALL_POWERFUL, EVERYTHING).target
    assert state == "closed"
    titles = [stage.title for stage in NINE.flows["nine_steps"].stages]
    assert titles == ["受理", "分类", "会商", "交办", "督办", "反馈", "回访", "统计分析", "归档"]


BEFORE = {"instruct": "submitted"}
WAYS = ["direct_answer", "three_party_call", "retain", "pass_for_reading", "pass_for_handling", "leader_instruction"]


@pytest.mark.parametrize("page", [ECHO, NINE], ids=["echo", "three_platforms"])
@pytest.mark.parametrize("way", [*WAYS, "discipline"])
@row("R-181", "R-182", "R-183", "R-184", "R-185", "R-186", "R-187")
def test_each_of_the_seven_ways_is_taken_by_its_own_step(page: Matters, way: str) -> None:
    own = page.ways[way].step
    for name in {"answer", "retain", "pass", "assign", own}:
        here = standing(BEFORE.get(name, "accepted"), way=way)
        if name == own:
            taken = take(page, here, name, ALL_POWERFUL, EVERYTHING)
            assert ("handling" in taken.starts) is page.ways[way].clocked
            continue
        with pytest.raises(Refused, match="way_not_allowed"):
            take(page, here, name, ALL_POWERFUL, EVERYTHING)


@pytest.mark.parametrize("way", [*WAYS, "discipline"])
def test_each_way_asks_for_what_it_needs(way: str) -> None:
    rule = ECHO.ways[way]
    for need in rule.needs:
        with pytest.raises(Refused, match=f"needs_{need}"):
            take(
                ECHO, standing(BEFORE.get(rule.step, "accepted"), way=way), rule.step, ALL_POWERFUL, EVERYTHING - {need}
            )


@row("R-183", "R-184")
def test_keeping_and_passing_on_never_count_as_solved() -> None:
    for page in (ECHO, NINE):
        assert not page.ways["retain"].counts_as_solved
        assert not page.ways["pass_for_reading"].counts_as_solved
        assert page.ways["discipline"].sealed


def test_a_matter_is_not_handed_on_before_it_is_classified() -> None:
    for missing in ("topic", "nature"):
        with pytest.raises(Refused, match=f"needs_{missing}"):
            take(ECHO, standing("accepted", way="pass_for_handling"), "assign", ALL_POWERFUL, EVERYTHING - {missing})
    with pytest.raises(Refused, match="needs_way"):
        take(ECHO, standing("accepted"), "assign", ALL_POWERFUL, EVERYTHING - {"way"})


def test_what_the_matter_holds_already_is_not_asked_again() -> None:
    here = Standing("appeal", "accepted", way="pass_for_handling", has=EVERYTHING)
    assert take(ECHO, here, "assign", ALL_POWERFUL).target == "assigned"


@row("R-214")
def test_a_resident_may_reopen_what_is_closed_and_withdraw_what_is_open_but_nothing_else() -> None:
    resident = Taker(who="resident")
    assert take(ECHO, standing("closed"), "reopen", resident, {"note"}).target == "reopened"
    assert take(ECHO, standing("working"), "withdraw", resident).target == "withdrawn"
    assert {step.name for step in possible(ECHO, standing("working"), resident)} == {"withdraw"}
    with pytest.raises(Refused, match="not_allowed"):
        take(ECHO, standing("working"), "answer", resident, EVERYTHING)


@row("R-209")
def test_no_walk_closes_a_matter_without_an_answer() -> None:
    @given(st.lists(st.sampled_from([step.name for step in ECHO.flows["appeal"].steps]), max_size=40))
    def walk(names: list[str]) -> None:
        state, before, answered = "received", "", False
        for name in names:
            way = next((way for way, rule in ECHO.ways.items() if rule.step == name), "")
            try:
                taken = take(ECHO, standing(state, previous=before, way=way), name, ALL_POWERFUL, EVERYTHING)
            except Refused:
                continue
            before, state = (state, taken.target) if taken.target != state else (before, state)
            answered = answered or name == "answer"
            assert state != "closed" or answered

    walk()


def test_a_pause_leads_back_to_where_it_began() -> None:
    assert take(ECHO, standing("paused", previous="working"), "resume", ALL_POWERFUL).target == "working"
    asked = take(ECHO, standing("more_asked", previous="received"), "more_given", ALL_POWERFUL, {"note"})
    assert asked.target == "received"
    assert asked.resumes == ("handling",)


def test_arrival_starts_the_clock_of_acceptance() -> None:
    assert opening(ECHO, "appeal") == ("accept",)
    assert opening(NINE, "appeal") == ()


@row("R-188")
def test_clocks_are_started_met_and_ended_by_steps() -> None:
    assigned = take(ECHO, standing("accepted", way="pass_for_handling"), "assign", ALL_POWERFUL, EVERYTHING)
    assert assigned.starts == ("handling",)
    answered = take(ECHO, standing("working", way="pass_for_handling"), "answer", ALL_POWERFUL, EVERYTHING)
    assert (answered.meets, answered.starts) == (("handling",), ("deliver",))
    assert "handling" in take(ECHO, standing("working"), "withdraw", Taker(who="resident")).ends


@row("R-188")
def test_handing_a_matter_back_does_not_stop_its_clock() -> None:
    for page in (ECHO, NINE):
        assert take(page, standing("working"), "transfer", ALL_POWERFUL, EVERYTHING).ends == ()


def test_a_stranger_with_the_verb_is_told_whose_step_it_is() -> None:
    with pytest.raises(Refused, match="not_your_part") as refused:
        take(ECHO, standing("working"), "answer", Taker(VERBS), EVERYTHING)
    assert "承办人" in refused.value.sentence()
    assert "handler" in refused.value.sentence("en")


@pytest.mark.parametrize(
    ("name", "state", "code"),
    [
        ("accept", "accepted", "step_past"),
        ("accept", "closed", "step_past"),
        ("classify", "answered", "step_past"),
        ("assign", "received", "step_not_allowed"),
        ("assign", "more_asked", "step_not_allowed"),
        ("assign", "working", "step_past"),
        ("assign", "paused", "step_past"),
        ("assign", "assigned", "step_past"),
        ("take", "accepted", "step_not_allowed"),
        ("take", "reopened", "step_not_allowed"),
        ("take", "answered", "step_past"),
        ("answer", "assigned", "step_not_allowed"),
        ("answer", "withdrawn", "step_past"),
        ("close", "working", "step_not_allowed"),
        ("close", "closed", "step_past"),
        ("reopen", "received", "step_not_allowed"),
        ("resume", "working", "step_not_allowed"),
        ("join", "received", "step_unknown"),
    ],
)
def test_a_step_out_of_turn_is_past_still_to_come_or_none_of_this_flow(name: str, state: str, code: str) -> None:
    assert untimely(ECHO.flows["appeal"], name, state).code == code


@pytest.mark.parametrize("state", get_args(State))
def test_every_state_has_its_place_along_the_way(state: str) -> None:
    assert untimely(ECHO.flows["appeal"], "accept", state).code in ("step_past", "step_not_allowed")


def handing_back(transfers: int, *, decided: bool = False) -> str:
    here = Standing("appeal", "assigned", way="pass_for_handling", transfers=transfers, decided=decided)
    return take(ECHO, here, "transfer", ALL_POWERFUL, EVERYTHING).target


def test_units_hand_a_matter_back_as_often_as_the_programme_says_then_the_county_decides() -> None:
    assert ECHO.flows["appeal"].max_transfers == 2
    assert handing_back(0) == "accepted"
    assert handing_back(1) == "disputed"
    with pytest.raises(Refused, match="transfers_used_up"):
        handing_back(2)
    with pytest.raises(Refused, match="transfer_decided"):
        handing_back(0, decided=True)
    assert {step.name for step in possible(ECHO, standing("disputed"), ALL_POWERFUL)} == {"decide", "number"}


def test_where_nobody_decides_the_last_hand_back_is_like_the_others_and_no_more_follows() -> None:
    whole = NINE.flows["nine_steps"]
    flow = whole.model_copy(update={"steps": tuple(one for one in whole.steps if one.name != "decide")})
    step = flow.taking("transfer", "assigned")
    assert step is not None and flow.taking("decide", "disputed") is None
    assert handed_back(flow, step, transfers=flow.max_transfers - 1, decided=False) == step.target
    with pytest.raises(Refused, match="transfers_used_up"):
        handed_back(flow, step, transfers=flow.max_transfers, decided=False)
