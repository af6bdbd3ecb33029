"""Assignment on plain numbers: nobody twice, nobody to whom they must not go, and the cheapest way there is."""

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.register.rules.assign import (
    KEEP,
    NEAREST,
    NOBODY,
    UNCOVERED,
    Bearer,
    Outcome,
    Problem,
    distance,
    pieces,
    propose,
    reaches,
)
from huiyin.register.rules.network import NEAR
from tests.rows import row

COUNTY = "990101"


def places(towns: int, villages: int, groups: int) -> list[str]:
    """Codes of groups."""
    return [
        f"{COUNTY}{100 + town}{200 + village}{group:03d}"
        for town in range(1, towns + 1)
        for village in range(1, villages + 1)
        for group in range(1, groups + 1)
    ]


@st.composite
def counties(draw: st.DrawFn) -> Problem:
    """Small counties of every kind: too many officials or too few, links of today, people kept apart."""
    groups = places(draw(st.integers(1, 2)), draw(st.integers(1, 2)), draw(st.integers(1, 2)))
    homes = sorted(draw(st.lists(st.sampled_from(groups), min_size=1, max_size=14)))
    bearers: list[Bearer] = []
    for _ in range(draw(st.integers(0, 5))):
        at, (reach, post) = (
            draw(st.sampled_from(groups)),
            sorted(draw(st.tuples(*[st.sampled_from([6, 9, 12, 15])] * 2))),
        )
        least, more, most = (draw(st.integers(0, 3)) for _ in range(3))
        bearers.append(Bearer(at[:reach], least, least + more, least + more + most, at[:post]))
    anybody = range(len(bearers))
    current = [draw(st.sampled_from([NOBODY, *anybody])) for _ in homes]
    near = [draw(st.frozensets(st.sampled_from(anybody), max_size=3)) if bearers else frozenset[int]() for _ in homes]
    apart = {home: some for home, some in enumerate(near) if some}
    return Problem(homes, bearers, current, apart)


def allowed(problem: Problem, home: int, bearer: int) -> bool:
    """Whether a bearer may be given to a household at all."""
    return reaches(problem.bearers[bearer], problem.places[home]) and bearer not in problem.apart.get(home, ())


def check(problem: Problem, outcome: Outcome) -> None:
    """What every proposal keeps to."""
    assert len(outcome.bearer) == len(problem.places)
    for home, bearer in enumerate(outcome.bearer):
        assert bearer == NOBODY or allowed(problem, home, bearer)
    for bearer, load in enumerate(outcome.loads(len(problem.bearers))):
        assert load <= problem.bearers[bearer].most


def most_covered(problem: Problem) -> int:
    """How many households can have somebody at all: the largest matching, found by hand."""
    seats = [number for number, bearer in enumerate(problem.bearers) for _ in range(bearer.most)]
    taken: dict[int, int] = {}

    def find(home: int, seen: set[int]) -> bool:
        for seat, bearer in enumerate(seats):
            if seat in seen or not allowed(problem, home, bearer):
                continue
            seen.add(seat)
            if seat not in taken or find(taken[seat], seen):
                taken[seat] = home
                return True
        return False

    return sum(find(home, set()) for home in range(len(problem.places)))


@given(counties())
@settings(max_examples=80)
@row("R-063", "R-065", "SG-45", "AM-33")
def test_nobody_is_given_whom_they_are_kept_apart_from_and_no_load_is_exceeded(problem: Problem) -> None:
    outcome = propose(problem)
    check(problem, outcome)
    assert len(outcome.bearer) - outcome.uncovered() == most_covered(problem)
    assert outcome == propose(problem)  # the same again for the same county


@given(counties())
@settings(max_examples=80)
def test_the_certificate_counts_exactly_who_is_left_over(problem: Problem) -> None:
    whole = Problem(problem.places, problem.bearers, problem.current)
    outcome = propose(whole)
    assert sum(one.missing for one in outcome.shortages) == outcome.uncovered()
    for shortage in outcome.shortages:
        homes = [place for place in whole.places if place in shortage.places]
        can = [one for one in whole.bearers if any(reaches(one, place) for place in shortage.places)]
        # Checked by hand: so many households, so many officials who reach any of them, and what those bear at most.
        assert (shortage.demand, shortage.bearers) == (len(homes), len([one for one in can if one.most]))
        assert shortage.capacity == sum(one.most for one in can)
        assert shortage.demand - shortage.capacity == shortage.missing > 0


