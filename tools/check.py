"""`make check`: style, types, contracts, architecture, manual. A warning is an error."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.steps import BIN, PYTHON, ROOT, environment, say

CODE = ["huiyin", "huiyin_witness", "tests", "tools"]
DOCS: list[str | Path] = [PYTHON, "-m", "mkdocs", "build", "--strict", "--quiet"]
DOCS_ENV = {"NO_MKDOCS_2_WARNING": "1"}


def commands() -> list[tuple[str, list[str | Path]]]:
    """What has to pass, quickest first."""
    code = [name for name in CODE if (ROOT / name).exists()]
    return [
        ("锁定 lock files", [PYTHON, "-m", "tools.lock", "--check"]),
        ("风格 style", [PYTHON, "-m", "ruff", "check", "."]),
        ("格式 format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."]),
        ("楼梯 contracts", [BIN / "lint-imports", "--no-cache"]),
        ("类型 types", [PYTHON, "-m", "mypy", *code]),
        ("页面类型 types of the pages", [PYTHON, "-m", "tools.build_front", "--check"]),
        ("结构 architecture", [PYTHON, "-m", "pytest", "-q", "tests/architecture", "tests/docs", "-p", "no:randomly"]),
        ("手册 manual", DOCS),
    ]


def check() -> int:
    """Run all, so that one look shows everything that is wrong; 1 if anything is.

    Two at a time where there are two cores: types take as long as all the rest together.
    """
    failed = []
    wanted = commands()
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as crew:
        going = [crew.submit(quietly, command) for _, command in wanted]
        for number, ((title, _), one) in enumerate(zip(wanted, going, strict=True), 1):
            say(f"{number}/{len(wanted)} {title} …")
            code, told, took = one.result()
            sys.stdout.write(told)
            say(f"    {'ok' if code == 0 else 'NOT OK'} · {took:.1f} s")
            if code:
                failed.append(title)
    say("全部通过 everything passed." if not failed else f"未通过 not passed: {', '.join(failed)}")
    return 1 if failed else 0


def quietly(command: list[str | Path]) -> tuple[int, str, float]:
    """Run one to its end: exit code, what it said, the seconds it took."""
    began = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment(**DOCS_ENV),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace"), time.monotonic() - began
