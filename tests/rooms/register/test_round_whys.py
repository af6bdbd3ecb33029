"""A round's line says in its one sentence also why it did not go to who might be expected, and never of a conflict."""

from datetime import datetime
from uuid import UUID

import pytest

from huiyin.core import apart
from huiyin.register.actions import links, people, staff
from huiyin.register.queries import rounds as ask
from tests import factories as make
from tests.cast import HUAISHUPING, SHANGHE, Cast
from tests.rooms.register.test_rounds import drawn, some_homes
from tests.rows import row

pytestmark = pytest.mark.django_db
MOST = 16
"""What an official of a village bears at most (`tests.cast` county, links.toml)."""


def of_village(cast: Cast, name: str, place: str = HUAISHUPING) -> staff.Appointed:
    """An official who reaches one village only."""
    return make.an_official(cast.bodies.village, name=name, place_code=place, tier="village")


def says(cast: Cast, at: datetime, home: UUID, round_id: UUID | None = None) -> str:
    """The sentence of a household's line in a round drawn up now, as who stands near nobody reads it."""
    return ask.line(make.SYSTEM, round_id or drawn(cast.xu.viewer(at), at), home).says


@row("R-063")
def test_a_line_that_moves_says_why_who_led_before_does_not_go_on(cast: Cast, at: datetime) -> None:
    made = {name: of_village(cast, name) for name in ("走的", "调的", "闲的")}
    homes = dict(zip(made, some_homes(HUAISHUPING, 3), strict=True))
    for name, home in homes.items():
        make.a_link(made[name].official_id, home)
    staff.end_post(by=make.SYSTEM, at=at, post_id=made["走的"].post_id)
    staff.end_post(by=make.SYSTEM, at=at, post_id=made["调的"].post_id)
    staff.appoint(
        by=make.SYSTEM,
        at=at,
        body_id=cast.bodies.village,
        role="handler",
        title="干事",
        person_id=made["调的"].person_id,
        place_code=SHANGHE,
    )
    links.leave_out(by=make.SYSTEM, at=at, official_id=made["闲的"].official_id, why="study", note="学习半年")
    by = cast.xu.viewer(at)
    round_id = drawn(by, at)
    said = {name: says(cast, at, home, round_id) for name, home in homes.items()}
    assert "；走的已经不在岗。" in said["走的"]
    assert "；调的现在在别处任职，够不着这里。" in said["调的"]
    assert "；闲的现在不分配联户。" in said["闲的"]
    assert "学习半年" not in said["闲的"]


@row("R-063", "R-064")
def test_who_led_before_and_is_over_the_band_is_told_with_the_number(cast: Cast, at: datetime) -> None:
    full = of_village(cast, "满的")
    homes = some_homes(HUAISHUPING, MOST + 1)
    for home in homes:
        make.a_link(full.official_id, home)
    by = cast.xu.viewer(at)
    round_id = drawn(by, at)
    (moved,) = ask.lines(make.SYSTEM, round_id, show="moved").rows
    assert moved.household_id in homes
    assert moved.says.startswith("由满的换成")
    assert f"；满的名下已有 {MOST} 户，满了。" in moved.says
    english = ask.line(make.SYSTEM, round_id, moved.household_id, "en").says
    assert f"; 满的 has {MOST} households and is full." in english


@row("SG-01", "SG-45")
def test_whoever_is_kept_apart_is_told_like_whoever_was_passed_over(cast: Cast, at: datetime) -> None:
    """A relative, a wish and a complaint leave what the balance of a round leaves, and nothing names them."""
    kin, wish, complaint = some_homes(HUAISHUPING, 3)
    for home in (kin, wish, complaint):
        make.a_link(cast.luo.official_id, home)
    relative = people.add_resident(by=make.SYSTEM, at=at, household_id=kin, name="某某")
    people.add_kin(by=make.SYSTEM, at=at, person_id=cast.luo.person_id, relative_id=relative)
    links.wish(by=cast.xu.viewer(at), at=at, household_id=wish, official_id=cast.luo.official_id)
    source = apart.source(lambda _viewer, _at, _homes, _persons: {(complaint, cast.luo.person_id, True)})
    try:
        by = cast.xu.viewer(at)
        round_id = drawn(by, at)
        ends = {says(cast, at, home, round_id).partition("）")[2] for home in (kin, wish, complaint)}
    finally:
        apart.forget(source)
    # the link to a relative's household ended at once, so nobody led there before
    assert ends == {"；这一户没有再排给罗大勇。", "；这一户没有排给罗大勇（名下 1 户）。"}


@row("R-063")
def test_a_line_with_nobody_before_names_who_else_might_have_got_it(cast: Cast, at: datetime) -> None:
    first, _ = of_village(cast, "甲"), of_village(cast, "乙")
    for home in some_homes(HUAISHUPING, MOST):
        make.a_link(first.official_id, home)
    (home,) = some_homes(HUAISHUPING, 1)
    line = ask.line(make.SYSTEM, drawn(cast.xu.viewer(at), at), home)
    assert (line.before, line.official) == ("", "乙")
    assert line.says.endswith("；同样够得着的甲名下已有 16 户，满了。")


def test_what_somebody_has_outside_the_round_counts_too(cast: Cast, at: datetime) -> None:
    """Households listed apart are in no round; who leads sixteen of those can bear no more here."""
    full = of_village(cast, "满的")
    *outside, home = some_homes(HUAISHUPING, MOST + 1)
    for one in (*outside, home):
        make.a_link(full.official_id, one)
    for one in outside:
        links.leave_out(by=make.SYSTEM, at=at, household_id=one, why="empty_house")
    assert f"；满的名下已有 {MOST} 户，满了。" in says(cast, at, home)
