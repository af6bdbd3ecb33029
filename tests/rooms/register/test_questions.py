"""A hand-over and a chart, and who is kept apart, are asked by texts made once: as Django would (SG-01, SG-45)."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model

from huiyin.core import questions
from huiyin.core.caches import forget_all
from huiyin.core.viewer import Viewer
from huiyin.register.actions import links, ties
from huiyin.register.queries import apart, coverage, drawing, finding, grids, handovers, staff
from huiyin.register.queries.left_out import HOME_WHY
from tests import factories as make
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, LIUWAN, Cast

MODULES = (apart, coverage, drawing, finding, grids, handovers, staff)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Each question asked from now on is asked a second time as Django makes it anew, and has to find the same; the
    names of those that found something."""
    asked: set[str] = set()
    monkeypatch.setattr(questions, "_made", {})

    def both(name: Hashable, make_: Callable[..., Any], viewer: Viewer, *given: Any) -> list[tuple[Any, ...]]:
        found = questions.ask(name, make_, viewer, *given)
        assert sorted(found, key=str) == sorted(make_(viewer, *given), key=str)
        if found:
            asked.add(name[0] if isinstance(name, tuple) else str(name))
        return found

    def both_whole(name: Hashable, make_: Callable[..., Any], viewer: Viewer, *given: Any) -> list[Any]:
        found = questions.whole(name, make_, viewer, *given)
        plain = [_columns(row) for row in make_(viewer, *given)]
        assert sorted(map(_columns, found), key=str) == sorted(plain, key=str)
        if found:
            asked.add(str(name))
        return found

    for module in MODULES:
        monkeypatch.setattr(module, "ask", both)
    monkeypatch.setattr(apart, "whole", both_whole)
    return asked


def _columns(row: Model) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_a_hand_over_and_the_charts_find_what_django_would(cast: Cast, at: datetime, compared: set[str]) -> None:
    make.put_in_force(at=at)
    for number in range(5):
        make.a_link(cast.li.official_id, make.a_household(GROUP_THREE if number % 2 else HUAISHUPING)[0])
    links.wish(by=make.SYSTEM, at=at, household_id=cast.zhang_household, official_id=cast.wu.official_id)
    ties.tie(
        by=make.SYSTEM,
        at=at,
        programme="echo",
        pairing="grid_head",
        official_id=cast.luo.official_id,
        to_place=HUAISHUPING,
    )
    forget_all()
    for one in (cast.li, cast.ma, cast.luo, cast.wu):
        handovers.plan(make.SYSTEM, one.official_id, at)
    for viewer in (make.SYSTEM, cast.xu.viewer(at), make.SYSTEM.but(at=at, day=at.date(), back=at.date())):
        for under in (COUNTY, LIUWAN, HUAISHUPING):
            grids.chart(viewer, under, at)
    grids.chart(make.SYSTEM, HUAISHUPING, at + timedelta(days=1))
    assert {"handovers.held", "handovers.colleagues", "drawing.bearing", "apart.never", "handovers.ties"} <= compared
    assert {"grids.homes", "grids.lead", "grids.own_heads", "staff.posts_of"} <= compared


def test_coverage_and_the_search_for_people_find_what_django_would(
    cast: Cast, at: datetime, compared: set[str]
) -> None:
    make.a_link(cast.li.official_id, make.a_household(GROUP_THREE)[0])
    links.leave_out(by=make.SYSTEM, at=at, household_id=make.a_household(GROUP_THREE)[0], why=HOME_WHY[0], note="空着")
    looks_back = make.SYSTEM.but(at=at, day=at.date(), back=at.date())
    for viewer in (make.SYSTEM, cast.xu.viewer(at), cast.wu.viewer(at), looks_back):
        covers = [coverage.cover(viewer, at, under=under) for under in (COUNTY, LIUWAN, HUAISHUPING, GROUP_THREE)]
        seen = [(one.whole.households, one.whole.covered, one.whole.excluded) for one in covers]
        assert seen[2] == ((0, 0, 0) if viewer.scopes == cast.wu.viewer(at).scopes else (2, 2, 1))
    finding.find(cast.xu.viewer(at), "zhang", at)
    assert {"coverage.claims", "coverage.led", "coverage.posts"} <= compared
    assert {"finding.ranged", "finding.living", "finding.leads"} <= compared


def test_a_set_of_thousands_is_asked_as_django_asks_it(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = handovers.plan(make.SYSTEM, cast.luo.official_id, at)
    monkeypatch.setattr(questions, "MANY", 0)
    monkeypatch.setattr(questions, "_made", {})
    assert handovers.plan(make.SYSTEM, cast.luo.official_id, at) == told
    assert not [one for one in questions._made if str(one).startswith("('apart.")]
