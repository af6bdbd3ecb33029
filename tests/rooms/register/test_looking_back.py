"""Bodies, posts, officials, links and coverage as of a day: what has changed since stands there as it was."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework import ticks as worker
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import cards, duty, erasure, households, links, people, staff, ties
from huiyin.register.queries import bodies, coverage, days, grids, handovers, kit, left_out, phones
from huiyin.register.queries import cards as papers
from huiyin.register.queries import household_file as file
from huiyin.register.queries import staff as staff_queries
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
    was = coverage.cover(days.back(by, at, BEFORE), at, under=LIUWAN)
    before, parts = was.whole, was.parts
    assert (before.households, before.covered, before.gap) == (3, 2, 1)
    assert [(one.name, one.households) for one in parts] == [("槐树坪村", 3)]
    now = coverage.cover(days.back(by, at, TODAY), at, under=LIUWAN).whole
    assert (now.households, now.covered, now.gone) == (2, 0, 1)
    today = coverage.cover(by, at, under=LIUWAN).whole
    assert (today.households, today.covered, today.gone, today.double) == (
        now.households,
        now.covered,
        now.gone,
        now.double,
    )
    other = days.back(cast.wu.viewer(at), at, BEFORE)
    assert coverage.cover(other, at, under=LIUWAN).whole.households == 0
    with pytest.raises(Refused, match="day_ahead"):
        days.back(by, at, TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="day_before_county"):
        days.back(by, at, date(1990, 1, 1))


@pytest.mark.once
def test_pages_of_a_day_ask_as_much_with_one_row_as_with_fifty(cast: Cast, at: datetime) -> None:
    by = cast.xu.viewer(at)

    def asked() -> list[int]:
        counts = []
        for ask in (
            lambda: coverage.cover(days.back(by, at, BEFORE), at, under=LIUWAN),
            lambda: coverage.homes(days.back(by, at, BEFORE), at, under=LIUWAN, show="covered"),
            lambda: grids.chart(days.back(by, at, BEFORE), HUAISHUPING, at),
            lambda: phones.frame(days.back(by, at, BEFORE), at, under=LIUWAN),
            lambda: papers.balance(days.back(by, at, BEFORE), LIUWAN, at),
            lambda: kit.of_place(days.back(by, at, BEFORE), at, LIUWAN),
            lambda: handovers.left(days.back(by, at, BEFORE), at),
            lambda: left_out.left_out(by, at, day=BEFORE),
            lambda: staff_queries.listed(days.back(by, at, BEFORE), at),
            lambda: tie_queries.kinds(days.back(by, at, BEFORE), at),
            lambda: file.listed(by, at, place_code=LIUWAN, day=BEFORE),
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


@row("R-059", "R-026", "R-044", "R-099", "R-118", "R-119")
def test_what_changed_today_stands_on_every_page_of_yesterday_as_it_was(cast: Cast, at: datetime) -> None:
    by = cast.xu.viewer(at)
    mover, person = make.a_household(HUAISHUPING, head="李小满", at=at, since=BEFORE)
    make.a_link(cast.luo.official_id, mover, at=at, since=BEFORE)
    households.move(by=by, at=at, household_id=mover, to=households.Whereto(SHANGHE))
    people.set_phone(by=by, at=at, person_id=person, phone="16000009911")
    (run,) = cards.ask_for(by=by, at=at, kind="card", place_codes=[HUAISHUPING])
    cards.make(by=by, at=at, run_id=run)
    links.leave_out(by=by, at=at, official_id=cast.ma.official_id, why="sick_leave")
    duty.set_hours(by=by, at=at, official_id=cast.ma.official_id, words="每周二上午")
    staff.end_post(by=by, at=at, post_id=cast.luo.post_id)
    then = days.back(by, at, BEFORE)

    def both(ask: Callable[[Viewer], Any]) -> tuple[Any, Any]:
        return ask(by), ask(then)

    assert both(lambda one: grids.chart(one, HUAISHUPING, at).households) == (1, 2)
    assert both(lambda one: [who.name for who in grids.chart(one, HUAISHUPING, at).linked]) == ([], ["罗大勇"])
    assert both(lambda one: phones.frame(one, at, under=SHANGHE).whole.numbers) == (0, 0)  # nobody has counted today
    assert phones.frame(then, at, under=HUAISHUPING).whole.households == 2
    village = {"now": (1, 1), "then": (2, 0)}
    sums = both(lambda one: {row.place_code: (row.households, row.right) for row in papers.balance(one, LIUWAN, at)[0]})
    assert [row[HUAISHUPING] for row in sums] == [village["now"], village["then"]]
    assert both(lambda one: len(papers.runs(by, before=days.over(one, at)))) == (1, 0)
    assert both(lambda one: kit.of_place(one, at, HUAISHUPING).officials) == (0, 1)
    assert both(lambda one: [who.name for who in left_out.left_out(by, at, day=one.back).rows]) == (["马国强"], [])
    assert both(lambda one: [name for _, name, _ in handovers.left(one, at)]) == (["罗大勇"], [])
    assert both(lambda one: {row.hours for row in staff_queries.listed(one, at) if row.name == "马国强"}) == (
        {"每周二上午"},
        {""},
    )
    assert both(
        lambda one: [row.code for row in coverage.homes(one, at, under=HUAISHUPING, show="gone").rows] != []
    ) == (
        True,
        False,
    )
    assert both(lambda one: len(coverage.homes(one, at, under=HUAISHUPING, show="covered").rows)) == (0, 2)
    listed = [file.listed(by, at, place_code=HUAISHUPING, day=one).rows for one in (None, BEFORE)]
    assert [[row.path for row in rows if row.id == mover] for rows in listed] == [[], ["柳湾镇 槐树坪村"]]
    assert [row.path for row in file.listed(by, at, place_code=SHANGHE).rows] == ["青石镇 上河村"]
    assert file.listed(by, at, place_code=SHANGHE, day=BEFORE).rows == ()


@row("R-059")
def test_who_was_erased_has_no_name_on_any_day_before(cast: Cast, at: datetime) -> None:
    by, home = cast.xu.viewer(at), make.a_household(HUAISHUPING, head="王某", at=at, since=BEFORE)
    asked = erasure.ask_erasure(by=by, at=at, person_id=home[1], reason="wish")
    erasure.decide_erasure(by=cast.ma.viewer(at), at=at, erasure_id=asked)
    assert worker.erasures(at) == 1
    rows = file.listed(by, at, place_code=HUAISHUPING, day=BEFORE).rows
    assert {row.head for row in rows if row.id == home[0]} == {""}


@row("R-059", "R-078")
def test_what_was_to_be_linked_on_a_day_is_what_stood_there_then(cast: Cast, at: datetime) -> None:
    kind = '[pairings.plant]\ntitle = "企业"\npurpose = "服务"\nto = "enterprise"\ncovers = 1.0\n'
    in_force(at, FIXED + kind + "loads = { any = { aim = 1, most = 3 } }\n")
    make.a_body("望川纸厂", kind="enterprise", at=at)
    by = cast.xu.viewer(at)
    asked = [tie_queries.one(who, at, programme="echo", pairing="plant") for who in (by, days.back(by, at, BEFORE))]
    assert [(one.kind.wanted, one.kind.missing, len(one.without)) for one in asked] == [(1, 1, 1), (0, 0, 0)]
