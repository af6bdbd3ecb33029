"""Exports that a spreadsheet opens without running anything.

A text whose first visible character starts a formula (also in full width: ＝ ＋ － ＠) is given a leading apostrophe,
as OWASP advises for CSV injection; numbers stay numbers.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO
from uuid import UUID

Cell = str | int | Decimal | datetime | date | UUID | None

CELL_MOST = 32_767  # characters in a cell of Excel; XlsxWriter drops longer ones without a word
_STARTERS = frozenset("=+-@\u2212\t\r\n|")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNSEEN = re.compile("^[\\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


def safe(text: str) -> str:
    """The text as a cell that computes nothing; characters no sheet can hold are dropped, long texts end in `…`."""
    clean = _NOT_XML.sub("", text)
    if clean[:1] in _STARTERS or _starts_formula(_UNSEEN.sub("", clean)[:1]):
        clean = "'" + clean
    return clean if len(clean) <= CELL_MOST else clean[: CELL_MOST - 1] + "…"


def cell(value: Cell) -> str | int | Decimal:
    """A value as an export holds it: texts safe, numbers themselves, moments and ids in ISO form, nothing as ''."""
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return safe(str(value))


def write_csv(file: IO[str], header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a table as CSV, every field quoted; gives the number of rows. Open the file as utf-8-sig, newline=''."""
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([safe(title) for title in header])
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last count is the number of rows
        writer.writerow([cell(value) for value in row])
    return count


def write_xlsx(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "1") -> int:
    """Write a table as xlsx in constant memory; texts are texts, never formulas or links. Gives the number of rows."""
    from xlsxwriter import Workbook  # exports are rare, its import is not free

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    count = 0
    with Workbook(file, options) as book:
        page = book.add_worksheet(sheet)
        for column, title in enumerate(header):
            page.write_string(0, column, safe(title))
        for count, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                kept = cell(value)
                if isinstance(kept, str):
                    page.write_string(count, column, kept)
                else:
                    page.write_number(count, column, kept)
    return count


def _starts_formula(character: str) -> bool:
    return bool(character) and unicodedata.normalize("NFKC", character)[:1] in _STARTERS
