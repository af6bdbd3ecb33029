"""Rosters: staged line by line, decided on, applied with evidence, undone; the same again changes nothing."""

import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from huiyin.core import bulk
from huiyin.core.audit import verify
from huiyin.core.models import Event, Person
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.actions import roster_undo, roster_work, rosters
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import HeldLine, Household, Identity, ImportRun, Phone, Resident, StagedPart
from huiyin.register.queries import official_states
from huiyin.register.queries import people as ask_people
from huiyin.register.queries import rosters as ask
from huiyin.register.queries.days import today
from tests import lists
from tests.cast import GROUP_THREE, SHIQIAO, Cast
from tests.lists import HOUSEHOLDS, RESIDENTS, an_id
from tests.rows import row

SYSTEM = Viewer.system("tests")


def staged(path: Path, at: datetime, kind: str = "households", by: Viewer = SYSTEM) -> UUID:
    """A list up to where a person looks at it."""
    run = roster_work.hand_in(by=by, at=at, kind=kind, name=path.name, path=path)
    job = Job(by, lambda: at, run)
    assert roster_work.work(job) == "columns"
    rosters.choose_columns(by=by, at=at, run_id=run, columns=ask.run(by, run).columns)
    assert roster_work.work(job) == "staged"
    return run


def apply(run: UUID, at: datetime, by: Viewer = SYSTEM) -> ask.RunRow:
    """What was staged, applied."""
    rosters.begin(by=by, at=at, run_id=run)
    assert roster_work.work(Job(by, lambda: at, run)) == "applied"
    return ask.run(by, run)


def imported(path: Path, at: datetime, kind: str = "households") -> ask.RunRow:
    """A list from file to register."""
    return apply(staged(path, at, kind), at)


def counts(found: ask.RunRow, prefix: str = "did_") -> dict[str, int]:
    """Lines by verdict."""
    names = ("new", "changed", "same", "held", "refused")
    return {name: found.counts[prefix + name] for name in names if found.counts.get(prefix + name)}


def csv_of(folder: Path, rows: Sequence[Sequence[Any]], header: Sequence[str] = HOUSEHOLDS) -> Path:
    return lists.csv_file(folder / "list.csv", header, rows)


