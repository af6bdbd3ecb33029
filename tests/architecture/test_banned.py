"""What may not stand in the tree at all: places and machines, unfinished work, silence, doors around the doors."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import python_files
from tools.steps import ROOT

HERE = "tests/architecture/"
# name: (pattern, why). Patterns are put together so that this file does not match itself.
ANYWHERE = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:work|home|Users|root)/\w"),
    "a host of a package registry": re.compile(
        r"https?://[\w.-]*(?:pypi|pythonhosted|npmjs|npmmirror|tuna|aliyun)[\w.-]*"
    ),
}
CODE = {
    "unfinished work": re.compile(r"#.*\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b"),
    "an ignored type without its reason": re.compile(
        r"#\s*type:\s*ignore(?!\[[\w,-]+\]\s*(?:#\s*noqa\S*\s*)?[-–—#:]\s*\w)"
    ),
    "an ignored rule without its reason": re.compile(r"#\s*noqa(?!: [A-Z]+\d+(?:, ?[A-Z]+\d+)*\s*[-–—#:]\s*\w)"),
    "a column that names the county": re.compile(r"\bcounty" + r"_id\b"),
    "Django's admin": re.compile(r"django\.contrib\." + r"admin(?!docs)\b"),
    "LIKE on codes": re.compile(r"\w*code" + r"__(?:startswith|istartswith|contains|icontains|like|regex)\b"),
    "HTTP by a room": re.compile(r"^\s*import (?:requests|aiohttp)\b", re.MULTILINE),
}
TESTS = {
    "a skipped test": re.compile(
        r"pytest\.(?:sk" + r"ip|xf" + r"ail|importor" + r"skip)\b|mark\.(?:sk" + r"ip|skipif|xf" + r"ail)\b"
    ),
}
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".html",
    ".ts",
    ".scss",
    ".css",
    ".json",
    ".yml",
    ".yaml",
    ".cfg",
    ".po",
    ".svg",
    "",
}


def tracked() -> list[Path]:
    """Every file of the tree that is ours: what git knows or would know, or (outside git) what lies there."""
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = done.stdout.split("\0") if done.returncode == 0 else [str(path) for path in ROOT.rglob("*")]
    return [ROOT / name for name in names if name and (ROOT / name).is_file() and (ROOT / name).suffix in TEXT]


def matches(patterns: dict[str, re.Pattern[str]], text: str) -> Iterator[str]:
    """`line N: what` for every banned thing in a text."""
    for what, pattern in patterns.items():
        for match in pattern.finditer(text):
            yield f"line {text.count(chr(10), 0, match.start()) + 1}: {what}"


def found(patterns: dict[str, re.Pattern[str]], files: list[Path]) -> list[str]:
    """The same for many files; the tests of the walls plant what they look for and are left out."""
    outside = [path for path in files if not str(path.relative_to(ROOT)).startswith(HERE)]
    return [
        f"{path.relative_to(ROOT)} {fault}"
        for path in outside
        for fault in matches(patterns, path.read_text(encoding="utf-8", errors="replace"))
    ]


def test_no_machine_and_no_registry_is_named_in_the_tree() -> None:
    assert found(ANYWHERE, [path for path in tracked() if path.name != "package-lock.json"]) == []


def test_the_lock_file_of_the_pages_names_no_address() -> None:
    lock = ROOT / "frontend" / "package-lock.json"
    assert '"resolved"' not in lock.read_text(encoding="utf-8")


def test_nothing_banned_stands_in_the_code() -> None:
    assert found(CODE, list(python_files())) == []


def test_no_test_is_skipped() -> None:
    assert found(TESTS, list(python_files("tests"))) == []


def test_no_file_of_others_and_no_built_file_is_committed() -> None:
    names = [str(path.relative_to(ROOT)) for path in tracked()]
    assert [name for name in names if "node_modules/" in name or "/built/" in name or name.endswith(".min.js")] == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("path = '/ho" + "me/li/huiyin'", "a path of one machine"),
        ("index = 'https://py" + "pi.org/simple'", "a host of a package registry"),
        ("x = 1  # TO" + "DO later", "unfinished work"),
        ("x = f()  # type: " + "ignore", "an ignored type without its reason"),
        ("x = f()  # type: " + "ignore[arg-type]", "an ignored type without its reason"),
        ("x = f()  # no" + "qa", "an ignored rule without its reason"),
        ("x = f()  # no" + "qa: S101", "an ignored rule without its reason"),
        ("county" + "_id = models.CharField()", "a column that names the county"),
        ("from django.contrib." + "admin import site", "Django's admin"),
        ("Place.objects.filter(code" + "__startswith='37')", "LIKE on codes"),
        ("@pytest.mark.sk" + "ip", "a skipped test"),
    ],
)
def test_the_walls_name(line: str, what: str) -> None:
    assert f"line 1: {what}" in list(matches({**ANYWHERE, **CODE, **TESTS}, line))


@pytest.mark.parametrize(
    "line", ["x = f()  # type: " + "ignore[misc] # allauth has no types", "x = f()  # no" + "qa: S101 - a test"]
)
def test_a_reason_lets_an_exception_pass(line: str) -> None:
    assert list(matches(CODE, line)) == []
