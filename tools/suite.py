"""`make test`: the suite on SQLite and, where a server can be started, on PostgreSQL; then what was not run."""

import json
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import binaries, cluster
from tools.steps import PYTHON, call, environment, say

NO_TESTS = 5  # pytest's exit code for "nothing collected"
# A short February and a leap day, in years without a working-day notice. The third, the year's end with its holidays,
# is where tests begin anyhow (tests/early.py).
FEBRUARY, LEAP_DAY = "2027-02-28", "2028-02-29"
# What reckons with days. Pages, which only show it, are run at FEBRUARY with the whole pass on PostgreSQL.
BY_DAYS = [
    *("tests/rules", "tests/counties", "tests/rooms/casework", "tests/rooms/publication", "tests/rooms/register"),
    *("tests/rooms/channels", "tests/rooms/core/test_health.py", "tests/rooms/core/test_programme_command.py"),
]
QUICK = "not browser and not realdata and not slow"
# Journeys in a browser are the same on either database, as is what is marked so, and rules touch none.
ON_POSTGRES = "database and not browser and not once"
# `make check` runs these; where that has just been done (.ci/run), they are not run a second time.
CHECKED = ["--ignore=tests/architecture", "--ignore=tests/docs"]


@dataclass(frozen=True)
class Pass:
    """One run of pytest, at the moment tests begin at (tests/early.py) or at another day."""

    title: str
    arguments: list[str]
    day: str = ""
    postgres: bool = False
    quick: bool = False  # none of its tests waits for a limit, a browser or a process of its own


def passes(arguments: Sequence[str]) -> list[Pass]:
    """What is run here; with arguments of one's own everything is at the usual moment.

    Everything on SQLite, at the year's end; what touches a database on PostgreSQL, and that at another date, so that no
    test costs twice for one thing; what reckons with days on a leap day. Without a server the second date is run on
    SQLite too. With HUIYIN_CHECKED=1 the first pass leaves to `make check` what that has run.
    """
    left_out = CHECKED if os.environ.get("HUIYIN_CHECKED") == "1" and not arguments else []
    found = [Pass("SQLite", [*arguments, *left_out])]
    if arguments:
        return found + [Pass("PostgreSQL", [*arguments, "-m", ON_POSTGRES], postgres=True)] * bool(binaries())
    days = [LEAP_DAY] if binaries() else [FEBRUARY, LEAP_DAY]
    if binaries():
        found.append(Pass(f"PostgreSQL, {FEBRUARY}", ["-m", ON_POSTGRES], FEBRUARY, postgres=True))
    return found + [Pass(f"SQLite, {day}", [*BY_DAYS, "-m", QUICK], day, quick=True) for day in days]


def run(one: Pass, report: Path) -> int:
    """Run one pass in the open; pytest's exit code.

    One process more than cores where some tests wait, for a limit or for processes of their own. Tests are handed out
    two at a time, the long ones first.
    """
    processes = os.environ.get("HUIYIN_TEST_PROCESSES") or str((os.cpu_count() or 2) + (not one.quick))
    command: list[str | Path] = [PYTHON, "-m", "pytest", "-q", "-n", processes, "--maxschedchunk", "2", *one.arguments]
    moment = f"{one.day}T01:04:00+00:00" if one.day else os.environ.get("HUIYIN_NOW", "")
    with cluster() if one.postgres else nullcontext("") as url:
        return call(command, env=environment(HUIYIN_NOW=moment, DATABASE_URL=url, HUIYIN_NOT_RUN=str(report)))


def test(arguments: Sequence[str]) -> int:
    """Every pass; 1 if one has a failure, or, under HUIYIN_CI, if anything was not run."""
    began = time.monotonic()
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "not-run.jsonl"
        wanted = passes(arguments)
        for number, one in enumerate(wanted, 1):
            say(f"\n{number}/{len(wanted)} {one.title}")
            code = run(one, report)
            if code != 0 and not (code == NO_TESTS and number > 1):
                failed.append(one.title)
        not_run = read(report)
    if not binaries():
        not_run["the suite on PostgreSQL"] = "needs PostgreSQL's programs (Debian: apt-get install postgresql)"
    verdict = f"失败 failed: {', '.join(failed)}" if failed else "全部通过 everything passed."
    say(f"\n{time.monotonic() - began:.0f} s in all. {verdict}")
    for name, reason in sorted(not_run.items()):
        say(f"未运行 not run: {name}: {reason}")
    unrun = bool(not_run) and os.environ.get("HUIYIN_CI") == "1"
    return 1 if failed or unrun else 0


def read(report: Path) -> dict[str, str]:
    """Test name to reason, over all passes; a test left out of one pass but run in another is not in it."""
    lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
    entries = [json.loads(line) for line in lines]
    ran = {name for entry in entries for name in entry["ran"]}
    return {name: reason for entry in entries for name, reason in entry["not_run"].items() if name not in ran}
