"""Households move, go away and return, split, merge and end: links follow by rule, any day can be looked at again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest

from huiyin.core import apart
from huiyin.core.actions import action
from huiyin.core.audit import verify
from huiyin.core.events import Fact, record
from huiyin.core.models import Event
from huiyin.core.sealing import seal_now
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register import ticks
from huiyin.register.actions import cards, households, links, people
from huiyin.register.actions.households import Off, Whereto
from huiyin.register.models import Abode, Card, Household, Link, LinkWish, Resident
from huiyin.register.queries import finding
from huiyin.register.queries import household_file as ask
from tests import factories as make
from tests.cast import FOREIGN_VILLAGE, GROUP_THREE, HUAISHUPING, SHANGHE, SHIQIAO, ZHANG_PHONE, Cast
from tests.rows import row

TODAY = date(2026, 11, 18)
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class PairingNamed(Fact):
    NAME: ClassVar[str] = "test.pairing_named"


@action
def under(*, by: Viewer, at: datetime, link_id: UUID, pairing: str) -> None:
    """Say under which pairing a link was made, as a round does."""
    row = Link.objects.get(pk=link_id)
    row.pairing = pairing
    row.save()
    record(PairingNamed(subject=str(link_id)), by=by, at=at)


def led_by(household: UUID) -> list[str]:
    """Who leads a household now."""
    found = Link.objects.filter(household=household, until=None, replaced_at=None)
    return sorted(found.values_list("official__person__name", flat=True))


@row("R-059", "BC-16")
def test_a_household_moves_to_another_village_and_the_old_officials_duties_end_that_day(
    cast: Cast, at: datetime
) -> None:
    """Requirements §4.5. Li is of the town both villages lie in and stays; Luo is of the old village and does not."""
    home = cast.zhang_household
    links.link(by=make.SYSTEM, at=at, official_id=cast.li.official_id, household_id=home, kind="supporting")
    ended = households.move(by=cast.xu.viewer(at), at=at, household_id=home, to=Whereto(SHIQIAO, "石桥1号"))
    assert ended == 1
    assert led_by(home) == [cast.li.name]
    assert Link.objects.get(pk=cast.zhang_link).until == TODAY
    moved = Household.objects.get(pk=home)
    assert (moved.place_code, moved.opened_door()) == (SHIQIAO, "石桥1号")
    found = finding.find(cast.chen.viewer(at), "张丽华 石桥", at)
    assert [one.household_id for one in found.rows] == [home]
    assert finding.find(cast.chen.viewer(at), ZHANG_PHONE, at).rows[0].household_id == home
    told = Event.objects.get(name="register.household_moved")
    assert (told.data["before"], told.data["place_code"], told.data["ended"]) == (GROUP_THREE, SHIQIAO, 1)
    seal_now(at)
    assert verify(at, language="en").told() == []


@row("R-059")
def test_a_move_within_a_village_keeps_its_official(cast: Cast, at: datetime) -> None:
    xu = cast.xu.viewer(at)
    assert households.move(by=xu, at=at, household_id=cast.zhang_household, to=Whereto(HUAISHUPING)) == 0
    assert led_by(cast.zhang_household) == [cast.luo.name]


@row("R-059", "R-068")
def test_the_reach_of_the_pairing_a_link_was_made_under_counts(cast: Cast, at: datetime) -> None:
    """Who sits in the village and is `staff` of the pairing is linked all over the town, and so stays with a move."""
    home, _ = make.a_household(HUAISHUPING, head="李小满")
    made = make.an_official(cast.bodies.village, name="秦干事", place_code=HUAISHUPING, tier="staff")
    link = links.link(by=make.SYSTEM, at=at, official_id=made.official_id, household_id=home, programme="echo")
    xu = cast.xu.viewer(at)
    under(by=make.SYSTEM, at=at, link_id=link, pairing="fixed")
    assert households.move(by=xu, at=at, household_id=home, to=Whereto(SHIQIAO)) == 0
    under(by=make.SYSTEM, at=at, link_id=link, pairing="")
    assert households.move(by=xu, at=at, household_id=home, to=Whereto(f"{HUAISHUPING}")) == 0
    assert households.move(by=xu, at=at, household_id=home, to=Whereto(SHIQIAO)) == 1


@row("R-059")
def test_any_day_shows_where_a_household_was_and_how(cast: Cast, at: datetime) -> None:
    home, xu = cast.zhang_household, cast.xu.viewer(at)
    moved, away = TODAY - 2 * WEEK, TODAY - WEEK
    households.move(by=xu, at=at, household_id=home, to=Whereto(SHIQIAO), on=moved)
    households.set_presence(by=xu, at=at, household_id=home, status="away", on=away)
    chen = cast.chen.viewer(at)
    for day, place, status, door in (
        (moved - timedelta(days=1), "柳湾镇 槐树坪村 三组", "present", True),
        (moved, "柳湾镇 石桥村", "present", False),
        (away - timedelta(days=1), "柳湾镇 石桥村", "present", False),
        (away, "柳湾镇 石桥村", "away", False),
        (TODAY, "柳湾镇 石桥村", "away", False),
    ):
        file = ask.household_file(chen, home, at, day=day)
        assert (file.page.path, file.page.status, file.has_door) == (place, status, door), day
    past = ask.history(chen, home, at)
    assert [(one.path, one.status, one.until) for one in past.abodes] == [
        ("柳湾镇 石桥村", "present", away),
        ("柳湾镇 槐树坪村 三组", "present", moved),
    ]
    kept = Abode.objects.earliest("since")
    opened = vault().open(kept.subject, table="abode", column="door", row=str(kept.pk), sealed=kept.door or b"")
    assert opened == "槐树坪村三组12号"


def test_a_move_on_the_day_a_household_began_is_no_past(cast: Cast, at: datetime) -> None:
    home, _ = make.a_household(HUAISHUPING, head="李小满", since=TODAY)
    households.move(by=cast.xu.viewer(at), at=at, household_id=home, to=Whereto(SHIQIAO))
    assert not Abode.objects.filter(household_id=home).exists()


@row("R-027", "R-028")
def test_who_goes_away_to_work_stays_registered_and_linked_and_returns(cast: Cast, at: datetime) -> None:
    home, xu = cast.zhang_household, cast.xu.viewer(at)
    households.set_presence(by=xu, at=at, household_id=home, status="away", on=TODAY - WEEK)
    assert led_by(home) == [cast.luo.name]
    with pytest.raises(Refused, match="nothing_changed"):
        households.set_presence(by=xu, at=at, household_id=home, status="away")
    with pytest.raises(Refused, match="period_wrong"):
        households.set_presence(by=xu, at=at, household_id=home, status="present", on=TODAY - 2 * WEEK)
    households.set_presence(by=xu, at=at, household_id=home, status="present")
    assert [one.status for one in ask.history(xu, home, at).abodes] == ["away", "present"]


@row("R-059")
def test_a_household_splits_and_whoever_was_there_stays_for_both(cast: Cast, at: datetime) -> None:
    home, xu = cast.zhang_household, cast.xu.viewer(at)
    son = people.add_resident(
        by=make.SYSTEM, at=at, household_id=home, name="张小宝", relation="child", since=TODAY - WEEK
    )
    wife = people.add_resident(by=make.SYSTEM, at=at, household_id=home, name="李小满", relation="child_in_law")
    off = Off((son, wife), son, "H-NEW", Whereto(GROUP_THREE, "三组13号"))
    fresh = households.split(by=xu, at=at, household_id=home, off=off)
    page = ask.household_file(xu, fresh, at).page
    assert sorted((one.name, one.relation) for one in page.residents) == [("张小宝", "head"), ("李小满", "other")]
    assert [one.name for one in ask.household_file(xu, home, at).page.residents] == ["张丽华"]
    assert led_by(fresh) == led_by(home) == [cast.luo.name]
    assert Link.objects.get(household_id=fresh).origin == "split"
    assert [(one.id, one.how, one.came) for one in ask.history(xu, fresh, at).kin] == [(home, "split", True)]
    assert [(one.id, one.how, one.came) for one in ask.history(xu, home, at).kin] == [(fresh, "split", False)]
    yesterday = ask.household_file(xu, home, at, day=TODAY - timedelta(days=1)).page
    assert {one.name for one in yesterday.residents} == {"张丽华", "张小宝"}


@row("SG-01")
@pytest.mark.parametrize(("decided", "led"), [(False, ["罗大勇"]), (True, [])])
def test_a_complaint_nobody_has_decided_on_is_not_to_be_read_from_a_household_that_splits(
    cast: Cast, at: datetime, decided: bool, led: list[str]
) -> None:
    """Whoever looks after the household looks after what splits off it: that they do not would tell them."""
    home, zhang = cast.zhang_household, cast.zhang_id
    people.add_resident(by=make.SYSTEM, at=at, household_id=home, name="张小宝", relation="child")
    about = cast.luo.person_id
    complaints = apart.source(
        lambda _viewer, _at, homes, _persons: {(one, about, decided) for one in homes or () if one != home}
    )
    try:
        off = Off((zhang,), zhang, "H-NEW", Whereto(GROUP_THREE))
        fresh = households.split(by=cast.xu.viewer(at), at=at, household_id=home, off=off)
        assert (led_by(home), led_by(fresh)) == (["罗大勇"], led)
    finally:
        apart.forget(complaints)


def test_what_splits_off_out_of_reach_has_nobody_yet(cast: Cast, at: datetime) -> None:
    home = cast.zhang_household
    son = people.add_resident(by=make.SYSTEM, at=at, household_id=home, name="张小宝", relation="child")
    off = Off((son,), son, "H-NEW", Whereto(SHIQIAO))
    fresh = households.split(by=cast.xu.viewer(at), at=at, household_id=home, off=off)
    assert led_by(fresh) == []


def test_a_split_of_nobody_of_everybody_or_of_others_is_refused(cast: Cast, at: datetime) -> None:
    home, xu = cast.zhang_household, cast.xu.viewer(at)
    son = people.add_resident(by=make.SYSTEM, at=at, household_id=home, name="张小宝", relation="child")
    _, stranger = make.a_household(SHIQIAO, head="王秀兰")
    here, zhang = Whereto(GROUP_THREE), cast.zhang_id
    taken = Household.objects.get(pk=home).code
    for off, why in (
        (Off((), son, "H-NEW", here), "value_missing"),
        (Off((son,), zhang, "H-NEW", here), "person_unknown"),
        (Off((son, stranger), son, "H-NEW", here), "person_unknown"),
        (Off((son, zhang), son, "H-NEW", here), "split_whole"),
        (Off((son,), son, "", here), "value_missing"),
        (Off((son,), son, taken, here), "code_taken"),
        (Off((son,), son, "H-NEW", Whereto("990101101999")), "place_unknown"),
    ):
        with pytest.raises(Refused, match=why):
            households.split(by=xu, at=at, household_id=home, off=off)
    assert Resident.objects.filter(household_id=home, until=None).count() == 2


@row("R-059")
def test_two_households_merge_and_the_officials_of_the_one_that_stays_stay(cast: Cast, at: datetime) -> None:
    other, mother = make.a_household(SHIQIAO, head="王秀兰")
    make.a_link(cast.li.official_id, other)
    xu = cast.xu.viewer(at)
    assert households.merge(by=xu, at=at, household_id=other, into=cast.zhang_household) == 1
    assert led_by(other) == []
    assert led_by(cast.zhang_household) == [cast.luo.name]
    assert Resident.objects.get(person_id=mother, until=None).household_id == cast.zhang_household
    ended = Household.objects.get(pk=other)
    assert (ended.status, ended.until) == ("merged", TODAY)
    with pytest.raises(Refused, match="merge_same"):
        households.merge(by=xu, at=at, household_id=other, into=other)
    with pytest.raises(Missing):
        households.merge(by=xu, at=at, household_id=other, into=cast.zhang_household)


@row("R-059", "SG-45")
def test_an_official_leads_no_household_that_their_own_becomes_part_of(cast: Cast, at: datetime) -> None:
    own, _ = make.a_household(HUAISHUPING, head="罗母")
    people.add_resident(by=make.SYSTEM, at=at, household_id=own, person_id=cast.luo.person_id, relation="child")
    assert led_by(cast.zhang_household) == [cast.luo.name]
    households.merge(by=cast.xu.viewer(at), at=at, household_id=own, into=cast.zhang_household)
    assert led_by(cast.zhang_household) == []


@row("R-059")
def test_a_household_that_ends_leaves_nothing_standing_and_its_file_can_be_read(cast: Cast, at: datetime) -> None:
    home, xu = cast.zhang_household, cast.xu.viewer(at)
    cards.ask_for(by=xu, at=at, kind="card", place_codes=[HUAISHUPING])
    ticks.print_runs(at)
    links.wish(by=make.SYSTEM, at=at, household_id=home, official_id=cast.luo.official_id)
    households.close(by=xu, at=at, household_id=home, why="left")
    assert led_by(home) == []
    assert not Resident.objects.filter(household_id=home, until=None).exists()
    assert not Card.objects.filter(household_id=home, replaced_at=None).exists()
    assert not LinkWish.objects.filter(household_id=home, until=None).exists()
    file = ask.household_file(cast.chen.viewer(at), home, at)
    assert (file.ended, file.page.status) == (True, "left")
    before = ask.household_file(cast.chen.viewer(at), home, at, day=TODAY - timedelta(days=1))
    assert ([one.name for one in before.page.residents], before.page.status) == (["张丽华"], "present")
    assert finding.find(cast.chen.viewer(at), "张丽华", at).rows == ()
    seal_now(at)
    assert verify(at, language="en").told() == []


def test_only_who_keeps_the_register_there_changes_where_households_are(cast: Cast, at: datetime) -> None:
    home, to = cast.zhang_household, Whereto(SHIQIAO)
    for who in (cast.chen, cast.luo, cast.li):
        with pytest.raises(Refused, match="not_allowed"):
            households.move(by=who.viewer(at), at=at, household_id=home, to=to)
    with pytest.raises((Missing, Refused)):
        households.move(by=cast.zheng.viewer(at), at=at, household_id=home, to=to)
    xu = cast.xu.viewer(at)
    for where, on, why in (
        (GROUP_THREE, None, "nothing_changed"),
        ("990101101999", None, "place_unknown"),
        (FOREIGN_VILLAGE, None, "not_allowed"),
        (SHANGHE, TODAY + timedelta(days=1), "day_ahead"),
    ):
        with pytest.raises(Refused, match=why):
            households.move(by=xu, at=at, household_id=home, to=Whereto(where), on=on)
    with pytest.raises(Refused, match="value_unknown"):
        households.close(by=xu, at=at, household_id=home, why="whatever")
    with pytest.raises(Refused, match="value_unknown"):
        households.set_presence(by=xu, at=at, household_id=home, status="erased")
