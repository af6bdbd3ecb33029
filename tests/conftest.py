"""What the whole suite shares: what can be run here, the moment tests act at, real data, a browser."""

import gc
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests import clamd, kannel, mailserver, prepared
from tests.cast import cast
from tools.steps import ROOT, chromium

if TYPE_CHECKING:
    from django.test.utils import CaptureQueriesContext
    from playwright.sync_api import Browser, Page

    from tests.live import Live

DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_setup",
    "django_db_serialized_rollback",
    "live_server",
    "live",
}
EMPTYING = {"transactional_db", "live_server", "django_db_serialized_rollback"}
LONG = ("slow", "browser", "realdata")
BROWSER_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
BROWSER_WAITS = 120_000
"""Milliseconds that a browser waits for what it is told to do or expects to see: a busy machine is no failure."""
__all__ = ["cast"]  # a fixture of every test that asks for the people of the tests
# A busy machine is no failure: what has a time limit says so itself. Where a change is to land the same code meets the
# same cases, so that it lands or does not; elsewhere others are drawn each time.
settings.register_profile(
    "huiyin",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("HUIYIN_CI") == "1",
)
settings.load_profile("huiyin")
# Commands speak the language of the terminal: here Chinese, whoever runs the tests.
if told := os.environ.pop("LC_ALL", ""):
    os.environ["LANG"] = told
os.environ["LC_MESSAGES"] = "C"
Clock = Callable[[datetime], None]
not_run = pytest.StashKey[dict[str, str]]()
ran = pytest.StashKey[list[str]]()


@pytest.fixture
def english_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who types commands in English."""
    monkeypatch.setenv("LC_MESSAGES", "en_GB.UTF-8")


def on_postgres() -> bool:
    """Whether this pass runs on PostgreSQL."""
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def data_folder() -> Path:
    """Where real data lie: HUIYIN_DATA, or `shared/data` beside the clone."""
    return Path(os.environ.get("HUIYIN_DATA") or ROOT.parent / "shared" / "data")


def missing(item: pytest.Item) -> str:
    """Why a test cannot be run here; empty if it can."""
    if item.get_closest_marker("browser") and not chromium():
        return "needs Chromium (Debian: apt-get install chromium fonts-noto-cjk)"
    if item.get_closest_marker("postgres") and not on_postgres():
        return "needs PostgreSQL (Debian: apt-get install postgresql)"
    if item.get_closest_marker("kannel") and not kannel.installed():
        return "needs Kannel (Debian: apt-get install kannel kannel-extras)"
    if item.get_closest_marker("mail") and not mailserver.installed():
        return "needs Dovecot (Debian: apt-get install dovecot-imapd)"
    if item.get_closest_marker("scanner") and not clamd.installed():
        return "needs ClamAV (Debian: apt-get install clamav-daemon)"
    if item.get_closest_marker("realdata") and not data_folder().is_dir():
        return "needs real data (HUIYIN_DATA)"
    return ""


def turn(item: pytest.Item) -> tuple[bool, bool, float]:
    """When a test is run: what empties the database last, for that takes along what migrate laid; long ones first,
    and of these the longest, where they say how long."""
    mark = item.get_closest_marker("django_db")
    empties = bool(mark and mark.kwargs.get("transaction")) or bool(EMPTYING & set(getattr(item, "fixturenames", ())))
    slow = item.get_closest_marker("slow")
    seconds = float(slow.kwargs.get("seconds", 0)) if slow else 0
    return empties, not any(map(item.get_closest_marker, LONG)), -seconds


def pytest_configure(config: pytest.Config) -> None:
    """Begin the account of what was run."""
    config.stash[not_run] = {}
    config.stash[ran] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark what touches a database before `-m` chooses; then leave out, by name, what cannot be run here.

    What takes long comes before the rest, so that no process has it to itself while the others are at their end.
    """
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)
    yield
    reasons = {item.nodeid: missing(item) for item in items}
    left_out = [item for item in items if reasons[item.nodeid]]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not reasons[item.nodeid]]
    items.sort(key=turn)
    config.stash[not_run].update({item.nodeid: reasons[item.nodeid] for item in left_out})
    config.stash[ran].extend(item.nodeid for item in items)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: collections that need not walk through it save a tenth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """One of several processes has ended: take over its account."""
    account = getattr(node, "workeroutput", {}).get("huiyin")
    if account:
        node.config.stash[not_run].update(account["not_run"])
        node.config.stash[ran].extend(account["ran"])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the account over; under HUIYIN_CI anything left out is a failure."""
    config = session.config
    account = {"not_run": config.stash[not_run], "ran": config.stash[ran]}
    if hasattr(config, "workeroutput"):
        config.workeroutput["huiyin"] = account
        return
    prepared.forget()
    if path := os.environ.get("HUIYIN_NOT_RUN"):
        with Path(path).open("a", encoding="utf-8") as report:
            report.write(json.dumps(account) + "\n")
    elif os.environ.get("HUIYIN_CI") == "1" and account["not_run"]:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """After the last line: what was not run, by name (the launcher does it for all passes together)."""
    if not hasattr(config, "workeroutput") and "HUIYIN_NOT_RUN" not in os.environ:
        for name, reason in sorted(config.stash.get(not_run, {}).items()):
            print(f"not run: {name}: {reason}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Before databases are made: one process makes one for all; evidence may be emptied between transactional tests."""
    from django.db import connection

    from tests.evidence import allow_flush

    prepared.share(connection)
    allow_flush()


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> Iterator[None]:
    """Argon2 as the product has it, with a hundredth of the work: what it costs is proved by its authors.

    For passwords, and for the passphrases of the compartment, whose locks say what they cost; so has scrypt for the
    recovery key of backups. `test_boxes.py` and `test_archive.py` have one made and opened at the product's own cost.
    """
    from django.contrib.auth.hashers import Argon2PasswordHasher

    from huiyin.core import archive, boxes

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boxes, "COST", (1, 10, 1))
        patch.setitem(archive.SCRYPT, "n", 2**8)
        for name, value in (("time_cost", 1), ("memory_cost", 1024), ("parallelism", 1)):
            patch.setattr(Argon2PasswordHasher, name, value)
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> Iterator[None]:
    """Every client looks for the product's static files on disk; here one does, and the others know."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    found: dict[str, Any] = {}
    usual = WhiteNoiseMiddleware.add_files_from_finders

    def add(self: Any) -> None:
        if not found:
            usual(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add)
        yield


@pytest.fixture(scope="session", autouse=True)
def templates_drawn_as_they_are(django_test_environment: None) -> Iterator[None]:
    """Django's test environment copies the whole context of each template drawn, for tests that ask which was; none
    here does: what a page says is read from the page."""
    from django.template import Template

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))
        yield


@pytest.fixture(scope="session", autouse=True)
def rulebooks_read_and_written_once() -> Iterator[None]:
    """Hundreds of tests put the same rulebook in force: it becomes a text, and the text a rulebook, once per process.

    A rulebook does not change, and its text holds all of it; one that was copied is another.
    """
    from huiyin.programme.schema.rulebook import Rulebook

    written: dict[int, tuple[Rulebook, str]] = {}
    usual = Rulebook.canonical

    def canonical(book: Rulebook) -> str:
        if id(book) not in written:
            if len(written) > 16:
                written.clear()
            written[id(book)] = book, usual(book)
        return written[id(book)][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rulebook, "canonical", canonical)
        patch.setattr(Rulebook, "model_validate_json", staticmethod(lru_cache(16)(Rulebook.model_validate_json)))
        yield


@pytest.fixture(scope="session", autouse=True)
def seconds_do_not_run_out() -> Iterator[None]:
    """What lasts for some seconds in a process lasts as long as a test takes: what it keeps, and its turn at something.

    Or a busy machine would ask twice what another asks once, and leave to the next round what another does in one.
    """
    from huiyin.casework.queries import books
    from huiyin.channels import ticks
    from huiyin.core import marks, near, sealing, search, worker

    still = SimpleNamespace(monotonic=lambda: 1000.0)
    with pytest.MonkeyPatch.context() as patch:
        for module in (books, marks, near, sealing, worker):
            patch.setattr(module, "time", still)
        for module in (search, ticks):
            patch.setattr(module, "monotonic", still.monotonic)
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What a process keeps in memory belongs to the database of the test before."""
    from huiyin.core.caches import forget_all

    forget_all()