@row("R-027", "R-061")
def test_a_list_of_households_comes_in_with_heads_numbers_and_doors_sealed(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    before = Household.objects.count()
    found = imported(csv_of(tmp_path, lists.households(3)), at)
    assert counts(found) == {"new": 3}
    assert Household.objects.count() == before + 3
    household = Household.objects.get(code="HT00001")
    assert (household.place_code, household.people_stated) == (GROUP_THREE, 2)
    assert household.opened_door() == "柳湾镇1号"
    assert Household.objects.get(code="HT00002").place_code == SHIQIAO
    page = ask_people.household(SYSTEM, household.pk, at)
    assert [(one.name, one.relation, one.phone) for one in page.residents] == [("户主乙一", "head", "160****0001")]
    identity = Identity.objects.get(person_id=page.residents[0].person_id)
    assert (identity.birth_year, identity.sex) == (1940, "male")
    assert an_id(1, "19400102").encode() not in bytes(identity.number or b"")
    assert Person.objects.get(pk=identity.person_id).initials == "hzyy"


def test_a_second_run_of_the_same_list_changes_nothing_and_says_so(cast: Cast, at: datetime, tmp_path: Path) -> None:
    path = csv_of(tmp_path, lists.households(5))
    imported(path, at)
    rows = (Household.objects.count(), Resident.objects.count(), Phone.objects.count(), Identity.objects.count())
    found = imported(path, at)
    assert counts(found) == {"same": 5}
    assert rows == (
        Household.objects.count(),
        Resident.objects.count(),
        Phone.objects.count(),
        Identity.objects.count(),
    )


def test_what_changed_in_a_list_changes_in_the_register_and_nothing_else(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    rows = lists.households(3)
    imported(csv_of(tmp_path, rows), at)
    rows[0][4], rows[1][7] = "柳湾镇新1号", lists.a_phone(99)
    found = imported(csv_of(tmp_path, rows), at)
    assert counts(found) == {"changed": 2, "same": 1}
    assert Household.objects.get(code="HT00001").opened_door() == "柳湾镇新1号"
    person = Resident.objects.get(household__code="HT00002").person
    assert [one.opened() for one in Phone.objects.filter(person=person, until=None)] == [lists.a_phone(99)]
    assert Phone.objects.filter(person=person).count() == 2  # the old one has ended, and is kept


def test_an_import_leaves_a_log_that_verifies_and_names_a_row_changed_behind_it(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    imported(csv_of(tmp_path, lists.households(120)), at)  # five rows a line: more than an event names itself
    event = Event.objects.get(name="register.roster_applied")
    assert list(event.rows) == ["*"]
    seal_now(at)
    assert not verify(at).sentences
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE register_household SET status = 'away' WHERE code = 'HT00007'")
    broken = Household.objects.get(code="HT00007")
    assert [one for one in verify(at, language="en").sentences if str(broken.pk) in one]


def test_nothing_personal_of_a_list_stands_in_events_or_in_clear(cast: Cast, at: datetime, tmp_path: Path) -> None:
    run = staged(csv_of(tmp_path, lists.households(2)), at)
    part = StagedPart.objects.get(run_id=run)
    assert "户主".encode() not in bytes(part.body or b"")
    apply(run, at)
    told = str(list(Event.objects.values_list("data", "rows", "subject")))
    assert "户主" not in told
    assert lists.a_phone(1) not in told
    part.refresh_from_db()
    assert part.body is None


def test_an_import_is_undone_and_what_changed_since_is_kept_and_named(cast: Cast, at: datetime, tmp_path: Path) -> None:
    rows = lists.households(3)
    imported(csv_of(tmp_path, rows[:1]), at)
    rows[0][4] = "柳湾镇错误号"
    run = imported(csv_of(tmp_path, rows), at).id
    since = Household.objects.get(code="HT00003")
    from huiyin.register.actions import people

    people.add_resident(by=SYSTEM, at=at, household_id=since.pk, name="后来人", relation="child")
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run)
    assert roster_work.work(Job(SYSTEM, lambda: at, run)) == "undone"
    assert Household.objects.get(code="HT00001").opened_door() == "柳湾镇1号"
    gone = Household.objects.get(code="HT00002")
    assert gone.until == gone.since
    assert not Resident.objects.filter(household=gone, replaced_at=None).exists()
    assert Household.objects.get(code="HT00003").until is None
    assert StagedPart.objects.get(run_id=run).kept == [f"register.household:{since.pk}"]
    again = imported(csv_of(tmp_path, lists.households(3)), at)
    assert counts(again) == {"new": 2, "same": 1}
    seal_now(at)
    assert not verify(at).sentences


def test_only_who_may_import_does_and_only_in_their_scope(cast: Cast, at: datetime, tmp_path: Path) -> None:
    path = csv_of(tmp_path, lists.households(2))
    with pytest.raises(Refused, match="not_allowed"):
        roster_work.hand_in(by=cast.li.viewer(at), at=at, kind="households", name="x.csv", path=path)
    assert not ImportRun.objects.exists()


def test_residents_join_their_households_and_are_known_again(cast: Cast, at: datetime, tmp_path: Path) -> None:
    imported(csv_of(tmp_path, lists.households(1)), at)
    rows = [
        ["HT00001", "户主乙一", "户主", an_id(1, "19400102"), "男", "1940/1/2", ""],
        ["HT00001", "家人乙", "妻", an_id(2, "19450203"), "", "", "１６０－００００－０００７"],
        ["HT00001", "家人丙", "孙子", "", "男", "2015年3月", "无"],
        ["HT09999", "外人", "子", "", "", "", ""],
        ["HT00001", "家人乙", "妻", an_id(2, "19450203"), "", "", ""],
    ]
    path = csv_of(tmp_path, rows, RESIDENTS)
    found = imported(path, at, "residents")
    assert counts(found) == {"same": 1, "new": 2, "refused": 2}  # of no household, and the one that stands twice
    assert found.counts["refused:line_twice"] == 1
    home = Household.objects.get(code="HT00001")
    lives = {one.person.name: one.relation for one in Resident.objects.filter(household=home).select_related("person")}
    assert lives == {"户主乙一": "head", "家人乙": "spouse", "家人丙": "grandchild"}
    assert Phone.objects.get(person__name="家人乙").opened() == "16000000007"
    assert counts(imported(path, at, "residents")) == {"same": 3, "refused": 2}


PHONE, TOWN = "160-0000-2001", "柳湾镇人民政府"
STAFF = ("工号", "姓名", "单位", "单位类别", "上级单位", "乡镇", "角色", "职务", "职级", "值班电话", "任职日期")


@row("R-047", "R-050")
def test_staff_come_in_with_their_bodies_posts_and_powers(cast: Cast, at: datetime, tmp_path: Path) -> None:
    rows = [
        ["GB001", "干部甲", "柳湾镇农技站", "站所", TOWN, "柳湾镇", "承办人", "站长", "一般干部", PHONE, "2025-3-1"],
        ["GB002", "干部乙", "柳湾镇农技站", "", "", "柳湾镇", "handler", "技术员", "", "", ""],
        ["GB003", "干部丙", "柳湾镇没有的站", "", "", "柳湾镇", "承办人", "", "", "", ""],
        ["GB004", "干部丁", "柳湾镇农技站", "", "", "柳湾镇", "皇帝", "", "", "", ""],
    ]  # fmt: skip
    path = csv_of(tmp_path, rows, STAFF)
    found = imported(path, at, "staff")
    assert counts(found) == {"new": 2, "refused": 2}
    from huiyin.core.models import Official
    from huiyin.register.models import Body, BodyAbove, Post

    station = Body.objects.get(name="柳湾镇农技站")
    assert station.parent is not None and station.parent_id == cast.bodies.town
    assert BodyAbove.objects.filter(body=station, above_id=cast.bodies.town, height=1).exists()
    first = Official.objects.get(number="GB001")
    assert (first.tier, first.duty_phone, first.person.pinyin) == ("staff", "16000002001", "ganbujia")
    post = Post.objects.get(official=first)
    assert (post.role, post.title, post.since.isoformat()) == ("handler", "站长", "2025-03-01")
    assert counts(imported(path, at, "staff")) == {"same": 2, "refused": 2}
    rows[0][8], rows[1][8] = "", "一般干部"  # what a later list leaves empty stays, what it says anew is taken
    again = imported(csv_of(tmp_path, rows, STAFF), at, "staff")
    assert counts(again) == {"same": 1, "changed": 1, "refused": 2}
    assert set(Official.objects.filter(number__in=("GB001", "GB002")).values_list("tier", flat=True)) == {"staff"}
    second = Official.objects.get(number="GB002")
    # Both lists are of one day: the first brought them that day, so there is one day before on which they had no tier.
    assert [(row.tier, row.until) for row in official_states.before(second.pk)] == [("", today(SYSTEM, at))]
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=again.id, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: at, again.id)) == "undone"
    assert Official.objects.get(number="GB002").tier == ""
    assert official_states.before(second.pk) == ()
    seal_now(at)
    assert not verify(at).sentences
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=found.id, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: at, found.id)) == "undone"
    assert not Post.objects.filter(official=first, replaced_at=None).exists()
    assert Body.objects.get(name="柳湾镇农技站").until is not None


