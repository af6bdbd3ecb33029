"""The child that reads a list: standard library and calamine only; takes `xlsx|csv PATH SHEET`, writes JSON lines.

Each line is `[number, [cells]]`; the last is `{"end": true}`; `{"refused": code}` where the list cannot be taken.
Numbers stay numbers, dates are ISO texts, values of merged cells are filled in. Run with `python -I`, so nothing of
the product is imported and nothing of the environment is used but the limits.
"""

import codecs
import csv
import datetime
import json
import math
import os
import resource
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

LONGEST_CELL = 2_000
"""Characters of a cell that are passed on, and one more that shows that it was longer."""
WHOLE = 1e22
"""Floats below it are told as whole numbers where they are."""
MOST_MERGES = 20_000
SAMPLE = 64 * 1024
DELIMITERS = (",", "\t", ";", "|")


class Unreadable(Exception):
    """The list cannot be taken; the argument is a refusal's code."""


def limit() -> None:
    """No more memory, time and files than reading needs."""
    memory, seconds = int(os.environ["HUIYIN_READ_MEMORY"]), int(os.environ["HUIYIN_READ_SECONDS"])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def workbook(path: str, wanted: str) -> Iterator[tuple[int, list[Any]]]:
    """The rows of one sheet: the wanted one, else the first that holds something."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        names = [wanted] if wanted else book.sheet_names
        if wanted and wanted not in book.sheet_names:
            raise Unreadable("sheet_unknown")
        for name in names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height:
                break
        else:
            raise Unreadable("sheet_empty")
    except python_calamine.PasswordError as problem:
        raise Unreadable("workbook_locked") from problem
    except python_calamine.CalamineError as problem:
        raise Unreadable("file_broken") from problem
    first = sheet.start[0] + 1 if sheet.start else 1
    merges = sheet.merged_cell_ranges or []
    if len(merges) > MOST_MERGES:
        raise Unreadable("workbook_extent")
    # iter_rows begins with the first row that holds something, or with the sheet's first.
    offset = first if sheet.height < sheet.total_height else 1
    yield from filled(((number, row) for number, row in enumerate(sheet.iter_rows(), offset)), merges)


def filled(
    rows: Iterable[tuple[int, list[Any]]], merges: Iterable[tuple[tuple[int, int], tuple[int, int]]]
) -> Iterator[tuple[int, list[Any]]]:
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


def table(path: str) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a CSV in UTF-8 or GB 18030, divided by what divides its first lines."""
    encoding = encoding_of(path)
    with Path(path).open(encoding=encoding, newline="") as file:
        sample = file.read(SAMPLE)
        if "\x00" in sample:
            raise Unreadable("text_not_readable")
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
    raise Unreadable("text_not_readable")


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


def main(kind: str, path: str, sheet: str) -> None:
    """Write the rows to standard output."""
    limit()
    write = sys.stdout.write
    encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
    try:
        for number, row in workbook(path, sheet) if kind == "xlsx" else table(path):
            write(encode([number, [plain(cell) for cell in row]]) + "\n")
    except Unreadable as problem:
        write(encode({"refused": str(problem)}) + "\n")
        return
    write('{"end":true}\n')


if __name__ == "__main__":
    main(*sys.argv[1:4])
