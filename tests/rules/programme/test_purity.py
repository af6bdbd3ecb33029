"""The programme needs no Django, no database and no clock."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
FORBIDDEN = ("django", "ninja", "httpx", "huiyin.core")

PROGRAM = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in ('django', 'ninja', 'httpx'):
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
import importlib, pkgutil, huiyin.programme
for module in pkgutil.walk_packages(huiyin.programme.__path__, 'huiyin.programme.'):
    importlib.import_module(module.name)
from huiyin.programme.loader import counties, county_folder, load_county
assert all(load_county(county_folder(name)).hash for name in counties())
"""


def test_it_runs_where_django_cannot_be_imported() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_it_never_reads_the_clock() -> None:
    for path in (ROOT / "huiyin" / "programme").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            assert called not in ("now", "utcnow", "today"), path
