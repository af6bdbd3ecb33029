"""An enterprise stops, does something else, closes, opens again, each from a day on; a day before shows it before."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from huiyin.core.audit import verify
from huiyin.core.sealing import seal_now
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import body_states, categories, ties
from huiyin.register.actions.categories import Into
from huiyin.register.models import BodyState
from huiyin.register.queries import bodies
from huiyin.register.queries import body_states as ask
from huiyin.register.queries.days import today
from tests import factories as make
from tests.cast import COUNTY, FOREIGN_VILLAGE, LIUWAN, Cast
from tests.rooms.register.test_ties import FIXED, in_force
from tests.rows import row

ENTERPRISE = """
[pairings.enterprise]
title = "包抓骨干企业"
purpose = "抓示范"
link = "supporting"
to = "enterprise"
loads = { any = { aim = 1, most = 3 } }
"""


@pytest.fixture
def mill(cast: Cast) -> UUID:
    """A paper mill in 柳湾镇."""
    return make.a_body("柳湾造纸厂", kind="enterprise", place_code=LIUWAN)


@row("R-039", "R-059")
def test_a_mill_stops_switches_and_closes_and_every_day_shows_its_own(cast: Cast, at: datetime, mill: UUID) -> None:
    by, day = cast.xu.viewer(at), today(cast.xu.viewer(at), at)
    assert bodies.one(by, at, mill).states == ()
    for back, state in ((30, "stopped"), (20, "switched"), (5, "closed")):
        body_states.say(by=by, at=at, body_id=mill, state=state, on=day - timedelta(days=back), note="工资结到九月")
    shown = {
        back: [line.state for line in bodies.listed(by, at, under=LIUWAN, day=day - timedelta(days=back)).rows]
        for back in (31, 30, 21, 20, 5, 0)
    }
    assert [next((one for one in states if one), "") for states in shown.values()] == [
        "",
        "stopped",
        "stopped",
        "switched",
        "closed",
        "closed",
    ]
    states = bodies.one(by, at, mill).states
    assert [(one.state, one.until) for one in states] == [
        ("closed", None),
        ("switched", day - timedelta(days=5)),
        ("stopped", day - timedelta(days=20)),
    ]
    assert [one.name for one in bodies.listed(by, at, under=COUNTY, state="closed").rows] == ["柳湾造纸厂"]
    assert bodies.listed(by, at, under=COUNTY, state="stopped").rows == ()
    body_states.say(by=by, at=at, body_id=mill, state="running")
    assert bodies.listed(by, at, under=COUNTY, state="closed").rows == ()
    seal_now(at)
    assert verify(at, language="en").told() == []


@row("R-039")
def test_what_was_said_wrongly_is_said_anew_the_same_day_and_nothing_is_said_backwards(
    cast: Cast, at: datetime, mill: UUID
) -> None:
    by, day = cast.xu.viewer(at), today(cast.xu.viewer(at), at)
    body_states.say(by=by, at=at, body_id=mill, state="closed", on=day - timedelta(days=3))
    body_states.say(by=by, at=at, body_id=mill, state="stopped", on=day - timedelta(days=3))
    assert [one.state for one in bodies.one(by, at, mill).states] == ["stopped"]
    assert BodyState.objects.filter(body_id=mill).count() == 2  # what was wrong is kept, and told as replaced
    for given, code in (
        ({"state": "closed", "on": day - timedelta(days=4)}, "stated_before"),
        ({"state": "closed", "on": day + timedelta(days=1)}, "day_ahead"),
        ({"state": "stopped"}, "nothing_changed"),
        ({"state": "burnt"}, "value_unknown"),
        ({"state": ""}, "value_missing"),
        ({"state": "closed", "note": "有两个钉子户"}, "words_refused"),
    ):
        with pytest.raises(Refused, match=code):
            body_states.say(by=by, at=at, body_id=mill, **given)


def test_it_is_said_where_one_edits_and_of_what_can_stop(cast: Cast, at: datetime, mill: UUID) -> None:
    hazard = make.a_body("后山滑坡点", kind="hazard_site", place_code=LIUWAN)
    foreign = make.a_body("邻县采石场", kind="enterprise", place_code=FOREIGN_VILLAGE)
    with pytest.raises(Refused, match="body_stateless"):
        body_states.say(by=cast.xu.viewer(at), at=at, body_id=hazard, state="closed")
    with pytest.raises(Refused, match="not_allowed"):
        body_states.say(by=cast.ma.viewer(at), at=at, body_id=mill, state="closed")
    with pytest.raises(Missing):
        body_states.say(by=cast.xu.viewer(at), at=at, body_id=foreign, state="closed")


@row("R-039", "SG-46")
def test_who_is_linked_with_it_follows_up_and_few_households_are_not_counted(
    cast: Cast, at: datetime, mill: UUID
) -> None:
    in_force(at, FIXED + ENTERPRISE)
    ties.tie(
        by=make.SYSTEM, at=at, programme="echo", pairing="enterprise", official_id=cast.ma.official_id, to_body_id=mill
    )
    found = ask.following(cast.xu.viewer(at), at, mill)
    assert [(name, title) for _, name, title in found.linked] == [(cast.ma.name, "包抓骨干企业")]
    assert found.households == 0
    site = make.a_body("老街征迁", kind="project", place_code=LIUWAN)
    into = Into("echo", "relocated", "征迁公告", body="老街征迁")
    categories.enter(by=cast.xu.viewer(at), at=at, household_id=cast.zhang_household, into=into)
    assert ask.following(cast.xu.viewer(at), at, site).households is None
