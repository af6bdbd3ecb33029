"""Why a line did not go to who might be expected: first what is plain, and of everything else only that it was so."""

import pytest

from huiyin.register.rules.assign import Bearer
from huiyin.register.rules.why_not import Other, leaving, passed_over

PLACE = "990101101201003"
VILLAGE, TOWN, ELSEWHERE = PLACE[:12], PLACE[:9], "990101102"


def somebody(name: str, under: str = VILLAGE, load: int = 5, *, most: int = 10) -> Other:
    """An official who reaches a place, with so many households."""
    return Other(name, True, Bearer(under, 1, 5, most), load)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (Other("甲", False, None, 0), "gone"),
        (Other("甲", True, None, 0), "idle"),
        (somebody("甲", ELSEWHERE, 10), "elsewhere"),
        (somebody("甲", load=10), "full"),
        (somebody("甲", load=11), "full"),
        (somebody("甲", load=9), "unsaid"),
    ],
)
def test_who_led_before(other: Other, code: str) -> None:
    assert leaving(other, PLACE) == (code, other)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (somebody("甲", VILLAGE, 10), "nearer_full"),
        (somebody("甲", VILLAGE, 9), "next_unsaid"),
        (somebody("甲", TOWN, 10), "alike_full"),
        (somebody("甲", TOWN, 6), "alike_more"),
        (somebody("甲", TOWN, 5), "alike_more"),
        (somebody("甲", TOWN, 4), "next_unsaid"),
        (somebody("甲", TOWN[:6], 0), "farther"),
    ],
)
def test_who_else_might_have_got_it(other: Other, code: str) -> None:
    assert passed_over(somebody("乙", TOWN), [other], PLACE) == (code, other)


def test_the_nearest_with_the_fewest_households_is_named_and_nobody_who_cannot_get_it() -> None:
    near, full = somebody("甲", load=3), somebody("乙", load=4)
    others = [Other("丙", True, None, 0), somebody("丁", ELSEWHERE, 0), somebody("戊", TOWN, 0), full, near]
    found = passed_over(somebody("己", load=3), others, PLACE)
    assert found is not None
    assert found.other is near
    assert passed_over(somebody("己"), others[:2], PLACE) is None
    assert passed_over(Other("己", False, None, 3), others, PLACE) is None
