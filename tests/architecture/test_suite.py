"""`make test` names what was not run, and under HUIYIN_CI does not pass with it."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from huiyin.core.now import now
from huiyin.programme.clock import seeded
from tests import conftest, early
from tools import check, suite
from tools.steps import PYTHON, ROOT


def account(report: Path, ran: list[str], not_run: dict[str, str]) -> None:
    """What one pass writes down."""
    with report.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"ran": ran, "not_run": not_run}) + "\n")


@pytest.fixture
def one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite of one pass, in which a journey finds no browser."""

    def run(_one: suite.Pass, report: Path) -> int:
        account(report, ["a"], {"journey": "needs Chromium"})
        return 0

    monkeypatch.setattr(suite, "run", run)
    monkeypatch.setattr(suite, "passes", lambda arguments: [suite.Pass("SQLite", [])])
    monkeypatch.setattr(suite, "binaries", lambda: Path("/somewhere"))


@pytest.mark.usefixtures("one_pass")
def test_what_was_not_run_is_named_after_the_last_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HUIYIN_CI", raising=False)
    assert suite.test([]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("journey: needs Chromium")


@pytest.mark.usefixtures("one_pass")
def test_what_was_not_run_is_a_failure_for_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_CI", "1")
    assert suite.test([]) == 1


@pytest.mark.usefixtures("one_pass")
def test_a_machine_without_postgresql_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "binaries", lambda: None)
    suite.test([])
    assert "the suite on PostgreSQL: needs PostgreSQL's programs" in capsys.readouterr().out


def test_a_failed_pass_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(suite, "passes", lambda arguments: [suite.Pass("SQLite", []), suite.Pass("PostgreSQL", [])])
    monkeypatch.setattr(suite, "run", lambda one, report: 1 if one.title == "PostgreSQL" else 0)
    assert suite.test([]) == 1
    assert "failed: PostgreSQL" in capsys.readouterr().out


def test_the_check_runs_all_shows_each_in_its_turn_and_names_what_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    late: list[str | Path] = [PYTHON, "-c", "import time; time.sleep(0.1); print('one')"]
    wrong: list[str | Path] = [PYTHON, "-c", "print('two'); raise SystemExit(3)"]
    monkeypatch.setattr(check, "commands", lambda: [("late", late), ("wrong", wrong), ("well", [PYTHON, "-c", ""])])
    assert check.check() == 1
    said = capsys.readouterr().out
    assert said.index("1/3 late") < said.index("one") < said.index("2/3 wrong") < said.index("two") < said.index("3/3")
    assert said.endswith("not passed: wrong\n")


def test_of_the_long_ones_the_longest_begin_first() -> None:
    """What empties the database comes last, and in either part the longest of the long ones begins."""
    emptying, slow = pytest.mark.django_db(transaction=True), pytest.mark.slow
    marks = {
        "short": [],
        "emptying": [emptying],
        "long": [slow],
        "longest": [slow(seconds=90)],
        "emptying, long": [emptying, pytest.mark.browser],
        "emptying, longest": [emptying, slow(seconds=9)],
    }
    items: dict[str, Any] = {
        name: SimpleNamespace(get_closest_marker={one.name: one.mark for one in given}.get)
        for name, given in marks.items()
    }
    order = sorted(items, key=lambda name: conftest.turn(items[name]))
    assert order == ["longest", "long", "short", "emptying, longest", "emptying, long", "emptying"]


def test_an_empty_first_pass_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "passes", lambda arguments: [suite.Pass("SQLite", [])])
    monkeypatch.setattr(suite, "run", lambda one, report: suite.NO_TESTS)
    assert suite.test([]) == 1


def test_what_one_pass_leaves_to_another_is_not_named(tmp_path: Path) -> None:
    account(tmp_path / "report", ["a"], {"b": "needs PostgreSQL"})
    account(tmp_path / "report", ["b"], {})
    assert suite.read(tmp_path / "report") == {}


