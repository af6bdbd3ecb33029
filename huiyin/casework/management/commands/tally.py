"""`huiyin tally rebuild | verify | figures | entries`: are the figures what the matters say?

`entries` writes what every figure is made from and `figures` what was made of it, so that anybody can count again with
a program of their own (docs/explanation/figures.md).
"""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from huiyin.casework.actions import tallies
from huiyin.casework.queries import figures, tallying
from huiyin.casework.rules.spans import Wanted
from huiyin.core.now import now
from huiyin.core.rulebook import current
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.programme.words import phrase

MACHINE = Viewer.system("tally")
MOST = 20


class Command(BaseCommand):
    """Count every matter anew, or say which of them count otherwise than they should."""

    help = "Count the figures anew, or compare them with the matters (exit 1 and a line for each that differs)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two commands."""
        commands = parser.add_subparsers(dest="what", required=True)
        rebuild = commands.add_parser("rebuild", help="count every matter anew")
        verify = commands.add_parser("verify", help="compare every matter with what it counts as")
        counted = commands.add_parser("figures", help="the figures of some days, as JSON")
        counted.add_argument("--from", dest="from_", type=date.fromisoformat, required=True)
        counted.add_argument(
            "--until", type=date.fromisoformat, required=True, help="the first day that is not counted"
        )
        counted.add_argument("--basis", choices=tuple(figures.BASES), default="received")
        writer = commands.add_parser("entries", help="write what figures are made from, one matter a line; no words")
        writer.add_argument("file", type=Path)
        for one in (rebuild, verify, counted, writer):
            add_language(one)

    def handle(self, *_: Any, **given: Any) -> None:
        """Run one of them."""
        run = {"rebuild": self.rebuild, "verify": self.verify, "figures": self.figures, "entries": self.entries}
        run[given["what"]](given)

    def rebuild(self, given: dict[str, Any]) -> None:
        """Count every matter anew."""
        count = tallies.rebuild(by=MACHINE, at=now())
        self.stdout.write(phrase("commands", "counted", given["language"], count=count))

    def verify(self, given: dict[str, Any]) -> None:
        """Name the matters that count otherwise than they should."""
        found = list(islice(tallying.verify(MACHINE), MOST + 1))
        for one in found[:MOST]:
            self.stderr.write(f"{one.code}: {', '.join(one.columns)}")
        if found:
            self.stderr.write("…" if len(found) > MOST else phrase("commands", "count_again", given["language"]))
            sys.exit(1)
        self.stdout.write(phrase("commands", "figures_right", given["language"]))

    def figures(self, given: dict[str, Any]) -> None:
        """Every sum by every dimension."""
        county = current(now()).rulebook.county.code
        wanted = Wanted(from_=given["from_"], until=given["until"], basis=given["basis"], place=county)
        found = figures.split(MACHINE, wanted, figures.ELEMENTS)
        told = {name: {line.value: line.sums for line in lines} for name, lines in found.items()}
        self.stdout.write(json.dumps(told, ensure_ascii=False))

    def entries(self, given: dict[str, Any]) -> None:
        """What every figure is made from. The file names nobody, but whoever reads it sees every matter's course."""
        count = -1
        with given["file"].open("w", encoding="utf-8") as file:
            for one in tallying.entries(MACHINE):
                file.write(json.dumps(one, ensure_ascii=False) + "\n")
                count += 1
        self.stdout.write(phrase("commands", "entries", given["language"], count=count, path=str(given["file"])))
