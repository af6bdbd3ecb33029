"""A list that moves households: what was before stays to be looked at, links follow by reach, undo takes it back."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.core.audit import verify
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.register.actions import roster_undo, roster_work, rosters
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import Abode, HeldLine, Household, Link
from huiyin.register.queries import household_file as ask
from tests import factories as make
from tests import lists
from tests.cast import SHIQIAO, Cast
from tests.rooms.register.test_rosters import apply, csv_of, imported, staged
from tests.rows import row

SYSTEM = Viewer.system("tests")
WEEK = timedelta(days=7)


@row("R-059", "R-061")
def test_a_list_that_moves_a_household_keeps_where_it_was_and_ends_links_out_of_reach(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    [line] = lists.households(1)
    imported(csv_of(tmp_path, [line]), at)
    home = Household.objects.get(code="HT00001")
    before = home.place_code
    luo = make.a_link(cast.luo.official_id, home.pk)
    line[2], line[3] = "石桥村", ""
    later = at + WEEK
    run = staged(csv_of(tmp_path, [line]), later)
    rosters.decide(by=SYSTEM, at=later, run_id=run, line=2, decision="move")
    apply(run, later)
    moved = Household.objects.get(pk=home.pk)
    assert (moved.place_code, Link.objects.get(pk=luo).until is None) == (SHIQIAO, False)
    chen = cast.chen.viewer(later)
    assert ask.household_file(chen, home.pk, later).page.place_code == SHIQIAO
    day = (later - timedelta(days=1)).date()
    assert ask.household_file(chen, home.pk, later, day=day).page.place_code == before
    [kept] = Abode.objects.filter(household=home, replaced_at=None)
    assert (kept.place_code, kept.until) == (before, later.date())

    roster_undo.begin_undo(by=SYSTEM, at=later, run_id=run)
    assert roster_work.work(Job(SYSTEM, lambda: later, run)) == "undone"
    assert Household.objects.get(pk=home.pk).place_code == before
    assert Link.objects.get(pk=luo).until is None
    assert not Abode.objects.filter(household=home, replaced_at=None).exists()
    seal_now(later)
    assert verify(later, language="en").told() == []


def test_a_group_that_becomes_known_is_no_move(cast: Cast, at: datetime, tmp_path: Path) -> None:
    [line] = lists.households(1)
    village = [*line]
    village[3] = ""
    imported(csv_of(tmp_path, [village]), at)
    imported(csv_of(tmp_path, [line]), at + WEEK)
    home = Household.objects.get(code="HT00001")
    assert len(home.place_code) == 15
    assert not Abode.objects.filter(household=home).exists()


@pytest.mark.parametrize("homes", [1, 20])
def test_the_links_of_all_households_that_a_list_moves_are_asked_for_together(
    cast: Cast, at: datetime, tmp_path: Path, homes: int
) -> None:
    lines = [line for line in lists.households(homes * 3) if line[2] != "石桥村"][:homes]
    imported(csv_of(tmp_path, lines), at)
    ours = Household.objects.filter(code__in=[line[0] for line in lines])
    for home in ours:
        make.a_link(cast.wu.official_id, home.pk)  # of another town than both villages
    for line in lines:
        line[2], line[3] = "石桥村", ""
    later = at + WEEK
    run = staged(csv_of(tmp_path, lines), later)
    for number in HeldLine.objects.filter(run_id=run).values_list("number", flat=True):
        rosters.decide(by=SYSTEM, at=later, run_id=run, line=number, decision="move")
    with CaptureQueriesContext(connection) as seen:
        apply(run, later)
    asked = [one for one in seen.captured_queries if '"register_link"."household_id" IN' in one["sql"]]
    assert len(asked) == 1
    assert ours.filter(place_code=SHIQIAO).count() == homes
    assert not Link.objects.filter(until=None, household__in=ours).exists()
