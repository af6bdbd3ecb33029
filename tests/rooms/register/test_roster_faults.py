"""Imports that go wrong half way: processes that end over a part, transactions that do not hold, files left behind."""

import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from pytest_django import DjangoCaptureOnCommitCallbacks

from huiyin.core import health, passing
from huiyin.core.ids import uuid7
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.vault import vault
from huiyin.programme.refusal import Refused
from huiyin.register import ticks
from huiyin.register.actions import erasure, roster_work, rosters
from huiyin.register.actions.roster_work import Job
from huiyin.register.actions.rosters import PATIENCE
from huiyin.register.models import ImportRun, Resident
from huiyin.register.queries import rosters as ask
from huiyin.register.queries.erasure import KINDS as SEARCHED
from huiyin.register.queries.erasure import Traces, traces
from huiyin.register.rules.lines import KINDS
from tests import lists
from tests.cast import Cast
from tests.rooms.register.test_rosters import SYSTEM, apply, csv_of, imported, staged
from tests.rows import row

pytestmark = pytest.mark.usefixtures("english_terminal")


class Fault(Exception):
    """Something nobody thought of."""


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Processes that end at once, having done nothing; the runs they were started for."""
    started: list[UUID] = []
    start = subprocess.Popen

    class Ended:
        def poll(self) -> int:
            return 1

    def starting(command: list[str], **more: Any) -> Any:
        if tuple(command[:-1]) != ticks.WORK:
            return start(command, **more)  # who reads a list
        started.append(UUID(command[-1]))
        return Ended()

    monkeypatch.setattr(subprocess, "Popen", starting)
    return started


def hours_of_ticks(at: datetime, *, count: int = 100) -> datetime:
    """The worker over some hours; the moment it ended."""
    for _ in range(count):
        at += PATIENCE
        ticks.start_imports(at)
    return at


def part_of_health(at: datetime) -> health.Part:
    return next(part for part in health.deep(at, "en").parts if part.name == "imports")


@row("R-061")
def test_an_import_over_which_process_after_process_ends_is_parked_named_and_goes_on_when_a_person_says_so(
    cast: Cast, at: datetime, tmp_path: Path, ending: list[UUID]
) -> None:
    run = staged(csv_of(tmp_path, lists.households(2)), at)
    rosters.begin(by=SYSTEM, at=at, run_id=run)
    assert part_of_health(at).ok
    at = hours_of_ticks(at)
    assert ending == [run] * 5
    states = [event.data["state"] for event in Event.objects.filter(name="register.roster_state", subject=str(run))]
    assert states[-7:] == ["applying"] * 6 + ["parked"]  # begun, five tries, and no more of it
    part = part_of_health(at)
    assert (part.ok, part.value) == (False, 1)
    assert str(run) in part.says
    assert "list.csv" not in part.says  # a file's name may name people
    assert (ask.run(SYSTEM, run).parked, ask.run(SYSTEM, run).busy) == (True, False)
    rosters.retry(by=SYSTEM, at=at, run_id=run)
    assert ticks.start_imports(at) == 1
    assert roster_work.work(Job(SYSTEM, lambda: at, run)) == "applied"
    assert part_of_health(at).ok


def test_an_import_that_comes_further_with_every_process_is_not_parked(
    cast: Cast, at: datetime, tmp_path: Path, ending: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_work, "PART", 1)
    run = staged(csv_of(tmp_path, lists.households(8)), at)
    rosters.begin(by=SYSTEM, at=at, run_id=run)
    for number in range(1, 9):
        at += PATIENCE
        assert ticks.start_imports(at) == 1
        rosters.apply_part(by=SYSTEM, at=at, run_id=run, number=number)
    assert not ask.run(SYSTEM, run).parked


def test_only_a_parked_import_is_tried_again(cast: Cast, at: datetime, tmp_path: Path) -> None:
    run = staged(csv_of(tmp_path, lists.households(1)), at)
    with pytest.raises(Refused, match="import_state"):
        rosters.retry(by=SYSTEM, at=at, run_id=run)
    rosters.begin(by=SYSTEM, at=at, run_id=run)
    with pytest.raises(Refused, match="import_state"):
        rosters.retry(by=SYSTEM, at=at, run_id=run)


def failing(*_args: Any, **_more: Any) -> None:
    """What is told last in an action, here with a fault."""
    raise Fault


def test_a_list_whose_giving_up_does_not_hold_keeps_its_key(
    cast: Cast, at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = staged(csv_of(tmp_path, lists.households(1)), at)
    with monkeypatch.context() as patch, pytest.raises(Fault):
        patch.setattr("huiyin.core.actions._write", failing)
        rosters.abandon(by=SYSTEM, at=at, run_id=run)
    assert ImportRun.objects.get(pk=run).state == "staged"
    assert vault().exists(f"import:{run}")
    assert apply(run, at).counts["did_new"] == 1


@row("SG-17")
def test_an_erasure_that_does_not_hold_leaves_every_key_of_imports(
    cast: Cast, at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = lists.households(2)
    imported(csv_of(tmp_path, lines), at)
    runs = []
    for number in (1, 2):
        lines[0][7] = lists.a_phone(700 + number)
        runs.append(imported(csv_of(tmp_path, lines), at).id)
    person = Resident.objects.get(household__code="HT00001").person_id
    asked = erasure.ask_erasure(by=cast.xu.viewer(at), at=at, person_id=person, reason="wish")
    erasure.decide_erasure(by=cast.ma.viewer(at), at=at, erasure_id=asked)
    found = traces(SYSTEM, person)
    assert set(found.applied) == set(runs)
    with monkeypatch.context() as patch, pytest.raises(Fault):
        patch.setattr("huiyin.core.actions._write", failing)
        erasure.erase(by=SYSTEM, at=at, erasure_id=asked, traces=found)
    assert all(vault().exists(f"import:{run}") for run in runs)
    erasure.erase(by=SYSTEM, at=at, erasure_id=asked, traces=Traces(applied=tuple(runs)))
    erasure.finish(by=SYSTEM, at=at, erasure_id=asked)
    assert not any(vault().exists(f"import:{run}") for run in runs)  # or it is not certified


@row("SG-48")
def test_the_key_and_the_file_of_a_list_that_was_given_up_go_when_that_stands(
    cast: Cast, at: datetime, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    run = staged(csv_of(tmp_path, lists.households(1)), at)
    with django_capture_on_commit_callbacks(execute=True):
        rosters.abandon(by=SYSTEM, at=at, run_id=run)
    assert not vault().exists(f"import:{run}")
    path = csv_of(tmp_path, lists.households(2))
    other = roster_work.hand_in(by=SYSTEM, at=at, kind="households", name="x.csv", path=path)
    with django_capture_on_commit_callbacks(execute=True):
        rosters.abandon(by=SYSTEM, at=at, run_id=other)
    assert not passing.path_of(other).exists()


@row("SG-48")
def test_a_key_left_by_a_process_that_ended_is_destroyed_by_the_tick(cast: Cast, at: datetime, tmp_path: Path) -> None:
    run = staged(csv_of(tmp_path, lists.households(1)), at)
    rosters.abandon(by=SYSTEM, at=at, run_id=run)  # nothing is committed inside a test
    assert vault().exists(f"import:{run}")
    ticks.forget_imports(at)
    assert not vault().exists(f"import:{run}")


@row("SG-48")
def test_a_list_nobody_went_on_with_is_forgotten_with_its_file_whatever_state_it_is_in(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    path = csv_of(tmp_path, lists.households(1))
    run = roster_work.hand_in(by=SYSTEM, at=at, kind="households", name="x.csv", path=path)
    assert roster_work.work(Job(SYSTEM, lambda: at, run)) == "columns"
    path.write_text("第一行\n第二行\n", encoding="utf-8")
    refused = roster_work.hand_in(by=SYSTEM, at=at, kind="staff", name="x.csv", path=path)
    assert roster_work.work(Job(SYSTEM, lambda: at, refused)) == "refused"
    assert ticks.forget_imports(at + timedelta(days=31)) == 2
    assert not vault().exists(f"import:{run}")
    assert not vault().exists(f"import:{refused}")
    assert not passing.path_of(run).exists()
    assert ask.run(SYSTEM, run).state == "abandoned"
    assert ticks.forget_imports(at + timedelta(days=31)) == 0


def test_the_file_is_there_before_the_run_is_and_goes_where_no_run_is_opened(
    cast: Cast, at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_of(tmp_path, lists.households(1))
    receive, seen = rosters.receive, []

    def watching(**more: Any) -> UUID:
        seen.append(more["run_id"])
        assert passing.path_of(more["run_id"]).exists()
        return receive(**more)

    monkeypatch.setattr(rosters, "receive", watching)
    run = roster_work.hand_in(by=SYSTEM, at=at, kind="households", name="x.csv", path=path)
    assert seen == [run]
    with pytest.raises(Refused, match="import_same"):
        roster_work.hand_in(by=SYSTEM, at=at, kind="households", name="x.csv", path=path)
    assert not passing.path_of(seen[1]).exists()
    assert not vault().exists(f"import:{seen[1]}")
    assert roster_work.work(Job(SYSTEM, lambda: at, run)) == "columns"


@row("SG-48")
def test_a_file_for_which_no_run_was_opened_goes_after_a_day(cast: Cast, at: datetime, tmp_path: Path) -> None:
    at = now()  # files have the time of the machine
    known = roster_work.hand_in(
        by=SYSTEM, at=at, kind="households", name="x.csv", path=csv_of(tmp_path, lists.households(1))
    )
    lost = uuid7()
    passing.put(f"import:{lost}", lost, b"what a process left")
    for one in (known, lost):
        os.utime(passing.path_of(one), (at.timestamp(), at.timestamp()))
    ticks.forget_imports(at + timedelta(hours=23))
    assert passing.path_of(lost).exists()
    ticks.forget_imports(at + timedelta(hours=25))
    assert not passing.path_of(lost).exists()
    assert not vault().exists(f"import:{lost}")
    assert passing.path_of(known).exists()


def test_the_list_of_imports_says_which_have_stopped(
    cast: Cast, at: datetime, tmp_path: Path, ending: list[UUID], capsys: pytest.CaptureFixture[str]
) -> None:
    run = staged(csv_of(tmp_path, lists.households(1)), at)
    rosters.begin(by=SYSTEM, at=at, run_id=run)
    hours_of_ticks(at, count=10)
    call_command("rosters", "list")
    assert "Stopped" in capsys.readouterr().out
    call_command("rosters", "work", str(run))
    assert ask.run(SYSTEM, run).state == "applied"


@row("SG-48")
def test_a_new_kind_of_list_is_searched_for_an_erasure_or_names_no_resident() -> None:
    of_offices = {"bodies", "staff", "grids", "remits"}
    assert {*SEARCHED} | of_offices == {*KINDS}
    assert not {*SEARCHED} & of_offices
