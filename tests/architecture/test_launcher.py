"""The launcher says in one sentence what is missing, and leaves nothing behind."""

import ast
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger, SafeAtoms

from tools import environment, serve, steps
from tools.steps import PYTHON, ROOT, Failed, Missing


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def launch(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher as make does."""
    env = {**os.environ, **variables}
    command = [sys.executable, "-m", "tools.launch", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=300)


def test_a_taken_port_is_one_sentence_that_says_what_to_do(taken: int) -> None:
    done = launch("run", PORT=str(taken))
    assert done.returncode == 1
    assert f"Port {taken} is taken" in done.stderr
    assert "make run" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_none_is_refused() -> None:
    done = launch("run", PORT="eighty")
    assert done.returncode == 1
    assert "PORT=eighty is not a port" in done.stderr


def test_an_unknown_task_is_wrong_usage() -> None:
    assert launch("fly").returncode == 2
    assert launch().returncode == 2


def test_an_old_python_can_read_the_launcher_to_say_that_it_is_old() -> None:
    source = (ROOT / "tools" / "launch.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 4))
    imported = [alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names]
    assert imported == ["os", "shutil", "subprocess", "sys"]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]


def test_an_old_python_without_a_newer_one_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tools import launch

    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert not launch.on_a_new_enough_python()
    assert "Python 3.11 or later is needed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("NewConnectionError: Failed to establish a new connection", "No package index can be reached"),
        ("ERROR: Could not find a version (from versions: none)", "No package index can be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that was locked"),
        ("No module named pip", "has no pip"),
        ("ERROR: No matching distribution found for django==5.2.19", "does not have a locked version"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("something else", "could not be installed"),
    ],
)
def test_why_packages_cannot_be_installed_is_said(output: str, sentence: str) -> None:
    assert sentence in environment.why_not_installed(Failed(["pip"], 1, output))


def test_a_missing_venv_module_is_said_and_leaves_no_half_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Refusing(steps.Progress):
        def command(self, command, *, env=None, every=10.0):  # type: ignore[no-untyped-def]  # the shape is Progress'
            (tmp_path / "venv").mkdir()
            raise Failed(command, 1, "The virtual environment was not created: ensurepip is not available.")

    monkeypatch.setattr(environment, "VENV", tmp_path / "venv")
    with pytest.raises(Missing, match="install its venv module"):
        environment.make_environment(Refusing(1))
    assert not (tmp_path / "venv").exists()


def test_a_home_that_cannot_be_written_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HUIYIN_HOME", str(tmp_path / "file"))
    with pytest.raises(Missing, match="name another with HUIYIN_HOME"):
        serve.writable_home()


def test_a_long_step_says_that_it_is_still_at_work(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    heard = tmp_path / "heard"

    def hear(line: str) -> None:
        print(line)
        if "half way" in line:
            heard.touch()

    monkeypatch.setattr(steps, "say", hear)
    waits = "import pathlib, sys, time\nprint('half way', flush=True)\n"
    waits += "while not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.02)"
    progress = steps.Progress(1)
    progress.step("慢 slow")
    progress.command([PYTHON, "-c", waits, heard], every=0.1)
    progress.end()
    shown = capsys.readouterr().out
    assert shown.startswith("1/1 慢 slow …\n")
    assert "half way" in shown


def test_both_processes_end_when_asked_and_a_deaf_one_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(serve, "GRACE", 1.0)
    (tmp_path / "log").mkdir()
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
    polite = "import time; print('on', flush=True); time.sleep(60)"
    env = dict(os.environ)
    children = [serve.start(name, [PYTHON, "-c", code], env, tmp_path) for name, code in (("a", deaf), ("b", polite))]
    while not all("on" in child.log.read_text(encoding="utf-8") for child in children):
        time.sleep(0.02)
    serve.end(children)
    assert [child.process.returncode for child in children] == [-9, -15]


def test_a_process_that_dies_at_once_is_said_with_the_end_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    child = serve.start("web", [PYTHON, "-c", "raise SystemExit('no such thing')"], dict(os.environ), tmp_path)
    child.process.wait()
    with pytest.raises(Missing, match="no such thing"):
        serve.wait_until_alive("http://127.0.0.1:9", [child])


def test_every_make_target_is_a_task_and_every_task_a_target() -> None:
    from tools import launch, tasks

    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    line = next(line for line in makefile.splitlines() if line.startswith("setup run"))
    assert set(line.rstrip(":").split()) == set(launch.TASKS) == set(tasks.TASKS)


def test_a_county_left_half_made_is_cleared_away_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "notes.txt").touch()
    (tmp_path / "demo-begun").write_text("notes.txt", encoding="utf-8")
    (tmp_path / "huiyin.sqlite3").touch()
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "one").touch()
    serve.clear_away(tmp_path, tmp_path / "demo-begun")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_database_that_was_there_before_is_never_cleared_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "demo-begun").write_text("huiyin.sqlite3\nkeys", encoding="utf-8")
    (tmp_path / "huiyin.sqlite3").touch()
    (tmp_path / "later").touch()
    serve.clear_away(tmp_path, tmp_path / "demo-begun")
    assert {path.name for path in tmp_path.iterdir()} == {"huiyin.sqlite3", "later"}


def test_a_half_made_county_on_another_database_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://huiyin@127.0.0.1/huiyin")
    (tmp_path / "demo-begun").touch()
    with pytest.raises(Missing, match="empty database"):
        serve.clear_away(tmp_path, tmp_path / "demo-begun")


def test_a_home_that_is_made_is_its_owners_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUIYIN_HOME", str(tmp_path / "new" / "home"))
    assert serve.writable_home().stat().st_mode & 0o077 == 0


def test_a_database_that_could_not_be_reached_is_no_county_left_half_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://huiyin@127.0.0.1:1/huiyin")

    def unreachable(*_: object, **__: object) -> None:
        raise steps.Failed(["migrate"], 1, "no database")

    monkeypatch.setattr(steps.Progress, "command", unreachable)
    for _ in range(2):
        with pytest.raises(Missing, match="The database could not be prepared"):
            serve.prepare(tmp_path, dict(os.environ))


def test_what_was_looked_for_stands_in_no_line_of_the_servers_log() -> None:
    """An address holds a name that somebody searched for behind its question mark."""
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": "/desk/search/?q=张三", "PATH_INFO": "/desk/search/"}
    environ |= {"QUERY_STRING": "q=张三", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_REFERER": "/desk/matters/?q=张三"}
    answer = SimpleNamespace(status="200 OK", sent=12, headers=[])
    request = SimpleNamespace(headers=[("REFERER", "/desk/matters/?q=张三")])
    atoms = Logger(Config()).atoms(answer, request, environ, timedelta(seconds=1))
    line = serve.ASKED_FOR % SafeAtoms(atoms)
    assert "/desk/search/" in line and "200" in line
    assert "张三" not in line and "?" not in line
