"""What the counts of telephones do not tell cannot be had by asking for it another way (R-044, SG-46)."""

import random
from collections.abc import Iterator
from dataclasses import astuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register.models import PhoneCount, PhoneMark, Place
from huiyin.register.queries import phones
from huiyin.register.queries.days import today
from huiyin.register.rules import codes
from huiyin.register.rules.few import FEWEST
from tests import factories as make
from tests.cast import HUAISHUPING, LIUWAN, SHIQIAO, Cast
from tests.rows import row

pytestmark = pytest.mark.django_db
COUNTY = codes.county(LIUWAN)


def lay(counts: dict[str, int]) -> None:
    day = today(make.SYSTEM, now())
    PhoneMark.objects.update_or_create(pk=1, defaults={"counted_at": now(), "day": day})
    PhoneCount.objects.all().delete()
    rows = [
        PhoneCount(place_code=code, households=many, reached=many, people=3 * many, with_number=many, numbers=many)
        for code, many in counts.items()
    ]
    PhoneCount.objects.bulk_create(rows)


def told(viewer: Viewer, code: str) -> bool:
    """Whether the place's own page says how many."""
    whole = phones.frame(viewer, now(), under=code).whole
    return not whole.few


def below(code: str) -> list[str]:
    return list(Place.objects.filter(parent_code=code, until=None).values_list("code", flat=True))


def walk(code: str) -> Iterator[str]:
    yield code
    for one in below(code):
        yield from walk(one)


@row("R-044", "SG-46")
def test_a_part_hidden_beside_a_small_one_is_not_told_when_it_is_asked_for_itself(cast: Cast) -> None:
    lay({HUAISHUPING: 4, SHIQIAO: 30, codes.group(SHIQIAO, 1): 25})
    viewer = cast.xu.viewer(now())
    parts = {one.code: one for one in phones.frame(viewer, now(), under=LIUWAN).parts}
    assert (parts[HUAISHUPING].few, parts[SHIQIAO].few) == (True, True)
    assert astuple(parts[SHIQIAO])[2:7] == (0,) * 5, "nor does its row carry figures"
    found = phones.frame(viewer, now(), under=SHIQIAO)
    assert (found.whole.few, found.whole.households, found.parts) == (True, 0, ()), "59 less 55 would be the four"
    assert told(viewer, LIUWAN)


@row("R-044", "SG-46")
@pytest.mark.parametrize("seed", range(8))
def test_over_a_whole_county_no_untold_place_can_be_reckoned_from_what_is_told(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    leaves = [one for one in walk(COUNTY) if codes.width(one) >= 9]
    lay({one: dice.choice((0, 3, 7, 9, 12, 40, 200)) for one in leaves})
    viewer = cast.xu.viewer(now())
    counted = list(PhoneCount.objects.values_list("place_code", "households"))
    sums = {
        one: sum(many for code, many in counted if code.startswith(one[: codes.width(one)])) for one in walk(COUNTY)
    }
    for place in walk(COUNTY):
        if not told(viewer, place):
            assert not any(told(viewer, one) for one in below(place) if sums[one]), place
            continue
        parts = phones.frame(viewer, now(), under=place).parts
        for one in parts:
            if one.code and sums[one.code]:
                assert told(viewer, one.code) is not one.few, one.code
        untold = [one for one in parts if one.few]
        left = sums[place] - sum(one.households for one in parts if not one.few)
        assert not untold or (len(untold) > 1 and left >= FEWEST), place


@row("R-044", "SG-46")
def test_the_deepest_page_asks_no_more_than_the_first_but_twice(cast: Cast) -> None:
    lay({HUAISHUPING: 14, SHIQIAO: 30})
    viewer = cast.xu.viewer(now())
    asked = []
    for code in (COUNTY, HUAISHUPING):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            phones.frame(viewer, now(), under=code)
        asked.append(len(seen))
    assert asked[1] <= asked[0] + 2
