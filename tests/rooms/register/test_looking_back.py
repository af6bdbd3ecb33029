"""Bodies, posts, officials, links and coverage as of a day: what has changed since stands there as it was."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import households, links, staff, ties
from huiyin.register.queries import bodies, cover_day, coverage
from huiyin.register.queries import ties as tie_queries
from tests import factories as make
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, LIUWAN, SHANGHE, SHIQIAO, Cast
from tests.rooms.register.test_ties import FIXED, ZOUCHENG, in_force, of_tier, tie
from tests.rows import row

TODAY = date(2026, 11, 18)
BEFORE = TODAY - timedelta(days=1)


@row("R-059", "AM-47")
def test_a_body_shows_who_served_in_it_on_a_day_under_the_name_of_that_day(cast: Cast, at: datetime) -> None:
    by, hall = cast.xu.viewer(at), cast.bodies.centre
    staff.rename_body(by=by, at=at, body_id=hall, name="望川县政务服务中心")
    staff.end_post(by=by, at=at, post_id=cast.chen.post_id)
    now, then = bodies.one(by, at, hall), bodies.one(by, at, hall, day=BEFORE)
    assert (now.name, then.name) == ("望川县政务服务中心", "望川县群众诉求受理中心")
    assert "陈静" not in [one.name for one in now.posts]
    assert "陈静" in [one.name for one in then.posts]
    assert [(one.name, one.until) for one in now.names] == [("望川县群众诉求受理中心", TODAY)]
    listed = {one.id: (one.name, one.officials) for one in bodies.listed(by, at, under=COUNTY, day=BEFORE).rows}
    assert listed[hall][0] == "望川县群众诉求受理中心"
    today = {one.id: one.officials for one in bodies.listed(by, at, under=COUNTY).rows}
    assert listed[hall][1] == today[hall] + 1
    with pytest.raises(Missing):
        bodies.one(by, at, hall, day=date(2000, 1, 1))
    with pytest.raises(Refused, match="day_ahead"):
        bodies.one(by, at, hall, day=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="not_allowed"):
        bodies.one(by.but(verbs=frozenset()), at, hall)


@row("R-059")
def test_an_official_shows_the_posts_and_households_of_a_day(cast: Cast, at: datetime) -> None:
    by = cast.chen.viewer(at)
    links.end_link(by=make.SYSTEM, at=at, link_id=cast.zhang_link)
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.luo.post_id)
    now, then = (bodies.official(by, at, cast.luo.person_id, day=day) for day in (None, BEFORE))
    assert (now.posts, now.led, [one.title for one in now.others]) == ((), 0, ["村支书"])
    assert ([one.title for one in then.posts], then.led, then.others) == (["村支书"], 1, ())
    assert [one.head for one in then.homes] == ["张丽华"]
    blind = bodies.official(cast.wu.viewer(at), at, cast.luo.person_id, day=BEFORE)
    assert (blind.led, blind.homes) == (0, ())  # another town's households are not theirs to see
    with pytest.raises(Missing):
        bodies.official(by, at, cast.zhang_id)


@row("R-059", "R-099")
def test_coverage_of_a_day_counts_households_where_they_were_with_whoever_served_then(cast: Cast, at: datetime) -> None:
    by = cast.xu.viewer(at)
    moved, _ = make.a_household(HUAISHUPING)
    gone, _ = make.a_household(HUAISHUPING)
    make.a_link(cast.luo.official_id, gone)
    households.move(by=by, at=at, household_id=moved, to=households.Whereto(SHANGHE))
    households.close(by=by, at=at, household_id=gone, why="left")
    make.a_household(HUAISHUPING, at=at, since=TODAY)
    staff.end_post(by=by, at=at, post_id=cast.luo.post_id)
    before, parts = cover_day.cover(by, at, under=LIUWAN, day=BEFORE)
    assert (before.households, before.covered, before.gap) == (3, 2, 1)
    assert [(one.name, one.households) for one in parts] == [("槐树坪村", 3)]
    now, _ = cover_day.cover(by, at, under=LIUWAN, day=TODAY)
    assert (now.households, now.covered, now.gone) == (2, 0, 1)
    today = coverage.cover(by, at, under=LIUWAN).whole
    assert (today.households, today.covered, today.gone, today.double) == (
        now.households,
        now.covered,
        now.gone,
        now.double,
    )
    assert cover_day.cover(cast.wu.viewer(at), at, under=LIUWAN, day=BEFORE)[0].households == 0
    with pytest.raises(Refused, match="day_ahead"):
        cover_day.cover(by, at, under=LIUWAN, day=TODAY + timedelta(days=1))


def test_a_place_too_large_for_a_day_says_so(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover_day, "MOST", 0)
    with pytest.raises(Refused, match="day_too_much"):
        cover_day.cover(cast.xu.viewer(at), at, under=LIUWAN, day=BEFORE)


def test_pages_of_a_day_ask_as_much_with_one_row_as_with_fifty(cast: Cast, at: datetime) -> None:
    by = cast.xu.viewer(at)

    def asked() -> list[int]:
        counts = []
        for ask in (
            lambda: cover_day.cover(by, at, under=LIUWAN, day=TODAY),
            lambda: bodies.listed(by, at, under=COUNTY),
            lambda: bodies.one(by, at, cast.bodies.village),
            lambda: bodies.official(by, at, cast.luo.person_id),
        ):
            with CaptureQueriesContext(connection) as queries:
                ask()
            counts.append(len(queries))
        return counts

    one = asked()
    for number in range(50):
        home, _ = make.a_household(GROUP_THREE)
        make.a_link(cast.luo.official_id, home)
        make.an_official(make.a_body(f"单位{number}"), name=f"人{number}")
        make.an_official(cast.bodies.village, name=f"员{number}")
    assert asked() == one
    assert max(one) <= 12


@row("R-059", "R-086")
def test_links_of_a_kind_are_shown_as_of_a_day(cast: Cast, at: datetime) -> None:
    in_force(at, FIXED + ZOUCHENG)
    (officer,) = of_tier(cast, "staff", 1)
    found = tie(at, "police", official_id=officer, to_place=SHIQIAO, since=BEFORE)
    ties.end_tie(by=make.SYSTEM, at=at, tie_id=found)
    by = cast.xu.viewer(at)
    now = tie_queries.one(by, at, programme="echo", pairing="police")
    then = tie_queries.one(by, at, programme="echo", pairing="police", day=BEFORE)
    assert (now.kind.links, len(now.rows)) == (0, 0)
    assert (then.kind.links, [one.giver for one in then.rows]) == (1, ["staff0"])
