"""Lists are judged before they are opened, and read by a child that can do no harm."""

import random
import resource
import time
import zipfile
from datetime import date
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import pytest

from huiyin.core import sheet_extent, workbook_child, workbooks
from huiyin.core.workbook_child import delimiter, filled
from huiyin.programme.refusal import Refused
from tests.lists import csv_file, workbook
from tests.rows import row

SHEET = "xl/worksheets/sheet1.xml"


def cells_of(path: Path, **more: Any) -> list[list[Any]]:
    """What the child reads."""
    with workbooks.rows(path, workbooks.judge(path), **more) as rows:
        return [one.cells for one in rows]


def bent(path: Path, change: dict[str, bytes | None], folder: Path, **more: Any) -> Path:
    """A workbook with parts replaced, added or (None) left out."""
    out = folder / "bent.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **more) as new:
        for name in old.namelist():
            if name not in change:
                new.writestr(name, old.read(name))
        for name, content in change.items():
            if content is not None:
                new.writestr(name, content)
    return out


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return workbook(tmp_path / "list.xlsx", [["户编号", "姓名"], ["H1", "甲"], ["H2", "乙"]])


def test_numbers_dates_and_texts_of_a_workbook_are_read_as_they_stand(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["号", 16000001234.0, 3.5, date(1990, 1, 2), None, "末"]])
    assert cells_of(path) == [["号", 16000001234, 3.5, "1990-01-02", "", "末"]]


def test_the_value_of_merged_cells_is_that_of_all_of_them(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["村", "户"], [None, "1"], [None, "2"], ["石桥村", "3"]]
    path = workbook(tmp_path / "a.xlsx", rows, merges=[(1, 0, 2, 0, "槐树坪村")])
    assert cells_of(path) == [["村", "户"], ["槐树坪村", "1"], ["槐树坪村", "2"], ["石桥村", "3"]]
    assert [cells for _, cells in filled([(1, [1, 2]), (2, [0, 3])], [((0, 0), (1, 0))])] == [[1, 2], [1, 3]]


def test_a_long_sheet_is_read_in_slices_and_nothing_is_lost_between_them(tmp_path: Path) -> None:
    rows = [[number, f"号{number}", "同样的话", None, number / 2] for number in range(30_000)]
    path = workbook(tmp_path / "a.xlsx", rows)
    found = cells_of(path)
    assert [one[0] for one in found] == list(range(30_000))
    assert found[29_999] == [29_999, "号29999", "同样的话", "", 14_999.5]


def test_rows_and_columns_that_begin_late_keep_their_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [[], [], [None, None, "户编号"], [None, None, "H1"]])
    with workbooks.rows(path, "xlsx") as rows:
        found = [(one.number, one.cells) for one in rows]
    assert found == [(3, ["", "", "户编号"]), (4, ["", "", "H1"])]


def test_how_many_rows_there_are_is_known_with_the_first(tmp_path: Path, plain: Path) -> None:
    table = csv_file(tmp_path / "a.csv", ["户编号", "姓名"], [["H1", "甲"], ["H2", "乙"], ["H3", "丙"]])
    cut = tmp_path / "b.csv"
    cut.write_bytes(table.read_bytes().rstrip(b"\r\n"))
    for path, kind, many in ((plain, "xlsx", 3), (table, "csv", 4), (cut, "csv", 4)):
        with workbooks.rows(path, kind) as rows:
            assert (next(rows).number, rows.many) == (1, many)


def test_a_row_that_two_blocks_share_is_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", [[number] for number in range(40)])
    for size in range(5, 30):
        monkeypatch.setattr(workbook_child, "CHUNK", size)
        with zipfile.ZipFile(path) as archive:
            assert workbook_child.extent_of(archive, SHEET) == ([], 40)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_is_read_in_the_encodings_offices_write(tmp_path: Path, encoding: str) -> None:
    path = csv_file(tmp_path / "a.csv", ["户编号", "姓名"], [["H1", "张三，户主"], ["H2", '说"好"']], encoding=encoding)
    assert cells_of(path) == [["户编号", "姓名"], ["H1", "张三，户主"], ["H2", '说"好"']]


@pytest.mark.parametrize("divider", [",", "\t", ";", "|"])
def test_what_divides_the_cells_of_a_csv_is_found_out(divider: str) -> None:
    assert delimiter(f"a{divider}b{divider}c，d\n1{divider}2{divider}3\n") == divider


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n\xff\xfe\x81\x20\n")
    with pytest.raises(Refused, match="list_type"):
        cells_of(path)


