"""`make test`: the suite on SQLite and, where a server can be started, on PostgreSQL; then what was not run."""

import json
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import binaries, cluster
from tools.steps import PYTHON, call, environment, say

NO_TESTS = 5  # pytest's exit code for "nothing collected"
# Year's end and its holidays, a short February, a leap day: what reckons with days is run at each.
DATES = ("2026-12-28", "2027-02-28", "2028-02-29")
AT_DATES = ["tests/rules", "tests/counties", "tests/rooms/casework"]
QUICK = ["-m", "not browser and not realdata and not slow"]


@dataclass(frozen=True)
class Pass:
    """One run of pytest."""

    title: str
    arguments: list[str]
    variables: dict[str, str] = field(default_factory=dict)
    postgres: bool = False


def passes(arguments: Sequence[str]) -> list[Pass]:
    """What is run here: everything on SQLite, what touches a database on PostgreSQL, the core of it at other dates."""
    found = [Pass("SQLite", list(arguments))]
    if binaries():
        found.append(Pass("PostgreSQL", [*arguments, "-m", "database"], postgres=True))
    if not arguments:
        moved = ({"HUIYIN_NOW": f"{day}T01:44:00+00:00"} for day in DATES)
        found += [Pass(f"SQLite, {day}", [*AT_DATES, *QUICK], now) for day, now in zip(DATES, moved, strict=True)]
    return found


def run(one: Pass, report: Path) -> int:
    """Run one pass in the open; pytest's exit code."""
    processes = os.environ.get("HUIYIN_TEST_PROCESSES", "2")
    command: list[str | Path] = [PYTHON, "-m", "pytest", "-q", "-n", processes, *one.arguments]
    with cluster() if one.postgres else nullcontext("") as url:
        variables = {"HUIYIN_NOW": "", **one.variables, "DATABASE_URL": url, "HUIYIN_NOT_RUN": str(report)}
        return call(command, env=environment(**variables))


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
