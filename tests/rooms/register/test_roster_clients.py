"""Lists of service clients: registered people, each tied to the departments that serve them."""

from datetime import datetime
from pathlib import Path

import pytest

from huiyin.core import rulebook
from huiyin.core.audit import verify
from huiyin.core.models import Person
from huiyin.core.sealing import seal_now
from huiyin.programme.loader import county_folder, load_county
from huiyin.register.actions import roster_undo, roster_work
from huiyin.register.actions.roster_clients import offered
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import Membership, Resident
from huiyin.register.queries import erasure as ask_erasure
from huiyin.register.queries import household_file, served
from huiyin.register.queries import rosters as ask
from tests import factories as make
from tests import lists
from tests.cast import Cast
from tests.rooms.register.test_roster_links import official
from tests.rooms.register.test_rosters import SYSTEM, counts, csv_of, imported, staged
from tests.rows import row

HEADER = ("姓名", "身份证号", "户编号", "服务部门", "类别", "来源")


@pytest.fixture
def water(cast: Cast) -> str:
    """A department that serves."""
    make.a_body("望川县水务局服务科", kind="department")
    return "望川县水务局服务科"


@pytest.fixture
def people(cast: Cast, at: datetime, tmp_path: Path) -> list[Person]:
    """The heads of three households of a list."""
    imported(csv_of(tmp_path, lists.households(3)), at)
    heads = Resident.objects.filter(household__code__range=("HT", "HU"), relation="head").select_related("person")
    return [one.person for one in heads.order_by("household__code")]


@row("R-046", "R-061")
def test_a_list_of_clients_ties_each_to_the_departments_that_serve_them(
    cast: Cast, at: datetime, tmp_path: Path, water: str, people: list[Person]
) -> None:
    make.a_body("望川县住建局", kind="department")
    lines = [
        [people[0].name, "", "HT00001", water, "", "2026 年供水用户名单"],
        [people[1].name, lists.an_id(2, "19400102"), "", water, "服务对象", ""],
        [people[0].name, "", "HT00001", "望川县住建局", "client", ""],
    ]
    run = imported(csv_of(tmp_path, lines, HEADER), at, "clients")
    assert counts(run) == {"new": 3}
    rows = Membership.objects.filter(category="client").order_by("person__name", "body__name")
    assert {(one.person_id, one.body.name if one.body else "") for one in rows} == {
        (people[0].pk, water),
        (people[0].pk, "望川县住建局"),
        (people[1].pk, water),
    }
    assert {one.source for one in rows} == {"2026 年供水用户名单", "部门按服务范围确定的名单"}
    assert all(one.review_on and one.until and not one.high for one in rows)
    assert counts(imported(csv_of(tmp_path, lines, HEADER), at, "clients")) == {"same": 3}
    seal_now(at)
    assert verify(at, language="en").told() == []
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run.id, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: at, run.id)) == "undone"
    assert not Membership.objects.filter(category="client", replaced_at=None).exists()


@row("R-046", "SG-46")
def test_a_client_of_two_departments_counts_once_and_under_ten_nobody_is_counted(
    cast: Cast, at: datetime, tmp_path: Path, water: str
) -> None:
    make.a_body("望川县住建局", kind="department")
    imported(csv_of(tmp_path, lists.households(10)), at)
    heads = Resident.objects.filter(household__code__range=("HT", "HU"), relation="head").select_related("person")
    lines = [[one.person.name, "", one.household.code, water, "", ""] for one in heads]
    lines += [[one.person.name, "", one.household.code, "望川县住建局", "", ""] for one in heads[:4]]
    imported(csv_of(tmp_path, lines, HEADER), at, "clients")
    by = cast.xu.viewer(at)
    assert household_file.counted(by, at) == (("echo", "client", 10),)
    assert {count for _, _, _, count in served.counted_by_body(by, at)} == {None}, "10 beside 4 would tell the 4"


@row("R-061")
def test_what_cannot_be_taken_is_refused_with_its_column_and_nobody_is_made(
    cast: Cast, at: datetime, tmp_path: Path, water: str, people: list[Person]
) -> None:
    before = Person.objects.count()
    lines = [
        ["没有这人", "", "HT00001", water, "", ""],
        [people[0].name, "", "HT00001", "没有这个局", "", ""],
        [people[0].name, "", "HT00001", water, "困难户", ""],
        [people[0].name, "", "HT00001", water, "外出务工", ""],
        [people[0].name, "", "", water, "", ""],
        [people[1].name, "", "HT00002", water, "", "上访户名单"],
        [people[0].name, lists.an_id(2, "19400102"), "", water, "", ""],
    ]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "clients")
    told = {one.number: one.reason for one in ask.told_lines(SYSTEM, run, verdicts=["refused"])}
    assert told == {
        2: "person_of_list_unknown",
        3: "body_unknown",
        4: "category_unknown",
        5: "category_unknown",
        6: "client_who_missing",
        7: "words_refused",
        8: "number_other_name",
    }
    assert [key for _, key, _ in offered(at)] == ["client"]
    assert Person.objects.count() == before


@row("SG-14", "SG-15", "SG-46")
@pytest.mark.parametrize(
    "more",
    [{"sensitivity": "high"}, {"where": True}, {"with_matter": True}, {"of": "household"}, {"office": "民政局"}],
)
def test_no_list_fills_what_is_seen_on_need_only_or_support_hangs_on(
    cast: Cast, at: datetime, more: dict[str, object]
) -> None:
    book = load_county(county_folder("wangchuan"))
    echo = book.programmes["echo"]
    assert echo.people is not None
    client = echo.people.categories["client"].model_copy(update=more)
    page = echo.people.model_copy(update={"categories": {"client": client}})
    book = book.model_copy(update={"programmes": {"echo": echo.model_copy(update={"people": page})}})
    assert len(offered(at)) == 1
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=book, in_force_from=at)
    assert offered(at) == ()


@row("SG-48")
@pytest.mark.parametrize("kind", ["clients", "relatives"])
def test_lists_that_name_a_resident_are_found_for_their_erasure(
    cast: Cast, at: datetime, tmp_path: Path, water: str, people: list[Person], kind: str
) -> None:
    if kind == "clients":
        path = csv_of(tmp_path, [[people[0].name, "", "HT00001", water, "", ""]], HEADER)
    else:
        line = [official(cast.luo).number, people[0].name, "HT00001"]
        path = csv_of(tmp_path, [line], ("工号", "亲友姓名", "户编号"))
    run = staged(path, at, kind)
    assert ask_erasure.traces(SYSTEM, people[0].pk).open == (run,)
    assert ask_erasure.traces(SYSTEM, people[2].pk).open == ()
