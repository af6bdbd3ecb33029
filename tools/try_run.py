"""Do what the README says: `make run` on an empty folder, Ctrl-C, `make run` again, Ctrl-C.

Checks that it comes up and says who can sign in, that Ctrl-C leaves no process and frees the port, that the second
start is quick and lost nothing. Exit code 1 with a sentence if not.
"""

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import NoReturn

from tests.postgres import free_port
from tools.steps import ROOT, say, stop

FIRST, SECOND = 300.0, 30.0  # seconds until the address is printed, at the longest


class Run:
    """One `make run`, with the lines it has printed."""

    def __init__(self, folder: Path, port: int) -> None:
        env = {**os.environ, "HUIYIN_HOME": str(folder), "PORT": str(port), "DATABASE_URL": ""}
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            ["make", "run"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.shown: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout  # noqa: S101 - set by PIPE above
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put("(end)")

    def until(self, word: str, seconds: float) -> float:
        """Wait for a line with a word; gives the seconds since the start."""
        while True:
            left = self.began + seconds - time.monotonic()
            try:
                line = self.lines.get(timeout=max(0.1, left))
            except queue.Empty:
                self.fail(f"no line with {word!r} within {seconds:.0f} s")
            self.shown.append(line)
            if word in line:
                return time.monotonic() - self.began
            if line == "(end)":
                self.fail(f"it ended before a line with {word!r}")

    def fail(self, sentence: str) -> NoReturn:
        """End the program with what was printed."""
        os.killpg(self.process.pid, signal.SIGKILL)
        stop(f"make run: {sentence}. It printed:\n" + "\n".join(self.shown[-40:]))

    def interrupt(self) -> None:
        """Ctrl-C, as a terminal sends it, and wait for the end."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=40)


def left_over(folder: Path) -> list[str]:
    """Processes that still run with this home folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"HUIYIN_HOME={folder}".encode() in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def once(folder: Path, port: int, seconds: float) -> tuple[float, str]:
    """Start, read the wall, stop; gives how long the start took and what the wall said."""
    run = Run(folder, port)
    took = run.until("Ctrl-C", seconds)
    links = [line for line in run.shown if f"http://127.0.0.1:{port}/account/link/" in line]
    if not links:
        run.fail("no sign-in link was printed")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/wall/", timeout=20) as answer:
        wall = answer.read().decode("utf-8")
    run.interrupt()
    if left := left_over(folder):
        stop(f"make run: after Ctrl-C still there: {left}")
    return took, " ".join(re.findall(r"<h\d[^>]*>([^<]+)", wall))


def main() -> int:
    """Twice, in a folder that is gone afterwards."""
    folder, port = Path(tempfile.mkdtemp(prefix="huiyin-run-")), free_port()
    try:
        first, before = once(folder, port, FIRST)
        say(f"  first start {first:.0f} s, Ctrl-C leaves nothing behind")
        second, after = once(folder, port, SECOND)
        say(f"  second start {second:.1f} s")
        if before != after:
            stop(f"the second start shows another wall:\n{before}\n{after}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
