"""Unsafe configurations are refused with a sentence that says what to do."""

import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from huiyin.config import cli
from huiyin.config.guard import guarded
from huiyin.core import database, marks, startup, triggers
from huiyin.core.vault import _vault, vault
from huiyin.programme.words import phrase

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HUIYIN_HOME = tmp_path
    settings.HUIYIN_NOW = ""
    settings.DEBUG = False
    monkeypatch.setattr(database, "owner_connection", lambda language: [])


def faults() -> list[str]:
    return startup.configuration_faults("en") + startup.database_faults("en")


def test_a_sound_installation_starts(settings: Any) -> None:
    vault().prepare(["p"])
    assert faults() == []
    startup.refuse_unsafe("0.0.0.0")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", True, "Debugging"),
        ("SECRET_KEY", "short", "secret is weak"),
        ("SECRET_KEY", "a" * 60, "secret is weak"),
        ("SECRET_KEY", "django-insecure-" + "abcdefghijklmnop" * 4, "secret is weak"),
        ("ALLOWED_HOSTS", ["*"], "HUIYIN_HOSTS"),
        ("HUIYIN_NOW", "2027-01-01", "HUIYIN_NOW"),
    ],
)
def test_an_unsafe_setting_is_refused(settings: Any, name: str, value: Any, words: str) -> None:
    setattr(settings, name, value)
    assert [words in fault for fault in faults()] == [True]


