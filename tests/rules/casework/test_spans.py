"""Periods of figures, by rule alone."""

from datetime import date

import pytest

from huiyin.casework.rules import spans
from huiyin.casework.rules.figures import MEASURES
from huiyin.casework.rules.spans import Line
from tests.rows import row

FIRST, UNTIL = date(2026, 10, 30), date(2027, 1, 2)  # a Friday, and a Saturday two months later


def on(day: str, collected: int = 1) -> Line:
    return Line(day, dict.fromkeys(MEASURES, 0) | {"collected": collected})


@row("R-416")
@pytest.mark.parametrize(
    ("step", "many", "begun"),
    [
        ("day", 64, ["2026-10-30", "2026-10-31"]),
        ("week", 10, ["2026-10-30", "2026-11-02"]),  # what is left of the week, then whole ones from Monday
        ("month", 4, ["2026-10-30", "2026-11-01"]),
        ("quarter", 2, ["2026-10-30", "2027-01-01"]),
        ("year", 2, ["2026-10-30", "2027-01-01"]),
    ],
)
def test_a_plot_has_a_place_for_every_period_also_where_nothing_was(step: str, many: int, begun: list[str]) -> None:
    days = [on("2026-10-31"), on("2026-11-09", 2), on("2026-12-28", 4)]
    drawn = spans.without_gaps(spans.by_period(days, step, FIRST), step, FIRST, UNTIL)
    assert len(drawn) == many
    assert [line.value for line in drawn[:2]] == begun
    assert sum(line.sums["collected"] for line in drawn) == 7
