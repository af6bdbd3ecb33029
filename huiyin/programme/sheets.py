"""A list as offices really keep it: bytes in, rows out, and why a row cannot be read. Pure."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from huiyin.programme.refusal import Refused

ENCODINGS = ("utf-8-sig", "gb18030")
"""GB 18030 contains GBK and GB 2312, which Chinese spreadsheets still write."""


@dataclass(frozen=True)
class Fault:
    """Why a line is not taken: a refusal's code and the column it is about; `number` counts from the header's 1."""

    number: int
    code: str
    column: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)


def decode(data: bytes) -> str:
    """The text of a list. Raises Refused("text_not_readable") for what is no text in a known encoding."""
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("text_not_readable")


def rows(text: str, *, longest: int) -> Iterator[tuple[int, list[str] | None]]:
    """Line number and cells, row by row; None where the row has more than `longest` characters or cannot be split."""
    # The csv module's own limit (131,072 for a cell) stays below what a row may be nowhere in this project.
    reader = csv.reader(io.StringIO(text, newline=""))
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, None
            continue
        yield reader.line_num, cells if sum(map(len, cells)) <= longest else None


def columns(header: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Where the wanted columns stand. Raises Refused("column_missing") naming the first that is not there."""
    names = [cell.strip().lower() for cell in header]
    for column in wanted:
        if column not in names:
            raise Refused("column_missing", field=column, column=column)
    return [names.index(column) for column in wanted]
