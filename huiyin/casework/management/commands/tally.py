"""`huiyin tally rebuild | verify`: are the figures what the matters say? (docs/explanation/figures.md)."""

import sys
from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand

from huiyin.casework.actions import tallies
from huiyin.casework.queries import tallying
from huiyin.core.now import now
from huiyin.core.viewer import Viewer

MACHINE = Viewer.system("tally")
MOST = 20


class Command(BaseCommand):
    """Count every matter anew, or say which of them count otherwise than they should."""

    help = "Count the figures anew, or compare them with the matters (exit 1 and a line for each that differs)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two commands."""
        commands = parser.add_subparsers(dest="what", required=True)
        commands.add_parser("rebuild", help="count every matter anew")
        commands.add_parser("verify", help="compare every matter with what it counts as")

    def handle(self, *_: Any, **given: Any) -> None:
        """Run one of them."""
        if given["what"] == "rebuild":
            self.stdout.write(f"{tallies.rebuild(by=MACHINE, at=now())} matters counted")
            return
        found = list(islice(tallying.verify(MACHINE), MOST + 1))
        for one in found[:MOST]:
            self.stderr.write(f"{one.code}: {', '.join(one.columns)}")
        if found:
            self.stderr.write("…" if len(found) > MOST else "run: huiyin tally rebuild")
            sys.exit(1)
        self.stdout.write("the figures are what the matters say")
