"""A list of divisions as it comes."""

import pytest

from huiyin.programme.refusal import Refused
from huiyin.programme.words import say
from huiyin.register.rules.divisions import Line, orphans, read

HEAD = "code,name,level,parent_code\n"
GOOD = HEAD + "990000000000,云岭省,province,\n990100000000,临江市,prefecture,990000000000\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_list_is_read_in_the_encodings_offices_write(encoding: str) -> None:
    sheet = read(GOOD.encode(encoding))
    assert [line.name for line in sheet.lines] == ["云岭省", "临江市"]
    assert sheet.faults == ()


def test_columns_may_stand_in_any_order_and_beside_others() -> None:
    text = "name,remark,parent_code,level,code\n云岭省,,,province,990000000000\n"
    assert read(text.encode()).lines == (Line(2, "990000000000", "云岭省", "province", ""),)


@pytest.mark.parametrize("missing", ["code", "name", "level", "parent_code"])
def test_a_missing_column_is_named(missing: str) -> None:
    with pytest.raises(Refused) as refused:
        read(GOOD.replace(missing, "other", 1).encode())
    assert refused.value.code == "column_missing"
    assert missing in refused.value.sentence()


@pytest.mark.parametrize("data", [b"", b"\n", b"PK\x03\x04" + bytes(range(256)) * 4, "code".encode("utf-16")])
def test_what_is_no_list_is_refused_whole(data: bytes) -> None:
    with pytest.raises(Refused):
        read(data)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("99010,短码,town,990100000000", "code_wrong"),
        ("９９０１０１１０１０００,全角,town,990100000000", "value_missing"),
        ("990101000000,,county,990100000000", "value_missing"),
        ("990101000000,望川县,,990100000000", "value_missing"),
        ("990101000000," + "县" * 61 + ",county,990100000000", "value_wrong"),
        ("990101000000,望\x07川,county,990100000000", "value_wrong"),
        ("990101000000,望川县,county,", "value_missing"),
        ("990101000000,望川县,county,990101000000", "place_parent_wrong"),
        ("990101000000,望川县,county,980100000000", "place_parent_wrong"),
        ("990100000000,又一次,prefecture,990000000000", "code_twice"),
        ("990101000000," + "长" * 3000 + ",county,990100000000", "line_too_long"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason_and_the_others_are_taken(text: str, code: str) -> None:
    sheet = read((GOOD + text + "\n").encode())
    if code == "value_missing" and "全角" in text:
        assert sheet.faults == ()  # full-width digits are digits
        return
    assert len(sheet.lines) == 2
    assert [(fault.number, fault.code) for fault in sheet.faults] == [(4, code)]
    assert say(sheet.faults[0].code, "en", **sheet.faults[0].values)


def test_parents_come_before_children_however_the_list_is_sorted() -> None:
    lines = GOOD.splitlines()
    sheet = read("\n".join([lines[0], lines[2], lines[1]]).encode())
    assert [line.code for line in sheet.lines] == ["990000000000", "990100000000"]


def test_one_county_and_what_stands_above_it_may_be_asked_for() -> None:
    text = GOOD + "990101000000,望川县,county,990100000000\n990102000000,隔川县,county,990100000000\n"
    assert [line.name for line in read(text.encode(), county="990101000000").lines] == ["云岭省", "临江市", "望川县"]


def test_a_line_whose_parent_nobody_knows_is_an_orphan() -> None:
    lines = [
        Line(2, "990101101000", "柳湾镇", "town", "990101000000"),
        Line(3, "990101101201", "村", "village", "990101101000"),
    ]
    assert [fault.number for fault in orphans(lines, [])] == [2, 3]
    assert orphans(lines, ["990101000000"]) == ()
