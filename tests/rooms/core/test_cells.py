"""Exports run nothing, whatever was typed into the program."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from huiyin.core.safe_cells import CELL_MOST, Cell, cell, safe, write_csv, write_xlsx

FORMULAS = [
    "=1+1",
    "＝1+1",
    "+1",
    "＋1",
    "-1",
    "－1",
    "−1",
    "@SUM(A1)",
    "＠SUM(A1)",
    "﹦1",
    "﹢1",
    "﹣1",
    "﹫a",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "　＝1",
    "\u200b=1",
    "\u202e=1",
    "\ufeff=1",
    "\x00=1",
    "\ud800=1",
    "|calc",
    '=HYPERLINK("http://x.invalid","y")',
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_start_a_formula_is_text(text: str) -> None:
    assert safe(text).startswith("'")


@pytest.mark.parametrize("text", ["", "路灯坏了", "1-2", "a=b", "'=1", "<b>", "🙂", "４", "160-0000-1234"])
def test_what_starts_no_formula_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, ""),
        (-5, -5),
        (Decimal("-1.5"), Decimal("-1.5")),
        (True, "True"),
        (date(2026, 11, 18), "2026-11-18"),
        (datetime(2026, 11, 18, tzinfo=UTC), "2026-11-18T00:00:00+00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_numbers_stay_numbers_and_the_rest_is_text(value: Cell, kept: object) -> None:
    assert cell(value) == kept


@given(text=st.text())
def test_no_text_becomes_a_formula_in_csv(text: str) -> None:
    file = io.StringIO(newline="")
    assert write_csv(file, ["one", "=two"], [[text, -1]]) == 1
    file.seek(0)
    header, row = csv.reader(file)
    assert header == ["one", "'=two"]
    assert row[0] == "" or row[0][0] not in "=+-@\t\r\n"
    assert row[1] == "-1"


def test_no_text_becomes_a_formula_or_a_link_in_a_workbook() -> None:
    file = io.BytesIO()
    texts = [*FORMULAS, "http://x.invalid", "123", "字" * 100_000]
    assert write_xlsx(file, ["=title", "number"], [[text, 5] for text in texts]) == len(texts)
    file.seek(0)
    rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert rows[0] == ["'=title", "number"]
    assert [row[0] for row in rows[1 : len(FORMULAS) + 1]] == [safe(text) for text in FORMULAS]
    assert rows[-2][0] == "123"
    assert len(str(rows[-1][0])) == CELL_MOST
    assert rows[1][1] == 5
    file.seek(0)
    assert b"<f>" not in file.getvalue()


def test_an_empty_table_is_a_table() -> None:
    assert write_csv(io.StringIO(), ["a"], []) == 0
    assert write_xlsx(io.BytesIO(), ["a"], []) == 0
