"""Write the pages of the manual that are made from the code: events, verbs, refusals, commands, data.

python -m tools.reference            write them
python -m tools.reference --check    exit 1 naming the pages that are not as they would be written
"""

import argparse
import ast
import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from huiyin.programme.reference import page as programme
from tools.steps import ROOT

PAGES = ROOT / "docs" / "reference"
WORDS = ROOT / "huiyin" / "programme" / "words"
MADE = "Made by `make docs` from the code.\n"
DJANGO_OPTIONS = {
    *("--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback"),
    *("--no-color", "--force-color", "--skip-checks"),
}


def events() -> str:
    """Every fact a room tells, from the dataclasses in its events files."""
    lines = ["# Events", "", MADE, "What happened, kept for good: ids, codes and numbers, never personal data.", ""]
    told = ""
    for path in sorted((ROOT / "huiyin").rglob("*.py")):
        classes = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]
        room = path.relative_to(ROOT / "huiyin").parts[0]
        for fact in (node for node in classes if is_fact(node)):
            lines += [f"## {room}", ""] if room != told else []
            lines += event(fact)
            told = room
    return "\n".join(lines).rstrip() + "\n"


def is_fact(node: ast.ClassDef) -> bool:
    """Whether a class is a subclass of Fact."""
    return any(ast.unparse(base).rsplit(".", 1)[-1] == "Fact" for base in node.bases)


def event(fact: ast.ClassDef) -> list[str]:
    """One event: its name, its words, its fields."""
    name, fields = fact.name, []
    for item in fact.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.target.id != "NAME":
            fields.append(f"`{item.target.id}` ({ast.unparse(item.annotation)})")
        elif isinstance(item, ast.Assign | ast.AnnAssign) and isinstance(item.value, ast.Constant):
            name = str(item.value.value)
    words = " ".join((ast.get_docstring(fact) or "").split())
    return [f"### {name}", "", words, "", f"`{fact.name}`: {', '.join(['`subject`', *fields])}", ""]


def verbs() -> str:
    """What a role may be allowed to do."""
    english, chinese = (labels(name) for name in ("en", "zh-Hans"))
    rows = [f"| `{verb}` | {chinese[verb]} | {english[verb]} |" for verb in chinese]
    head = "A role is a bundle of verbs (`county.toml`); a post gives a role over a place or a body for a period."
    return "\n".join(["# Verbs", "", MADE, head, "", "| Verb | 中文 | English |", "|---|---|---|", *rows]) + "\n"


def refusals() -> str:
    """Every sentence with which the product says no."""
    english, chinese = (sentences(name) for name in ("en", "zh-Hans"))
    rows = [f"| `{code}` | {cell(chinese[code])} | {cell(english[code])} |" for code in chinese]
    head = "The product says no in whole sentences. Each belongs to a code; a county cannot switch one off."
    return "\n".join(["# Refusals", "", MADE, head, "", "| Code | 中文 | English |", "|---|---|---|", *rows]) + "\n"


def sentences(language: str) -> dict[str, str]:
    """The refusals of one language."""
    found: dict[str, str] = tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))["refusals"]
    return found


def labels(language: str) -> dict[str, str]:
    """The verbs of one language."""
    found: dict[str, str] = tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))["labels"]["verb"]
    return found


def cell(text: str) -> str:
    """Text as it may stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def commands() -> str:
    """Every command of `huiyin`, with its options."""
    head = (
        "`huiyin COMMAND …`; in a clone `.venv/bin/huiyin COMMAND …`, after `make setup`.\n\n"
        "Exit codes: 0 done, 1 refused with a sentence on stderr, 2 wrong usage.\n\n"
        "Commands speak the language of the terminal (`LC_ALL`, `LC_MESSAGES`, `LANG`, the first that is set): Chinese"
        " where it says `zh`, nothing or `C`, English in any other; `--language` says another."
    )
    lines = ["# Commands", "", MADE, head, ""]
    for name, parser in [*own_parsers(), ("bench", bench())]:
        lines += [f"## huiyin {name}", "", cell(parser.description or ""), "", *options(parser)]
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for sub, inner in action.choices.items():
                    lines += [f"### huiyin {name} {sub}", "", cell(inner.description or ""), "", *options(inner)]
    return "\n".join(lines).rstrip() + "\n"


def own_parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The parser of each command that is ours."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")
    import django
    from django.core.management import get_commands, load_command_class

    django.setup()
    for name, app in sorted(get_commands().items()):
        if app.startswith("huiyin."):
            yield name, load_command_class(app, name).create_parser("huiyin", name)


def bench() -> argparse.ArgumentParser:
    """The parser of `huiyin bench`, which is no command of Django's: it measures a home of its own."""
    from huiyin.config.bench.command import parser

    return parser()


def options(parser: argparse.ArgumentParser) -> list[str]:
    """A table of one parser's arguments, Django's own left out."""
    rows = []
    for action in parser._actions:
        if DJANGO_OPTIONS & set(action.option_strings) or isinstance(action, argparse._SubParsersAction):
            continue
        if action.help == argparse.SUPPRESS:  # what a command says to itself
            continue
        value = "" if action.nargs == 0 else str(action.metavar or action.dest).upper()
        shown = ", ".join(f"{option} {value}".strip() for option in action.option_strings) or value
        rows.append(f"| `{shown}` | {cell(action.help or '')} |")
    return ["| Argument | Meaning |", "|---|---|", *rows, ""] if rows else []


def data() -> str:
    """Every column and how it is protected, from data.toml."""
    kept = tomllib.loads((PAGES / "data.toml").read_text(encoding="utf-8"))
    lines = ["# What is kept", "", MADE, "Every column of every table stands in one class.", ""]
    lines += ["| Class | Meaning |", "|---|---|"]
    lines += [f"| {name} | {meaning} |" for name, meaning in kept["classes"].items()]
    lines += ["", "| Table | Class | Columns |", "|---|---|---|"]
    for table, classes in kept["fields"].items():
        lines += [f"| `{table}` | {name} | {', '.join(columns.split())} |" for name, columns in classes.items()]
    return "\n".join(lines) + "\n"


MAKERS = {
    "events.md": events,
    "verbs.md": verbs,
    "refusals.md": refusals,
    "commands.md": commands,
    "data.md": data,
    "programme.md": programme,
}


def main(arguments: list[str]) -> int:
    """Write or check; the exit code of the command line."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    stale = []
    for name, make in MAKERS.items():
        path: Path = PAGES / name
        text = make()
        if not arguments:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        print(f"not as `make docs` would write them: {', '.join(stale)}", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
