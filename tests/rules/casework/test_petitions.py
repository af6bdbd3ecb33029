"""Of which half-year petition figures are told."""

from datetime import date

import pytest

from huiyin.casework.rules.petitions import Half, last_whole
from tests.rows import row


@row("SG-03", "R-223")
@pytest.mark.parametrize(
    ("today", "half"),
    [
        (date(2026, 12, 31), Half(2026, second=False)),
        (date(2027, 1, 1), Half(2026, second=True)),
        (date(2027, 6, 30), Half(2026, second=True)),
        (date(2027, 7, 1), Half(2027, second=False)),
    ],
)
def test_a_half_year_is_told_once_it_is_over_and_lasts_six_months(today: date, half: Half) -> None:
    assert last_whole(today) == half
    assert (half.until.year - half.from_.year) * 12 + half.until.month - half.from_.month == 6
    assert half.earlier.until == half.from_ and half.later.from_ == half.until
