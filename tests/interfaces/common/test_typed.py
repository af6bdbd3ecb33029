"""What forms and addresses carry: read as what it is meant to be, or as nothing."""

from datetime import date
from uuid import UUID

import pytest

from huiyin.interfaces.common import typed

ID = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.parametrize("text", [ID, f" {ID} ", ID.replace("-", "")])
def test_an_id_is_read(text: str) -> None:
    assert typed.identity(text) == UUID(ID)


@pytest.mark.parametrize("text", ["", "x", ID[:-1], f"{ID}0", f"{ID} {ID}", "\x00", "１" * 36])
def test_what_is_no_id_is_nothing(text: str) -> None:
    assert typed.identity(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-11-25", date(2026, 11, 25)), ("2026-11-25T10:00", None), ("2026-02-30", None), ("", None), ("今天", None)],
)
def test_a_day_is_read_as_controls_send_it(text: str, day: date | None) -> None:
    assert typed.day(text) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), (" 12 ", 12), ("999999999", 999_999_999), ("9999999999", None), ("-1", None), ("１", None)],
)
def test_a_whole_number_is_of_few_ascii_digits(text: str, number: int | None) -> None:
    assert typed.whole(text) == number