@pytest.fixture(autouse=True)
def open_process() -> Iterator[None]:
    """Only a web process is closed; a test that left this one so would blind those after it on PostgreSQL."""
    yield
    from django.db import connection

    from huiyin.core import rowlevel

    assert rowlevel._first == getattr(connection, "huiyin_aside", rowlevel.OPEN) == rowlevel.OPEN


@pytest.fixture
def django_assert_max_num_queries(db: None) -> "Callable[[int], AbstractContextManager[CaptureQueriesContext]]":
    """pytest-django's, without what tells PostgreSQL who is looking: no question to the data, and none on SQLite."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def at_most(most: int) -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connection) as captured:
            yield captured
        asked = [query["sql"] for query in captured.captured_queries if "set_config" not in query["sql"]]
        assert len(asked) <= most, "\n".join([f"{len(asked)} questions, {most} are allowed", *asked])

    return at_most


@pytest.fixture
def at() -> datetime:
    """The moment tests act at: Wednesday 2026-11-18, 09:44 in the county."""
    return datetime(2026, 11, 18, 1, 44, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The product's clock in this process: `clock(at)` stops it at a moment, and moves it when called again."""

    def stop(at: datetime) -> None:
        monkeypatch.setattr("huiyin.core.now._read", lambda: at)

    return stop


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; for tests marked `realdata`."""
    return data_folder()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One Chromium for the session, patient; for tests marked `browser`."""
    from playwright.sync_api import BrowserContext, expect, sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in this thread; our queries run beside it
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=list(BROWSER_FLAGS), timeout=BROWSER_WAITS)
        usual = opened.new_context

        def patient(**options: Any) -> BrowserContext:
            context = usual(**options)
            context.set_default_timeout(BROWSER_WAITS)
            return context

        expect.set_options(timeout=BROWSER_WAITS)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(opened, "new_context", patient)  # for every test, also where it makes its own
            yield opened
        opened.close()


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A fresh page at a desk's width, in Chinese; anything its scripts complain of fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert not complaints, f"the page's scripts complained: {complaints}"


@pytest.fixture
def phone(browser: "Browser") -> Iterator["Page"]:
    """A fresh page at a phone's width, in Chinese."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Live"]:
    """The demo county, served by web and worker; shared by the tests of a session, so leave it as you would find it."""
    from tests.live import product

    with product(tmp_path_factory.mktemp("live")) as served:
        yield served
