"""How many matters are open where places are about to end: a number that says nothing of anybody."""

from datetime import datetime

import pytest

from huiyin.casework.models import Conflict
from huiyin.casework.queries.at_places import open_at
from huiyin.core.actions import action
from huiyin.core.viewer import Viewer
from huiyin.register.queries.phones import FEWEST
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING, SHIQIAO, Cast
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
