"""Write docs/reference/rows.md: each row of the requirements with where it is, its tests, and how far it is.

    python -m tools.rows            write the page
    python -m tools.rows --check    exit 1 if the page is not as it would be written, or a due row has no test

What is due stands in docs/reference/rows-due.txt; which tests prove what is read from `@row(...)` in tests/.
"""

import ast
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tools.steps import ROOT

DUE = ROOT / "docs" / "reference" / "rows-due.txt"
PAGE = ROOT / "docs" / "reference" / "rows.md"
HEAD = """# Rows

What the requirements ask for, row by row: where it is, which tests prove it, how far it is. Made by `make docs` from
`rows-due.txt` and from the tests that carry `@row`; a due row without a test fails `make check`. *Works* means that
its tests pass; *partly* names what is missing.

| Row | What it asks | Where | Tests | State |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Due:
    """One line of rows-due.txt."""

    id: str
    where: str
    text: str
    lacking: str


def due(text: str) -> list[Due]:
    """The rows a release owes. Raises ValueError naming a line that is none."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) not in (3, 4):
            raise ValueError(f"rows-due.txt:{number}: id | where | text, and perhaps | what is missing")
        found.append(Due(cells[0], cells[1], cells[2], cells[3] if len(cells) == 4 else ""))
    return found


def proofs(folder: Path) -> dict[str, list[str]]:
    """Row id to the tests that carry it, as `rooms/casework/test_x.py::test_name`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        place = str(path.relative_to(folder))
        for ids, name in marks(path.read_text(encoding="utf-8")):
            for id_ in ids:
                found[id_].append(f"{place}::{name}" if name else place)
    return found


def marks(source: str) -> list[tuple[list[str], str]]:
    """Every `row(...)` of a test module with the test or class it stands on (empty for the whole module)."""
    found = []
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found += [(ids, node.name) for decorator in node.decorator_list for ids in calls(decorator)]
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            found += [(ids, "") for ids in calls(statement.value)]
    return found


def calls(node: ast.AST) -> list[list[str]]:
    """The arguments of each `row(...)` under a node."""
    return [
        [str(argument.value) for argument in call.args if isinstance(argument, ast.Constant)]
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func).rsplit(".", 1)[-1] == "row"
    ]


def page(rows: list[Due], proved: dict[str, list[str]]) -> str:
    """The page as text."""
    lines = []
    for row in rows:
        tests = proved.get(row.id, [])
        state = "not yet" if not tests else f"partly: {row.lacking}" if row.lacking else "works"
        shown = "<br>".join(f"`{test}`" for test in tests[:4])
        if len(tests) > 4:
            shown += f"<br>and {len(tests) - 4} more"
        lines.append(f"| {row.id} | {row.text} | {row.where} | {shown} | {state} |")
    beyond = sorted(set(proved) - {row.id for row in rows})
    tail = f"\nBeyond what is due, tests also prove: {', '.join(beyond)}.\n" if beyond else ""
    return HEAD + "\n".join(lines) + "\n" + tail


def main(arguments: list[str]) -> int:
    """Write or check; the exit code of the command line."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    rows = due(DUE.read_text(encoding="utf-8"))
    proved = proofs(ROOT / "tests")
    text = page(rows, proved)
    if not arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    unproved = [row.id for row in rows if row.id not in proved]
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text
    if unproved:
        print(f"no test proves {', '.join(unproved)}", file=sys.stderr)
    if stale:
        print("docs/reference/rows.md is not as `make docs` would write it", file=sys.stderr)
    return 1 if unproved or stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
