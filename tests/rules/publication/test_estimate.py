"""Shares and lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.publication.rules.estimate import share, verdict
from tests.rows import row


@row("SG-07")
@pytest.mark.parametrize(
    ("part", "base", "expected"),
    [
        (9, 9, "not_shown"),
        (30, 30, "meets"),
        (239, 299, "indeterminate"),
        (240, 300, "indeterminate"),
        (290, 300, "meets"),
        (200, 300, "below"),
        (27, 30, "indeterminate"),
    ],
)
def test_a_line_inside_the_interval_decides_nothing(part: int, base: int, expected: str) -> None:
    assert verdict(part, base, line=0.8, least=10) == expected


@given(st.integers(1, 2000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_the_interval_contains_the_share_and_stays_inside_nought_and_one(case: tuple[int, int]) -> None:
    found = share(*case)
    assert 0 <= found.low <= found.point <= found.high <= 1


def test_a_published_example() -> None:
    # Newcombe (1998), table I: 81 of 263, 95 % score interval 0.2553 to 0.3662.
    found = share(81, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_nobody_asked_is_no_share() -> None:
    with pytest.raises(ValueError, match="asked"):
        share(0, 0)
