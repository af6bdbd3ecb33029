"""Commands that run a program of a clone's tests in a process and on a database of its own."""

import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

CLONE = Path(__file__).resolve().parents[3]


class InClone(BaseCommand):
    """Runs a module of a clone; an installed wheel has no tests."""

    module = ""
    passed: tuple[str, ...] = ()
    """Names of what is handed on to it, besides the seed."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The seed of chance."""
        parser.add_argument("--seed", type=int, help="the same again; drawn and printed where it is not given")

    def handle(self, *_: Any, **given: Any) -> None:
        """Never touches the database at hand: the module makes its own."""
        place = CLONE.joinpath(*self.module.split("."))
        if not (place.is_dir() or place.with_suffix(".py").exists()):
            raise CommandError(f"this runs from a clone of the repository, where {self.module} is")
        command = [sys.executable, "-m", self.module]
        for name in (*self.passed, "seed"):
            if given[name] is not None:
                command += [f"--{name}", str(given[name])]
        if subprocess.run(command, cwd=CLONE, check=False).returncode:  # noqa: S603 - our own program
            sys.exit(1)