@pytest.mark.parametrize("name", ["keys/master", "keys/blind", "keys/vault.sqlite3", "secret_key", "keys"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_keys_that_others_can_read_or_write_are_refused(tmp_path: Path, name: str, mode: int) -> None:
    vault().prepare(["p"])
    (tmp_path / "secret_key").write_text("x")
    (tmp_path / "secret_key").chmod(0o600)
    (tmp_path / name).chmod(mode | (0o100 if name == "keys" else 0))
    assert any(f"Others can read {tmp_path / name}: run chmod" in fault for fault in faults())


def test_a_missing_master_is_refused(tmp_path: Path) -> None:
    vault().prepare(["p"])
    (tmp_path / "keys" / "master").unlink()
    _vault.cache_clear()
    assert any("key store does not open" in fault for fault in faults())


def test_evidence_that_could_be_changed_is_refused() -> None:
    triggers.unprotect()
    try:
        found = faults()
    finally:
        triggers.protect()
    assert len(found) >= 2 * len(triggers.EVIDENCE_TABLES)
    assert faults() == []


def test_a_database_behind_the_program_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "_unapplied", lambda: True)
    assert startup.database_faults("en") == [phrase("startup", "not_migrated", "en")]


def test_a_database_out_of_reach_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> bool:
        raise DatabaseError

    monkeypatch.setattr(startup, "_unapplied", gone)
    assert "DATABASE_URL" in startup.database_faults("en")[0]


@pytest.mark.parametrize(("missing", "code"), [(True, "not_migrated"), (DatabaseError(), "no_database")])
def test_a_command_without_its_database_says_so_and_shows_no_trace(
    missing: bool | DatabaseError, code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unapplied() -> bool:
        if isinstance(missing, DatabaseError):
            raise missing
        return missing

    def failing(arguments: list[str]) -> None:
        raise DatabaseError

    monkeypatch.setattr("django.core.management.execute_from_command_line", failing)
    monkeypatch.setattr(startup, "_unapplied", unapplied)
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(sys, "argv", ["huiyin", "tally", "rebuild"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    said = phrase("startup", code, "en", reason="DatabaseError")
    assert capsys.readouterr().err.strip().endswith(said)


def test_a_command_that_fails_at_a_database_in_order_is_not_explained_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(arguments: list[str]) -> None:
        raise DatabaseError("another")

    monkeypatch.setattr("django.core.management.execute_from_command_line", failing)
    monkeypatch.setattr(startup, "_unapplied", lambda: False)
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(sys, "argv", ["huiyin", "tally", "rebuild"])
    with pytest.raises(DatabaseError, match="another"):
        cli.main()


def test_a_check_that_cannot_be_made_counts_as_unsafe(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(language: str) -> list[str]:
        raise DatabaseError

    monkeypatch.setattr(triggers, "prove_immutable", broken)
    assert ["counts as unsafe" in fault for fault in startup.database_faults("en")] == [True]


class Server:
    """A cursor of a PostgreSQL server with these settings."""

    def __init__(self, version: int, **off: str) -> None:
        self.version, self.off, self.name = version, off, ""

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute(self, statement: str, parameters: list[str] | None = None) -> None:
        self.name = parameters[0] if parameters else ""

    def fetchone(self) -> tuple[Any, ...]:
        return (self.off.get(self.name, "on"),) if self.name else (self.version, str(self.version // 10_000))


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_postgresql_that_forgets_in_a_power_cut_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(connection, "cursor", lambda: Server(150_018, **{name: "off"}))
    assert startup._postgres("en") == [phrase("startup", "postgres_unsafe", "en", name=name)]


def test_an_old_postgresql_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", lambda: Server(140_009))
    assert startup._postgres("en") == [phrase("startup", "postgres_old", "en", version="14")]


@pytest.mark.postgres
def test_the_server_of_the_tests_is_safe() -> None:
    assert startup._postgres("en") == []


@pytest.mark.parametrize(("journal", "synchronous"), [("delete", 2), ("wal", 1), ("wal", 0)])
def test_an_sqlite_that_forgets_in_a_power_cut_is_refused(
    monkeypatch: pytest.MonkeyPatch, journal: str, synchronous: int
) -> None:
    answers = iter([(journal,), (synchronous,)])
    server = Server(0)
    monkeypatch.setattr(server, "fetchone", lambda: next(answers))
    monkeypatch.setattr(connection, "cursor", lambda: server)
    assert len(startup._sqlite("en")) == 1


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("fe80::1%eth0", False),
        ("example.invalid", False),
        ("", False),
        ("127.0.0.1.example.invalid", False),
    ],
)
def test_a_demo_answers_this_machine_only(host: str, local: bool, at: Any) -> None:
    assert startup.check_bind(host) == []
    marks.mark_demo(at, 1)
    try:
        assert startup.is_loopback(host) is local
        assert (startup.check_bind(host) == []) is local
    finally:
        marks.forget()


def test_a_demo_may_move_its_clock(settings: Any, at: Any) -> None:
    settings.HUIYIN_NOW = "2027-01-01"
    marks.mark_demo(at, 1)
    try:
        assert faults() == []
    finally:
        marks.forget()


def test_the_web_server_turns_strangers_away_from_a_demo(at: Any) -> None:
    said: list[str] = []
    served = guarded(lambda environ, start: [b"page"])
    start = lambda status, headers: said.append(status)  # noqa: E731 - a stand-in of one line
    assert served({"REMOTE_ADDR": "192.168.1.5"}, start) == [b"page"]
    marks.mark_demo(at, 1)
    try:
        assert served({"REMOTE_ADDR": "127.0.0.1"}, start) == [b"page"]
        assert served({"REMOTE_ADDR": "192.168.1.5"}, start) != [b"page"]
    finally:
        marks.forget()
    assert said == ["503 Service Unavailable"]


def test_every_reason_is_said_in_both_languages_and_ends_the_process(settings: Any, capsys: Any) -> None:
    settings.DEBUG = True
    settings.SECRET_KEY = "x"
    with pytest.raises(SystemExit) as left:
        startup.refuse_unsafe()
    assert left.value.code == 1
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 2
    assert all("请" in line and any(word in line for word in ("switch", "give")) for line in lines)


def test_the_check_command_and_djangos_checks_know_ours(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("check")
    settings.ALLOWED_HOSTS = ["*"]
    assert [found.id for found in run_checks(tags=["huiyin"])] == ["huiyin.E001"]
    settings.ALLOWED_HOSTS = ["localhost"]
    monkeypatch.setattr(triggers, "prove_immutable", lambda language: ["core_event"])
    with pytest.raises(CommandError, match="core_event"):
        call_command("check")
