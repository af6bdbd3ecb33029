"""`huiyin bench roster`: a list of a county's households, staged and applied as an office would, each by a process.

The list is invented: names in the shares of `data/names`, household sizes of `data/demography`, where HUIYIN_DATA has
them. Each step is a process of its own, so that its time, processor time and largest memory are its own.
"""

import argparse
import csv
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from huiyin.config.bench import common
from huiyin.config.bench.data import settle
from huiyin.config.bench.table import markdown, settings
from huiyin.core import marks
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.demo import shares
from huiyin.interfaces.common.demo.people import GROUPS
from huiyin.programme.refusal import Refused
from huiyin.register.actions import roster_work, rosters
from huiyin.register.queries import rosters as ask

Say = Callable[[str], None]
MACHINE = Viewer.system("import")
STAGE_SECONDS, APPLY_SECONDS, MOST_MEGABYTES = 120, 180, 500
FIRST_BIRTH = date(1938, 1, 1)


@dataclass(frozen=True)
class Took:
    """What a step took: seconds by the clock, of a processor (its reading child with it), megabytes of its largest."""

    step: str
    seconds: float
    processor: float
    megabytes: int


def run(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Make the list, stage it, apply it, and apply the same list again; True if all is held."""
    try:
        marks.mark_demo(now(), options.seed)
    except Refused as refused:
        say(refused.sentence("en"))
        return False
    county, _ = settle(10, options.seed, say)
    path = Path(options.file) if options.file else Path.cwd() / f"roster.{options.form}"
    if not path.exists():
        say(f"roster: writing {options.rows} lines of 20 columns")
        towns = {code[:9]: name for code, name in county.towns}
        places = [(towns[code[:9]], name) for code, name in county.villages]
        write(path, options.rows, options.seed, options.data, places)
    taken = _import(path, say)
    again = [] if options.once else _import(path, say)
    show(_table(path, options.rows, taken, again))
    first = taken[0].seconds + taken[1].seconds
    largest = max(one.megabytes for one in [*taken, *again])
    scale = max(1.0, options.rows / 340_000)
    return first <= STAGE_SECONDS * scale and taken[2].seconds <= APPLY_SECONDS * scale and largest <= MOST_MEGABYTES


def _import(path: Path, say: Say) -> list[Took]:
    begun = time.monotonic()
    run_id = roster_work.hand_in(by=MACHINE, at=now(), kind="households", name=path.name, path=path)
    say(f"roster: judged and kept in {time.monotonic() - begun:.1f} s")
    steps = [_step("header", run_id, say)]
    rosters.choose_columns(by=MACHINE, at=now(), run_id=run_id, columns=ask.run(MACHINE, run_id).columns)
    steps.append(_step("stage", run_id, say))
    rosters.begin(by=MACHINE, at=now(), run_id=run_id)
    steps.append(_step("apply", run_id, say))
    say(f"roster: {ask.run(MACHINE, run_id).counts}")
    return steps


def _step(name: str, run_id: Any, say: Say) -> Took:
    """One step in a process of its own."""
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "huiyin.config.cli", "rosters", "work", str(run_id)])  # noqa: S603 - our own program
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the step {name} ended with {process.returncode}")
    took = Took(name, time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)
    say(f"roster: {name} {took.seconds:.1f} s, {took.processor:.1f} s of a processor, {took.megabytes} MB")
    return took


def write(path: Path, count: int, seed: int, data: Path | None, places: Sequence[tuple[str, str]]) -> None:
    """A list of households with 20 columns, as xlsx or as csv in GB 18030."""
    lines = _lines(count, random.Random(seed), data, places)  # noqa: S311 - the same list for the same seed
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows(lines)
        return
    from xlsxwriter import Workbook

    with Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)


def _lines(
    count: int, chance: random.Random, data: Path | None, places: Sequence[tuple[str, str]]
) -> Iterator[list[Any]]:
    """Header and lines; the villages of the county in turn, so that every one has its households."""
    said = common.words()
    yield said["roster_header"]
    surnames, given = _names(data)
    sizes, weights = _sizes(data)
    for number in range(1, count + 1):
        town, village = places[(number - 1) * len(places) // count]
        born = FIRST_BIRTH + timedelta(days=chance.randrange(365 * 62))
        name = chance.choices(surnames[0], cum_weights=surnames[1])[0] + chance.choice(given)
        identity = shares.id_number(number, born)
        sex = said["sexes"][0 if int(identity[16]) % 2 else 1]
        size = chance.choices(sizes, weights)[0]
        where = [f"WC{number:07d}", town, village, f"{chance.randrange(1, GROUPS + 1)}", f"{village}{number % 400 + 1}"]
        head = [name, identity, sex, born.isoformat(), size, f"160{number % 100_000_000:08d}"]
        yield [*where, *head, said["status"][number % 20 == 0], "2020-01-01", *said["roster_rest"]]


def _names(data: Path | None) -> tuple[tuple[Sequence[str], Sequence[float]], Sequence[str]]:
    """Surnames with the running sum of their shares, and given names: the real ones, or the invented county's."""
    if data is not None and (data / "names").is_dir():
        found = shares.names(data)
        return (found.surnames, found.shares), [*found.male, *found.female]
    said = common.words()
    return (said["surnames"], range(1, len(said["surnames"]) + 1)), said["given"]


def _sizes(data: Path | None) -> tuple[Sequence[int], Sequence[float]]:
    """Household sizes with their shares."""
    if data is not None and (data / "demography").is_dir():
        return shares.sizes(data)
    return [1, 2, 3, 4, 5, 6], [25.4, 29.7, 21.0, 13.2, 6.2, 4.5]


def _table(path: Path, rows: int, taken: list[Took], again: list[Took]) -> str:
    lines = [
        (which, one.step, one.seconds, one.processor, one.megabytes)
        for which, steps in (("first", taken), ("again", again))
        for one in steps
    ]
    head = ("run", "step", "seconds", "processor s", "MB")
    return f"{rows} lines, {path.suffix}\n\n{markdown(head, lines)}\n\n{settings()}"