@pytest.mark.parametrize("server", [True, False])
def test_the_passes_cover_three_odd_dates_and_both_databases_where_there_is_a_server(
    monkeypatch: pytest.MonkeyPatch, server: bool
) -> None:
    monkeypatch.setattr(suite, "binaries", lambda: Path("/somewhere") if server else None)
    monkeypatch.delenv("HUIYIN_CHECKED", raising=False)
    passes = suite.passes([])
    assert (passes[0].arguments, passes[0].day, passes[0].postgres) == ([], "", False)
    assert [early.MOMENT[:10], *sorted(one.day for one in passes[1:])] == ["2026-12-28", "2027-02-28", "2028-02-29"]
    assert [one.day for one in passes if one.postgres] == ["2027-02-28"] * server


def test_what_is_asked_for_by_name_is_run_at_the_usual_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "binaries", lambda: Path("/somewhere"))
    passes = suite.passes(["tests/rooms"])
    assert [(one.title, one.arguments[0], one.day) for one in passes] == [
        ("SQLite", "tests/rooms", ""),
        ("PostgreSQL", "tests/rooms", ""),
    ]


def test_what_the_check_has_run_is_left_out_only_where_it_was_told_and_only_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HUIYIN_CHECKED", "1")
    left_out = [one.removeprefix("--ignore=") for one in suite.passes([])[0].arguments]
    (checked,) = [command for title, command in check.commands() if "architecture" in title]
    assert left_out and set(left_out) <= set(map(str, checked))
    assert suite.passes(["tests/rooms"])[0].arguments == ["tests/rooms"]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.index("\nmake check\n") < script.index("\nHUIYIN_CHECKED=1 make test")


def test_what_is_the_same_on_either_database_is_run_once_and_only_where_there_are_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suite, "binaries", lambda: Path("/somewhere"))
    assert ["not once" in " ".join(one.arguments) for one in suite.passes([])] == [False, True, False]


def test_everything_a_pass_names_is_there() -> None:
    assert [name for name in suite.BY_DAYS if not (ROOT / name).exists()] == []


def test_a_pass_begins_at_its_day_and_any_other_where_it_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun: list[tuple[list[str], str]] = []

    def call(command: list[str | Path], *, env: dict[str, str]) -> int:
        begun.append(([str(part) for part in command], env["HUIYIN_NOW"]))
        return 0

    monkeypatch.setattr(suite, "call", call)
    monkeypatch.delenv("HUIYIN_TEST_PROCESSES", raising=False)
    monkeypatch.setenv("HUIYIN_NOW", "2027-05-01T01:04:00+00:00")
    suite.run(suite.Pass("SQLite", []), tmp_path)
    suite.run(suite.Pass("SQLite", ["tests/rules"], "2028-02-29", quick=True), tmp_path)
    assert [moment for _, moment in begun] == ["2027-05-01T01:04:00+00:00", "2028-02-29T01:04:00+00:00"]
    assert begun[1][0][-1] == "tests/rules"
    first, second = (int(command[command.index("-n") + 1]) for command, _ in begun)
    assert first == second + 1, "one process more where tests wait"


def test_tests_begin_on_a_working_day_far_from_midnight_unless_told_otherwise() -> None:
    begin = datetime.fromisoformat(early.MOMENT).astimezone(ZoneInfo("Asia/Shanghai"))
    assert seeded([begin.year]).works(begin.date())
    assert 9 <= begin.hour <= 16
    assert begin.minute < 15, "a run of some minutes ends before the hour does"
    asked = datetime.fromisoformat(os.environ["HUIYIN_NOW"])
    assert timedelta(seconds=-1) < now() - asked < timedelta(hours=2)


def test_what_empties_the_database_is_run_last_and_what_takes_long_before_the_rest(
    request: pytest.FixtureRequest,
) -> None:
    items = [item for item in request.session.items if item.path != request.path]  # one here is marked while it runs
    turns = [conftest.turn(item) for item in items]
    assert turns == sorted(turns)


def test_a_journey_is_left_out_only_where_there_is_no_browser(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.node.add_marker(pytest.mark.browser)
    monkeypatch.setattr(conftest, "chromium", lambda: None)
    assert conftest.missing(request.node).startswith("needs Chromium")
    monkeypatch.setattr(conftest, "chromium", lambda: "/usr/bin/chromium")
    assert conftest.missing(request.node) == ""


def test_the_suite_never_sees_the_home_of_who_runs_it() -> None:
    assert "huiyin-tests-" in os.environ["HUIYIN_HOME"]
    assert Path(os.environ["HUIYIN_HOME"]).name in {"main", early.WORKER}
