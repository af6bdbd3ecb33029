"""Plant faults in the rules one at a time and count how many the tests find.

python -m tools.mutants [--sample N] [--seed S] [--file PATH]

A fault is a comparison turned, an `and` for an `or`, a number off by one, a refusal left out … in one line of a copy of
the tree; the tests that guard the file are run until the first failure. By default 200 faults are drawn by a printed
seed; `--sample 0` plants all. Exit code 1 if fewer than 95 in 100 are found; those that survive are named.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tools.steps import ROOT, say, stop

FLOOR = 0.95
PATIENCE = 90.0  # seconds; a fault that makes the tests run for ever is found too
TREE = ("huiyin", "huiyin_witness", "tests", "tools")
# What is mutated, and the tests that guard it.
GUARDS = {
    "huiyin/programme/clock.py": ["tests/rules/programme", "tests/counties"],
    "huiyin/programme/steps.py": ["tests/rules/programme", "tests/counties"],
    "huiyin/programme/schema/checks.py": ["tests/rules/programme"],
    "huiyin/programme/schema/flowgraph.py": ["tests/rules/programme"],
    "huiyin/casework/rules/": ["tests/rules/casework", "tests/rooms/casework"],
    "huiyin/register/rules/": ["tests/rules/register"],
    "huiyin/publication/rules/": ["tests/rules/publication"],
    "huiyin/publication/rules.py": ["tests/rules/publication"],
    "huiyin/core/viewer.py": ["tests/rules/core", "tests/rooms/core/test_viewer.py"],
    "huiyin/core/vault.py": ["tests/rooms/core/test_vault.py"],
    "huiyin/core/merkle.py": ["tests/rooms/core/test_merkle.py"],
    "huiyin/core/sealing.py": ["tests/rooms/core/test_sealing.py"],
}
TYPES = {"annotation", "returns", "decorator_list"}
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


@dataclass(frozen=True)
class Mutant:
    """A file with one fault in it."""

    path: str
    line: int
    what: str
    source: str
    guards: tuple[str, ...]


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Every faulty twin of one node, with a word on it."""
    twin = copy.copy(node)
    if isinstance(twin, ast.Compare) and type(twin.ops[0]) in TURNED:
        twin.ops = [TURNED[type(twin.ops[0])](), *twin.ops[1:]]
        yield "comparison turned", twin
    elif isinstance(twin, ast.BoolOp):
        twin.op = ast.Or() if isinstance(twin.op, ast.And) else ast.And()
        yield "and/or", twin
    elif isinstance(twin, ast.UnaryOp) and isinstance(twin.op, ast.Not):
        yield "not left out", twin.operand
    elif isinstance(twin, ast.BinOp) and type(twin.op) in SWAPPED:
        twin.op = SWAPPED[type(twin.op)]()
        yield "operator swapped", twin
    elif isinstance(twin, ast.Constant) and isinstance(twin.value, bool):
        yield "true/false", ast.Constant(value=not twin.value)
    elif isinstance(twin, ast.Constant) and isinstance(twin.value, int):
        yield "off by one", ast.Constant(value=twin.value + 1)
    elif isinstance(twin, ast.Raise) and twin.exc is not None:
        yield "refusal left out", ast.Pass()


