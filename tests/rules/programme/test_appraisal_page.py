"""appraisal.toml: weights that add up, whose answer counts, who is present when, and where a rank is cut."""

import random
from typing import Any

import pytest
from pydantic import ValidationError

from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.ranks import inside, ranks
from huiyin.programme.schema.appraisal import Activity, Appraisal, Basis, Round, Scorecard
from tests.rows import row


def card(**weights: int) -> dict[str, Any]:
    return {"title": "考核", "subject": "unit", "weights": weights}


@row("AM-50")
@pytest.mark.parametrize("weights", [{}, {"satisfaction": 99}, {"satisfaction": 60, "other": 50}, {"other": 0}])
def test_a_scorecard_whose_weights_are_missing_or_do_not_add_up_to_a_hundred_is_refused(
    weights: dict[str, int],
) -> None:
    assert Scorecard(**card(satisfaction=10, other=90)).weights["other"] == 90
    with pytest.raises(ValidationError):
        Scorecard(**card(**weights))


@row("SG-03", "SG-31")
@pytest.mark.parametrize("words", ["信访量下降", "越级上访", "petition total"])
def test_no_scorecard_measures_petitions_whatever_they_are_called(words: str) -> None:
    plain = card(satisfaction=50, other=50)
    for where in ({"measures": {"other": words}}, {"title": words}, {"weights": {"satisfaction": 50, "petitions": 50}}):
        with pytest.raises(ValidationError, match="goal_counts_petitions"):
            Scorecard(**plain | where)


@row("AM-51")
def test_ties_share_a_rank_and_stand_inside_for_a_reward_and_outside_for_a_sanction() -> None:
    scores = {"甲": 95.0, "乙": 90.0, "丙": 90.0, "丁": 80.0, "戊": 80.0}
    assert ranks(scores) == {"甲": 1, "乙": 2, "丙": 2, "丁": 4, "戊": 4}
    assert inside(scores, 2, first=True, sanction=False) == {"甲", "乙", "丙"}
    assert inside(scores, 1, first=False, sanction=True) == frozenset()
    assert inside(scores, 2, first=False, sanction=True) == {"丁", "戊"}
    assert inside(scores, 3, first=False, sanction=True) == {"丁", "戊"}
    assert inside(dict.fromkeys("甲乙丙", 70.0), 1, first=False, sanction=True) == frozenset()


@row("AM-51")
def test_a_sanction_never_takes_more_than_the_cut_says_and_a_reward_never_fewer() -> None:
    chance = random.Random(51)
    for _ in range(300):
        scores = {str(n): float(chance.randint(0, 9)) for n in range(chance.randint(1, 30))}
        many = chance.randint(1, 12)
        for first in (True, False):
            assert len(inside(scores, many, first=first, sanction=True)) <= many
            assert len(inside(scores, many, first=first, sanction=False)) >= min(many, len(scores))


@row("AM-52")
def test_a_unit_is_judged_by_linked_households_by_clients_or_by_both_with_weights() -> None:
    assert Basis(title="镇", of={"linked_households": 100}).of == {"linked_households": 100}
    assert set(Basis(title="部门", of={"linked_households": 40, "clients": 60}).of) == {"linked_households", "clients"}
    with pytest.raises(ValidationError, match="weights_not_whole"):
        Basis(title="部门", of={"linked_households": 40, "clients": 40})
    with pytest.raises(ValidationError):
        Basis(title="部门", of={})


@row("AM-53")
def test_a_household_has_one_answer_unless_the_instrument_asks_persons() -> None:
    assert Round(title="测评").answer_of == "household"
    with pytest.raises(ValidationError):
        Round.model_validate({"title": "测评", "answer_of": "phone"})


@row("AM-54")
def test_a_visit_on_a_duty_day_counts_for_what_the_page_names_and_for_nothing_else() -> None:
    assert Activity(title="一线工作日走访", counts_for=("duty_days", "visits")).counts_for == ("duty_days", "visits")
    assert Activity(title="一线工作日走访").counts_for == ()


@row("AM-49")
def test_at_least_half_are_present_on_holidays_and_what_the_source_leaves_open_stays_open() -> None:
    page = load_county(county_folder("ziyang-2014")).programmes["four_methods"].appraisal
    assert page is not None
    assert page.rosters["rest"].min_share == {"holiday": 0.5}
    assert page.rosters["rest"].rest_every_weeks == 2


@row("AM-50", "AM-51")
def test_a_cut_needs_its_scorecard_and_a_body_that_decides() -> None:
    cut: dict[str, Any] = {"title": "后 10 名", "scorecard": "unit", "end": "last", "many": 10, "sanction": True}
    cut |= {"decided_by": "市委"}
    page = {"scorecards": {"unit": card(satisfaction=100)}, "cuts": {"last": cut}}
    assert Appraisal.model_validate(page).cuts["last"].many == 10
    with pytest.raises(ValidationError, match="cut_without_scorecard"):
        Appraisal.model_validate(page | {"scorecards": {}})
    with pytest.raises(ValidationError):
        Appraisal.model_validate(page | {"cuts": {"last": cut | {"decided_by": ""}}})
