"""The tasks behind the make targets."""

import io
import subprocess
import sys
from collections.abc import Callable

from tools import check, environment, serve, suite
from tools.steps import PYTHON, Missing, call, chromium, say, stop
from tools.steps import environment as variables


def setup(arguments: list[str]) -> int:
    """Environment, packages, pages; `--dev` adds what tests and checks need."""
    environment.setup(dev="--dev" in arguments)
    say("准备好了 ready. 命令行 command line: .venv/bin/huiyin")
    return 0


def run(_arguments: list[str]) -> int:
    """An invented county at work on this machine."""
    serve.port()  # before anything long, so that a taken port is said at once
    environment.setup(dev=False)
    return serve.run()


def test(arguments: list[str]) -> int:
    """Everything that has to pass."""
    environment.setup(dev=True)
    return suite.test(arguments)


def checks(_arguments: list[str]) -> int:
    """Style, types, contracts, manual."""
    environment.setup(dev=True)
    return check.check()


def fix(_arguments: list[str]) -> int:
    """Put style right where a tool can."""
    environment.setup(dev=True)
    linted = call([PYTHON, "-m", "ruff", "check", "--fix", "."])
    return call([PYTHON, "-m", "ruff", "format", "."]) or linted


def docs(_arguments: list[str]) -> int:
    """Remake the generated pages and build the manual into site/."""
    environment.setup(dev=True)
    made = call([PYTHON, "-m", "tools.reference"]) or call([PYTHON, "-m", "tools.rows"])
    return made or call(check.DOCS, env=variables(**check.DOCS_ENV))


def pictures(arguments: list[str]) -> int:
    """Photograph every page into pictures/."""
    if not chromium():
        raise Missing("Pictures need Chromium: install it (Debian: apt-get install chromium fonts-noto-cjk).")
    environment.setup(dev=True)
    return call([PYTHON, "-m", "tools.album", *arguments])


def mutants(arguments: list[str]) -> int:
    """Plant faults in the rules and count the found."""
    environment.setup(dev=True)
    return call([PYTHON, "-m", "tools.mutants", *arguments])


def lock(arguments: list[str]) -> int:
    """Remake the lock files."""
    environment.setup(dev=True)
    return call([PYTHON, "-m", "tools.lock", *arguments])


TASKS: dict[str, Callable[[list[str]], int]] = {
    "setup": setup,
    "run": run,
    "test": test,
    "check": checks,
    "fix": fix,
    "docs": docs,
    "pictures": pictures,
    "mutants": mutants,
    "lock": lock,
}


def main(task: str, arguments: list[str]) -> int:
    """Run a task; a missing piece is one sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no Chinese is no reason to fail
    try:
        return TASKS[task](arguments)
    except Missing as missing:
        stop(str(missing))
    except KeyboardInterrupt:
        stop("已中断 interrupted.")
    except subprocess.SubprocessError as error:
        stop(str(error))
