"""The product as it is served: web and worker as processes of their own, with a home and a database of their own.

    with product(folder) as live:
        httpx.get(live.url + "/ask/")
        live.huiyin("signin", "clerk")

On a PostgreSQL pass the database is a fresh one on the same server, gone at the end.
"""

import os
import re
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.nursery import Child, Nursery
from tests.postgres import free_port
from tests.prepared import lay

PATIENCE = 300.0
"""Seconds: a busy machine starts a process slowly."""
SERVED = ("--timeout", "600")
"""Nor is a web process ended because a busy machine let it say nothing for half a minute."""


@dataclass
class Live:
    """A served product: its address, its environment, its processes by name."""

    url: str
    env: dict[str, str]
    folder: Path
    processes: dict[str, Child] = field(default_factory=dict)
    nurseries: dict[str, Nursery] = field(default_factory=dict)
    plant: str = ""

    def nursery(self, role: str = "") -> Nursery:
        """Where processes are born: commands as the owner of the database, web and worker as who owns nothing."""
        if role not in self.nurseries:
            self.nurseries[role] = Nursery(self.env | ({"HUIYIN_DB_ROLE": role} if role else {}), self.plant)
        return self.nurseries[role]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a program of the product against this home and database, to its end."""
        with tempfile.TemporaryFile("w+b") as out, tempfile.TemporaryFile("w+b") as err:
            code = self.nursery().start(list(arguments), out, err).wait()
            said = []
            for file in (out, err):
                file.seek(0)
                said.append(file.read().decode())
        return subprocess.CompletedProcess(arguments, code, *said)

    def huiyin(self, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run a command of the product."""
        done = self.run("huiyin", *arguments)
        assert not check or done.returncode == 0, f"huiyin {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done

    def signin(self, role: str) -> str:
        """A single-use sign-in link of the demo for a role."""
        found = re.search(r"http://\S+", self.huiyin("signin", role).stdout)
        assert found, f"no link for {role}"
        return found[0]

    def start(self, *, workers: int = 2, background: bool = True) -> None:
        """Start web and, unless told otherwise, worker; returns when the web answers."""
        web = ["gunicorn", "huiyin.config.wsgi:application", "--bind", urlsplit(self.url).netloc]
        self._start("web", [*web, *SERVED, "--workers", str(workers), "--threads", "4", "--preload"])
        if background:
            self._start("worker", ["huiyin", "worker"])
        self.wait()

    def _start(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = self.nursery("huiyin_app").start(command, log, log)

    def wait(self) -> None:
        """Until /health/live answers; fails with the end of the log otherwise."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.processes["web"].poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/health/live", timeout=20):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(f"the web process does not answer:\n{self.log('web')}")

    def log(self, name: str) -> str:
        """The end of a process' log."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def kill(self, name: str) -> None:
        """End a process and its children outright, as a power cut would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End what still runs, politely first, and whatever it was born of."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for name in list(self.processes):
            try:
                self.processes[name].wait(timeout=20)
                del self.processes[name]
            except subprocess.TimeoutExpired:
                self.kill(name)
        self.let_go()

    def let_go(self) -> None:
        """End the parents of its processes."""
        for role in list(self.nurseries):
            self.nurseries.pop(role).close()


@contextmanager
def product(
    folder: Path, *, demo: bool = True, workers: int = 2, background: bool = True, **more: str
) -> Iterator[Live]:
    """A product in a folder: migrated, with the invented county unless told otherwise, served; all gone at the end."""
    port = free_port()
    url = os.environ.get("DATABASE_URL", "")
    with own_database(url) if url.startswith("postgres") else nullcontext("") as database:
        own = {"HUIYIN_HOME": str(folder / "home"), "PORT": str(port), "DATABASE_URL": database}
        # On the machine's own clock: what is no demo refuses another, and processes would not agree on it.
        env = {**os.environ, "HUIYIN_NOW": "", **own, **more}
        live = Live(f"http://127.0.0.1:{port}", env, folder)
        prepare(live, database, demo=demo)
        try:
            live.start(workers=workers, background=background)
            yield live
        finally:
            live.stop()


def prepare(live: Live, database: str, *, demo: bool = False) -> None:
    """A migrated database, with the small invented county if wanted; made once for all processes of a run."""

    def make() -> None:
        live.huiyin("migrate")

    def invent() -> None:
        prepare(live, database)
        live.huiyin("demo", "--households", "72", "--matters", "40")  # one household a group: small, and everywhere

    wanted = invent if demo else make
    if "HUIYIN_TEST_HOME" in os.environ:
        lay("demo" if demo else "empty", Path(live.env["HUIYIN_HOME"]), database, wanted)
    else:  # outside a run of the tests: pictures
        wanted()
    live.let_go()  # keys that were copied since are not those it has read


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """A fresh database beside the one a URL names."""
    name = f"huiyin_live_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
