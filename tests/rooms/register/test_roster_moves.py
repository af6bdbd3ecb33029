"""A list that moves households: what was before stays to be looked at, links follow by reach, undo takes it back."""

from datetime import datetime, timedelta
from pathlib import Path

from huiyin.core.audit import verify
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.register.actions import roster_undo, roster_work, rosters
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import Abode, Household, Link
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
