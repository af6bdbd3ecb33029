"""A list of divisions as it comes: which lines can be taken, and why the others cannot."""

from collections.abc import Iterable
from dataclasses import dataclass

from huiyin.programme.sheets import Fault, columns, decode, rows
from huiyin.register.rules import codes, naming

COLUMNS = ("code", "name", "level", "parent_code")
NAME_LENGTH = 60
LEVEL_LENGTH = 30
LINE_LENGTH = 2_000


@dataclass(frozen=True)
class Line:
    """A place as a line of a list gives it; `number` counts from the header's 1."""

    number: int
    code: str
    name: str
    level: str
    parent_code: str


@dataclass(frozen=True)
class Sheet:
    """The lines of a list that are well formed, parents before children, and the faults of the others."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


def read(data: bytes, *, county: str = "") -> Sheet:
    """Read a CSV with the columns code, name, level, parent_code in UTF-8 (with or without BOM), GBK or GB 18030.

    With `county` (a 12-digit code) lines that are neither in it nor above it are passed over in silence.
    Raises Refused("text_not_readable"), or Refused("column_missing") naming the column.
    """
    found = rows(decode(data), longest=LINE_LENGTH)
    _, header = next(found, (1, []))
    places = columns([naming.tidy(cell) for cell in header or []], COLUMNS)
    lines: list[Line] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for number, cells in found:
        if cells is None:
            faults.append(Fault(number, "line_too_long"))
            continue
        line = Line(number, *(naming.tidy(cells[place]) if place < len(cells) else "" for place in places))
        if not any(cells) or (county and codes.is_code(line.code) and not related(line.code, county)):
            continue
        fault = _fault(line, seen)
        if fault:
            faults.append(fault)
        else:
            seen.add(line.code)
            lines.append(line)
    return Sheet(tuple(sorted(lines, key=lambda one: (codes.width(one.code), one.code))), tuple(faults))


def related(code: str, county: str) -> bool:
    """Whether a place is in a county, is it, or stands above it."""
    return codes.inside(code, county) or codes.inside(county, code)


def orphans(lines: Iterable[Line], known: Iterable[str]) -> tuple[Fault, ...]:
    """Lines whose parent is neither known nor taken before them; lines come parents first."""
    there = set(known)
    faults = []
    for line in lines:
        if line.parent_code and line.parent_code not in there:
            faults.append(Fault(line.number, "place_parent_unknown", "parent_code", {"parent": line.parent_code}))
        else:
            there.add(line.code)
    return tuple(faults)


def _fault(line: Line, seen: set[str]) -> Fault | None:
    if not codes.is_code(line.code):
        return Fault(line.number, "code_wrong", "code")
    if line.code in seen:
        return Fault(line.number, "code_twice", "code", {"code": line.code})
    for column, text, most in (("name", line.name, NAME_LENGTH), ("level", line.level, LEVEL_LENGTH)):
        if not text:
            return Fault(line.number, "value_missing", column)
        if len(text) > most or not text.isprintable():
            return Fault(line.number, "value_wrong", column)
    return _parent_fault(line)


def _parent_fault(line: Line) -> Fault | None:
    if not line.parent_code:
        # Only what the codes put at the top may stand there without a parent.
        return None if codes.width(line.code) == codes.WIDTHS[0] else Fault(line.number, "value_missing", "parent_code")
    fits = codes.is_code(line.parent_code) and line.parent_code != line.code
    if not fits or not codes.inside(line.code, line.parent_code):
        return Fault(line.number, "place_parent_wrong", "parent_code", {"parent": line.parent_code})
    return None
