"""When somebody has to look again."""

from datetime import date

import pytest

from huiyin.register.rules.months import review_day

BEGIN = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("paper", "look"),
    [
        (None, date(2027, 11, 25)),
        (date(2027, 3, 1), date(2026, 12, 31)),
        (date(2026, 12, 20), date(2026, 12, 20)),
        (date(9999, 12, 31), date(2027, 11, 25)),
        (date(2020, 1, 1), date(2027, 11, 25)),
        (date(1, 1, 1), date(2027, 11, 25)),
    ],
)
def test_a_certificate_brings_the_look_forward_whatever_day_was_typed(paper: date | None, look: date) -> None:
    assert review_day(BEGIN, 12, paper) == look
