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
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*, workers: int = 2, threads: int = 4, worker: bool = True, **environment: str) -> Iterator[Running]:
    """Web processes and one worker on a free port; one trusted hop, so that clients can come from many addresses."""
    found = Running(free_port())
    surroundings = os.environ | {"HUIYIN_PROXIES": "1", "HUIYIN_LOG": "ERROR"} | environment
    web = [
        *(sys.executable, "-m", "gunicorn", "huiyin.config.wsgi:application", "--bind", f"127.0.0.1:{found.port}"),
        *("--workers", str(workers), "--threads", str(threads), "--keep-alive", "30", "--worker-class", "gthread"),
        *("--log-level", "warning"),
    ]
    try:
        found.processes.append(_start(web, surroundings, "web"))
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
