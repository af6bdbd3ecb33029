"""What one process of a run made ready serves the others, and nothing of a run that was killed stays in memory."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import early, prepared


@pytest.fixture
def own_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run that has nothing ready yet."""
    monkeypatch.setenv("HUIYIN_TEST_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("own_run")
def test_what_is_ready_is_made_once_and_again_only_where_making_it_failed() -> None:
    with pytest.raises(ZeroDivisionError), prepared.once("a") as first:
        assert first
        1 / 0  # noqa: B018 - the failure
    for turn in (True, False, False):
        with prepared.once("a") as first:
            assert first is turn


def test_a_second_home_is_the_first_one_again_with_its_keys_and_rows(own_run: Path) -> None:
    made = []

    def make(home: Path) -> None:
        made.append(home)
        (home / "keys").mkdir(parents=True, mode=0o700)
        (home / "keys" / "master").write_text("secret")
        (home / "keys" / "master").chmod(0o600)
        with closing(sqlite3.connect(home / "keys" / "vault.sqlite3")) as file:
            file.executescript("PRAGMA journal_mode=WAL; CREATE TABLE key (id); INSERT INTO key VALUES (7);")
        (home / "keys" / "vault.sqlite3").chmod(0o600)

    homes = [own_run / name for name in ("one", "two", "three")]
    for home in homes:
        prepared.lay("empty", home, "", lambda home=home: make(home))  # type: ignore[misc]
    assert made == homes[:1]
    for home in homes:
        assert (home / "keys" / "master").read_text() == "secret"
        modes = [path.stat().st_mode & 0o777 for path in (home / "keys", *sorted((home / "keys").glob("*[r3]")))]
        assert modes == [0o700, 0o600, 0o600]
        with closing(sqlite3.connect(home / "keys" / "vault.sqlite3")) as file:
            assert file.execute("SELECT id FROM key").fetchall() == [(7,)]
            file.execute("INSERT INTO key VALUES (8)")
            file.commit()


def test_what_a_killed_run_left_in_memory_is_taken_away_by_the_next(tmp_path: Path) -> None:
    # Linux numbers no process as high as the first of these.
    gone, ours = tmp_path / f"{early.NAME}4194999-abc", tmp_path / f"{early.NAME}{os.getpid()}-abc"
    other = tmp_path / "huiyin-pg-abc"
    for folder in (gone, ours, other):
        folder.mkdir()
    early.sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([ours, other])


def test_whoever_names_a_place_for_temporary_files_gets_the_runs_files_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/var/tmp")
    assert early.place() is None
