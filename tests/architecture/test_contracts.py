"""The staircase: the contracts of pyproject.toml hold, and each is shown to go red on a planted violation."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.steps import BIN, ROOT

# what is planted (file, code), and what the linter must name
PLANTED = {
    "a rule imports Django": (
        "huiyin/casework/rules/planted.py",
        "import django.db\n",
        "huiyin.casework.rules.planted -> django",
    ),
    "a rule imports its own room's models": (
        "huiyin/casework/rules/planted.py",
        "import huiyin.casework.models\n",
        "huiyin.casework.rules.planted -> huiyin.casework.models",
    ),
    "casework imports publication": (
        "huiyin/casework/planted.py",
        "import huiyin.publication.apps\n",
        "huiyin.casework.planted -> huiyin.publication.apps",
    ),
    "casework imports publication inside a function": (
        "huiyin/casework/planted.py",
        "def f():\n    import huiyin.publication.apps\n",
        "huiyin.casework.planted -> huiyin.publication.apps",
    ),
    "core imports register": (
        "huiyin/core/planted.py",
        "import huiyin.register.apps\n",
        "huiyin.core.planted -> huiyin.register.apps",
    ),
    "desk imports api": (
        "huiyin/interfaces/desk/planted.py",
        "import huiyin.interfaces.api.apps\n",
        "huiyin.interfaces.desk.planted -> huiyin.interfaces.api.apps",
    ),
    "desk imports casework's models": (
        "huiyin/interfaces/desk/planted.py",
        "import huiyin.casework.models\n",
        "huiyin.interfaces.desk.planted -> huiyin.casework.models",
    ),
    "two parts of a room import each other": (
        "huiyin/casework/models/planted.py",
        "import huiyin.casework.actions.intake\n",
        "No cycles anywhere, at any depth BROKEN",
    ),
    "the witness imports the product": (
        "huiyin_witness/planted.py",
        "import huiyin.core.ids\n",
        "huiyin_witness.planted -> huiyin.core.ids",
    ),
    "a new package takes no place on the staircase": (
        "huiyin/planted/__init__.py",
        "",
        "planted",
    ),
}


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of a tree, its own code first on the path."""
    return subprocess.run(
        [str(BIN / "lint-imports"), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code and its contracts, to plant violations in."""
    root = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", root)
    for package in ("huiyin", "huiyin_witness"):
        shutil.copytree(
            ROOT / package, root / package, ignore=shutil.ignore_patterns("static", "__pycache__", "*.toml")
        )
    (root / "huiyin/casework/rules").mkdir(exist_ok=True)
    (root / "huiyin/casework/rules/__init__.py").touch()
    return root


def test_the_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("what", PLANTED)
def test_the_contracts_go_red_when(what: str, house: Path) -> None:
    name, code, named = PLANTED[what]
    path = house / name
    new_folder = not path.parent.exists()
    path.parent.mkdir(exist_ok=True)
    path.write_text(code, encoding="utf-8")
    try:
        done = lint(house)
    finally:
        shutil.rmtree(path.parent) if new_folder else path.unlink()
    assert done.returncode == 1, done.stdout + done.stderr
    assert named in done.stdout.replace("→", "->"), done.stdout
