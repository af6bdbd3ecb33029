"""`make test`: the suite on SQLite and, where a server can be started, on PostgreSQL; then what was not run."""

import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tools.steps import PYTHON, ROOT, call, environment, say

NO_TESTS = 5  # pytest's exit code for "nothing collected"


def passes(arguments: Sequence[str]) -> list[tuple[str, dict[str, str], list[str]]]:
    """Title, variables and pytest's arguments of each pass.

    The passes besides the first run under a moved clock, so that the year's end, a short February and a leap day
    are all met without a pass of their own on both databases.
    """
    from tests.postgres import binaries

    rules = ["tests/rules", "tests/counties"]
    found = [("SQLite", {"DATABASE_URL": ""}, list(arguments))]
    if binaries():
        found.append(("PostgreSQL", {"HUIYIN_TEST_POSTGRES": "1"}, [*arguments, "-m", "database"]))
    if not arguments:
        for day in ("2026-12-28", "2027-02-28", "2028-02-29"):
            moved = {"DATABASE_URL": "", "HUIYIN_NOW": f"{day}T01:44:00+00:00"}
            found.append((f"SQLite, {day}", moved, [*rules, "tests/rooms", "-m", "not browser and not slow"]))
    return found


def test(arguments: Sequence[str]) -> int:
    """Every pass; 1 if one has a failure, or, under HUIYIN_CI, if anything was not run."""
    began = time.monotonic()
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "not-run.jsonl"
        wanted = passes(arguments)
        for number, (title, variables, more) in enumerate(wanted, 1):
            say(f"\n{number}/{len(wanted)} {title}")
            command = [PYTHON, "-m", "pytest", "-q", "-n", os.environ.get("HUIYIN_TEST_PROCESSES", "2"), *more]
            env = environment(HUIYIN_NOT_RUN=str(report), **variables)
            if call(command, env=env) not in (0, NO_TESTS if number > 1 else 0):
                failed.append(title)
        not_run = read(report)
    say(f"\n{time.monotonic() - began:.0f} s in all. " + (f"失败 failed: {', '.join(failed)}" if failed else "全部通过"))
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


__all__ = ["ROOT", "test"]
