"""Lists as offices keep them: headers by their own words, cells as they are typed, places by name. Pure."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core import text
from huiyin.programme.refusal import Refused
from huiyin.programme.sheets import Fault
from huiyin.programme.words import has_label, known
from huiyin.register.rules import cells, headers, lines
from huiyin.register.rules.lines import Line, Tools
from huiyin.register.rules.verdicts import CHOICES
from huiyin.register.rules.whereabouts import Whereabouts, ordinal, stem
from tests.lists import an_id
from tests.rows import row

TODAY = date(2026, 11, 18)
PLACES = (
    ("990101101000", "柳湾镇"),
    ("990101102000", "青石镇"),
    ("990101101201", "槐树坪村"),
    ("990101101202", "石桥村"),
    ("990101102201", "石桥社区"),
    ("990101101201003", "三组"),
    ("990101101201012", "十二组"),
)
TOOLS = Tools(text.phone, text.id_number, text.person, Whereabouts(PLACES), TODAY, text.office_phone)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2020-01-02", "2020-01-02"),
        ("2020/1/2", "2020-01-02"),
        ("2020.1.2", "2020-01-02"),
        ("2020年1月2日", "2020-01-02"),
        ("20200102", "2020-01-02"),
        ("43832", "2020-01-02"),
        ("43832.0", "2020-01-02"),
        ("2020年1月", "2020-01-01"),
        ("2020-01", "2020-01-01"),
        ("202001", "2020-01-01"),
        ("2020年", "2020-01-01"),
        ("2020", "2020-01-01"),
        ("2020-01-02 00:00", "2020-01-02"),
        ("2020-01-02T00:00:00", "2020-01-02"),
        ("2020 年 1 月 2 日", "2020-01-02"),
        ("2020. 1. 2", "2020-01-02"),
        ("2020 年 1 月", "2020-01-01"),
    ],
)
def test_a_date_is_read_in_the_shapes_of_lists(written: str, day: str) -> None:
    assert cells.day(written, today=TODAY, field="since").isoformat() == day


@pytest.mark.parametrize(
    ("written", "code"),
    [("昨天", "date_wrong"), ("2020-13-01", "date_wrong"), ("2027-01-01", "date_in_future"), ("1", "date_wrong"),
     ("1850-01-01", "date_wrong"), ("2020-02-30", "date_wrong")],
)  # fmt: skip
def test_what_is_no_date_is_refused(written: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        cells.day(written, today=TODAY, field="since")


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("Ｈ００１", "H001"),
        ("　张 三 ", "张 三"),
        ('="0123"', "0123"),
        ("'0123", "0123"),
        ("=0123", "0123"),
        (16000001234, "16000001234"),
        (3.5, "3.5"),
        (None, ""),
        (True, "1"),
        ("12001.0", "12001"),
        ("3.00", "3"),
        ("3.50", "3.50"),
    ],
)
def test_a_cell_is_one_line_of_plain_text(cell: Any, kept: str) -> None:
    assert cells.text(cell, field="x")[0] == kept


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("x" * 100_000, "cell_too_long"),
        (990101194001020010, "number_rounded"),
        (1.6e17, "number_rounded"),
        ("5.32101E+17", "number_rounded"),
        ("990101194001020032.0", "number_rounded"),
        ('=HYPERLINK("http://x")', "cell_formula"),
        ("=A1+B1", "cell_formula"),
        ("a\x00b", "text_not_readable"),
    ],
)
def test_a_cell_that_says_nothing_sure_is_refused(cell: Any, code: str) -> None:
    with pytest.raises(Refused, match=code):
        cells.text(cell, field="x")


def test_headers_are_known_by_the_offices_own_words() -> None:
    rows = [
        (1, ["柳湾镇农户花名册（2026年）", "", "", ""]),
        (2, ["填表单位：柳湾镇", "", "", ""]),
        (3, ["序号", "户 编 号", "户主姓名（必填）", "户主身份证号码"]),
        (4, ["1", "H1", "张三", an_id(1)]),
    ]
    found = headers.find("households", rows, {})
    assert (found.row, found.rows) == (3, 1)
    assert found.columns == {"household_code": 1, "name": 2, "id_number": 3}


@row("SG-24")
@pytest.mark.parametrize("header", ["手机", "联系电话", "电话", "本人手机号码", "phone"])
def test_a_number_that_may_be_private_is_not_taken_for_what_residents_read(header: str) -> None:
    found = headers.match("staff", ["工号", "姓名", "单位", "乡镇", "角色", header], {})
    assert "duty_phone" not in found
    assert headers.match("staff", ["工号", "值班电话"], {})["duty_phone"] == 1
    assert headers.match("staff", ["工号", header], {headers.plain(header): "duty_phone"})["duty_phone"] == 1


def test_a_duty_telephone_that_is_none_is_told_at_its_column() -> None:
    columns = {name: at for at, name in enumerate(("number", "name", "body", "town", "role", "duty_phone"))}
    found = lines.read("staff", 2, ["W1", "李四", "柳湾镇", "柳湾镇", "官", "不详"], columns, TOOLS)
    assert isinstance(found, Fault)
    assert (found.code, found.column) == ("phone_not_digits", "duty_phone")


def test_a_header_in_two_rows_is_one() -> None:
    rows = [
        (1, ["户编号", "户主", "户主", "户主", "家庭住址", "家庭住址"]),
        (2, ["户编号", "姓名", "身份证号", "联系电话", "村", "组"]),
        (3, ["H1", "张三", "", "", "槐树坪", "3"]),
    ]
    found = headers.find("households", rows, {})
    assert found.row + found.rows == 3
    assert set(found.columns) >= {"household_code", "name", "id_number", "phone"}
    rows[1] = (2, ["", "姓名", "身份证号", "联系电话", "村", ""])
    rows[0] = (1, ["户编号", "户主", "", "", "", "组"])
    found = headers.find("households", rows, {})
    assert (found.row, found.rows) == (1, 2)
    assert set(found.columns) == {"household_code", "name", "id_number", "phone", "village", "group"}


def test_what_the_office_chose_last_time_stands_above_the_words() -> None:
    rows = [(1, ["户编号", "姓名", "当家的", "村"])]
    assert headers.find("households", rows, {"姓名": "", "当家的": "name"}).columns["name"] == 2


def test_a_list_without_a_header_is_refused() -> None:
    with pytest.raises(Refused, match="header_missing"):
        headers.find("households", [(1, ["1", "2"]), (2, ["3", "4"])], {})


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"household_code": 0}, "field_missing"),
        ({"household_code": 0, "name": 1}, "columns_missing"),
        ({"household_code": 0, "name": 1, "village": 1}, "column_twice"),
        ({"household_code": 0, "name": 9, "village": 1}, "column_unknown"),
        ({"household_code": 0, "wealth": 1, "village": 2}, "column_unknown"),
    ],
)
def test_a_choice_of_columns_that_cannot_be_read_is_refused(columns: dict[str, int], code: str) -> None:
    with pytest.raises(Refused, match=code):
        headers.check("households", columns, 4)


def test_what_a_list_lacks_is_told_by_the_names_of_its_columns() -> None:
    with pytest.raises(Refused) as refused:
        headers.check("households", {"household_code": 0, "name": 1}, 4)
    assert refused.value.sentence("zh-Hans") == "这几列至少要有一列：区划代码 / 村。"
    with pytest.raises(Refused) as bare:
        headers.check("households", {"household_code": 0}, 4)
    assert bare.value.sentence("zh-Hans") == "表里少了这一列：姓名。"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"village": "槐树坪"}, "990101101201"),
        ({"village": "槐树坪村委会", "group": "3"}, "990101101201003"),
        ({"village": "槐树坪村", "group": "第十二村民小组"}, "990101101201012"),
        ({"village": "石桥", "town": "青石"}, "990101102201"),
        ({"village": "石桥村", "town": "柳湾镇", "group": "5组"}, "990101101202"),
        ({"town": "柳湾镇"}, "990101101000"),
        ({"code": "990101101"}, "990101101000"),
        ({"code": "990101101201003"}, "990101101201003"),
    ],
)
def test_a_place_is_found_by_what_lists_write(given: dict[str, str], code: str) -> None:
    whole = {"code": "", "town": "", "village": "", "group": ""} | given
    assert TOOLS.places.find(**whole) == code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"village": "石桥"}, "place_ambiguous"),
        ({"village": "没有的村"}, "place_unknown_name"),
        ({"village": "石桥村", "town": "没有的镇"}, "place_unknown_name"),
        ({"village": "槐树坪村", "group": "九组"}, "place_group_unknown"),
        ({"code": "110101000000"}, "place_unknown_code"),
        ({}, "value_missing"),
    ],
)
def test_a_place_nobody_knows_is_refused(given: dict[str, str], code: str) -> None:
    whole = {"code": "", "town": "", "village": "", "group": ""} | given
    with pytest.raises(Refused, match=code):
        TOOLS.places.find(**whole)


def test_numbers_in_the_names_of_groups_are_read() -> None:
    assert [ordinal(one) for one in ("3组", "三组", "十组", "十二组", "二十组", "二十一组", "东组")] == [
        3, 3, 10, 12, 20, 21, None,
    ]  # fmt: skip
    assert stem("槐树坪村民委员会") == stem("槐树坪村") == "槐树坪"


COLUMNS = {"household_code": 0, "village": 1, "name": 2, "id_number": 3, "phone": 4, "birth": 5, "sex": 6, "size": 7}


def read(*cells: Any) -> Line | Fault | None:
    return lines.read("households", 7, [*cells, *[""] * (8 - len(cells))], COLUMNS, TOOLS)


@row("R-028")
def test_a_line_says_who_heads_a_household_and_where() -> None:
    found = read("H1", "槐树坪", "张　三", an_id(1, "19700102"), "160-0000-0001/160 0000 0002", "1970年1月", "男", "4")
    assert isinstance(found, Line)
    assert found.values["name"] == "张三"
    assert found.values["phones"] == ["16000000001", "16000000002"]
    assert (found.values["born"], found.values["sex"], found.values["size"]) == (1970, "male", 4)


@pytest.mark.parametrize("written", ["张　三", "张 三", " 张  三 ", "张 　三"])
def test_a_name_padded_to_the_width_of_others_is_the_name_without_blanks_and_told(written: str) -> None:
    found = read("H1", "槐树坪", written, "", "", "", "", "4")
    assert isinstance(found, Line)
    assert (found.values["name"], found.notes) == ("张三", (("name", "cell_tidied"),))


def test_blanks_between_names_of_other_scripts_stay() -> None:
    found = read("H1", "槐树坪", "Ann  Lee", "", "", "", "", "4")
    assert isinstance(found, Line)
    assert found.values["name"] == "Ann Lee"


def test_what_the_id_number_says_stands_above_the_columns_and_is_told() -> None:
    found = read("H1", "槐树坪", "张三", an_id(1, "19700102"), "无", "1971-01-02", "女")
    assert isinstance(found, Line)
    assert (found.values["born"], found.values["sex"], found.values["phones"]) == (1970, "male", [])
    assert [code for _, code in found.notes] == ["birth_from_id", "sex_from_id", "left_out:phone_not_digits"]


@pytest.mark.parametrize(
    ("cells_", "code", "column"),
    [
        (("", "槐树坪", "张三"), "value_missing", "household_code"),
        (("H1", "槐树坪", ""), "value_missing", "name"),
        (("H1", "没有", "张三"), "place_unknown_name", "village"),
        (("H1", "槐树坪", "张三", "990101197001020012"), "id_number_wrong", "id_number"),
        (("H1", "槐树坪", "张三", an_id(1, "18990102")), "date_wrong", "id_number"),
        (("H1", "槐树坪", "张三", an_id(1, "19020102")), "age_implausible", "id_number"),
        (("H1", "槐树坪", "张三", "", "", "", "", "400"), "size_implausible", "size"),
        (("H1", "槐树坪", "张三", "", "", "", "", "00000099999"), "size_implausible", "size"),
        (("H1", "槐树坪", "张三", "", "", "", "", "9" * 40), "size_implausible", "size"),
        (("H1", "槐树坪", "张三", 990101197001020010), "number_rounded", "id_number"),
        (("H1", "槐树坪", "张三", "990101700102001"), "id_number_old", "id_number"),
    ],
)
def test_a_line_that_cannot_be_taken_names_the_column_and_the_reason(cells_: Any, code: str, column: str) -> None:
    found = read(*cells_)
    assert isinstance(found, Fault)
    assert (found.code, found.column, found.number) == (code, column, 7)


@row("R-061")
def test_what_a_csv_kept_of_a_number_is_that_number_or_is_left_out_with_the_reason() -> None:
    found = read("12001.0", "槐树坪", "张三", "", "16000000001.0", "", "", "4人")
    assert isinstance(found, Line)
    assert (found.values["code"], found.values["phones"], found.values["size"]) == ("12001", ["16000000001"], 4)
    assert found.notes == ()
    lost = read("12002", "槐树坪", "张三", "", "1.6E+10/160000000012", "", "", "4口人")
    assert isinstance(lost, Line)
    assert (lost.values["phones"], lost.values["size"]) == ([], 4)
    assert lost.notes == (("phone", "left_out:phone_not_digits"), ("phone", "left_out:phone_too_long:1"))
    whole = read("12003", "槐树坪", "张三", "", "1.6E+10")
    assert isinstance(whole, Line)
    assert whole.notes == (("phone", "left_out:number_rounded"),)


@row("R-027", "R-061")
def test_words_nobody_knows_of_sex_and_status_cost_no_household_its_line() -> None:
    columns = COLUMNS | {"status": 8}
    found = lines.read("households", 3, ["H1", "槐树坪", "张三", "", "", "", "不明", "", "候鸟式"], columns, TOOLS)
    assert isinstance(found, Line)
    assert (found.values["sex"], found.values["status"]) == ("", "")
    assert set(found.notes) == {("sex", "value_left_out"), ("status", "value_left_out")}
    known = lines.read("households", 3, ["H1", "槐树坪", "张三", "", "", "", "", "", "常年外出"], columns, TOOLS)
    assert isinstance(known, Line)
    assert (known.values["status"], known.notes) == ("away", ())


@row("R-027", "R-061")
def test_of_a_list_with_a_line_for_every_person_the_heads_line_is_the_households() -> None:
    columns = headers.match("households", ["户编号", "村", "姓名", "与户主关系", "身份证号"], {})
    assert columns == {"household_code": 0, "village": 1, "name": 2, "relation": 3, "id_number": 4}
    son, head = (
        lines.read("households", number, ["H1", "槐树坪", name, relation, ""], columns, TOOLS)
        for number, name, relation in ((3, "张小", "之子"), (4, "张三", "户主"))
    )
    assert isinstance(son, Fault)
    assert (son.code, son.column) == ("line_of_member", "relation")
    assert isinstance(head, Line)
    assert (head.values["name"], head.values["relation"]) == ("张三", "head")


@pytest.mark.parametrize("cells_", [("", "", ""), ("合计", "", "", "", "", "", "", "1200"), ("填表人：李", "", "")])
def test_empty_rows_totals_and_signatures_are_no_lines(cells_: Any) -> None:
    assert read(*cells_) is None


@given(st.lists(st.one_of(st.none(), st.text(max_size=40), st.integers(), st.floats(), st.booleans()), max_size=9))
def test_no_row_whatever_it_holds_breaks_the_reader(cells_: list[Any]) -> None:
    found = lines.read("households", 1, cells_, COLUMNS, TOOLS)
    assert found is None or isinstance(found, Line | Fault)
    if isinstance(found, Line):
        assert Line.unpacked(found.packed()) == found


def test_every_code_of_these_rules_has_its_words() -> None:
    for kind in ("households", "residents", "staff", "links", "relatives", "clients"):
        assert all(has_label("roster_field", field.name) for field in headers.fields(kind))
    assert all(has_label("roster_held", reason) for reason in CHOICES)
    assert all(has_label("roster_decision", choice) for some in CHOICES.values() for choice in some)
    assert {"cell_formula", "number_rounded", "place_ambiguous"} <= known("refusals")


@row("R-028", "R-061")
@pytest.mark.parametrize(
    ("written", "kept", "told"),
    [
        ("户主", "head", False), ("户主 (女)", "head", False), ("02", "head", False), ("之妻", "spouse", False),
        ("户主之子", "child", False), ("四女", "child", False), ("22", "child", False), (38, "child_in_law", False),
        ("长 媳", "child_in_law", False), ("孙", "grandchild", False), ("之", "other", True), ("干亲", "other", True),
        ("", "other", False),
    ],
)  # fmt: skip
def test_a_relation_is_read_as_household_registers_write_it_and_costs_nobody_their_line(
    written: Any, kept: str, told: bool
) -> None:
    columns = {"household_code": 0, "name": 1, "relation": 2}
    found = lines.read("residents", 3, ["H1", "张三", written], columns, TOOLS)
    assert isinstance(found, Line)
    assert (found.values["relation"], ("relation", "relation_other") in found.notes) == (kept, told)


@row("R-028", "SG-11")
def test_whether_somebody_is_in_the_party_is_taken_from_no_list() -> None:
    for kind in ("residents", "households", "staff", "relatives", "clients"):
        texts = [
            "户编号",
            "姓名",
            "工号",
            "村名",
            "单位",
            "角色",
            "关系",
            "亲属姓名",
            "政治面貌",
            "是否党员",
            "Party member",
        ]
        found = headers.find(kind, [(1, texts), (2, ["1"] * len(texts))], {})
        assert set(found.columns.values()).isdisjoint({8, 9, 10}), kind
