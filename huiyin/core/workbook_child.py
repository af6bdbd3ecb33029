"""The child that reads a list: standard library and calamine only; takes `xlsx|csv PATH SHEET`, writes JSON lines.

The first is `{"rows": how many there are, "sheet": its name, "beside": other sheets that hold something}`, each after
it `[number, [cells]]`, the last `{"end": true}`; where the list cannot be taken, `{"refused": code}`. Hidden sheets, in
which offices keep what cells may be chosen from, are read where they are named. Numbers stay numbers, dates are ISO
texts, values of merged cells are filled in.
Run with `python -I`, so nothing of the product is imported and nothing of the environment is used but the limits.
"""

import codecs
import csv
import datetime
import io
import itertools
import json
import math
import re
import resource
import sys
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

LONGEST_CELL = 2_000
"""Characters of a cell that are passed on, and one more that shows that it was longer."""
WHOLE = 1e22
"""Floats below it are told as whole numbers where they are."""
MOST_MERGES = 20_000
MOST_TAIL = 8 * 1024 * 1024
"""Bytes behind a sheet's rows in which merged ranges are looked for."""
SAMPLE = 64 * 1024
CHUNK = 1024 * 1024
FIRST_BYTES = CHUNK
SLICE_BYTES = 16 * CHUNK
BESIDE = {
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
}
Range = tuple[tuple[int, int], tuple[int, int]]
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
"""The sheets whose extent was judged before; what lies elsewhere or is called otherwise is none."""
_PREFIXED = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]*\?>\s*)?<([A-Za-z_][A-Za-z0-9_.-]{0,30}):worksheet[\s>]")
_DIMENSION = re.compile(rb"<dimension [^>]*/>")
_ROW = re.compile(rb"<row(?=[\s/>])")
_NUMBERED = re.compile(rb"""<row\s[^<>]*?\br\s*=\s*["']([0-9]{1,7})""")
VALUES = (b"<v>", b"<is>")
MOST_BESIDE, LONGEST_NAME = 50, 60
"""Names of other sheets that are told."""
DELIMITERS = (",", "\t", ";", "|")


class Unreadable(Exception):
    """The list cannot be taken; the argument is a refusal's code."""


def limit(memory: int, seconds: int) -> None:
    """No more memory (bytes), processor time and files than reading needs."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def workbook(path: str, wanted: str, tell: Callable[[int, list[str]], None]) -> Iterator[tuple[int, list[Any]]]:
    """The rows of one sheet: the wanted one, else the first that holds something; `tell` is told how many it has,
    its name, and others that hold something."""
    try:
        with zipfile.ZipFile(path) as archive:
            sheets = sheets_of(archive)
            if wanted and wanted not in sheets:
                raise Unreadable("sheet_unknown")
            seen = [name for name, (_, hidden) in sheets.items() if not hidden] or list(sheets)
            for name in [wanted] if wanted else seen:
                merges, many = extent_of(archive, sheets[name][0])
                rows = filled(sliced(archive, name, sheets[name][0]), merges)
                first = next(rows, None)
                if first is not None:
                    beside = [one for one in seen if one != name and holds(archive, sheets[one][0])]
                    tell(many, [name, *beside[:MOST_BESIDE]])
                    yield first
                    yield from rows
                    return
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, EOFError, zlib.error) as problem:
        raise Unreadable("file_broken") from problem
    raise Unreadable("sheet_empty")


def holds(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether a sheet has a cell with a value."""
    cut = b""
    for block in blocks_of(archive, part):
        if any(one in cut + block for one in VALUES):
            return True
        cut = block[-8:]
    return False