def test_a_cell_of_a_hundred_thousand_characters_is_cut_and_seen_to_be_too_long(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", ["a", "b"], [["x" * 100_000, "1"], ["y", "2"]])
    found = cells_of(path)
    assert len(found[1][0]) > 2_000 - 1
    assert found[2] == ["y", "2"]


def test_another_sheet_is_read_on_wish_and_an_unknown_one_refused(plain: Path) -> None:
    assert cells_of(plain, sheet="花名册")[0] == ["户编号", "姓名"]
    with pytest.raises(Refused, match="sheet_unknown"):
        cells_of(plain, sheet="没有")


@row("R-061")
def test_of_several_sheets_one_is_read_and_the_others_that_hold_something_are_named(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "many.xlsx",
        [["户编号", "姓名"], ["H1", "甲"]],
        beside=[("字典", [["男"], ["女"]]), ("石桥村", [["户编号"], ["H2"]]), ("Sheet3", [])],
        hidden=["字典"],
    )
    with workbooks.rows(path, "xlsx") as rows:
        assert next(rows).cells == ["户编号", "姓名"]
        assert (rows.sheet, rows.beside) == ("花名册", ["石桥村"])
    with workbooks.rows(path, "xlsx", sheet="字典") as rows:
        assert next(rows).cells == ["男"]
        assert (rows.sheet, rows.beside) == ("字典", ["花名册", "石桥村"])


def _wide(plain: Path, tmp_path: Path) -> Path:
    sheet = b'<worksheet xmlns="http://x"><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'
    return bent(plain, {SHEET: sheet}, tmp_path)


def _sparse(plain: Path, tmp_path: Path) -> Path:
    sheet = (
        b'<worksheet xmlns="http://x"><dimension ref="A1:B2"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="900000"><c r="GA900000"><v>1</v></c></row></sheetData></worksheet>'
    )
    return bent(plain, {SHEET: sheet}, tmp_path)


def _bomb(plain: Path, tmp_path: Path) -> Path:
    return bent(plain, {SHEET: b"<worksheet>" + b" " * 300_000_000}, tmp_path)


def _lying(plain: Path, tmp_path: Path) -> Path:
    """The directory says that the sheet is small."""
    path = bent(plain, {SHEET: b"<worksheet>" + b" " * 50_000_000}, tmp_path)
    data = path.read_bytes()
    size = (50_000_011).to_bytes(4, "little")
    assert data.count(size) >= 1
    path.write_bytes(data.replace(size, (900).to_bytes(4, "little")))
    return path


def _entities(plain: Path, tmp_path: Path) -> Path:
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    )
    return bent(plain, {SHEET: laughs}, tmp_path)


def _links(plain: Path, tmp_path: Path) -> Path:
    return bent(plain, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}, tmp_path)


def _macros(plain: Path, tmp_path: Path) -> Path:
    return bent(plain, {"xl/vbaProject.bin": b"x"}, tmp_path)


def _crowd(plain: Path, tmp_path: Path) -> Path:
    return bent(plain, {f"xl/media/{number}": b"" for number in range(6_000)}, tmp_path)


def _merges(plain: Path, tmp_path: Path) -> Path:
    merges = b"".join(b'<mergeCell ref="A%d:B%d"/>' % (one, one + 1) for one in range(1, 200_000))
    sheet = b'<worksheet xmlns="http://x"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>'
    return bent(plain, {SHEET: sheet + merges + b"</mergeCells></worksheet>"}, tmp_path)


def _document(plain: Path, tmp_path: Path) -> Path:
    return bent(plain, {"xl/workbook.xml": None, "word/document.xml": b"<x/>"}, tmp_path)


def _cut(plain: Path, tmp_path: Path) -> Path:
    path = tmp_path / "cut.xlsx"
    path.write_bytes(plain.read_bytes()[:-200])
    return path


def _old(plain: Path, tmp_path: Path) -> Path:
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000))
    return path


def _empty(plain: Path, tmp_path: Path) -> Path:
    path = tmp_path / "empty.csv"
    path.touch()
    return path


HOSTILE = {
    _wide: "workbook_extent",
    _sparse: "workbook_extent",
    _bomb: "file_broken",
    _lying: "file_broken",
    _entities: "workbook_entities",
    _links: "workbook_links",
    _macros: "file_macros",
    _crowd: "file_broken",
    _merges: "workbook_extent",
    _document: "list_type",
    _cut: "file_broken",
    _old: "workbook_old",
    _empty: "file_empty",
}


