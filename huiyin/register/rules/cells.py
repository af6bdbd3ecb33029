"""One cell of an office's list: what it says, and what had to be mended to read it. Pure."""

import re
import tomllib
import unicodedata
from datetime import date, timedelta
from functools import cache
from importlib import resources

from huiyin.programme.refusal import Refused

Cell = str | int | float | bool | None
LONGEST = 200
EXACT = 10**15
"""A spreadsheet's number keeps fifteen digits: of a longer one the last are lost."""
_FLOAT = re.compile(r"(-?[0-9]+)\.0+")
_POWER = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]{1,3}")
"""How a CSV keeps what a spreadsheet or a program had as a number: 12001.0, and 1.6E+17, whose last digits are lost."""
_FORMULA = re.compile(r'="?([^"=]*)"?')
_SPACES = re.compile(r"\s+")
_PARTED = re.compile(r"([0-9]{4})[-/.\u5e74]([0-9]{1,2})(?:[-/.\u6708]([0-9]{1,2})\u65e5?|\u6708?)?(?:[ T].*)?")
_SOLID = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_AROUND = re.compile(r"(?<=[0-9]) *([-/.\u5e74\u6708]) *(?=[0-9])|(?<=[0-9]) +(?=[\u5e74\u6708\u65e5])")
_YEAR = re.compile(r"([0-9]{4})\u5e74?")
_SERIAL = re.compile(r"[0-9]{4,5}")
_EPOCH = date(1899, 12, 30)
EARLIEST = 1900


def text(cell: Cell, *, field: str) -> tuple[str, bool]:
    """A cell as one line of text in NFKC, and whether more than outer blanks had to go.

    Raises Refused: cell_too_long, number_rounded (a spreadsheet has lost its last digits), cell_formula,
    text_not_readable.
    """
    if cell is None:
        return "", False
    if isinstance(cell, bool):
        return str(int(cell)), False
    if isinstance(cell, int | float):
        if abs(cell) >= EXACT:
            raise Refused("number_rounded", field=field)
        return (str(cell) if isinstance(cell, int) else repr(cell)), False
    if cell.isascii() and cell.isalnum() and len(cell) <= LONGEST:
        return cell, False  # most cells: a code, a number
    return _tidied(cell, field)


def _tidied(cell: str, field: str) -> tuple[str, bool]:
    if len(cell) > LONGEST:
        raise Refused("cell_too_long", field=field, most=LONGEST)
    if "\x00" in cell:
        raise Refused("text_not_readable", field=field)
    if whole := _FLOAT.fullmatch(cell):
        return text(int(whole[1]), field=field)
    if _POWER.fullmatch(cell):
        raise Refused("number_rounded", field=field)
    stripped = cell.strip().strip("'\u2018\u2019`")
    if stripped.startswith("="):
        # ="0123": how lists keep a spreadsheet from eating zeros. Any other formula is not a value.
        inner = _FORMULA.fullmatch(stripped)
        if inner is None or not inner[1].isalnum():
            raise Refused("cell_formula", field=field)
        stripped = inner[1]
    kept = _SPACES.sub(" ", unicodedata.normalize("NFKC", stripped)).strip()
    return kept, kept != cell.strip()


def day(written: str, *, today: date, field: str) -> date:
    """A date in one of the shapes of lists: 2026-01-02, 2026/1/2, 2026.1.2, with the characters for year, month and
    day, 20260102, or a spreadsheet's number of days. A month or a year alone begins on its first day.

    Raises Refused: date_wrong, date_in_future.
    """
    found = _day(written)
    if found is None or found.year < EARLIEST:
        raise Refused("date_wrong", field=field)
    if found > today:
        raise Refused("date_in_future", field=field)
    return found


def _day(written: str) -> date | None:
    written = _AROUND.sub(lambda found: found[1] or "", written)
    parted = _PARTED.fullmatch(written) or _SOLID.fullmatch(written)
    try:
        if parted and (parted.re is _PARTED or int(parted[1]) >= EARLIEST):
            return date(int(parted[1]), int(parted[2]), int(parted[3] or 1))
        year = _YEAR.fullmatch(written)
        if year and EARLIEST <= int(year[1]) <= 2100:
            return date(int(year[1]), 1, 1)
    except ValueError:
        return None
    if _SERIAL.fullmatch(written.removesuffix(".0")):
        return _EPOCH + timedelta(days=int(written.removesuffix(".0")))
    return None


@cache
def _values() -> dict[str, dict[str, str]]:
    table = tomllib.loads((resources.files("huiyin.register.rules") / "values.toml").read_text(encoding="utf-8"))
    return {
        group: {word: code for code, words in entries.items() for word in words} for group, entries in table.items()
    }


def value(group: str, written: str, *, field: str) -> str:
    """The code of what is written, such as `female`; empty for nothing. Raises Refused("value_unknown")."""
    if not written:
        return ""
    found = _values()[group].get(written) or _values()[group].get(written.lower())
    if found is None:
        raise Refused("value_unknown", field=field)
    return found


def count(text: str, *, most: int) -> int | None:
    """A number of people or things written in ASCII digits, from 0 to `most`; None for anything else, however long."""
    digits = text.lstrip("0") or text[-1:]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(most)):
        return None
    return int(digits) if int(digits) <= most else None


def coded(group: str) -> frozenset[str]:
    """The codes of a group of values, which the manual lists."""
    return frozenset(_values()[group].values())


@cache
def words(group: str) -> tuple[str, ...]:
    """The words of a group, longest first."""
    return tuple(sorted(_values()[group], key=len, reverse=True))
