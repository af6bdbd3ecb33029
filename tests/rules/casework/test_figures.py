"""What a matter counts as, by rule alone."""

import pytest

from huiyin.casework.rules.figures import MEASURES, SHARES, Facts, call, measures, result, score, share
from huiyin.programme.schema.matters import STANDARD, Grade
from tests.rows import row

CLOSED = Facts(state="closed", way_counts=True, answered=True, late=False, delivered=True, reached=True, word="yes")


def of(**more: object) -> dict[str, int]:
    return measures(Facts(**{**vars(CLOSED), **more}), STANDARD)


@row("SG-33")
@pytest.mark.parametrize("state", ["retained", "passed", "joined", "withdrawn", "declined", "answered", "working"])
def test_only_a_closed_matter_is_solved_whatever_was_said(state: str) -> None:
    assert of()["solved"] == 1
    assert of(state=state)["solved"] == 0


@row("SG-33", "AM-24")
def test_solved_needs_a_way_that_can_solve_and_the_residents_yes() -> None:
    assert of(way_counts=False)["solved"] == 0
    assert [of(word=word)["solved"] for word in ("", "part", "no", "yes")] == [0, 0, 0, 1]


@row("SG-33", "R-211")
def test_every_share_is_of_all_it_speaks_of_and_a_better_base_is_another_share() -> None:
    """Solved of all that were answered, and beside it of those who said something; replied is what arrived, of all."""
    open_ = of(state="working", answered=False, reached=False, word="")
    written = of(state="answered", delivered=False, word="")
    silent, late = of(reached=False, word=""), of(word="no", late=True, reopened=1)
    sums = {name: sum(one[name] for one in (of(), open_, written, silent, late)) for name in MEASURES}
    found = {name: (share(name, sums).part, share(name, sums).base) for name in SHARES}
    told = {"replied": (3, 5), "in_time": (3, 4), "called": (3, 4), "solved": (1, 4), "solved_heard": (1, 2)}
    assert {name: found[name] for name in told} == told
    assert found["reopened"] == (1, 5)


@row("R-229", "AM-24")
def test_what_units_or_levels_are_to_settle_first_is_in_coordination_and_nothing_else() -> None:
    states = ("received", "accepted", "assigned", "working", "paused", "answered", "reopened", "closed", "retained")
    assert not any(of(state=state)["coordinating"] for state in states)
    assert all(
        of(state=state)["coordinating"] for state in ("discussing", "raised", "applied", "submitted", "disputed")
    )


@row("R-316", "R-317")
def test_grades_are_worth_what_the_programme_says() -> None:
    four = tuple(
        Grade(value=v, points=p, satisfied=s)
        for v, p, s in ((5, 100, True), (4, 90, True), (3, 70, False), (1, 0, False))
    )
    found = [measures(Facts(**{**vars(CLOSED), "grade": grade}), four) for grade in (5, 4, 3, 1, 2, None)]
    assert [one["graded"] for one in found] == [1, 1, 1, 1, 0, 0]  # a grade the scale has not is none
    assert [one["satisfied"] for one in found] == [1, 1, 0, 0, 0, 0]
    sums = {name: sum(one[name] for one in found) for name in MEASURES}
    assert score(sums) == 65.0
    assert share("satisfied", sums).point == 0.5
    assert score(dict.fromkeys(MEASURES, 0)) is None


@row("AM-23")
def test_both_bases_of_satisfaction_are_kept_apart() -> None:
    both = [of(grade=5, reasonable=True), of(grade=1, reasonable=False), of(grade=1, reasonable=None)]
    sums = {name: sum(one[name] for one in both) for name in MEASURES}
    assert (share("satisfied", sums).part, share("satisfied", sums).base) == (1, 3)
    assert (share("satisfied_reasonable", sums).part, share("satisfied_reasonable", sums).base) == (1, 1)
    assert share("satisfied_reasonable", sums).goal == "met"


@row("SG-07")
def test_a_share_of_nobody_is_indeterminate_and_an_estimate_has_an_interval() -> None:
    nothing = dict.fromkeys(MEASURES, 0)
    assert {share(name, nothing).goal for name in SHARES} == {"indeterminate"}
    sums = nothing | {"graded": 400, "satisfied": 320, "answered": 400, "solved": 320}
    found = share("satisfied", sums)
    assert found.low is not None
    assert found.high is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.7580, 0.8363)
    assert share("solved", sums).low is None  # counted, not estimated


def test_every_measure_lies_within_its_base() -> None:
    for word in ("", "yes", "part", "no"):
        for grade in (None, 1, 5):
            for answered in (True, False):
                found = of(word=word, grade=grade, answered=answered, reasonable=True, reopened=1)
                assert all(found[part] <= found[base] for part, base in SHARES.values())


def test_results_and_call_backs_have_one_word_each() -> None:
    assert result(Facts(**{**vars(CLOSED), "word": ""})) == "silent"
    assert result(Facts(**{**vars(CLOSED), "way_counts": False})) == "kept"
    assert result(Facts(**{**vars(CLOSED), "state": "joined"})) == "joined"
    assert call(CLOSED, 1) == "reached"
    assert call(Facts(**{**vars(CLOSED), "reached": False}), 0) == "own"
    assert call(Facts(**{**vars(CLOSED), "reached": False, "word": ""}), 2) == "tried"


@row("R-178", "SG-33")
def test_who_does_not_know_has_spoken_and_said_nothing_about_its_being_solved() -> None:
    unsure = of(word="unsure", reached=False)
    assert (unsure["called"], unsure["heard"], unsure["solved"]) == (1, 0, 0)
    assert call(Facts(**{**vars(CLOSED), "word": "unsure", "reached": False}), 0) == "own"
