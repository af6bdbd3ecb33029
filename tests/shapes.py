"""Which statements each test sends to the database, by their shape: a plugin that writes them down.

    HUIYIN_SHAPES=FOLDER .venv/bin/pytest -q -n 2 -p tests.shapes -m "database and not browser" \\
        tests/rooms tests/invariants tests/interfaces
    .venv/bin/python -m tests.alike FOLDER

A shape is a statement without its values: numbers, texts, how many are listed. It is a shape that one database
understands and another does not, sorts otherwise, or refuses; `tests/alike.py` chooses by it.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.early import WORKER

NOT_ASKED = ("CREATE", "DROP", "ALTER", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA", "COMMIT")
VALUES = (
    (re.compile(r"\((?:\s*(?:%s|\?|-?\d+|'[^']*')\s*,?)+\)"), "(0)"),  # a list, however long
    (re.compile(r"'[^']*'"), "0"),
    (re.compile(r"%s|\b\d+\b"), "0"),
    (re.compile(r"0(?:, 0)+"), "0"),
    (re.compile(r"\(0\)(?:, \(0\))+"), "(0)"),
)
WATCHED = {"SG-01", "SG-05"}  # rows of who may not know; the database itself hides rows on PostgreSQL only
ODD = re.compile(r"\\x00|\\u0000|\\ud[89ab]", re.IGNORECASE)  # in a test's text: values that databases take differently
_sent: dict[str, set[str]] = {}
_seconds: dict[str, float] = {}
_kept: set[str] = set()
_known: dict[str, str] = {}
_now = [""]


def shape(sql: str) -> str:
    """The mark of a statement's shape; empty for what asks for and changes no rows."""
    if sql.lstrip().upper().startswith(NOT_ASKED):
        return ""
    for values, instead in VALUES:
        sql = values.sub(instead, sql)
    return hashlib.sha256(sql.encode()).hexdigest()[:12]


def hear(sql: Any) -> None:
    """Write a statement down for the test that is running."""
    if _now[0] and isinstance(sql, str):
        if sql not in _known:
            _known[sql] = shape(sql)
        if mark := _known[sql]:
            _sent.setdefault(_now[0], set()).add(mark)


def must_be_kept(item: pytest.Item) -> bool:
    """Whether a test is about the database itself, about values it may refuse, or about who may not know."""
    mark = item.get_closest_marker("django_db")
    rows = {one for row in item.iter_markers("row") for one in row.args}
    own = bool((mark and mark.kwargs.get("transaction")) or item.get_closest_marker("postgres"))
    return own or bool(rows & WATCHED) or bool(ODD.search(item.path.read_text(encoding="utf-8")))


def pytest_collection_finish() -> None:
    """Listen to every cursor from now on."""
    from django.db.backends.utils import CursorWrapper

    def heard(usual: Any) -> Any:
        def listening(self: Any, sql: Any, given: Any = None) -> Any:
            hear(sql)
            return usual(self, sql, given)

        return listening

    for name in ("execute", "executemany"):
        setattr(CursorWrapper, name, heard(getattr(CursorWrapper, name)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """One test from its first fixture to its last."""
    _now[0], began = item.nodeid, time.process_time()
    if must_be_kept(item):
        _kept.add(_now[0])
    _sent.setdefault(_now[0], set())
    result = yield
    _seconds[_now[0]] = _seconds.get(_now[0], 0.0) + time.process_time() - began
    _now[0] = ""
    return result


def pytest_unconfigure() -> None:
    """Leave what this process heard in the folder that HUIYIN_SHAPES names."""
    if not _sent:
        return
    heard = {
        name: {"shapes": sorted(marks), "seconds": round(_seconds.get(name, 0.0), 3), "kept": name in _kept}
        for name, marks in _sent.items()
    }
    folder = Path(os.environ["HUIYIN_SHAPES"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{WORKER or 'main'}.json").write_text(json.dumps(heard), encoding="utf-8")
