"""Which places may stand in a grid beside those of another."""

from datetime import date

import pytest

from huiyin.register.rules.grids import Held, gone_and_new, met

DAY, BEFORE = date(2026, 3, 1), date(2026, 2, 1)
VILLAGE, OTHER, GROUP = "990101101201", "990101101202", "990101101201003"


@pytest.mark.parametrize(
    ("wanted", "held", "found"),
    [
        ([VILLAGE], [], None),
        ([VILLAGE], [Held("东片", VILLAGE, None)], (VILLAGE, "东片")),
        ([OTHER, VILLAGE], [Held("东片", VILLAGE, None)], (VILLAGE, "东片")),
        ([GROUP], [Held("东片", VILLAGE, None)], (GROUP, "东片")),
        ([VILLAGE], [Held("三组", GROUP, None)], (VILLAGE, "三组")),
        ([OTHER], [Held("东片", VILLAGE, None)], None),
        ([VILLAGE], [Held("东片", VILLAGE, BEFORE)], None),
        ([VILLAGE], [Held("东片", VILLAGE, DAY)], None),
        ([VILLAGE], [Held("东片", VILLAGE, date(2026, 3, 2))], (VILLAGE, "东片")),
    ],
)
def test_a_place_is_met_in_another_grid_whole_or_in_part_from_that_day_on(
    wanted: list[str], held: list[Held], found: tuple[str, str] | None
) -> None:
    assert met(wanted, DAY, held) == found


def test_what_goes_and_what_comes() -> None:
    assert gone_and_new([VILLAGE, OTHER], [OTHER, GROUP]) == ([VILLAGE], [GROUP])
