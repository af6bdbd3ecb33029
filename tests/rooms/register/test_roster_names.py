"""Lists of links that name people as offices do: the head with the village, the official with the unit."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from huiyin.core.audit import verify
from huiyin.core.models import Official
from huiyin.core.sealing import seal_now
from huiyin.register.actions import rosters
from huiyin.register.models import Body, HeldLine, Household, Resident
from huiyin.register.queries import erasure as ask_erasure
from huiyin.register.queries import rosters as ask
from tests import factories as make
from tests import lists
from tests.cast import Cast
from tests.rooms.register.test_roster_links import leads, official
from tests.rooms.register.test_rosters import SYSTEM, apply, counts, csv_of, imported, staged
from tests.rows import row

HEADER = ("联户干部姓名", "干部单位", "乡镇", "村", "组", "户主姓名", "主次")


def body(key: UUID) -> str:
    return Body.objects.get(pk=key).name


def head(code: str) -> str:
    return Resident.objects.get(household__code=code, relation="head").person.name


@pytest.fixture
def homes(cast: Cast, at: datetime, tmp_path: Path) -> list[str]:
    """Heads of four households: of 槐树坪's group three HT00001 and HT00003, of 石桥 HT00002 and HT00004."""
    imported(csv_of(tmp_path, lists.households(4)), at)
    return [head(f"HT0000{one}") for one in range(1, 5)]


def told(run: UUID, verdict: str = "refused") -> dict[int, tuple[str, str]]:
    return {one.number: (one.reason, one.column) for one in ask.told_lines(SYSTEM, run, verdicts=[verdict])}


@row("R-061", "R-063")
def test_who_is_named_within_village_and_unit_needs_no_number(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[str]
) -> None:
    luo, unit = official(cast.luo), body(cast.luo.body_id)
    lines = [
        [luo.person.name, unit, "柳湾镇", "槐树坪", "三组", homes[0], "主"],
        [luo.person.name, "", "", "石桥村", "", homes[1], "主"],
    ]
    run = imported(csv_of(tmp_path, lines, HEADER), at, "links")
    assert counts(run) == {"new": 2}
    assert leads("HT00001") == leads("HT00002") == [luo.pk]
    assert counts(imported(csv_of(tmp_path, lines, HEADER), at, "links")) == {"same": 2}


@row("R-061")
def test_of_two_officials_of_a_name_a_person_picks_and_the_line_keeps_who_was_picked(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[str]
) -> None:
    luo = official(cast.luo)
    other = make.an_official(cast.bodies.office, name=luo.person.name, role="official")
    imported(csv_of(tmp_path, [[official(cast.li).number, "HT00001"]], ("工号", "户编号")), at, "links")
    lines = [[luo.person.name, "", "", "槐树坪", "", homes[0], "主"]]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "links")
    (held,) = ask.held_lines(SYSTEM, run)
    assert (held.reason, held.name) == ("officials_named", f"{luo.person.name} · {homes[0]}")
    assert [one for one, _ in held.choices] == ["pick1", "pick2", "skip"]
    number = Official.objects.get(pk=other.official_id).number
    which = next(choice for choice, whom in held.choices if number in whom)
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=2, decision=which)
    assert apply(run, at).waiting == 1  # somebody leads there already: asked, and not who was meant once more
    (held,) = ask.held_lines(SYSTEM, run)
    assert (held.reason, held.decision) == ("lead_differs", "")
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=2, decision="move")
    assert apply(run, at).waiting == 0
    assert leads("HT00001") == [other.official_id]
    seal_now(at)
    assert verify(at, language="en").told() == []


@row("R-061")
def test_nobody_of_the_name_there_is_held_with_those_near_by(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[str]
) -> None:
    luo = official(cast.luo)
    member = ["HT00001", "户里的人", "子", "", "男", "1990-01-02", ""]
    imported(csv_of(tmp_path, [member], lists.RESIDENTS), at, "residents")
    lines = [
        [luo.person.name, body(cast.bodies.audit), "", "石桥村", "", homes[1], "主"],
        [luo.person.name, "", "", "槐树坪", "", "户里的人", "主"],
        [luo.person.name, "", "", "槐树坪", "", homes[2], "主"],
    ]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "links")
    held = {one.number: one for one in ask.held_lines(SYSTEM, run)}
    assert {number: one.reason for number, one in held.items()} == {2: "official_elsewhere", 3: "household_near"}
    assert held[2].name == f"{luo.person.name} · {body(cast.bodies.audit)} · {homes[1]}"
    assert luo.number in dict(held[2].choices)["pick1"]
    assert "HT00001" in dict(held[3].choices)["pick1"]
    for number in (2, 3):
        rosters.decide(by=SYSTEM, at=at, run_id=run, line=number, decision="pick1")
    assert counts(apply(run, at)) == {"new": 3}
    assert leads("HT00001") == leads("HT00002") == leads("HT00003") == [luo.pk]


