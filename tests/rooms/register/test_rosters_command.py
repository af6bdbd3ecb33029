"""`huiyin import households …`: exit codes, a report line by line, a second run, a run that was cut off."""

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from pytest_django import DjangoCaptureOnCommitCallbacks

from huiyin.core import passing
from huiyin.core.now import now
from huiyin.core.vault import vault
from huiyin.interfaces.common.taking import Bar
from huiyin.register import ticks
from huiyin.register.actions import roster_work
from huiyin.register.models import HeldLine, Household, ImportRun, StagedPart
from tests import lists
from tests.cast import Cast
from tests.lists import HOUSEHOLDS
from tests.rows import row

pytestmark = pytest.mark.usefixtures("english_terminal")


def run(*words: str, **more: Any) -> tuple[str, str]:
    """What the command says, and what it complains of. Raises CommandError as the command does."""
    out, complaints = StringIO(), StringIO()
    call_command("import", *words, stdout=out, stderr=complaints, **more)
    return out.getvalue(), complaints.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    rows = lists.households(4)
    rows[2][6] = "990101194001020010"
    rows[3][7] = "0"
    return lists.csv_file(tmp_path / "户表.csv", HOUSEHOLDS, rows)


@row("R-061")
def test_a_list_is_taken_reported_and_taken_again_without_a_change(cast: Cast, path: Path) -> None:
    said, complaints = run("households", str(path))
    assert "3 new" in said
    assert "1 refused" in said
    assert "line 4, ID number: " in complaints
    assert "4 lines read of about 4\n" in complaints
    assert "4 of 4 lines applied\n" in complaints
    report = path.with_name("户表.csv.report.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(StringIO(report)))
    assert [one[0] for one in rows[1:]] == ["4", "5"]
    assert lists.an_id(3, "19400102") not in report
    said, _ = run("households", str(path))
    assert "nothing changed" in said or "0 new, 0 changed, 3 unchanged" in said
    assert Household.objects.filter(code__gte="HT", code__lt="HU").count() == 3


def test_on_a_terminal_a_bar_is_written_over_and_ends_its_line(cast: Cast, tmp_path: Path) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    seen, path = Terminal(), lists.csv_file(tmp_path / "a.csv", HOUSEHOLDS, lists.households(2))
    call_command("import", "households", str(path), stdout=StringIO(), stderr=seen, no_color=True)
    assert f"\r\x1b[2K[{'#' * 30}] 2 lines read of about 2\n" in seen.getvalue()
    call_command("rosters", "undo", str(ImportRun.objects.get().pk), stdout=StringIO(), stderr=seen, no_color=True)
    assert f"\r\x1b[2K[{'#' * 30}] 2 of 2 lines taken back\n" in seen.getvalue()
    drawn = StringIO()
    bar = Bar(OutputWrapper(drawn).write, live=True)
    bar.show("half", 5, 10)
    bar.show("nobody knows", 5, 0)
    bar.end()
    bar.end()
    assert drawn.getvalue() == f"\r\x1b[2K[{'#' * 15}{'.' * 15}] half\r\x1b[2Knobody knows\n"


def test_a_dry_run_judges_every_line_and_leaves_nothing_behind(
    cast: Cast, path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        said, _ = run("households", str(path), "--dry-run")
    assert "the register is unchanged" in said
    assert not Household.objects.filter(code__gte="HT", code__lt="HU").exists()
    left = ImportRun.objects.get()
    assert left.state == "abandoned"
    assert not vault().exists(left.subject)
    assert not passing.path_of(left.pk).exists()
    assert not StagedPart.objects.exclude(body=None).exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "No header"),
        ("a.xlsx", b"PK\x03\x04x", "cannot be opened"),
    ],
)
def test_a_list_that_cannot_be_taken_is_refused(
    cast: Cast, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        run("households", str(path))


def test_a_missing_file_and_an_unknown_account_are_said(cast: Cast, path: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        run("households", str(tmp_path / "nowhere.csv"))
    with pytest.raises(CommandError, match="no account"):
        run("households", str(path), "--by", "nobody")


@row("R-061")
def test_an_account_imports_under_its_name_and_in_its_scope_only(cast: Cast, path: Path) -> None:
    with pytest.raises(CommandError):
        run("households", str(path), "--by", cast.li.account.username)
    run("households", str(path), "--by", cast.xu.account.username)
    assert ImportRun.objects.get(state="applied").added_by_id == cast.xu.person_id


def test_a_column_is_matched_by_hand(cast: Cast, tmp_path: Path) -> None:
    header = list(HOUSEHOLDS)
    header[5] = "当家的"
    path = lists.csv_file(tmp_path / "a.csv", header, lists.households(1))
    with pytest.raises(CommandError, match="name"):
        run("households", str(path))
    said, _ = run("households", str(path), "--column", "name=当家的")
    assert "1 new" in said


@pytest.mark.parametrize("step", ["find_header", "read_lines", "apply_parts"])
def test_a_command_that_was_cut_off_goes_on(cast: Cast, path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    steps = dict(roster_work._STEPS)
    whole = getattr(roster_work, step)

    def cut(job: Any, found: Any) -> None:
        raise KeyboardInterrupt

    state = next(name for name, one in steps.items() if one is whole)
    monkeypatch.setitem(roster_work._STEPS, state, cut)
    with pytest.raises(KeyboardInterrupt):
        run("households", str(path))
    monkeypatch.setitem(roster_work._STEPS, state, whole)
    said, _ = run("households", str(path))
    assert "going on" in said
    assert ImportRun.objects.get().state == "applied"
    assert Household.objects.filter(code__gte="HT", code__lt="HU").count() == 3


@row("SG-48")
def test_what_is_left_of_an_import_is_gone_after_thirty_days(cast: Cast, tmp_path: Path) -> None:
    run("households", str(lists.csv_file(tmp_path / "a.csv", HOUSEHOLDS, lists.households(2))))
    rows = lists.households(2)
    rows[0][5], rows[1][4] = "改名", "新地方"
    run("households", str(lists.csv_file(tmp_path / "b.csv", HOUSEHOLDS, rows)))
    found = ImportRun.objects.latest("added_at")
    assert HeldLine.objects.exclude(body=None).count() == 1
    assert StagedPart.objects.exclude(before=None).count() == 1
    assert ticks.forget_imports(now() + timedelta(days=29)) == 0
    assert ticks.forget_imports(now() + timedelta(days=31)) == 2  # both: of one nothing is left but its key
    assert not HeldLine.objects.exclude(body=None).exists()
    assert not StagedPart.objects.exclude(before=None).exists()
    assert not vault().exists(found.subject)


def test_imports_are_listed_and_one_is_taken_back(cast: Cast, path: Path) -> None:
    run("households", str(path))
    out = StringIO()
    call_command("rosters", "list", stdout=out)
    assert "户表.csv" in out.getvalue()
    found = ImportRun.objects.get()
    call_command("rosters", "undo", str(found.pk), stdout=out)
    assert "undone" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("rosters", "undo", str(found.pk), stdout=out)