def second_opinion(problem: Problem) -> int:
    """The least cost by another solver (HiGHS) from another description: every pair of official and place."""
    import numpy as np
    from scipy.optimize import linprog  # type: ignore[import-untyped]  # scipy has no types

    wanted = Counter(problem.places)
    costs: list[int] = []
    most: list[int] = []
    balance: list[dict[int, int]] = []  # rows: places first, then bearers
    rows = {place: number for number, place in enumerate(wanted)}
    held = Counter(
        (bearer, problem.places[home])
        for home, bearer in enumerate(problem.current)
        if bearer != NOBODY and reaches(problem.bearers[bearer], problem.places[home])
    )

    def column(cost: int, cap: int, entries: dict[int, int]) -> None:
        costs.append(cost)
        most.append(cap)
        balance.append(entries)

    for place, count in wanted.items():
        column(UNCOVERED, count, {rows[place]: 1})
        for number, bearer in enumerate(problem.bearers):
            if reaches(bearer, place):
                column(NEAR * distance(bearer, place), count, {rows[place]: 1, len(rows) + number: -1})
            if held[number, place]:
                column(-KEEP, held[number, place], {rows[place]: 1, len(rows) + number: -1})
    for number, bearer in enumerate(problem.bearers):
        for count, cost in pieces(bearer):
            column(cost, count, {len(rows) + number: 1})
    matrix = np.zeros((len(rows) + len(problem.bearers), len(costs)))
    for at, entries in enumerate(balance):
        for line, value in entries.items():
            matrix[line, at] = value
    right = [*wanted.values(), *(0 for _ in problem.bearers)]
    found = linprog(costs, A_eq=matrix, b_eq=right, bounds=[(0, one) for one in most], method="highs")
    assert found.status == 0, found.message
    return round(float(found.fun))


@given(counties())
@settings(max_examples=40)
def test_another_solver_finds_the_same_least_cost(problem: Problem) -> None:
    whole = Problem(problem.places, problem.bearers, problem.current)
    assert propose(whole).cost == second_opinion(whole)


@row("R-094")
def test_only_the_households_of_those_who_leave_move() -> None:
    chance = random.Random(7)
    homes = sorted(chance.choices(places(3, 4, 3), k=1200))
    bearers = [Bearer(place, 0, 10, 14) for place in sorted({home[:12] for home in homes}) for _ in range(12)]
    first = propose(Problem(homes, bearers, [NOBODY] * len(homes)))
    assert first.uncovered() == 0
    leaving = set(chance.sample(range(len(bearers)), 6))
    stay = [Bearer(one.under, 0, 0, 0) if number in leaving else one for number, one in enumerate(bearers)]
    current = [NOBODY if one in leaving else one for one in first.bearer]
    again = propose(Problem(homes, stay, current))
    moved = [home for home, (old, new) in enumerate(zip(first.bearer, again.bearer, strict=True)) if old != new]
    assert moved == [home for home, one in enumerate(current) if one == NOBODY]
    assert again.uncovered() == 0


@row("R-065")
def test_loads_come_out_even_where_nothing_forbids_it() -> None:
    homes = sorted(place for place in places(2, 3, 2) for _ in range(30))
    outcome = propose(Problem(homes, [Bearer(COUNTY, 26, 30, 38) for _ in range(12)], [NOBODY] * len(homes)))
    assert set(outcome.loads(12)) == {30}


@row("R-065")
def test_who_may_go_anywhere_goes_to_the_households_of_their_own_town_and_village_first() -> None:
    homes = sorted(place for place in places(2, 2, 1) for _ in range(5))
    seats = [home[:12] for home in sorted(set(homes))] + [home[:9] for home in sorted({home[:9] for home in homes})]
    bearers = [Bearer(COUNTY, 1, 3, 4, seat) for seat in [*seats, *seats]]
    outcome = propose(Problem(homes, bearers, [NOBODY] * len(homes)))
    assert {distance(bearers[one], home) for home, one in zip(homes, outcome.bearer, strict=True)} == {1, 2}


@row("R-094")
def test_where_the_nearest_go_first_one_with_room_goes_before_a_farther_one_who_has_too_few() -> None:
    village, town = COUNTY + "101201", COUNTY + "101"
    homes = [f"{village}001"] * 5
    # By loads alone the county's official, who lacks 26 of the least, would have all of them.
    bearers = [Bearer(COUNTY, 26, 34, 38), Bearer(COUNTY, 0, 1, 2, town), Bearer(village, 0, 0, 2)]
    assert propose(Problem(homes, bearers, [NOBODY] * 5)).loads(3) == (5, 0, 0)
    assert propose(Problem(homes, bearers, [NOBODY] * 5, near=NEAREST)).loads(3) == (1, 2, 2)


def test_a_conflict_that_no_swap_settles_is_solved_through_a_third_place() -> None:
    # One group whose only official is kept apart from its only household; the town's other official is elsewhere.
    one, two = places(1, 1, 2)
    town = one[:9]
    problem = Problem([one, two], [Bearer(town, 0, 1, 1), Bearer(town, 0, 1, 1)], [1, 0], {0: frozenset({1})})
    assert propose(problem).bearer == (0, 1)


def test_a_household_nobody_may_be_given_is_named_alone() -> None:
    (place,) = places(1, 1, 1)
    outcome = propose(Problem([place, place], [Bearer(place, 0, 2, 2)], [NOBODY] * 2, {1: frozenset({0})}))
    assert outcome.bearer == (0, NOBODY)
    assert [(one.places, one.missing, one.alone) for one in outcome.shortages] == [((place,), 1, True)]


def test_a_county_without_officials_or_households_has_an_answer() -> None:
    (place,) = places(1, 1, 1)
    assert propose(Problem([place], [], [NOBODY])).bearer == (NOBODY,)
    assert propose(Problem([], [Bearer(place, 1, 2, 3)], [])).bearer == ()
