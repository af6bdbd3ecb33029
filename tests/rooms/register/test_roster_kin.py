"""Lists of relatives and friends: who is near whom, so that nobody is there for, or handles, whom they must not."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from huiyin.core.audit import verify
from huiyin.core.models import Person
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import subtree
from huiyin.programme.refusal import Refused
from huiyin.register.actions import by_hand, links, people, roster_undo, roster_work, rosters
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import HeldLine, Kin, Resident
from huiyin.register.queries import conflict
from huiyin.register.queries import rosters as ask
from tests import factories as make
from tests import lists
from tests.cast import SHIQIAO, Cast
from tests.rooms.register.test_roster_links import home, leads, official
from tests.rooms.register.test_rosters import SYSTEM, apply, counts, csv_of, imported, staged
from tests.rows import row

HEADER = ("工号", "亲友姓名", "关系", "户编号", "身份证号", "亲友工号")
OLDER = "19400102"


@pytest.fixture
def homes(cast: Cast, at: datetime, tmp_path: Path) -> list[Person]:
    """Three households of a list, and their heads."""
    imported(csv_of(tmp_path, lists.households(3)), at)
    return [head(f"HT0000{number}") for number in (1, 2, 3)]


def head(code: str) -> Person:
    return Resident.objects.select_related("person").get(household__code=code, relation="head").person


def near(member: UUID) -> set[tuple[UUID, str]]:
    """Whom the register knows as near to somebody, and how."""
    rows = Kin.objects.filter(person_id=member, until=None, replaced_at=None)
    return set(rows.values_list("relative_id", "relation"))


@row("SG-45", "R-061")
def test_relatives_are_known_by_home_and_name_by_id_number_and_by_staff_number(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[Person]
) -> None:
    luo, li = official(cast.luo).number, official(cast.li).number
    lines = [
        [luo, homes[0].name, "姐姐", "HT00001", "", ""],
        [luo, homes[1].name, "战友", "", lists.an_id(2, OLDER), ""],
        [luo, "李卫东", "女婿", "", "", li],
    ]
    assert counts(imported(csv_of(tmp_path, lines, HEADER), at, "relatives")) == {"new": 3}
    assert near(cast.luo.person_id) == {
        (homes[0].pk, "sibling"),
        (homes[1].pk, "friend"),
        (cast.li.person_id, "in_law"),
    }
    own = conflict.own_households(SYSTEM, cast.luo.person_id, day=at.date())
    assert own == {home("HT00001"), home("HT00002")}
    for code in ("HT00001", "HT00002"):
        with pytest.raises(Refused, match="own_household"):
            links.link(by=SYSTEM, at=at, official_id=cast.luo.official_id, household_id=home(code))
    again = imported(csv_of(tmp_path, lines, HEADER), at, "relatives")
    assert counts(again) == {"same": 3}
    lines[0][2] = "表兄弟"
    assert counts(imported(csv_of(tmp_path, lines, HEADER), at, "relatives")) == {"changed": 1, "same": 2}
    assert (homes[0].pk, "relative") in near(cast.luo.person_id)
    seal_now(at)
    assert verify(at, language="en").told() == []


def test_whoever_cannot_be_told_is_refused_with_the_reason(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[Person]
) -> None:
    luo = official(cast.luo).number
    people.add_resident(by=SYSTEM, at=at, household_id=home("HT00003"), name=homes[2].name, relation="child")
    lines = [
        ["nobody", homes[0].name, "", "HT00001", "", ""],
        [luo, "没有这人", "", "HT00001", "", ""],
        [luo, homes[2].name, "", "HT00003", "", ""],
        [luo, homes[0].name, "", "", lists.an_id(2, OLDER), ""],
        [luo, homes[0].name, "", "", "", ""],
        [luo, "罗大勇", "", "", "", luo],
        [luo, homes[0].name, "邻居的邻居", "HT00001", "", ""],
    ]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "relatives")
    told = {one.number: one.reason for one in ask.told_lines(SYSTEM, run, verdicts=["refused"])}
    assert told == {
        2: "official_of_list_unknown",
        3: "person_of_list_unknown",
        4: "person_of_list_many",
        5: "number_other_name",
        6: "kin_who_missing",
        7: "kin_of_oneself",
        8: "value_unknown",
    }
    assert not Kin.objects.exists()


@row("SG-45")
def test_a_list_names_nobody_beyond_the_scope_of_who_hands_it_in(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[Person]
) -> None:
    by = cast.wu.viewer(at).but(verbs=frozenset({"register.import"}))
    lines = [
        [official(cast.luo).number, homes[0].name, "", "HT00001", "", ""],
        [official(cast.wu).number, homes[0].name, "", "HT00001", "", ""],
        [official(cast.wu).number, "不在这一户", "", "HT00001", "", ""],
    ]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "relatives", by=by)
    told = [one.reason for one in ask.told_lines(by, run, verdicts=["refused"])]
    assert told == ["official_of_list_unknown", "place_beyond", "place_beyond"]


@row("SG-45", "SG-17")
def test_by_hand_nobody_tries_names_beyond_their_scope(cast: Cast, at: datetime, homes: list[Person]) -> None:
    by = cast.wu.viewer(at).but(verbs=frozenset({"register.see", "register.edit"}))
    household, person = make.a_household(SHIQIAO)
    by = by.but(scopes=(subtree(SHIQIAO),))
    told = set()
    for name in (homes[0].name, "不叫这个"):
        for key, value in (("household_code", "HT00001"), ("id_number", lists.an_id(1, OLDER))):
            texts = {"name": name, key: value}
            with pytest.raises(Refused) as refused:
                by_hand.new_kin(by=by, at=at, household_id=household, person_id=person, texts=texts)
            told.add((refused.value.code, refused.value.field))
    assert told == {("person_of_list_unknown", "household_code"), ("person_of_list_unknown", "id_number")}


@row("SG-45")
def test_where_one_is_there_for_the_other_a_person_decides_and_the_link_ends_and_comes_back_with_the_list(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[Person]
) -> None:
    luo = official(cast.luo)
    for code in ("HT00001", "HT00002"):
        links.link(by=SYSTEM, at=at, official_id=luo.pk, household_id=home(code))
    lines = [[luo.number, homes[number].name, "亲戚", f"HT0000{number + 1}", "", ""] for number in (0, 1)]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "relatives")
    assert [one.reason for one in HeldLine.objects.filter(run_id=run)] == ["kin_linked"] * 2
    with pytest.raises(Refused, match="value_unknown"):
        rosters.decide(by=SYSTEM, at=at, run_id=run, line=2, decision="move")
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=2, decision="end")
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=3, decision="skip")
    apply(run, at)
    assert (leads("HT00001"), leads("HT00002")) == ([], [luo.pk])
    assert near(cast.luo.person_id) == {(homes[0].pk, "relative")}
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: at, run)) == "undone"
    assert near(cast.luo.person_id) == set()
    assert leads("HT00001") == [luo.pk]
    seal_now(at)
    assert verify(at, language="en").told() == []


@row("SG-45")
def test_who_becomes_a_relative_or_moves_in_is_from_that_day_on_not_there_for_the_household(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[Person]
) -> None:
    for code, member in (("HT00001", cast.luo), ("HT00002", cast.li), ("HT00003", cast.luo)):
        links.link(by=SYSTEM, at=at, official_id=member.official_id, household_id=home(code))
    people.add_kin(by=SYSTEM, at=at, person_id=homes[0].pk, relative_id=cast.luo.person_id)
    people.add_resident(by=SYSTEM, at=at, household_id=home("HT00002"), person_id=cast.li.person_id, relation="child")
    assert (leads("HT00001"), leads("HT00002"), leads("HT00003")) == ([], [], [cast.luo.official_id])