def parents(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, types and decorators left out."""
    yield node
    for name, value in ast.iter_fields(node):
        if name not in TYPES:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from parents(child)


def mutants(path: str, source: str, guards: tuple[str, ...]) -> Iterator[Mutant]:
    """Every mutant of a file. Annotations and what only shapes types are left alone."""
    tree = ast.parse(source)
    for parent in parents(tree):
        for name, value in ast.iter_fields(parent):
            if name in TYPES:
                continue
            for index, node in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(node, ast.AST):
                    continue
                for what, twin in changes(node):
                    put(parent, name, index, twin)
                    yield Mutant(path, getattr(node, "lineno", 0), what, ast.unparse(tree), guards)
                    put(parent, name, index, node)


def put(parent: ast.AST, name: str, index: int, node: ast.AST) -> None:
    """Set one child of a node."""
    value = getattr(parent, name)
    if isinstance(value, list):
        value[index] = node
    else:
        setattr(parent, name, node)


def everything(only: str) -> list[Mutant]:
    """All mutants of all guarded files, or of one."""
    found: list[Mutant] = []
    for target, guards in GUARDS.items():
        place = ROOT / target
        kept = tuple(guard for guard in guards if (ROOT / guard).exists())
        files = sorted(place.rglob("*.py")) if target.endswith("/") else [place]
        for file in files:
            name = str(file.relative_to(ROOT))
            if file.exists() and kept and only in ("", name):
                found += mutants(name, file.read_text(encoding="utf-8"), kept)
    return found


def tree() -> Path:
    """A copy of the code to plant faults in."""
    folder = Path(tempfile.mkdtemp(prefix="huiyin-mutants-"))
    for name in TREE:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def survives(mutant: Mutant, folder: Path) -> bool:
    """Whether the tests that guard a file pass in spite of the fault."""
    path = folder / mutant.path
    right = path.read_text(encoding="utf-8")
    path.write_text(mutant.source, encoding="utf-8")
    command = [str(folder / ".venv/bin/python"), "-B", "-m", "pytest", "-x", "-q", "-p", "no:randomly", "-p"]
    command += ["no:cacheprovider", "-m", "not slow and not browser and not postgres", *mutant.guards]
    env = {**os.environ, "PYTHONPATH": str(folder), "DATABASE_URL": "", "HUIYIN_CI": ""}
    try:
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    finally:
        path.write_text(right, encoding="utf-8")
    return done.returncode == 0


def healthy(guards: tuple[str, ...]) -> None:
    """End the program if tests fail already without a fault, since they would find every one."""
    folder = tree()
    try:
        path = "huiyin/__init__.py"
        whole = Mutant(path, 0, "none", (ROOT / path).read_text(encoding="utf-8"), guards)
        if not survives(whole, folder):
            stop(f"{' '.join(guards)}: these tests fail without any fault; put them right first")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def hunt(drawn: list[Mutant], processes: int) -> list[Mutant]:
    """Those that no test finds."""
    trees: SimpleQueue[Path] = SimpleQueue()
    folders = [tree() for _ in range(processes)]
    for folder in folders:
        trees.put(folder)
    began, done, alive = time.monotonic(), 0, []

    def one(mutant: Mutant) -> tuple[Mutant, bool]:
        folder = trees.get()
        try:
            return mutant, survives(mutant, folder)
        finally:
            trees.put(folder)

    try:
        with ThreadPoolExecutor(processes) as pool:
            for mutant, lives in pool.map(one, drawn):
                done += 1
                if lives:
                    alive.append(mutant)
                    say(f"  survives: {mutant.path}:{mutant.line} {mutant.what}")
                if done % 20 == 0:
                    say(f"  {done}/{len(drawn)} · {time.monotonic() - began:.0f} s")
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
    return alive


def main(arguments: list[str]) -> int:
    """Draw, plant, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=200, help="how many faults to draw; 0 for all")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--file", default="", help="only this file")
    parser.add_argument("--processes", type=int, default=2)
    wanted = parser.parse_args(arguments)
    found = everything(wanted.file)
    size = min(wanted.sample or len(found), len(found))
    drawn = random.Random(wanted.seed).sample(found, size)  # noqa: S311 - a draw of faults, no secret
    for guards in sorted({mutant.guards for mutant in drawn}):
        healthy(guards)
    say(f"{len(found)} faults can be planted; {size} drawn with --seed {wanted.seed}")
    alive = hunt(drawn, wanted.processes)
    share = 1 - len(alive) / size if size else 0.0
    say(f"{size - len(alive)} of {size} found: {share:.1%} (at least {FLOOR:.0%} asked)")
    return 0 if share >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