LINKS = ("工号", "户编号", "类别", "起始日期")


@row("SG-45")
def test_links_come_in_and_nobody_is_linked_to_their_own_household_or_over_another(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    from huiyin.core.models import Official
    from huiyin.register.actions import people
    from huiyin.register.models import Link

    imported(csv_of(tmp_path, lists.households(3)), at)
    luo = Official.objects.get(pk=cast.luo.official_id)
    li = Official.objects.get(pk=cast.li.official_id)
    home = Household.objects.get(code="HT00002")
    people.add_resident(by=SYSTEM, at=at, household_id=home.pk, person_id=luo.person_id, relation="child")
    zhang = Household.objects.get(pk=cast.zhang_household).code
    rows = [
        [luo.number, "HT00001", "主", "2026年2月1日"],
        [luo.number, "HT00002", "主", ""],
        [luo.number, "HT00009", "主", ""],
        [li.number, zhang, "主", ""],
        [li.number, "HT00003", "协助", ""],
    ]
    run = staged(csv_of(tmp_path, rows, LINKS), at, "links")
    found = apply(run, at)
    assert counts(found) == {"new": 2, "refused": 2}
    assert found.counts["refused:kept_apart"] == 1
    assert found.waiting == 1
    assert Link.objects.get(household__code="HT00001").since.isoformat() == "2026-02-01"
    line = next(one for one in HeldLine.objects.filter(run_id=run))
    assert line.reason == "lead_differs"
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=line.number, decision="move")
    apply(run, at)
    leads = Link.objects.filter(household_id=cast.zhang_household, kind="lead", until=None)
    assert [one.official_id for one in leads] == [li.pk]