@row("R-061")
def test_a_line_that_names_nobody_is_refused_with_its_column(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[str]
) -> None:
    luo = official(cast.luo)
    lines = [
        ["没有这个干部", "", "", "槐树坪", "", homes[0], "主"],
        [luo.person.name, "", "", "槐树坪", "", homes[1], "主"],  # lives in another village
        [luo.person.name, "", "", "", "", homes[0], "主"],
        ["", "", "", "槐树坪", "", homes[0], "主"],
        [luo.person.name, "", "", "槐树坪", "", "", "主"],
    ]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "links")
    assert told(run) == {
        2: ("official_named_unknown", "official"),
        3: ("household_named_unknown", "head"),
        4: ("value_missing", "village"),
        5: ("value_missing", "official"),
        6: ("value_missing", "head"),
    }
    with pytest.raises(Exception, match="columns_missing"):
        staged(csv_of(tmp_path, [[luo.person.name, "主"]], ("联户干部姓名", "主次")), at, "links")


@row("R-061")
def test_only_who_a_line_may_mean_is_picked(cast: Cast, at: datetime, tmp_path: Path, homes: list[str]) -> None:
    luo = official(cast.luo)
    lines = [[luo.person.name, body(cast.bodies.audit), "", "石桥村", "", homes[1], "主"]]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "links")
    with pytest.raises(Exception, match="value_unknown"):
        rosters.decide(by=SYSTEM, at=at, run_id=run, line=2, decision="pick2")
    assert HeldLine.objects.get(run_id=run).decision == ""


@row("R-061")
def test_no_household_beyond_the_scope_of_who_hands_the_list_in_is_shown(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[str]
) -> None:
    luo = official(cast.luo)
    by = cast.wu.viewer(at).but(verbs=frozenset({"register.import"}))
    assert not by.sees(Household.objects.get(code="HT00001").place_code)
    run = staged(csv_of(tmp_path, [[luo.person.name, "", "", "槐树坪", "", homes[0], "主"]], HEADER), at, "links", by)
    assert [one.reason for one in ask.told_lines(by, run, verdicts=["refused"])] == ["place_beyond"]


@row("SG-48")
def test_a_list_that_names_a_head_by_village_is_found_for_their_erasure(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[str]
) -> None:
    luo = official(cast.luo)
    run = staged(csv_of(tmp_path, [[luo.person.name, "", "", "槐树坪", "", homes[0], "主"]], HEADER), at, "links")
    person = Resident.objects.get(household__code="HT00001").person_id
    assert ask_erasure.traces(SYSTEM, person).open == (run,)
    assert ask_erasure.traces(SYSTEM, Resident.objects.get(household__code="HT00002").person_id).open == ()


@row("R-061")
def test_a_head_written_beside_a_household_code_is_compared(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[str]
) -> None:
    """A code one line off would give the household next door an official; a person says which of the two is wrong."""
    luo, header = official(cast.luo), ("工号", "户编号", "户主姓名")
    lines = [[luo.number, "HT00001", homes[0]], [luo.number, "HT00002", "别人家"], [luo.number, "HT00003", ""]]
    run = staged(csv_of(tmp_path, lines, header), at, "links")
    (held,) = ask.held_lines(SYSTEM, run)
    assert (held.number, held.reason) == (3, "code_other_head")
    assert "别人家" in held.name
    assert [one for one, _ in held.choices] == ["same", "skip"]
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=3, decision="same")
    assert apply(run, at).waiting == 0
    assert leads("HT00001") == leads("HT00002") == leads("HT00003") == [luo.pk]
    person = Resident.objects.get(household__code="HT00001", relation="head").person_id
    again = staged(csv_of(tmp_path, lines[:1], header), at, "links")
    assert ask_erasure.traces(SYSTEM, person).open == (again,)


@row("R-061")
def test_beyond_the_scope_a_head_beside_a_code_is_not_compared(
    cast: Cast, at: datetime, tmp_path: Path, homes: list[str]
) -> None:
    luo = official(cast.luo)
    by = cast.luo.viewer(at).but(verbs=frozenset({"register.import"}))
    for name in (homes[1], "别人家", ""):
        lines = [[luo.number, "HT00002", name]]
        run = staged(csv_of(tmp_path, lines, ("工号", "户编号", "户主姓名")), at, "links", by)
        assert [one.reason for one in ask.told_lines(by, run, verdicts=["refused"])] == ["place_beyond"]
        assert ask.held_lines(by, run) == ()
