"""Which places may stand in a grid beside those of another."""

from datetime import date

import pytest

from huiyin.register.rules.grids import Held, gone_and_new, met

FIRST, DAY, BEFORE = date(2026, 1, 1), date(2026, 3, 1), date(2026, 2, 1)
VILLAGE, OTHER, GROUP = "990101101201", "990101101202", "990101101201003"


@pytest.mark.parametrize(
    ("wanted", "held", "found"),
    [
        ([VILLAGE], [], None),
        ([VILLAGE], [Held("东片", VILLAGE, FIRST, None)], (VILLAGE, "东片")),
        ([OTHER, VILLAGE], [Held("东片", VILLAGE, FIRST, None)], (VILLAGE, "东片")),
        ([GROUP], [Held("东片", VILLAGE, FIRST, None)], (GROUP, "东片")),
        ([VILLAGE], [Held("三组", GROUP, FIRST, None)], (VILLAGE, "三组")),
        ([OTHER], [Held("东片", VILLAGE, FIRST, None)], None),
        ([VILLAGE], [Held("东片", VILLAGE, FIRST, BEFORE)], None),
        ([VILLAGE], [Held("东片", VILLAGE, FIRST, DAY)], None),
        ([VILLAGE], [Held("东片", VILLAGE, FIRST, date(2026, 3, 2))], (VILLAGE, "东片")),
    ],
)
def test_a_place_is_met_in_another_grid_whole_or_in_part_from_that_day_on(
    wanted: list[str], held: list[Held], found: tuple[str, str] | None
) -> None:
    assert met(dict.fromkeys(wanted), DAY, held) == found


def test_a_place_given_away_is_not_met_where_it_went() -> None:
    later = [Held("西片", VILLAGE, DAY, None)]
    assert met({VILLAGE: DAY}, FIRST, later) is None
    assert met({VILLAGE: date(2026, 3, 2)}, FIRST, later) == (VILLAGE, "西片")


def test_what_goes_and_what_comes() -> None:
    assert gone_and_new([VILLAGE, OTHER], [OTHER, GROUP]) == ([VILLAGE], [GROUP])
