"""The manual is whole, fresh, and says only what can be done."""

import argparse
import importlib.util
import json
import re
import shlex
from pathlib import Path

import pytest

from huiyin.config.bench import command as bench
from huiyin.programme.loader import county_folder, load_county
from tools import reference, tasks
from tools.steps import ROOT

DOCS = ROOT / "docs"
PAGES = [ROOT / name for name in ("README.md", "README.zh-Hans.md", "CONTRIBUTING.md")] + sorted(DOCS.rglob("*.md"))
BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"\b(?:env\.(?:text|flag)\(|os\.environ\.get\(|os\.environ\[)\s*f?\"([A-Z_]+)\"")
OF_OTHERS = {"PATH", "DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER", "COLUMNS"}


def blocks(language: str) -> list[tuple[str, str]]:
    """(page, code) of every block of a language in the manual."""
    return [
        (str(page.relative_to(ROOT)), code)
        for page in PAGES
        for found, code in BLOCK.findall(page.read_text(encoding="utf-8"))
        if found == language
    ]


def shell_lines() -> list[tuple[str, str]]:
    """(page, line) of every command a reader is told to type."""
    return [
        (page, line.strip())
        for page, code in blocks("sh")
        for line in code.replace("\\\n", " ").splitlines()
        if line.strip() and not line.strip().startswith("#")
    ]


def wrong(line: str) -> str:
    """What is wrong with a command line; empty if it could be typed as it stands."""
    words = shlex.split(line.split(" | ")[0].split(" > ")[0], comments=True)
    while words and re.match(r"^[A-Z_]+=", words[0]):
        words.pop(0)
    program, *arguments = words
    if program == "make":
        return "" if set(arguments) <= {*tasks.TASKS, "help"} else f"no such target: {' '.join(arguments)}"
    if program.endswith("python") and arguments[:1] == ["-m"]:
        return "" if importlib.util.find_spec(arguments[1]) else f"no such module: {arguments[1]}"
    if program.endswith(("/pytest", "/ruff", "/mypy", "/huiyin-witness")) or program == "huiyin-witness":
        return ""
    if program.split("/")[-1] == "huiyin":
        return wrong_command(arguments)
    return f"not a command of ours; a block that is only to be read is marked `text`: {program}"


def wrong_command(arguments: list[str]) -> str:
    """What is wrong with the arguments of `huiyin`."""
    parsers = dict(reference.own_parsers())
    if arguments == ["--help"]:
        return ""
    if not arguments or arguments[0] not in parsers:
        return f"no such command: {' '.join(arguments)}"
    try:
        parsers[arguments[0]].parse_args(arguments[1:])
    except SystemExit as end:
        return "" if end.code in (0, None) else f"wrong usage: {' '.join(arguments)}"
    except Exception as refused:
        return f"wrong usage: {refused}"
    return ""


@pytest.mark.parametrize(("page", "line"), shell_lines())
def test_every_command_in_the_manual_can_be_typed(page: str, line: str) -> None:
    assert wrong(line) == "", page


def test_an_account_that_a_command_names_is_one_that_the_demo_makes() -> None:
    """The manual once named an administrator who was in no county of the product."""
    roles = load_county(county_folder("wangchuan")).county.roles
    typed = re.compile(r"(?:--by|huiyin token) ([a-z]+[0-9]*)\b")
    named = {name for page in PAGES for name in typed.findall(page.read_text(encoding="utf-8"))}
    assert "admin1" in named
    assert {name for name in named if not name.endswith("1") or name.removesuffix("1") not in roles} == set()


def test_every_command_and_each_of_its_parts_tells_what_it_takes() -> None:
    waiting = [parser for _, parser in reference.own_parsers()] + [bench.parser()]
    while waiting:
        parser = waiting.pop()
        assert parser.format_help().startswith("usage: huiyin ")
        for action in parser._actions:
            waiting += action.choices.values() if isinstance(action, argparse._SubParsersAction) else ()


