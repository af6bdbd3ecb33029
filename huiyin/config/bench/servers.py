"""The product as it runs in a county's computer room, started for a measurement and stopped after it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

START = 60.0


@dataclass
class Running:
    """Web and worker under measurement."""

    port: int
    web: str = "2x4"
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    access: Path = field(default_factory=lambda: Path(settings.HUIYIN_HOME) / "bench-access.log")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def told(self) -> str:
        """What serves, for the line above a table."""
        workers, threads = shape(self.web)
        return f"gunicorn {workers} processes × {threads} threads, one worker"

    def logged(self) -> int:
        """Where the access log ends now."""
        return self.access.stat().st_size if self.access.exists() else 0

    def server_times(self, since: int) -> dict[str, list[float]]:
        """Milliseconds from a request's first byte read to its answer written, by the name in its X-Page header."""
        found: dict[str, list[float]] = {}
        with self.access.open(encoding="utf-8") as file:
            file.seek(since)
            for line in file:
                name, _, took = line.rpartition(" ")
                name = name.replace("[", "{").replace("]", "}")
                found.setdefault(name, []).append(int(took) / 1000)
        return found


def shape(web: str) -> tuple[int, int]:
    """Processes and threads of each: `4x2`. Raises ValueError for anything else."""
    workers, _, threads = web.partition("x")
    return int(workers), int(threads)


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*, web: str = "2x4", worker: bool = True, **environment: str) -> Iterator[Running]:
    """Web processes and one worker on a free port; one trusted hop, so that clients can come from many addresses."""
    found = Running(free_port(), web)
    workers, threads = shape(web)
    surroundings = os.environ | {"HUIYIN_PROXIES": "1", "HUIYIN_LOG": "ERROR"} | environment
    command = [
        *(sys.executable, "-m", "gunicorn", "huiyin.config.wsgi:application", "--bind", f"127.0.0.1:{found.port}"),
        *(
            "--workers",
            str(workers),
            "--threads",
            str(threads),
            "--keep-alive",
            "30",
            "--worker-class",
            "gthread",
            "--preload",
        ),
        *("--log-level", "warning", "--access-logfile", str(found.access), "--access-logformat", "%({x-page}i)s %(D)s"),
    ]
    found.access.unlink(missing_ok=True)
    try:
        found.processes.append(_start(command, surroundings, "web"))
        if worker:
            command = [sys.executable, "-m", "huiyin.config.cli", "worker", "--idle", "0.2"]
            found.processes.append(_start(command, surroundings, "worker"))
        _wait(found)
        yield found
    finally:
        for process in found.processes:
            _end(process)


def _start(command: list[str], environment: dict[str, str], name: str) -> "subprocess.Popen[bytes]":
    """A process of ours whose log lies in `HUIYIN_HOME/bench-NAME.log`."""
    with (Path(settings.HUIYIN_HOME) / f"bench-{name}.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own program
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )


def _wait(found: Running) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{found.address}/about/help/", timeout=10):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the web server did not answer within a minute")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
