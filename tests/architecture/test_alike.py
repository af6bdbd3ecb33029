"""What `make test` leaves to SQLite alone is there, is about no database, and is asked of PostgreSQL by others."""

import ast
from functools import cache

import pytest

from tests import alike, shapes
from tests.alike import Heard
from tools import suite
from tools.steps import ROOT


@cache
def functions(path: str) -> frozenset[str]:
    """The names of the tests of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_the_list_names_tests_that_are_there_and_of_doors_only() -> None:
    wrong = []
    for line in sorted(alike.named()):
        path, _, name = alike.function(line).partition("::")
        there = (ROOT / path).exists() and name in functions(path)
        if not there or not alike.may_be_left_out(line, Heard()):
            wrong.append(line)
    assert wrong == [], "make the list anew (tests/alike.py), or take these lines out"


def test_no_file_on_the_list_is_about_values_that_databases_take_differently() -> None:
    paths = {line.partition("::")[0] for line in alike.named()}
    assert [path for path in sorted(paths) if shapes.ODD.search((ROOT / path).read_text(encoding="utf-8"))] == []


def test_nothing_is_left_out_for_ci_nor_of_what_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "binaries", lambda: ROOT)
    monkeypatch.setenv("HUIYIN_CI", "1")
    assert not any("tests.alike" in one.arguments for one in suite.passes([]))
    monkeypatch.delenv("HUIYIN_CI")
    assert [one.postgres for one in suite.passes([]) if "tests.alike" in one.arguments] == [True]
    assert not any("tests.alike" in one.arguments for one in suite.passes(["tests/interfaces"]))


def test_whatever_is_left_out_every_shape_is_sent_by_a_test_that_stays() -> None:
    door = "tests/interfaces/desk/test_a.py::"
    tests = {
        "tests/rooms/core/test_a.py::test_a": Heard({"one"}, 1.0),
        f"{door}test_of_what_rooms_ask": Heard({"one"}, 1.0),
        f"{door}test_dear": Heard({"two", "three"}, 9.0),
        f"{door}test_cheap": Heard({"one", "two"}, 0.1),
        f"{door}test_other_half": Heard({"three"}, 0.1),
        f"{door}test_kept": Heard({"one"}, 0.1, kept=True),
    }
    assert alike.choose(tests) == [f"{door}test_dear", f"{door}test_of_what_rooms_ask"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("SELECT a FROM t WHERE b IN (%s, %s)", "SELECT a FROM t WHERE b IN (%s)", True),
        ("SELECT a FROM t LIMIT 21", "SELECT a FROM t LIMIT 50", True),
        ("INSERT INTO t (a, b) VALUES (%s, %s), (%s, %s)", "INSERT INTO t (a, b) VALUES (%s, %s)", True),
        ("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a DESC", False),
        ("SELECT a FROM t WHERE b = %s", "SELECT a FROM t WHERE c = %s", False),
        ("SAVEPOINT x", "RELEASE SAVEPOINT y", True),
    ],
)
def test_a_shape_is_a_statement_without_its_values(one: str, other: str, *, same: bool) -> None:
    assert (shapes.shape(one) == shapes.shape(other)) is same
