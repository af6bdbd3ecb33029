"""`huiyin bench …`: the measurements of docs/reference/numbers.md. Exit 0 held, 1 not held, 2 wrong usage."""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

Say = Callable[[str], None]

PARTS = {
    "assign": "assign a whole county's households to its officials, then let one in twenty-five of them leave",
    "bulk": "give five hundred matters to one unit from the desk's list",
    "data": "lay an invented county with many matters into an empty database",
    "duplicates": "find near-copies of messages among a county's matters",
    "figures": "sum a year by the ten elements, a month's report and the wall of what is late",
    "intake": "take matters in, flat out and then steadily",
    "pages": "open pages in the proportions of a clerk's day",
    "people": "find somebody among a county's residents",
    "roster": "stage and apply a list of a county's households, each step by a process of its own",
    "spine": "real messages from intake to the wall, through the real doors",
    "columns": "turn classified messages into the columns of `import matters`",
}


def parser() -> argparse.ArgumentParser:
    """The words the command knows."""
    found = argparse.ArgumentParser(prog="huiyin bench", description=__doc__)
    parts = found.add_subparsers(dest="part", required=True)
    known = {name: parts.add_parser(name, help=text) for name, text in PARTS.items()}
    known["bulk"].add_argument("--matters", type=int, default=500)
    known["data"].add_argument("--matters", type=int, default=100_000)
    known["data"].add_argument("--households", type=int, default=400)
    known["data"].add_argument("--tapes", type=int, default=120, help="different stories told by actions first")
    known["data"].add_argument("--seed", type=int, default=1)
    known["figures"].add_argument("--verify", action="store_true", help="compare every matter with its figures too")
    known["intake"].add_argument("--seconds", type=float, default=60, help="flat out")
    known["intake"].add_argument("--minutes", type=float, default=10, help="at a steady rate after it")
    known["intake"].add_argument("--rate", type=float, default=50, help="of the steady part, matters a second")
    known["intake"].add_argument("--clients", type=int, default=8)
    known["pages"].add_argument("--seconds", type=float, default=120)
    known["pages"].add_argument("--of", choices=("casework", "register"), default="casework", help="whose pages")
    known["pages"].add_argument("--rate", type=float, default=20, help="pages a second")
    known["pages"].add_argument("--intakes", type=float, default=10, help="matters a second beside them")
    for name in ("intake", "pages"):
        known[name].add_argument("--web", choices=("2x4", "4x2", "4x4"), default="2x4", help="processes x threads")
    known["spine"].add_argument("--data", type=Path, help="folder with divisions and messages (HUIYIN_DATA)")
    known["spine"].add_argument("--messages", type=int, default=0, help="how many, drawn by the seed; 0 takes all")
    known["spine"].add_argument("--seed", type=int, default=1)
    known["roster"].add_argument("--rows", type=int, default=340_000)
    known["roster"].add_argument("--form", choices=("xlsx", "csv"), default="xlsx")
    known["roster"].add_argument("--file", default="", help="a list made before; made there if it is missing")
    known["roster"].add_argument("--data", type=Path, default=None, help="folder with names and demography")
    known["roster"].add_argument("--once", action="store_true", help="leave out the run that changes nothing")
    known["roster"].add_argument("--seed", type=int, default=1)
    known["assign"].add_argument("--households", type=int, default=340_000)
    known["assign"].add_argument("--officials", type=int, default=10_180)
    known["assign"].add_argument("--seed", type=int, default=1)
    known["people"].add_argument("--residents", type=int, default=1_000_000)
    known["people"].add_argument("--seed", type=int, default=1)
    for name in ("assign", "people"):
        known[name].add_argument("--there", action="store_true", help="of the county that is there, laying none")
    known["duplicates"].add_argument("--matters", type=int, default=100_000)
    known["duplicates"].add_argument("--copies", type=int, default=500)
    known["duplicates"].add_argument("--data", type=Path, default=None, help="folder with messages (HUIYIN_DATA)")
    known["duplicates"].add_argument("--seed", type=int, default=1)
    known["columns"].add_argument("messages", type=Path, help="classified_train.csv")
    known["columns"].add_argument("places", type=Path, help="places as for `import places`")
    known["columns"].add_argument("out", type=Path)
    known["columns"].add_argument("--take", type=int, default=0, help="how many, drawn by the seed; 0 takes all")
    known["columns"].add_argument("--seed", type=int, default=1)
    return found


def main(arguments: Sequence[str]) -> int:
    """Run one part; progress goes to stderr, figures to stdout."""
    options = parser().parse_args(arguments)
    # Each part is loaded when it is asked for: the others need what it does not.
    if getattr(options, "there", False):
        run = getattr(import_module("huiyin.config.bench.there"), options.part)
    else:
        run = import_module(f"huiyin.config.bench.{options.part}").run
    held: bool = run(options, _progress, _figures)
    return 0 if held else 1


def _progress(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _figures(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
