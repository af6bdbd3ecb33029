"""The tools of `make check` are strict, and each rule we lean on is shown to go red on a planted slip."""

import subprocess
import tomllib
from pathlib import Path

import pytest

from tools.steps import BIN, PYTHON, ROOT

# where it is planted, what is planted, the rule that must name it
SLIPS = {
    "an action reads the clock": (
        "huiyin/casework/actions/planted.py",
        "from django.utils.timezone import now\n\nmoment = now()\n",
        "TID251",
    ),
    "a room knows HTTP": (
        "huiyin/casework/actions/planted.py",
        "from django.http import HttpResponse\n\nanswer = HttpResponse\n",
        "TID251",
    ),
    "a room renders a page": (
        "huiyin/register/queries/planted.py",
        "from django.shortcuts import render\n\nanswer = render\n",
        "TID251",
    ),
    "models use signals": (
        "huiyin/casework/models/planted.py",
        "from django.db.models.signals import post_save\n\nwhen = post_save\n",
        "TID251",
    ),
    "the clock of the programme reads the time": (
        "huiyin/programme/planted.py",
        "from datetime import datetime\n\nmoment = datetime.now()\n",
        "DTZ005",
    ),
    "a room prints": ("huiyin/casework/planted.py", 'print("here")\n', "T201"),
    "an import relative to its place": ("huiyin/casework/planted.py", "from . import apps\n\nroom = apps\n", "TID252"),
    "an error swallowed": (
        "huiyin/core/planted.py",
        "try:\n    value = int('1')\nexcept Exception:\n    pass\n",
        "S110",
    ),
    "a function of too many branches": (
        "huiyin/core/planted.py",
        "def f(x: int) -> int:\n"
        + "".join(f"    if x == {n}:\n        return {n}\n" for n in range(9))
        + "    return x\n",
        "C901",
    ),
    "a query put together from text": (
        "huiyin/core/planted.py",
        'def f(name: str) -> str:\n    return f"SELECT * FROM core_event WHERE name = {name}"\n',
        "S608",
    ),
}


def ruff(name: str, code: str) -> str:
    """What ruff says about a text as if it stood in a file."""
    command = [
        str(PYTHON),
        "-m",
        "ruff",
        "check",
        "--no-cache",
        "--output-format",
        "concise",
        "--stdin-filename",
        name,
        "-",
    ]
    return subprocess.run(command, cwd=ROOT, input=code, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("what", SLIPS)
def test_the_linter_names(what: str) -> None:
    name, code, rule = SLIPS[what]
    assert rule in ruff(name, code)


def test_an_unformatted_file_is_refused() -> None:
    command = [
        str(PYTHON),
        "-m",
        "ruff",
        "format",
        "--no-cache",
        "--check",
        "--stdin-filename",
        "huiyin/planted.py",
        "-",
    ]
    assert (
        subprocess.run(command, cwd=ROOT, input="x  =  1\n", capture_output=True, text=True, check=False).returncode
        == 1
    )


def test_an_untyped_function_is_refused(tmp_path: Path) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert settings["strict"] is True
    (tmp_path / "planted.py").write_text("def f(x):\n    return x\n", encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\n", encoding="utf-8")
    command = [str(BIN / "mypy"), "--cache-dir", str(tmp_path / "cache"), "planted.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no-untyped-def" in done.stdout


def test_no_rule_is_switched_off_for_a_whole_room() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    rooms = ("programme", "channels", "register", "casework", "outreach", "opinion", "evaluation", "publication")
    assert [path for path in settings["per-file-ignores"] if any(f"huiyin/{room}" in path for room in rooms)] == []
