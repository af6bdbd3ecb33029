"""Lists of categories: key households and people with source and day of review, within what may be kept of them."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from huiyin.core import rulebook
from huiyin.core.audit import verify
from huiyin.core.sealing import seal_now
from huiyin.programme.loader import county_folder, load_county
from huiyin.register.actions import roster_undo, roster_work, rosters
from huiyin.register.actions.roster_categories import Entries
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import Household, Membership, Resident
from huiyin.register.queries import erasure as ask_erasure
from huiyin.register.queries import rosters as ask
from huiyin.register.rules.lines import Line
from huiyin.register.rules.months import later
from tests import factories as make
from tests import lists
from tests.cast import Cast
from tests.rooms.register.test_rosters import SYSTEM, apply, counts, csv_of, imported, staged
from tests.rows import row

HEADER = ("户编号", "姓名", "村", "类别", "来源", "认定日期", "复核日期")


@pytest.fixture
def names(cast: Cast, at: datetime, tmp_path: Path) -> list[str]:
    """The heads of three households: HT00001 and HT00003 in 槐树坪, HT00002 in 石桥."""
    imported(csv_of(tmp_path, lists.households(3)), at)
    heads = Resident.objects.filter(household__code__range=("HT", "HU"), relation="head")
    return list(heads.order_by("household__code").values_list("person__name", flat=True))


def entries(category: str = "hazard") -> dict[str, Membership]:
    rows = Membership.objects.filter(category=category, replaced_at=None).select_related("household")
    return {one.household.code: one for one in rows if one.household.code.startswith("HT")}


@row("R-032", "R-033", "R-061")
def test_a_list_enters_key_households_by_code_or_by_name_and_village(
    cast: Cast, at: datetime, tmp_path: Path, names: list[str]
) -> None:
    begun = at.date() - timedelta(days=30)
    soon = at.date() + timedelta(days=20)
    lines = [
        ["HT00001", names[0], "", "防汛防滑重点户", "2026 年汛前排查表", begun, soon],
        ["", names[1], "石桥村", "hazard", "", begun, ""],
    ]
    run = imported(csv_of(tmp_path, lines, HEADER), at, "categories")
    assert counts(run) == {"new": 2}
    found = entries()
    assert set(found) == {"HT00001", "HT00002"}
    assert (found["HT00001"].source, found["HT00001"].review_on) == ("2026 年汛前排查表", soon)
    assert (found["HT00002"].source, found["HT00002"].review_on) == ("县自然资源局地质灾害点清单", later(begun, 6))
    assert {(one.since, one.until, one.person_id, one.high) for one in found.values()} == {
        (begun, later(begun, 12), None, False)
    }
    assert counts(imported(csv_of(tmp_path, lines, HEADER), at, "categories")) == {"same": 2}
    seal_now(at)
    assert verify(at, language="en").told() == []
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run.id, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: at, run.id)) == "undone"
    assert entries() == {}


@row("R-032")
def test_a_list_names_categories_as_the_method_does_whatever_language_who_reads_it_in_speaks(
    cast: Cast, at: datetime, tmp_path: Path, names: list[str]
) -> None:
    lines = [["HT00001", names[0], "", "防汛防滑重点户", "", at.date(), ""]]
    with override("en"):
        assert counts(imported(csv_of(tmp_path, lines, HEADER), at, "categories")) == {"new": 1}


@row("R-032", "R-061")
def test_a_list_of_a_later_day_begins_review_and_end_anew(
    cast: Cast, at: datetime, tmp_path: Path, names: list[str]
) -> None:
    begun, checked = at.date() - timedelta(days=200), at.date() - timedelta(days=5)
    first: list[Any] = ["HT00001", "", "", "防汛防滑重点户", "", begun, ""]
    imported(csv_of(tmp_path, [first], HEADER), at, "categories")
    run = imported(csv_of(tmp_path, [[*first[:5], checked, ""]], HEADER), at, "categories")
    assert counts(run) == {"changed": 1}
    one = entries()["HT00001"]
    assert (one.since, one.until, one.review_on) == (begun, later(checked, 12), later(checked, 6))
    assert counts(imported(csv_of(tmp_path, [first], HEADER), at, "categories")) == {"same": 1}
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run.id, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: at, run.id)) == "undone"
    assert entries()["HT00001"].until == later(begun, 12)


@row("R-061", "SG-10", "SG-12", "SG-13", "SG-15", "SG-17")
def test_what_no_list_may_enter_is_refused_with_its_column(
    cast: Cast, at: datetime, tmp_path: Path, names: list[str]
) -> None:
    old = date(at.year - 3, 1, 1)
    lines: list[list[Any]] = [
        ["HT00001", "", "", "上访户", "", "", ""],
        ["HT00001", "", "", "防汛防滑重点户", "钉子户名单", "", ""],
        ["HT00001", "", "", "没有这一类", "", "", ""],
        ["HT00001", "", "", "矛盾纠纷重点户", "", "", ""],
        ["HT00001", "", "", "困难户", "", "", ""],
        ["HT00001", names[0], "", "外出务工", "", "", ""],
        ["HT00001", "", "", "防汛防滑重点户", "", old, ""],
        ["HT00001", "不在这一户", "", "防汛防滑重点户", "", "", ""],
        ["HT99999", "", "", "防汛防滑重点户", "", "", ""],
        ["", names[0], "石桥村", "防汛防滑重点户", "", "", ""],
        ["HT00001", "", "", "征迁涉及户", "", "", ""],
    ]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "categories")
    told = {one.number: (one.reason, one.column) for one in ask.told_lines(SYSTEM, run, verdicts=["refused"])}
    assert told == {
        2: ("words_refused", "category"),
        3: ("words_refused", "source"),
        4: ("category_unknown", "category"),
        5: ("category_not_by_list", "category"),
        6: ("category_not_by_list", "category"),
        7: ("category_not_by_list", "category"),
        8: ("category_run_out", "since"),
        9: ("person_of_list_unknown", "name"),
        10: ("household_of_list_unknown", "household_code"),
        11: ("household_named_unknown", "name"),
        12: ("category_needs_body", "body"),
    }
    assert not Membership.objects.filter(household__code__range=("HT", "HU")).exists()


@row("SG-10")
def test_a_word_of_its_time_takes_no_entry_by_list(cast: Cast, at: datetime, tmp_path: Path, names: list[str]) -> None:
    book = load_county(county_folder("wangchuan"))
    echo = book.programmes["echo"]
    assert echo.people is not None
    closed = echo.people.categories["hazard"].model_copy(update={"closed": True})
    page = echo.people.model_copy(update={"categories": {**echo.people.categories, "hazard": closed}})
    book = book.model_copy(update={"programmes": {**book.programmes, "echo": echo.model_copy(update={"people": page})}})
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=book, in_force_from=at)
    lines = [["HT00001", "", "", "防汛防滑重点户", "", "", ""]]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "categories")
    assert [one.reason for one in ask.told_lines(SYSTEM, run, verdicts=["refused"])] == ["category_closed"]


@row("SG-14")
def test_a_highly_sensitive_category_comes_in_only_by_who_may_see_it(
    cast: Cast, at: datetime, tmp_path: Path, names: list[str]
) -> None:
    lines = [["HT00001", names[0], "", "残疾人", "", "", ""]]
    path = csv_of(tmp_path, lines, HEADER)
    clerk = cast.luo.viewer(at).but(verbs=frozenset({"register.import"}))
    run = staged(path, at, "categories", clerk)
    assert [one.reason for one in ask.told_lines(clerk, run, verdicts=["refused"])] == ["category_sensitive"]
    rosters.abandon(by=clerk, at=at, run_id=run)
    may = cast.luo.viewer(at).but(verbs=frozenset({"register.import", "register.sensitive"}))
    apply(staged(path, at, "categories", may), at, may)
    one = entries("disabled")["HT00001"]
    assert one.high
    assert one.person_id == Resident.objects.get(household__code="HT00001").person_id


@row("R-061")
def test_of_two_heads_of_a_name_a_person_picks_the_household(
    cast: Cast, at: datetime, tmp_path: Path, names: list[str]
) -> None:
    twin = lists.households(1, first=5)
    twin[0][5] = names[0]
    imported(csv_of(tmp_path, twin), at)
    run = staged(csv_of(tmp_path, [["", names[0], "槐树坪", "致富能手", "", "", ""]], HEADER), at, "categories")
    (held,) = ask.held_lines(SYSTEM, run)
    assert (held.reason, held.name) == ("households_named", names[0])
    which = next(choice for choice, whom in held.choices if "HT00005" in whom)
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=2, decision=which)
    apply(run, at)
    assert set(entries("capable")) == {"HT00005"}


@row("SG-48")
def test_a_list_of_categories_is_found_for_an_erasure(
    cast: Cast, at: datetime, tmp_path: Path, names: list[str]
) -> None:
    run = staged(csv_of(tmp_path, [["", names[0], "槐树坪", "致富能手", "", "", ""]], HEADER), at, "categories")
    people = Resident.objects.filter(household__code__range=("HT", "HU")).order_by("household__code")
    assert ask_erasure.traces(SYSTEM, people[0].person_id).open == (run,)
    assert ask_erasure.traces(SYSTEM, people[1].person_id).open == ()


@row("SG-14", "SG-17")
def test_who_lives_beyond_the_scope_is_not_told_by_trying_names(
    cast: Cast, at: datetime, tmp_path: Path, names: list[str]
) -> None:
    by = cast.wu.viewer(at).but(verbs=frozenset({"register.import", "register.sensitive"}))
    assert not by.sees(Household.objects.get(code="HT00001").place_code)
    number = lists.households(1)[0][lists.HOUSEHOLDS.index("身份证号")]
    header = ("户编号", "姓名", "身份证号", "类别")
    lines = [
        ["HT00001", names[0], "", "防汛防滑重点户"],
        ["HT00001", "不在这一户", "", "防汛防滑重点户"],
        ["HT00001", names[0], "", "残疾人"],
        ["HT00001", "不在这一户", "", "残疾人"],
        ["", names[0], number, "残疾人"],
        ["", "不叫这个", number, "残疾人"],
        ["", "不叫这个", lists.an_id(777), "残疾人"],
    ]
    run = staged(csv_of(tmp_path, lines, header), at, "categories", by)
    told = [(one.number, one.reason) for one in ask.told_lines(by, run, verdicts=["refused"])]
    nobody = "person_of_list_unknown"  # an ID number there answers as one that nobody has
    assert told == [*((number, "place_beyond") for number in range(2, 6)), (6, nobody), (7, nobody), (8, nobody)]


@row("R-061")
def test_a_line_costs_no_question_of_its_own(cast: Cast, at: datetime, names: list[str]) -> None:
    empty = dict.fromkeys(("name", "id", "place", "programme", "body", "source", "since", "review", "paper"), "")

    def asked(many: int) -> int:
        lines = [(Line(n, {**empty, "code": "HT00001", "category": "hazard"}), "") for n in range(many)]
        with CaptureQueriesContext(connection) as queries:
            verdicts = Entries(SYSTEM, at, "categories", lines, at.date(), planning=True).verdicts()
        assert [one.what for one in verdicts] == ["new", *["same"] * (many - 1)]
        return len(queries)

    assert asked(1) == asked(50)
