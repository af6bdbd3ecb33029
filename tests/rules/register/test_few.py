"""Which parts of a whole are not told: those of too few, and what would tell them."""

import pytest

from huiyin.register.rules.few import untold
from tests.rows import row


@row("SG-46")
@pytest.mark.parametrize(
    ("parts", "hidden"),
    [
        ({"a": 10, "b": 20}, ""),
        ({"a": 9, "b": 50, "c": 60}, "ab"),
        ({"a": 4, "b": 5, "c": 30, "d": 40}, "abc"),
        ({"a": 6, "b": 6, "c": 30}, "ab"),
        ({"a": 0, "b": 30}, ""),
        ({"a": 3}, "a"),
    ],
)
def test_fewer_than_ten_are_not_told_nor_reckoned_from_the_rest(parts: dict[str, int], hidden: str) -> None:
    assert untold(parts) == frozenset(hidden)
