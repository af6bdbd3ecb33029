"""A list of matters as another system writes it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from huiyin.casework.rules.sheet import Line, moment, read
from huiyin.programme.refusal import Refused
from huiyin.programme.sheets import Fault

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 18, 1, 44, tzinfo=UTC)
HEADER = "external_id,received_at,channel,place_code,subject,text,reporter_name,reporter_phone\n"


def lines(*rows: str, encoding: str = "utf-8") -> list[Line | Fault]:
    """What becomes of some rows."""
    return list(read((HEADER + "\n".join(rows)).encode(encoding), zone=ZONE, at=AT))


def test_lines_are_read_in_utf8_and_in_gbk() -> None:
    row = "a1,2026-11-01 09:00,phone,,路灯坏了,路灯坏了三天,张丽华,16000001234"
    for encoding in ("utf-8", "utf-8-sig", "gbk"):
        (line,) = lines(row, encoding=encoding)
        assert isinstance(line, Line)
        assert line.text == "路灯坏了三天" and line.received_at == datetime(2026, 11, 1, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",2026-11-01,web,,,没有编号,,", "external_id_missing"),
        ("a2,昨天,web,,,时间读不出,,", "received_at_wrong"),
        ("a3,2027-01-01,web,,,还没有到,,", "date_in_future"),
        ("a4,0001-01-01,web,,,太早,,", "received_at_wrong"),
        ("a5,9999-12-31T23:59:59-14:00,web,,,太晚,,", "received_at_wrong"),
        ("x" * 90 + ",2026-11-01,web,,,编号太长,,", "value_wrong"),
        ("a6,2026-11-01,web,,," + "长" * 140_000 + ",,", "line_too_long"),
    ],
)
def test_a_line_is_refused_with_its_reason(row: str, code: str) -> None:
    (fault,) = lines(row)
    assert isinstance(fault, Fault) and (fault.number, fault.code) == (2, code)


def test_the_second_line_of_an_id_is_refused() -> None:
    first, second = lines("a1,,web,,,一,,", "a1,,web,,,二,,")
    assert isinstance(first, Line) and isinstance(second, Fault) and second.code == "external_id_twice"


def test_a_file_without_a_column_names_it() -> None:
    with pytest.raises(Refused) as refused:
        list(read(b"external_id,text\n1,x\n", zone=ZONE, at=AT))
    assert refused.value.values["column"] == "received_at"


@pytest.mark.parametrize(
    "typed", ["2026-11-01 09:00", "2026/11/1 9:00", "2026-11-01T09:00:00+08:00", "2026年11月1日 09:00"]
)
def test_moments_are_read_in_the_shapes_offices_write(typed: str) -> None:
    assert moment(typed, ZONE, AT) == datetime(2026, 11, 1, 1, 0, tzinfo=UTC)


def test_no_moment_is_none() -> None:
    assert moment("  ", ZONE, AT) is None
