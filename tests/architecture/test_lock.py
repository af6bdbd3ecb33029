"""The lock files hold exact versions with hashes and no address, and cover what pyproject.toml asks for."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.house import python_files
from tools import lock
from tools.steps import ROOT

HASH = "a" * 64
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def wanted(requirements: list[str]) -> set[str]:
    """The names in a list of requirements, in the index's spelling."""
    return lock.names("\n".join(re.sub(r"[^\w.\[\]-].*", "", one) + "==0" for one in requirements))


@pytest.mark.parametrize("name", lock.FILES)
def test_a_lock_file_holds_versions_and_hashes_only(name: str) -> None:
    assert lock.faults(name, (lock.FOLDER / f"{name}.txt").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", lock.FILES)
def test_the_lock_files_cover_what_the_project_asks_for(name: str) -> None:
    project = tomllib.loads(PYPROJECT)
    asked = project["project"]["dependencies"] if name == "base" else project["dependency-groups"][name]
    assert wanted(asked) - lock.names((lock.FOLDER / f"{name}.txt").read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"x==1 \\\n    --hash=sha256:{HASH}\n--index-url https://example.invalid/simple\n", "names no address"),
        (f"x @ https://example.invalid/x.whl \\\n    --hash=sha256:{HASH}\n", "names no address"),
        ("x==1 \\\n", "x has no hash"),
        (f"x>=1 \\\n    --hash=sha256:{HASH}\n", "neither an exact version nor a hash"),
    ],
)
def test_a_lock_file_is_refused_with(text: str, fault: str) -> None:
    assert any(fault in found for found in lock.faults("planted", text))


def test_every_dependency_says_why_it_is_there() -> None:
    lines = re.findall(r'^    "[A-Za-z][\w.\[\],-]*[^"]*",(.*)$', PYPROJECT.split("[project.scripts]")[0], re.MULTILINE)
    groups = PYPROJECT.split("[dependency-groups]")[1].split("[tool.")[0]
    lines += re.findall(r'^    "[^"]+",(.*)$', groups, re.MULTILINE)
    assert len(lines) > 20
    assert [line for line in lines if not re.match(r"\s*# \w.{8,}", line)] == []


def imported(*roots: str) -> set[str]:
    """The top-level modules of others that our code imports."""
    found = set()
    for path in python_files(*roots):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"huiyin", "huiyin_witness", "tests", "tools"}


@pytest.mark.parametrize(
    ("roots", "files"),
    [(("huiyin", "huiyin_witness"), ("base",)), (("huiyin", "huiyin_witness", "tests", "tools"), lock.FILES)],
)
def test_what_the_code_imports_is_locked(roots: tuple[str, ...], files: tuple[str, ...]) -> None:
    locked = set().union(*(lock.names((lock.FOLDER / f"{name}.txt").read_text(encoding="utf-8")) for name in files))
    provided = packages_distributions()
    missing = {
        module
        for module in imported(*roots)
        if not {re.sub(r"[-_.]+", "-", name).lower() for name in provided.get(module, ())} & locked
    }
    assert missing == set()
