"""Processes of a served product, born of one that has loaded it: what a start costs is paid once, not at every start.

    nursery = Nursery(env)
    nursery.start(["huiyin", "worker"], log, log).wait()

One parent loads the product under an environment and stays without a database or a thread of its own. Each child is a
process like any other, with its own session, to be killed outright at any moment; it runs `huiyin …`, `gunicorn …` or
`python -c …` as if it had been started by itself.
"""

import gc
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import IO

from tools.steps import PYTHON, ROOT

KILLED = -int(signal.SIGKILL)


class Nursery:
    """The parent, from here: it is started by the first child that is wanted and ends when `close` is called."""

    def __init__(self, env: Mapping[str, str], plant: str = "") -> None:
        self.env = dict(env)
        self.plant = plant
        self.ended: dict[int, int] = {}
        self.lock = threading.RLock()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, argv: list[str], out: "IO[bytes] | int", err: "IO[bytes] | int") -> "Child":
        """A child at work; what it says goes into two open files."""
        with self.lock:
            if self.process is None:
                self._open()
            files = [one if isinstance(one, int) else one.fileno() for one in (out, err)]
            socket.send_fds(self.line, [json.dumps(argv).encode()], files)
            return Child(self, int(self._next("born")[0]))

    def _open(self) -> None:
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [str(PYTHON), "-m", "tests.nursery", str(theirs.fileno()), self.plant]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
        )
        theirs.close()
        self._next("ready")

    def _next(self, wanted: str, timeout: float | None = None) -> list[int]:
        """What the parent says next of one kind; who has ended meanwhile is written down. Empty when time is up."""
        while select.select([self.line], [], [], timeout)[0]:
            said = self.line.recv(4096)
            assert said, f"the parent of the product's processes has ended: {self.env.get('HUIYIN_HOME')}"
            kind, *rest = json.loads(said)
            numbers: list[int] = rest
            if kind == "ended":
                self.ended[numbers[0]] = numbers[1]
            if kind == wanted:
                return numbers
        return []

    def close(self) -> None:
        """End the parent; children that still run are not ended by it."""
        if self.process is not None:
            self.line.close()
            self.process.wait()
            self.process = None


@dataclass
class Child:
    """A process that was born of the parent, to be treated like one of `subprocess`."""

    nursery: Nursery
    pid: int

    def poll(self) -> int | None:
        """How it ended, if it has."""
        with self.nursery.lock:
            while self.pid not in self.nursery.ended and self.nursery._next("ended", 0):
                pass
            return self.nursery.ended.get(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended; TimeoutExpired if it has not by then."""
        with self.nursery.lock:
            while self.pid not in self.nursery.ended:
                if not self.nursery._next("ended", timeout):
                    raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            return self.nursery.ended[self.pid]

    def send_signal(self, number: int) -> None:
        """A signal, if it is still there."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Outright."""
        self.send_signal(signal.SIGKILL)


def load(plant: str) -> None:
    """What every process of the product loads at its start, and a module of the tests that changes something in it."""
    gc.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")
    import django
    from django.core.management import get_commands

    django.setup()
    from django.urls import get_resolver

    for name, app in get_commands().items():
        if app.startswith("huiyin"):
            import_module(f"{app}.management.commands.{name}")
    _ = get_resolver().url_patterns
    if plant:
        import_module(plant)
    gc.freeze()
    gc.enable()


def parent(line: socket.socket) -> list[str]:
    """Give birth when asked and tell of every end. Returns in each child, with what it is to run."""
    wakes, wake = socket.socketpair()
    for end in (wakes, wake):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno())
    line.send(json.dumps(["ready"]).encode())
    while True:
        ready = select.select([line, wakes], [], [])[0]
        if wakes in ready:
            wakes.recv(4096)
            tell_of_the_ended(line)
        if line not in ready:
            continue
        asked, files, *_ = socket.recv_fds(line, 65_536, 2)
        if not asked:
            os._exit(0)
        here, there = os.pipe()
        born = os.fork()
        if not born:
            for end in (line, wakes, wake):
                end.close()
            be_a_child(files)
            os.close(here)
            os.close(there)
            return [str(part) for part in json.loads(asked)]
        for file in (*files, there):
            os.close(file)
        os.read(here, 1)  # until it stands by itself, for it may be killed with its session at once
        os.close(here)
        line.send(json.dumps(["born", born]).encode())


def tell_of_the_ended(line: socket.socket) -> None:
    """All of them: one signal may stand for several."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        line.send(json.dumps(["ended", pid, os.waitstatus_to_exitcode(status)]).encode())


def be_a_child(files: list[int]) -> None:
    """A session, files and chance of its own."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    for number, file in enumerate(files, 1):
        os.dup2(file, number)
        os.close(file)
    random.seed()


def run(argv: list[str]) -> None:
    """What was asked for, as the program of that name does it; one that fails ends the process with its code."""
    program, *rest = argv
    if program == "python":
        exec(rest[1], {"__name__": "__main__"})
        return
    sys.argv = [program, *rest]
    if program == "gunicorn":
        import_module("gunicorn.app.wsgiapp").run(prog="gunicorn")
        return
    from huiyin.config.cli import main

    main()


if __name__ == "__main__":
    load(sys.argv[2])
    run(parent(socket.socket(fileno=int(sys.argv[1]))))