@row("R-061")
@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__.strip("_"))
def test_a_hostile_workbook_is_refused_before_it_is_opened(plain: Path, tmp_path: Path, make: Any) -> None:
    path = make(plain, tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    with pytest.raises(Refused, match=HOSTILE[make]):
        workbooks.judge(path)
    assert time.process_time() - begun < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="900000"><c r="GA900000"><v>1</v></c></row>'
NARROW = "".join(f'<row r="{one}"><c r="A{one}"><v>1</v></c></row>' for one in range(1, 200))


def sheet_of(rows: str, *, root: str = "worksheet", encoding: str = "UTF-8", data: str = "sheetData") -> bytes:
    """A sheet of these rows in an encoding that its declaration names."""
    text = f'<?xml version="1.0" encoding="{encoding}"?><{root} xmlns="http://x" xmlns:x="http://x">'
    return f"{text}<{data}>{rows}</{data}></{root}>".encode(encoding)


def prefixed(rows: str) -> str:
    """Every mark with a prefix."""
    return rows.replace("<", "<x:").replace("<x:/", "</x:")


EVADING: dict[str, tuple[bytes, str]] = {
    "prefix": (sheet_of(prefixed(FAR), root="x:worksheet", data="x:sheetData"), "workbook_extent"),
    "other-prefix": (sheet_of(NARROW + prefixed(FAR)), "workbook_spelling"),
    "tab": (sheet_of(FAR.replace("<row ", "<row\t").replace("<c ", "<c\t")), "workbook_extent"),
    "line": (sheet_of(FAR.replace("<row ", "<row\n").replace("<c ", "<c\r\n")), "workbook_extent"),
    "quotes": (sheet_of(FAR.replace('"', "'")), "workbook_extent"),
    "spaces": (sheet_of(FAR.replace("r=", "r = ")), "workbook_extent"),
    "late": (sheet_of(FAR.replace("<c r", f'<c x="{"y" * 90}" r')), "workbook_extent"),
    "own-place": (sheet_of(FAR.replace('<row r="900000">', '<row r="2">')), "workbook_extent"),
    "twice": (sheet_of(FAR.replace('<c r="GA900000"', '<c r="A2" r="GA900000"')), "workbook_spelling"),
    "no-number": (sheet_of("<row>" + "<c><v>1</v></c>" * 201 + "</row>"), "workbook_extent"),
    "wide-behind-narrow": (sheet_of(NARROW + FAR.replace("900000", "40000")), "workbook_extent"),
    "entity": (sheet_of(FAR.replace("GA9", "GA&#57;")), "workbook_spelling"),
    "utf-16": (sheet_of(FAR, encoding="UTF-16"), "workbook_spelling"),
    "gbk": (sheet_of(FAR, encoding="GBK"), "workbook_spelling"),
    "comment": (sheet_of(f"<!-- > -->{NARROW}"), "workbook_spelling"),
    "cdata": (sheet_of(f"<![CDATA[</row>]]>{NARROW}"), "workbook_spelling"),
    "instruction": (sheet_of(f"<?a > ?>{NARROW}"), "workbook_spelling"),
    "in-quotes": (sheet_of(f'<row><c/><x a="</row><row>"/>{"<c/>" * 9}</row>'), "workbook_spelling"),
    "end": (sheet_of(NARROW.replace("</row>", "</row >")), "workbook_spelling"),
}
"""Sheets that are hostile, or not read as they are judged: what they are refused as."""


@row("R-061")
@pytest.mark.parametrize("name", EVADING)
def test_no_other_spelling_hides_how_far_a_sheet_reaches(
    plain: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, code = EVADING[name]
    path = bent(plain, {SHEET: sheet}, tmp_path)
    for size in (1_000_000, 61):  # in one block, and cut anywhere
        monkeypatch.setattr(workbooks, "CHUNK", max(size, 200 if name == "prefix" else size))
        with pytest.raises(Refused, match=code):
            workbooks.judge(path)


def test_a_column_behind_the_widest_so_far_is_seen() -> None:
    letters = [*ascii_uppercase, *(one + two for one in "ABCDEFGHI" for two in ascii_uppercase)]
    for at, one in enumerate(letters, 1):
        assert sheet_extent.column(one.encode()) == at
        for width in (at - 1, at, at + 1):
            seen = sheet_extent._beyond(max(width, 1)).search(f'<c r="{one}7"'.encode())
            assert bool(seen) == (at > max(width, 1))


@row("R-061")
def test_definitions_are_refused_in_any_encoding_and_however_late_they_come(plain: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(plain) as archive:
        names = archive.read("xl/workbook.xml").decode()
    laughs = names.replace("?>", '?><!DOCTYPE x [<!ENTITY a "aa">]>', 1).replace(
        'encoding="UTF-8"', 'encoding="UTF-16"'
    )
    path = bent(plain, {"xl/workbook.xml": laughs.encode("UTF-16")}, tmp_path)
    with pytest.raises(Refused, match="workbook_spelling"):
        workbooks.judge(path)
    blanks = "".join(random.Random(7).choices(" \n\t", k=2_000_000))
    late = sheet_of(NARROW).replace(b"<worksheet", blanks.encode() + b'<!DOCTYPE x SYSTEM "file:///x"><worksheet')
    with pytest.raises(Refused, match="workbook_entities"):
        workbooks.judge(bent(plain, {SHEET: late}, tmp_path))


def test_marks_outside_the_usual_spelling_have_a_limit(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_extent, "MOST_LOOSE", 1_000)
    path = bent(plain, {SHEET: sheet_of(NARROW)}, tmp_path)
    assert workbooks.judge(path) == "xlsx"  # rows as spreadsheet programs write them are none
    path = bent(plain, {SHEET: sheet_of("<row>" + "<c/>" * 10 + "</row>") * 200}, tmp_path)
    with pytest.raises(Refused, match="workbook_extent"):
        workbooks.judge(path)


@row("R-061")
def test_a_sheet_whose_every_mark_has_a_prefix_is_read(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(plain) as archive:
        usual = archive.read(SHEET).decode()
    written = usual.partition("?>")[2]
    path = bent(plain, {SHEET: prefixed(written).replace("xmlns=", "xmlns:x=", 1).encode()}, tmp_path)
    assert cells_of(path) == [["户编号", "姓名"], ["H1", "甲"], ["H2", "乙"]]
    for size in range(200, 260):
        monkeypatch.setattr(workbook_child, "CHUNK", size)
        with zipfile.ZipFile(path) as archive:
            found = b"".join(workbook_child.blocks_of(archive, SHEET)).decode()
        assert found.replace("xmlns:x=", "xmlns=", 1) == written


def test_rows_without_numbers_keep_their_order_over_slices(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"<row><c><v>{one}</v></c><c><v>7</v></c></row>" for one in range(1, 40))
    path = bent(plain, {SHEET: sheet_of(rows.replace("<row>", '<row r="3">', 1))}, tmp_path)
    assert workbooks.judge(path) == "xlsx"
    for name in ("CHUNK", "FIRST_BYTES", "SLICE_BYTES"):
        monkeypatch.setattr(workbook_child, name, 150)
    with zipfile.ZipFile(path) as archive:
        found = list(workbook_child.sliced(archive, "花名册", SHEET))
    assert found == [(one + 2, [one, 7]) for one in range(1, 40)]


def test_texts_that_cells_share_are_held_whole_and_so_have_a_limit(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_SHARED", 1_000)
    texts = b"".join(b"<si><t>%x</t></si>" % one for one in range(100))
    path = bent(plain, {"xl/sharedStrings.xml": b"<sst>" + texts + b"</sst>"}, tmp_path)
    with pytest.raises(Refused, match="workbook_extent"):
        workbooks.judge(path)


def test_what_would_take_long_to_look_through_is_refused_before(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bent(plain, {"docProps/more.bin": b"x" * 5_000}, tmp_path)
    with zipfile.ZipFile(path) as archive:
        whole = sum(entry.file_size for entry in archive.infolist())
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", whole)
    assert workbooks.judge(path) == "xlsx"
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", whole - 1)
    monkeypatch.setattr(workbooks, "_part", lambda *_: pytest.fail("nothing is unpacked"))
    with pytest.raises(Refused, match="workbook_extent"):
        workbooks.judge(path)


@row("R-061")
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.data", "xl/worksheets/more/sheet1.xml", "xl/sheet1.xml"])
def test_a_sheet_where_nobody_judges_one_is_not_read(plain: Path, tmp_path: Path, part: str) -> None:
    with zipfile.ZipFile(plain) as archive:
        sheet, links = archive.read(SHEET), archive.read("xl/_rels/workbook.xml.rels")
    told = links.replace(b"worksheets/sheet1.xml", part.removeprefix("xl/").encode())
    assert told != links
    path = bent(plain, {SHEET: None, part: sheet, "xl/_rels/workbook.xml.rels": told}, tmp_path)
    with pytest.raises(Refused, match="sheet_empty"):
        cells_of(path)


def test_a_reader_that_meets_its_limits_ends_as_a_refusal(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MEMORY", 16 * workbooks.MEGABYTE)
    with pytest.raises(Refused, match="file_broken"):
        cells_of(plain)


def test_the_reader_has_no_key_and_no_address_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    assert set(workbooks._environment()) <= {"PATH", "LANG", "LC_ALL"}


def test_a_reader_is_ended_with_its_block(plain: Path) -> None:
    with workbooks.rows(plain, "xlsx") as rows:
        assert next(rows).cells == ["户编号", "姓名"]
    with workbooks.rows(plain, "xlsx") as rows:  # leaving early left nothing behind: the file is read once more
        assert [one.number for one in rows] == [1, 2, 3]
