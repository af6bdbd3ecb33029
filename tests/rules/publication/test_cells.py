"""Small cells are hidden, and nobody gets them by subtraction."""

import ast
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import huiyin.publication.queries
from huiyin.programme.schema.publication import Publication
from huiyin.publication.rules.cells import NOTHING, Said, safe, shown
from tests.rows import row

LEAST = 10
sizes = st.integers(0, 60)
places = st.dictionaries(st.sampled_from("abcdefgh"), st.builds(Said, sizes, sizes), min_size=1, max_size=8)


def whole(parts: dict[str, Said]) -> Said:
    return sum(parts.values(), NOTHING)


@row("SG-20", "SG-33", "SG-46")
def test_eleven_of_twelve_is_not_said_of_a_named_spot() -> None:
    total, parts = shown(Said(311, 212), {"a": Said(11, 1), "b": Said(300, 211)}, LEAST)
    assert parts["a"] is None
    assert parts["b"] is None  # or taking it from the total would tell the first
    assert total == Said(311, 212)


@pytest.mark.parametrize("few", [Said(1, 11), Said(11, 1), Said(9, 9)])
def test_a_place_is_told_only_where_both_of_its_cells_are_large_enough(few: Said) -> None:
    assert not safe(few, LEAST)
    assert shown(Said(311, 212), {"a": few, "b": Said(311, 212)}, LEAST)[1]["a"] is None


@row("SG-46")
def test_ten_of_both_are_enough_to_be_told() -> None:
    parts = {"a": Said(10, 10), "b": Said(10, 11)}
    assert shown(whole(parts), parts, LEAST) == (whole(parts), parts)


def test_everybody_saying_the_same_is_hidden_too() -> None:
    assert shown(Said(40, 0), {"a": Said(40, 0)}, LEAST) == (None, {"a": None})


def test_large_places_are_shown() -> None:
    parts = {"a": Said(20, 15), "b": Said(30, 12)}
    assert shown(whole(parts), parts, LEAST) == (whole(parts), parts)


def test_a_place_where_nobody_was_asked_covers_nobody() -> None:
    parts = {"a": Said(20, 15), "b": Said(5, 1), "c": NOTHING}
    _, told = shown(whole(parts), parts, LEAST)
    assert told == {"a": None, "b": None, "c": None}


@row("SG-20", "SG-46")
@given(places)
def test_no_small_cell_can_be_reckoned_by_differencing(parts: dict[str, Said]) -> None:
    total, told = shown(whole(parts), parts, LEAST)
    if total is None:
        assert all(one is None for one in told.values())
        return
    for one in told.values():
        assert one is None or safe(one, LEAST)
    hidden = {name: parts[name] for name, one in told.items() if one is None and parts[name].asked}
    # The attack: every sum of shown parts taken from the total leaves at least what is hidden.
    open_ones = [one for one in told.values() if one is not None]
    for many in range(len(open_ones) + 1):
        for some in combinations(open_ones, many):
            left = Said(total.solved - sum(s.solved for s in some), total.other - sum(s.other for s in some))
            assert left == NOTHING or not hidden or safe(left, LEAST)
    assert len(hidden) != 1


@given(places)
def test_what_is_shown_is_true(parts: dict[str, Said]) -> None:
    _, told = shown(whole(parts), parts, LEAST)
    assert all(one is None or one == parts[name] for name, one in told.items())


COUNTED = ("Count", "Sum", "mediation", "petitions", "decided", "counts")
"""By these names a query of the publication comes to numbers of people or of what people said."""


def _names(path: Path) -> set[str]:
    found = [one for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(one, ast.ImportFrom)]
    return {alias.name for one in found for alias in one.names}


@row("SG-46")
def test_whatever_is_published_and_counts_people_asks_whether_its_cells_are_large_enough() -> None:
    folder = Path(huiyin.publication.queries.__file__).parent
    counting = {path.stem for path in folder.glob("*.py") if _names(path) & set(COUNTED)}
    asking = {path.stem for path in folder.glob("*.py") if "cells" in _names(path)}
    assert counting == {"walls", "issues", "petitions", "disputes", "comments"} and counting <= asking


@row("SG-46")
@pytest.mark.parametrize("few", [0, 1, 9])
def test_no_programme_makes_the_smallest_cell_smaller(few: int) -> None:
    assert Publication.model_validate({"boards": {}, "min_cells": LEAST}).min_cells == LEAST
    with pytest.raises(ValidationError):
        Publication.model_validate({"boards": {}, "min_cells": few})
