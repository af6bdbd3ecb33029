"""What every task shares: where things are, how progress is shown, how a missing piece is said."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
HUIYIN = BIN / "huiyin"


class Missing(Exception):
    """A piece is missing; the message is the one sentence that says what to do."""


def say(line: str = "") -> None:
    """One line at once, also into a pipe."""
    print(line, flush=True)


def home() -> Path:
    """The folder for data, keys and files."""
    return Path(os.environ.get("HUIYIN_HOME") or ROOT / "var").resolve()


def chromium() -> str | None:
    """The browser for journeys and pictures, where there is one."""
    named = os.environ.get("HUIYIN_CHROMIUM")
    found = (shutil.which(name) for name in (named, "chromium", "chromium-browser", "google-chrome") if name)
    return next((path for path in found if path), None)


class Progress:
    """Numbered steps: one line when a step begins, the time it took when it ends."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.done = 0
        self.began = time.monotonic()

    def step(self, title: str) -> None:
        """Begin the next step."""
        self.done += 1
        self.began = time.monotonic()
        say(f"{self.done}/{self.steps} {title} …")

    def end(self, note: str = "") -> None:
        """End the step with a word on it, if there is one."""
        say(f"    {time.monotonic() - self.began:.1f} s{' · ' + note if note else ''}")

    def command(self, command: Sequence[str | Path], *, env: dict[str, str] | None = None, every: float = 10) -> None:
        """Run a command quietly, saying every few seconds that it is still at work.

        Raises Failed with its last lines if it does not end with 0.
        """
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(
                [str(part) for part in command], cwd=ROOT, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
            try:
                while True:
                    try:
                        code = process.wait(timeout=every)
                        break
                    except subprocess.TimeoutExpired:
                        say(f"    … {time.monotonic() - self.began:.0f} s, {last_line(log.fileno())}")
            except BaseException:
                process.terminate()
                process.wait()
                raise
            if code:
                log.seek(0)
                raise Failed(command, code, log.read().decode("utf-8", "replace"))


class Failed(Exception):
    """A command ended with another code than 0."""

    def __init__(self, command: Sequence[str | Path], code: int, output: str) -> None:
        super().__init__(f"{' '.join(map(str, command))} ended with {code}")
        self.code = code
        self.output = output

    def tail(self, lines: int = 25) -> str:
        """The last lines the command printed."""
        return "\n".join(self.output.strip().splitlines()[-lines:])


def last_line(descriptor: int, width: int = 90) -> str:
    """The last line written so far to a file that another process writes."""
    end = os.fstat(descriptor).st_size
    text = os.pread(descriptor, 8000, max(0, end - 8000)).decode("utf-8", "replace").strip()
    return text.splitlines()[-1].strip()[:width] if text else ""


def call(command: Sequence[str | Path], *, env: dict[str, str] | None = None) -> int:
    """Run a command in the open and give its exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False).returncode


def environment(**more: str) -> dict[str, str]:
    """This environment with the project's own programs first in PATH, and more."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1", **more}


def stop(sentence: str) -> NoReturn:
    """End with exit code 1 and one sentence."""
    sys.stderr.write(sentence + "\n")
    raise SystemExit(1)