def blocks_of(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A sheet block by block, without a prefix that all of it has."""
    with archive.open(part) as sheet:
        yield from unprefixed(iter(lambda: sheet.read(CHUNK), b""))


def unprefixed(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """A sheet whose every mark has a prefix (`<x:row>`), as some programs write it, without it; else as it is."""
    first = next(blocks, b"")
    found = _PREFIXED.match(first)
    if found is None:
        yield first
        yield from blocks
        return
    prefix, kept = found[1] + b":", b""
    for block in itertools.chain((first,), blocks, (b"",)):
        text = kept + block
        cut = text.rfind(b"<", max(0, len(text) - len(prefix) - 2)) if block else -1
        text, kept = (text[:cut], text[cut:]) if cut >= 0 else (text, b"")
        yield text.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")


def sheets_of(archive: zipfile.ZipFile) -> dict[str, tuple[str, bool]]:
    """The names of the sheets in their order, where each lies and whether it is hidden.

    Definitions of entities were refused before.
    """
    targets = {one.get("Id", ""): one.get("Target", "") for one in _small_xml(archive, "xl/_rels/workbook.xml.rels")}
    found = {}
    for one in _small_xml(archive, "xl/workbook.xml").iter():
        relation = next((value for key, value in one.attrib.items() if key.endswith("}id")), "")
        target = targets.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if one.tag.endswith("}sheet") and SHEET.fullmatch(part):
            found[one.get("name", "")] = part, one.get("state", "visible") != "visible"
    return found


def _small_xml(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    text = archive.read(part)
    if len(text) > CHUNK or b"\x00" in text or b"<!" in text.replace(b"<!--", b""):
        raise Unreadable("workbook_entities")
    return ElementTree.fromstring(text)  # noqa: S314 - small, without definitions, and read by a child with limits


def extent_of(archive: zipfile.ZipFile, part: str) -> tuple[list[Range], int]:
    """The merged ranges of a sheet, which stand behind its rows, and how many rows it has."""
    tail, rows, cut = b"", 0, b""
    for block in blocks_of(archive, part):
        text = cut + block
        rows += len(_ROW.findall(text))
        cut = text[-len(b"<row") :]
        tail = block if b"</sheetData>" in block else tail + block if b"<mergeCell" in tail + block else block
        if len(tail) > MOST_TAIL:
            raise Unreadable("workbook_extent")
    found = _MERGE.findall(tail)
    if len(found) > MOST_MERGES:
        raise Unreadable("workbook_extent")
    return [
        ((int(top) - 1, _column(left)), (int(bottom) - 1, _column(right))) for left, top, right, bottom in found
    ], rows


def sliced(archive: zipfile.ZipFile, name: str, part: str) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a sheet, read some thousands at a time: the reader holds a whole sheet in memory.

    Each slice is a small workbook of its own, made of the sheet's own text and the parts that cells refer to.
    """
    beside = {one: archive.read(one) for one in archive.namelist() if one in BESIDE}
    shared = sum(len(beside[one]) for one in beside if one.endswith("sharedStrings.xml"))
    most = SLICE_BYTES * (4 if shared > SLICE_BYTES else 1)  # the shared texts are read again for every slice
    blocks = blocks_of(archive, part)
    head, rest = _head(blocks)
    size, last = FIRST_BYTES, 0
    while True:
        while len(rest) < size and (block := next(blocks, None)) is not None:
            rest += block
        end = rest.find(b"</sheetData>")
        cut = end if end >= 0 else rest.rfind(b"</row>") + len(b"</row>")
        if cut < len(b"</row>"):
            if end < 0 and rest:
                raise Unreadable("file_broken")
            return
        # Rows may have no number: those of a later slice go on from the last one.
        follow = b'<row r="%d"/>' % last if last else b""
        yield from _slice(beside, name, part, head + follow + rest[:cut] + b"</sheetData></worksheet>")
        if end >= 0:
            return
        last = _last_row(rest[:cut], last)
        rest, size = rest[cut:], most


def _last_row(text: bytes, before: int) -> int:
    """The number of the last row in a text; a row without one has that of the row before it and one more."""
    since, place = 0, len(text)
    while (place := text.rfind(b"<row", 0, place)) >= 0:
        numbered = _NUMBERED.match(text, place)
        if numbered is not None:
            return int(numbered[1]) + since
        since += 1
    return before + since


def _head(blocks: Iterator[bytes]) -> tuple[bytes, bytes]:
    """Everything up to the first row, without what the sheet says of its own extent; and what was read behind it."""
    text = b""
    for block in blocks:
        text += block
        place = text.find(b"<sheetData>")
        if place >= 0:
            place += len(b"<sheetData>")
            return _DIMENSION.sub(b"", text[:place]), text[place:]
        if b"<sheetData/>" in text:
            return text, b"</sheetData>"
        if len(text) > 8 * CHUNK:
            break
    raise Unreadable("file_broken")


def _slice(beside: dict[str, bytes], name: str, part: str, text: bytes) -> Iterator[tuple[int, list[Any]]]:
    import python_calamine

    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for one, content in beside.items():
            archive.writestr(one, content)
        archive.writestr(part, text)
    del text
    whole.seek(0)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(whole) as book:
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python()
    except python_calamine.PasswordError as problem:
        raise Unreadable("workbook_locked") from problem
    except python_calamine.CalamineError as problem:
        raise Unreadable("file_broken") from problem
    if not rows or sheet.start is None:
        return
    top, left = sheet.start
    for number, row in enumerate(rows, top + 1):
        yield number, [""] * left + row


def _column(letters: bytes) -> int:
    """A column by its letters, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def filled(rows: Iterable[tuple[int, list[Any]]], merges: Iterable[Range]) -> Iterator[tuple[int, list[Any]]]:
    """Every cell of a merged range has the value of its first; ranges are (row, column) from 0."""
    waiting = deque(sorted(merges))
    active: list[tuple[int, int, int, Any]] = []
    for number, row in rows:
        at = number - 1
        active = [one for one in active if one[0] >= at]
        while waiting and waiting[0][0][0] <= at:
            (top, left), (bottom, right) = waiting.popleft()
            if top == at and left < len(row):
                active.append((bottom, left, right, row[left]))
        for _, left, right, value in active:
            for column in range(left, min(right + 1, len(row))):
                row[column] = value
        yield number, row


def table(path: str, tell: Callable[[int, list[str]], None]) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a CSV in UTF-8 or GB 18030, divided by what divides its first lines; `tell` as above."""
    encoding = encoding_of(path)
    tell(lines_of(path), [])
    with Path(path).open(encoding=encoding, newline="") as file:
        sample = file.read(SAMPLE)
        if "\x00" in sample:
            raise Unreadable("list_type")
        file.seek(0)
        reader = csv.reader(file, delimiter=delimiter(sample))
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield reader.line_num, ["\x00"]
                continue
            yield reader.line_num, row


def encoding_of(path: str) -> str:
    """UTF-8 if the whole file is, else GB 18030 if it is that."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with Path(path).open("rb") as file:
                while block := file.read(1024 * 1024):
                    decoder.decode(block)
                decoder.decode(b"", True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable("list_type")


def lines_of(path: str) -> int:
    """How many lines a text has, with the last whether or not anything ends it."""
    found, last = 0, b"\n"
    with Path(path).open("rb") as file:
        while block := file.read(CHUNK):
            found, last = found + block.count(b"\n"), block[-1:]
    return found + (last != b"\n")


def delimiter(sample: str) -> str:
    """Of the usual dividers the one that most of the first lines have equally often, and most."""
    lines = [line for line in sample.splitlines()[:20] if line.strip()]

    def weight(one: str) -> tuple[int, int]:
        counts = [line.count(one) for line in lines]
        most = max(counts, default=0)
        return (sum(count == most for count in counts) if most else 0, most)

    return max(DELIMITERS, key=weight)


def plain(cell: Any) -> Any:
    """A cell as JSON: whole floats are integers, dates are ISO texts, texts are cut behind what anybody may write."""
    if isinstance(cell, str):
        return cell[: LONGEST_CELL + 1]
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return ""
        return int(cell) if cell.is_integer() and abs(cell) < WHOLE else cell
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, bool | int) or cell is None:
        return cell
    return str(cell)


def main(kind: str, path: str, sheet: str, memory: str, seconds: str) -> None:
    """Write the rows to standard output."""
    limit(int(memory), int(seconds))
    write = sys.stdout.write
    encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode

    def tell(rows: int, sheets: list[str]) -> None:
        name, *beside = [one[:LONGEST_NAME] for one in sheets] or [""]
        write(encode({"rows": rows, "sheet": name, "beside": beside}) + "\n")

    try:
        for number, row in workbook(path, sheet, tell) if kind == "xlsx" else table(path, tell):
            write(encode([number, [plain(cell) for cell in row]]) + "\n")
    except Unreadable as problem:
        write(encode({"refused": str(problem)}) + "\n")
        return
    write('{"end":true}\n')


if __name__ == "__main__":
    main(*sys.argv[1:6])
