"""Lists for tests as offices keep them: invented people, ID numbers that check, telephones that cannot ring."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from huiyin.core.text import ID_CHECKS, ID_WEIGHTS

HOUSEHOLDS = ("户编号", "乡镇", "村", "组", "住址", "户主姓名", "身份证号", "联系电话", "人口数")
RESIDENTS = ("户编号", "姓名", "与户主关系", "身份证号", "性别", "出生日期", "联系电话")


def an_id(number: int, born: str = "19700102") -> str:
    """An ID number of an invented county that checks; odd numbers are men's."""
    body = f"990101{born}{number % 1000:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, body, strict=True))
    return body + ID_CHECKS[total % 11]


def a_phone(number: int) -> str:
    """A number no operator has."""
    return f"1600000{number:04d}"


def households(count: int, *, first: int = 1) -> list[list[Any]]:
    """Lines of a list of households of the tests' villages."""
    return [
        [
            f"HT{number:05d}",
            "柳湾镇",
            "槐树坪" if number % 2 else "石桥村",
            "三组" if number % 2 else "",
            f"柳湾镇{number}号",
            "户主" + "甲乙丙丁戊己庚辛壬癸"[number % 10] + "一二三四五六七八九十"[number // 10 % 10],
            an_id(number, f"{1940 + number // 1000 % 60}0102"),
            a_phone(number),
            number % 6 + 1,
        ]
        for number in range(first, first + count)
    ]


def csv_file(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8-sig") -> Path:
    """A list as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def workbook(path: Path, rows: Sequence[Sequence[Any]], **more: Any) -> Path:
    """A list as a workbook; `merges` are (row, column, row, column, value) from 0, `beside` other sheets with their
    rows, `order` the names of all, `hidden` those nobody sees."""
    from xlsxwriter import Workbook

    with Workbook(str(path)) as book:
        sheet = book.add_worksheet("花名册")
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if hasattr(value, "year"):
                    sheet.write_datetime(number, column, value, dates)
                elif value is not None:
                    sheet.write(number, column, value)
        for top, left, bottom, right, value in more.get("merges", ()):
            sheet.merge_range(top, left, bottom, right, value)
        for name, lines in more.get("beside", ()):
            other = book.add_worksheet(name)
            for number, row in enumerate(lines):
                other.write_row(number, 0, row)
        book.worksheets_objs.sort(key=lambda one: more.get("order", ()).index(one.name) if "order" in more else 0)
        for one in book.worksheets():
            if one.name in more.get("hidden", ()):
                one.hide()
    return path
