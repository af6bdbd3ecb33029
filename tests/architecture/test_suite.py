"""`make test` names what was not run, and under HUIYIN_CI does not pass with it."""

import json
import os
from pathlib import Path

import pytest

from tests import conftest, early
from tools import suite


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


def test_an_empty_first_pass_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "passes", lambda arguments: [suite.Pass("SQLite", [])])
    monkeypatch.setattr(suite, "run", lambda one, report: suite.NO_TESTS)
    assert suite.test([]) == 1


def test_what_one_pass_leaves_to_another_is_not_named(tmp_path: Path) -> None:
    account(tmp_path / "report", ["a"], {"b": "needs PostgreSQL"})
    account(tmp_path / "report", ["b"], {})
    assert suite.read(tmp_path / "report") == {}


def test_the_passes_cover_both_databases_and_three_odd_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "binaries", lambda: Path("/somewhere"))
    passes = suite.passes([])
    assert [one.postgres for one in passes] == [False, True, False, False, False]
    assert [one.variables["HUIYIN_NOW"][:10] for one in passes[2:]] == ["2026-12-28", "2027-02-28", "2028-02-29"]


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
