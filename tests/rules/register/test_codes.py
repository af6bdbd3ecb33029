"""Division codes: arithmetic on digits."""

import pytest

from huiyin.register.rules import codes
from tests.rows import row


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("610000000000", "province"),
        ("610900000000", "prefecture"),
        ("610924000000", "county"),
        ("610924100000", "town"),
        ("610924100201", "village"),
        ("610924100201003", "group"),
    ],
)
def test_a_code_says_its_level(code: str, level: str) -> None:
    assert codes.is_code(code)
    assert codes.level(code) == level


@pytest.mark.parametrize(
    "text", ["", "61092410020", "6109241002011", "61092410020a", "６１０９２４１００２０１", "000000000000"]
)
def test_what_is_no_code_is_told_apart(text: str) -> None:
    assert not codes.is_code(text)


def test_a_group_stands_under_a_village_and_has_a_number() -> None:
    assert codes.group("610924100201", 3) == "610924100201003"
    assert not codes.is_code("610924100000003")
    assert not codes.is_code("610924100201000")
    with pytest.raises(ValueError, match="no group"):
        codes.group("610924100000", 3)
    with pytest.raises(ValueError, match="no group"):
        codes.group("610924100201", 1000)


@row("R-024")
def test_a_chain_goes_from_the_group_to_the_province() -> None:
    assert codes.chain("610924100201003") == (
        "610924100201003",
        "610924100201",
        "610924100000",
        "610924000000",
        "610900000000",
        "610000000000",
    )
    assert codes.parent("610924100201003") == "610924100201"
    assert codes.parent("610000000000") == ""
    assert codes.county("610924100201003") == "610924000000"
