"""How many matters are open where places are about to end: a number that says nothing of anybody."""

from datetime import datetime

import pytest

from huiyin.casework.models import Conflict
from huiyin.casework.queries.at_places import open_at
from huiyin.core.actions import action
from huiyin.core.viewer import Viewer
from huiyin.register.rules.few import FEWEST
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING, LIUWAN, SHANGHE, SHIQIAO, Cast
from tests.rooms.casework.spine import opened
from tests.rows import row

pytestmark = pytest.mark.django_db


@action
def _two_one_about(*, by: Viewer, at: datetime, cast: Cast) -> None:
    opened(cast, at)
    Conflict(matter=opened(cast, at).matter, person_id=cast.xu.person_id, kind="subject", at=at).save()


@row("R-024")
def test_what_is_about_the_viewer_is_not_counted_and_of_few_households_nothing(cast: Cast, at: datetime) -> None:
    _two_one_about(by=Viewer.system("test"), at=at, cast=cast)
    xu = cast.xu.viewer(at)
    assert open_at(xu, [HUAISHUPING]) is None
    for _ in range(FEWEST - 1):
        make.a_household(HUAISHUPING)
    assert open_at(make.SYSTEM, [HUAISHUPING]) == 2
    assert open_at(xu, [HUAISHUPING]) == 1
    assert open_at(xu, [GROUP_THREE]) is None
    assert open_at(xu, [HUAISHUPING, SHIQIAO]) is None, "else the two numbers together tell of the few"


@row("R-024", "SG-46")
def test_no_two_looks_taken_from_each_other_tell_of_a_village_of_few(cast: Cast, at: datetime) -> None:
    opened(cast, at)
    for place, many in ((HUAISHUPING, FEWEST), (SHANGHE, FEWEST + 3)):
        for _ in range(many):
            make.a_household(place)
    make.a_household(SHIQIAO)
    xu = cast.xu.viewer(at)
    assert open_at(xu, [HUAISHUPING]) is None, "with the look at the town it would tell of 石桥, which has few"
    assert open_at(xu, [SHANGHE]) is not None
    assert open_at(xu, [LIUWAN]) is not None