@row("R-027", "R-061")
def test_of_a_workbook_the_sheet_with_a_header_is_read_and_the_others_are_named_and_come_in_by_name(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    rows = lists.households(3)
    sheets = {"beside": [("字典", [["男"], ["女"]]), ("填表说明", [["请逐户填写"]]), ("石桥村", [HOUSEHOLDS, rows[2]])]}
    path = lists.workbook(
        tmp_path / "村.xlsx",
        [HOUSEHOLDS, *rows[:2]],
        **sheets,
        hidden=["字典"],
        order=["字典", "填表说明", "花名册", "石桥村"],
    )
    run = staged(path, at)
    found = ask.run(SYSTEM, run)
    assert (found.lines, found.beside) == (2, ["石桥村"])
    # The other sheet of the same file may be under way beside it; the same one may not.
    with pytest.raises(Refused, match="import_same"):
        roster_work.hand_in(by=SYSTEM, at=at, kind="households", name=path.name, path=path)
    other = roster_work.hand_in(by=SYSTEM, at=at, kind="households", name=path.name, path=path, sheet="石桥村")
    assert roster_work.work(Job(SYSTEM, lambda: at, other)) == "columns"
    assert ask.unfinished(SYSTEM, kind="households", sha256=ImportRun.objects.get(pk=run).sha256) == run
    apply(run, at)
    assert Household.objects.filter(code__in=["HT00001", "HT00002"]).count() == 2


def test_what_was_left_out_of_a_line_is_told_in_a_whole_sentence(cast: Cast, at: datetime, tmp_path: Path) -> None:
    rows = lists.households(1)
    rows[0][7] = "160000000012"
    run = staged(csv_of(tmp_path, rows), at)
    (told,) = ask.told_lines(SYSTEM, run)
    assert ask.reason(SYSTEM, told, "zh-Hans") == "不是电话号码，没有收 (手机号多了 1 位，请再看一下。)"
    assert ask.run(SYSTEM, run).counts["mended:left_out:phone_too_long"] == 1


@row("AM-33")
def test_a_line_that_may_be_about_somebody_else_waits_for_a_person(cast: Cast, at: datetime, tmp_path: Path) -> None:
    imported(csv_of(tmp_path, lists.households(4)), at)
    moved, renamed, other, both = lists.households(4)
    moved[2], moved[3] = "石桥村", ""
    renamed[5] = "改名"
    other[5], other[6], other[7] = "新户主", "", ""
    both[0] = "HT00099"
    run = staged(csv_of(tmp_path, [moved, renamed, other, both]), at)
    held = {one.number: one.reason for one in HeldLine.objects.filter(run_id=run)}
    assert held == {2: "household_moved", 3: "id_other_name", 4: "head_differs", 5: "lives_elsewhere"}
    for number, decision in ((2, "move"), (3, "same"), (4, "new"), (5, "skip")):
        rosters.decide(by=SYSTEM, at=at, run_id=run, line=number, decision=decision)
    with pytest.raises(Refused, match="value_unknown"):
        rosters.decide(by=SYSTEM, at=at, run_id=run, line=2, decision="new")
    found = apply(run, at)
    assert found.counts["did_skipped"] == 1
    assert Household.objects.get(code="HT00001").place_code == SHIQIAO
    assert Resident.objects.get(household__code="HT00002", relation="head", replaced_at=None).person.name == "改名"
    heads = Resident.objects.filter(household__code="HT00003", replaced_at=None).select_related("person")
    assert {one.person.name: one.relation for one in heads} == {"户主丁一": "other", "新户主": "head"}
    assert not Household.objects.filter(code="HT00099").exists()
    seal_now(at)
    assert not verify(at).sentences


class Killed(Exception):
    """The process ended here."""


@pytest.mark.parametrize("seed", range(20))
def test_a_killed_import_goes_on_and_ends_as_one_that_was_not(
    cast: Cast, at: datetime, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_work, "PART", 3)
    path = csv_of(tmp_path, lists.households(13))
    run = roster_work.hand_in(by=SYSTEM, at=at, kind="households", name="x.csv", path=path)
    job = Job(SYSTEM, lambda: at, run)
    chance = random.Random(seed)
    lay = bulk._insert

    def dying(*args: Any) -> None:
        if chance.random() < 0.15:
            raise Killed
        lay(*args)

    def restless(step: str, done: int, total: int) -> None:
        if chance.random() < 0.3:
            raise Killed

    monkeypatch.setattr(bulk, "_insert", dying)
    asked = {"columns": 0, "staged": 0}
    for _ in range(200):
        try:
            state = roster_work.work(Job(SYSTEM, lambda: at, run, restless))
        except Killed:
            continue
        if state == "columns":
            asked[state] += 1
            rosters.choose_columns(by=SYSTEM, at=at, run_id=run, columns=ask.run(SYSTEM, run).columns)
        elif state == "staged":
            asked[state] += 1
            rosters.begin(by=SYSTEM, at=at, run_id=run)
        else:
            break
    assert job.run.state == "applied"
    assert asked == {"columns": 1, "staged": 1}
    assert counts(ask.run(SYSTEM, run)) == {"new": 13}
    assert Household.objects.filter(code__gte="HT", code__lt="HU").count() == 13
    assert Resident.objects.filter(household__code__gte="HT", household__code__lt="HU").count() == 13
    doors = sorted(one.opened_door() for one in Household.objects.filter(code__gte="HT", code__lt="HU"))
    assert doors == sorted(f"柳湾镇{number}号" for number in range(1, 14))
    assert Event.objects.filter(name="register.roster_applied").count() == 5
    seal_now(at)
    assert not verify(at).sentences
