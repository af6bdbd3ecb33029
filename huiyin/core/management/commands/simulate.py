"""`huiyin simulate`: a month of a county in one process, with all that can go wrong in it (tests/simulate)."""

import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

CLONE = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    """Runs the simulation of a clone; an installed wheel has no tests."""

    help = "Live through days of a county with kills, slow gateways and four workers; exit 1 if anything does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How long, and the seed of chance."""
        parser.add_argument("--seed", type=int, help="the same days again; drawn and printed where it is not given")
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--steps", type=int, default=100, help="of each day")

    def handle(self, *_: Any, **given: Any) -> None:
        """Never touches the database at hand: the simulation makes its own."""
        if not (CLONE / "tests" / "simulate" / "machine.py").exists():
            raise CommandError("huiyin simulate runs from a clone of the repository, where tests/simulate is")
        command = [sys.executable, "-m", "tests.simulate", "--days", str(given["days"]), "--steps", str(given["steps"])]
        if given["seed"] is not None:
            command += ["--seed", str(given["seed"])]
        done = subprocess.run(command, cwd=CLONE, check=False)  # noqa: S603 - our own program
        if done.returncode:
            sys.exit(1)
