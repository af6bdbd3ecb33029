"""Tests of doors that ask a database nothing that another test does not ask it: `make test` runs them on SQLite only.

As a plugin (`-p tests.alike`) it leaves out of a run what `tests/alike.txt` names. As a program it makes that list anew
from what `tests/shapes.py` wrote down:

    .venv/bin/python -m tests.alike FOLDER

A test that is not on the list is run on both databases; so is every test where HUIYIN_CI is 1. See
docs/decisions/0016-asked-once.md.
"""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

LIST = Path(__file__).with_suffix(".txt")
DOORS = "tests/interfaces/"
# Every page for every role and for what each may not see; and what is about odd values or many at once, where a
# database may answer in its own way to a statement of a shape it knows.
WHOLE = (
    *("tests/interfaces/test_sight.py", "tests/interfaces/test_every_address.py", "tests/interfaces/test_hostile.py"),
    *("tests/interfaces/api/test_at_once.py", "tests/interfaces/api/test_fuzz.py"),
    "tests/interfaces/test_matrix.py::test_no_form_breaks_for_anybody_however_empty",
)
START = 0.05  # seconds of a processor below which the choice between two tests is no saving


@dataclass
class Heard:
    """What a test sent: shapes, seconds of a processor, and whether it is run on both whatever it sends."""

    shapes: set[str] = field(default_factory=set)
    seconds: float = 0.0
    kept: bool = False


def named() -> frozenset[str]:
    """The tests on the list: with the values of one run (`[…]`), or without, which is all its runs."""
    return frozenset(LIST.read_text(encoding="utf-8").splitlines())


def function(nodeid: str) -> str:
    """The name of a test without the values it is run with."""
    return nodeid.partition("[")[0]


def on(names: frozenset[str], nodeid: str) -> bool:
    """Whether a test is on the list."""
    return nodeid in names or function(nodeid) in names


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is on the list."""
    names = named()
    out = [item for item in items if on(names, item.nodeid)]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if not on(names, item.nodeid)]


def may_be_left_out(name: str, heard: Heard) -> bool:
    """Whether a test is one of doors, and about neither the database, odd values nor who may not know."""
    return name.startswith(DOORS) and not name.startswith(WHOLE) and not heard.kept


def choose(tests: dict[str, Heard]) -> list[str]:
    """The tests to leave out: what the others send, with the cheapest of these beside them, is all that is sent."""
    doors = {name: heard for name, heard in tests.items() if may_be_left_out(name, heard)}
    asked = set[str]().union(*(heard.shapes for name, heard in tests.items() if name not in doors))
    missing = set[str]().union(*(heard.shapes for heard in doors.values())) - asked
    while missing:
        best = max(sorted(doors), key=lambda name: len(doors[name].shapes & missing) / (doors[name].seconds + START))
        missing -= doors.pop(best).shapes
    return sorted(doors)


def read(folder: Path) -> dict[str, Heard]:
    """What every process of a run wrote down, by test."""
    tests: dict[str, Heard] = {}
    for path in sorted(folder.glob("*.json")):
        for name, one in json.loads(path.read_text(encoding="utf-8")).items():
            heard = tests.setdefault(name, Heard())
            heard.shapes |= set(one["shapes"])
            heard.seconds += one["seconds"]
            heard.kept |= one["kept"]
    return tests


def main(folder: str) -> int:
    """Make the list anew, and say what it saves."""
    tests = read(Path(folder))
    left_out = choose(tests)
    still = {function(name) for name in tests.keys() - set(left_out)}
    lines = sorted({name if function(name) in still else function(name) for name in left_out})
    LIST.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    every = set[str]().union(*(heard.shapes for heard in tests.values()))
    saved, whole = sum(tests[name].seconds for name in left_out), sum(heard.seconds for heard in tests.values())
    sys.stdout.write(
        f"{len(tests)} tests send {len(every)} shapes in {whole:.0f} s of a processor;"
        f" {len(left_out)} of them, {saved:.0f} s, send none that the others do not\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
