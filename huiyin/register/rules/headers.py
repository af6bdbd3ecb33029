"""Which column of an office's list is which field: by words in data, and by what the office chose last time."""

import itertools
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from huiyin.programme.refusal import Refused

SEARCHED = 12
"""Rows from the top among which the header is looked for: titles and notes stand above it."""
LONGEST = 60
LEAST = 2
_BRACKETS = re.compile(r"[(（\[【〔].*?[)）\]】〕]")
_SIGNS = re.compile(r"[\s*:：、,，.。/／_\-—]+")


@dataclass(frozen=True)
class Field:
    """A field a list may fill: whether it must, and the words offices have for it."""

    name: str
    need: bool
    one_of: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Header:
    """The header of a list: how many rows it takes, its texts, and the column of each field (from 0)."""

    row: int
    rows: int
    texts: tuple[str, ...]
    columns: dict[str, int]


@cache
def fields(kind: str) -> tuple[Field, ...]:
    """The fields of a kind of list, in the order of the pages. Raises KeyError for a kind that is none."""
    table = tomllib.loads((resources.files("huiyin.register.rules") / "rosters.toml").read_text(encoding="utf-8"))[kind]
    return tuple(_field(name, entry) for name, entry in table.items())


def _field(name: str, entry: Mapping[str, Any]) -> Field:
    words = tuple(dict.fromkeys(plain(word) for word in entry["words"]))
    return Field(name, entry.get("need", False), entry.get("one_of", ""), words)


def plain(text: str) -> str:
    """A header as it is compared: no width, case, blanks, signs, or remarks in brackets."""
    narrow = unicodedata.normalize("NFKC", text[:200]).lower()
    bare = _SIGNS.sub("", _BRACKETS.sub("", narrow))
    return (bare or _SIGNS.sub("", narrow))[:LONGEST]


def find(kind: str, rows: Sequence[tuple[int, Sequence[str]]], remembered: Mapping[str, str]) -> Header:
    """The header among the first rows of a list: the row, or pair of rows, that names the most fields.

    `remembered` maps plain headers to the field the office chose, "" for none. Raises Refused("header_missing").
    """
    looked = rows[:SEARCHED]
    singles = [Header(number, 1, _cut(cells), match(kind, cells, remembered)) for number, cells in looked]
    best = max(singles, key=lambda one: len(one.columns), default=None)
    for (number, above), (_, below) in itertools.pairwise(looked):
        texts = _joined(above, below)
        found = match(kind, texts, remembered)
        # Two rows are one header only if together they name what neither does: else the second is a line of data.
        if match(kind, above, remembered) and best is not None and len(found) > len(best.columns) + 1:
            best = Header(number, 2, _cut(texts), found)
    if best is None or len(best.columns) < LEAST:
        raise Refused("header_missing", field="file")
    return best


def _cut(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text[:LONGEST] for text in texts)


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Headers in two rows as one: a group over its columns, and a column that needs no group."""
    width = max(len(above), len(below))
    tops = [*above, *[""] * (width - len(above))]
    lows = [*below, *[""] * (width - len(below))]
    return [low if top == low or not top else top + low for top, low in zip(tops, lows, strict=True)]


def match(kind: str, cells: Sequence[str], remembered: Mapping[str, str]) -> dict[str, int]:
    """The column of each field: what was chosen last time, then equal words, then the longest word contained."""
    plains = [plain(cell) for cell in cells]
    found: dict[str, int] = {}
    taken: set[int] = set()
    names = {field.name for field in fields(kind)}
    for column, text in enumerate(plains):
        chosen = remembered.get(text)
        if text and chosen is not None and (not chosen or (chosen in names and chosen not in found)):
            taken.add(column)
            if chosen:
                found[chosen] = column
    for field in fields(kind):
        equal = next((at for at, text in enumerate(plains) if at not in taken and text in field.words), None)
        if field.name not in found and equal is not None:
            found[field.name] = equal
            taken.add(equal)
    for at, text in enumerate(plains):
        name = "" if at in taken else _contained(kind, text)
        if name and name not in found:
            found[name] = at
            taken.add(at)
    return found


def _contained(kind: str, text: str) -> str:
    """The field whose longest word of at least two characters stands in a header; empty where none does."""
    held = [(len(word), field.name) for field in fields(kind) for word in field.words if len(word) > 1 and word in text]
    return max(held)[1] if held else ""


def check(kind: str, columns: Mapping[str, int], width: int) -> None:
    """Refuse a choice of columns that is none: field_missing, columns_missing, column_unknown, column_twice."""
    names = {field.name for field in fields(kind)}
    if any(name not in names or not 0 <= at < width for name, at in columns.items()):
        raise Refused("column_unknown", field="columns")
    if len(set(columns.values())) != len(columns):
        raise Refused("column_twice", field="columns")
    groups: dict[str, list[str]] = {}
    for field in fields(kind):
        if field.need and field.name not in columns:
            raise Refused("field_missing", field=field.name, roster_field=field.name)
        if field.one_of:
            groups.setdefault(field.one_of, []).append(field.name)
    for members in groups.values():
        if not any(name in columns for name in members):
            raise Refused("columns_missing", field=members[0], roster_field="|".join(members))
