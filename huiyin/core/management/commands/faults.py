"""`huiyin faults`: kill web and worker under eight writing clients and count what is left (tests/faults)."""

import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

CLONE = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    """Runs the harness of a clone; an installed wheel has no tests."""

    help = "Kill web and worker again and again while eight clients write; exit 1 if anything is lost or doubled."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The profile and the seed."""
        parser.add_argument("--profile", choices=("short", "full"), default="short")
        parser.add_argument("--seed", type=int)

    def handle(self, *_: Any, **given: Any) -> None:
        """Never touches the database at hand: the harness makes its own."""
        if not (CLONE / "tests" / "faults" / "harness.py").exists():
            raise CommandError("huiyin faults runs from a clone of the repository, where tests/faults is")
        command = [sys.executable, "-m", "tests.faults.harness", "--profile", given["profile"]]
        if given["seed"] is not None:
            command += ["--seed", str(given["seed"])]
        done = subprocess.run(command, cwd=CLONE, check=False)  # noqa: S603 - our own program
        if done.returncode:
            sys.exit(1)