def test_every_python_block_runs() -> None:
    ran = 0
    for page, code in blocks("python"):
        exec(compile(code, page, "exec"), {"__name__": page})
        ran += 1
    assert ran, "the manual shows how to use the product from Python"


@pytest.mark.parametrize(
    "line", ["huiyin fly", "huiyin worker --no-such-option", "make coffee", "curl example", "python -m tools.nothing"]
)
def test_a_command_that_cannot_be_typed_is_refused(line: str) -> None:
    assert wrong(line) != ""


@pytest.mark.parametrize("name", reference.MAKERS)
def test_the_generated_pages_are_fresh(name: str) -> None:
    assert (reference.PAGES / name).read_text(encoding="utf-8") == reference.MAKERS[name](), "run `make docs`"


def settings_in_the_manual() -> list[str]:
    """The variables the settings page explains."""
    return re.findall(
        r"^\| `([A-Z_]+)`", (DOCS / "reference" / "settings.md").read_text(encoding="utf-8"), re.MULTILINE
    )


def test_every_setting_is_in_the_manual() -> None:
    code = [path for folder in ("huiyin", "huiyin_witness", "tools") for path in (ROOT / folder).rglob("*.py")]
    read = {name for path in code for name in VARIABLE.findall(path.read_text(encoding="utf-8"))} - OF_OTHERS
    written = set(settings_in_the_manual())
    internal = {name for name in read if name.startswith(("HUIYIN_TEST", "HUIYIN_NOT_RUN"))}
    assert sorted(read - written - internal) == []


def test_no_setting_is_in_the_manual_that_nothing_reads() -> None:
    files = [
        path
        for folder in ("huiyin", "huiyin_witness", "tools", "tests", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in {".py", ""}
    ]
    everything = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in [*files, ROOT / "Makefile"])
    outside = {"PIP_INDEX_URL"}
    unread = [name for name in settings_in_the_manual() if name not in everything]
    assert [name for name in unread if name not in outside] == []


def test_the_readme_shows_the_program_and_the_two_commands() -> None:
    for name in ("README.md", "README.zh-Hans.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "make run" in text
        assert "make test" in text
        picture = re.search(r"!\[[^]]*\]\(([^)]+)\)", text)
        assert picture
        assert (ROOT / picture[1]).exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_tree_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", BLOCK.sub("", page.read_text(encoding="utf-8")))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_every_page_is_named_on_the_first() -> None:
    first = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = [str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if page.name != "index.md"]
    assert [page for page in sorted(pages) if f"]({page})" not in first] == []


def test_every_operation_of_the_interface_is_in_its_page_under_its_address() -> None:
    described = json.loads((ROOT / "huiyin" / "interfaces" / "api" / "openapi.json").read_text(encoding="utf-8"))
    there = {f"{verb.upper()} {path}" for path, verbs in described["paths"].items() for verb in verbs}
    page = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([A-Z]+ /api/\S+)` \|", page, re.MULTILINE))
    assert {re.sub(r"\{\w+\}", "{}", one) for one in told} == {re.sub(r"\{\w+\}", "{}", one) for one in there}


def test_what_a_command_says_to_itself_is_not_in_the_manual_and_what_it_measures_by_is() -> None:
    commands = reference.commands()
    assert argparse.SUPPRESS not in commands
    assert "## huiyin bench" in commands


def test_what_a_page_is_told_to_write_for_the_script_is_read_by_it() -> None:
    """Every attribute in the table of the page on look; one that nothing reads any more does nothing."""
    script = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "frontend/src").rglob("*.ts")))
    told = set(re.findall(r"\bdata-([a-z-]+)", (DOCS / "explanation/look.md").read_text(encoding="utf-8")))
    read = {name for name in told if f"data-{name}" in script or f'dataset["{name}"]' in script}
    assert told and read == told
