"""What the tests of the walls share: the files of the house as syntax trees, and the faults one can find in them.

Every check is a function from a source text to sentences, so that each can be shown to go red on a planted fault.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.steps import ROOT

CODE = ("huiyin", "huiyin_witness", "tests", "tools")
ROOMS = ("register", "channels", "casework", "outreach", "opinion", "evaluation", "publication")
FILE_CEILING = 600
FUNCTION_CEILING = 60
PRODUCT = "回音"  # its own name
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
ESCAPED = re.compile(r"\\[uUN]")
"""A sign of a text that is written by its number or name."""


@cache
def python_files(*roots: str) -> tuple[Path, ...]:
    """Every Python file under the given folders (all of ours by default), migrations left out."""
    folders = roots or CODE
    found = (path for root in folders for path in (ROOT / root).rglob("*.py"))
    return tuple(sorted(path for path in found if "migrations" not in path.parts and "node_modules" not in path.parts))


def room_files(kind: str) -> list[Path]:
    """The door files of one kind (`queries`, `actions`, …) in every room, single files or folders."""
    files = (path for room in ROOMS for path in python_files(f"huiyin/{room}"))
    return [path for path in files if path.stem == kind or kind in path.parts[len(ROOT.parts) :]]


def faults(check: Callable[[str], list[str]], files: Iterable[Path]) -> list[str]:
    """The sentences of one check over many files, each with the file's name."""
    return [f"{path.relative_to(ROOT)}: {fault}" for path in files for fault in check(path.read_text(encoding="utf-8"))]


def too_long(source: str) -> list[str]:
    """Files over 600 lines and functions over 60 (decorators not counted)."""
    found = []
    lines = source.count("\n")
    if lines > FILE_CEILING:
        found.append(f"{lines} lines, {FILE_CEILING} are allowed")
    for function in functions(ast.walk(ast.parse(source))):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > FUNCTION_CEILING:
            found.append(f"{function.name}: {length} lines, {FUNCTION_CEILING} are allowed")
    return found


def query_faults(source: str, called_outside: frozenset[str] | None = None) -> list[str]:
    """Public questions that do not ask first who is asking; helpers of the room itself need not."""
    found = []
    for function in public_functions(source):
        if called_outside is not None and function.name not in called_outside:
            continue
        first = [*function.args.posonlyargs, *function.args.args][:1]
        if not first or first[0].arg != "viewer" or annotation(first[0]) != "Viewer":
            found.append(f"{function.name}: the first argument is not `viewer: Viewer`")
    return found


def action_faults(source: str, called_outside: frozenset[str] | None = None) -> list[str]:
    """Public changes without @action, or not keyword-only with `by` and `at` first.

    A function without @action passes if it is known that nothing outside the room calls it.
    """
    found = []
    for function in public_functions(source):
        if "action" not in {decorator_name(item) for item in function.decorator_list}:
            if called_outside is None or function.name in called_outside:
                found.append(f"{function.name}: not decorated with @action")
        elif function.args.args or function.args.posonlyargs:
            found.append(f"{function.name}: takes arguments by position")
        elif [argument.arg for argument in function.args.kwonlyargs[:2]] != ["by", "at"]:
            found.append(f"{function.name}: `by` and `at` do not stand first")
    return found


@dataclass(frozen=True)
class Uses:
    """What a source names of other modules."""

    taken: dict[str, set[tuple[str, str]]]
    """By module, `from module import name as alias`."""
    whole: dict[str, set[str]]
    """By module, `import module as alias`."""
    reached: dict[str, set[str]]
    """By base as written, `base.name`."""


def uses(source: str) -> Uses:
    """Read a source once, whatever is asked of it afterwards."""
    found = Uses({}, {}, {})
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {(alias.name, alias.asname or alias.name) for alias in node.names}
            found.taken.setdefault(node.module, set()).update(names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                found.whole.setdefault(alias.name, set()).add(alias.asname or alias.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            found.reached.setdefault(_dotted(node.value), set()).add(node.attr)
    return found


def _dotted(node: ast.Name | ast.Attribute) -> str:
    """As `ast.unparse` writes it, which for names with dots between them is a hundred times the work."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node.value, ast.Name | ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ast.unparse(node)


@cache
def uses_of(path: Path) -> Uses:
    """What a file names; read once for all the modules that are looked for in it."""
    return uses(path.read_text(encoding="utf-8"))


def called_from(module: str, source: str) -> set[str]:
    """The names of a module that another source imports or reaches through it."""
    return _called(module, uses(source))


def _called(module: str, found: Uses) -> set[str]:
    package, _, stem = module.rpartition(".")
    names = {name for name, _ in found.taken.get(module, ())}
    aliases = {alias for name, alias in found.taken.get(package, ()) if name == stem}
    aliases |= found.whole.get(module, set()) | {module}
    return names.union(*(found.reached.get(alias, ()) for alias in aliases))


def called_outside(path: Path) -> frozenset[str]:
    """What the product outside a room uses of one of its modules."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    module, room = ".".join(parts).removesuffix(".__init__"), ROOT / parts[0] / parts[1]
    others = (other for other in python_files("huiyin") if room not in other.parents)
    return frozenset(name for other in others for name in _called(module, uses_of(other)))


def fact_faults(source: str) -> list[str]:
    """Facts without a docstring or a name."""
    found = []
    for fact in facts(source):
        if not ast.get_docstring(fact):
            found.append(f"{fact.name}: no docstring")
        if fact_name(fact) is None:
            found.append(f"{fact.name}: no NAME")
    return found


def chinese_faults(source: str) -> list[str]:
    """Chinese in a string that is no docstring: a sentence belongs to a code in `programme/words`."""
    if not HAN.search(source.replace(PRODUCT, "")) and not ESCAPED.search(source):
        return []  # nine files in ten need not be read as Python
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        f"line {node.lineno}: {node.value.strip()[:30]!r} is Chinese in code"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and HAN.search(node.value.replace(PRODUCT, ""))
    ]


def foreign_key_faults(source: str) -> list[str]:
    """Foreign keys that would delete or blank what refers to a deleted row."""
    found = []
    for model in (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)):
        for node in ast.walk(model):
            if isinstance(node, ast.Call) and decorator_name(node) in {"ForeignKey", "OneToOneField"}:
                kept = [word for word in node.keywords if word.arg == "on_delete"]
                if not kept or ast.unparse(kept[0].value).rsplit(".", 1)[-1] != "PROTECT":
                    found.append(f"{model.name}: on_delete is not PROTECT")
    return found


def functions(nodes: Iterable[ast.AST]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions among some nodes."""
    return (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def public_functions(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a module that others may call."""
    return (function for function in functions(ast.parse(source).body) if not function.name.startswith("_"))


def facts(source: str) -> list[ast.ClassDef]:
    """The classes of a module that say they are a Fact."""
    classes = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    return [node for node in classes if any(ast.unparse(base).rsplit(".", 1)[-1] == "Fact" for base in node.bases)]


def fact_name(fact: ast.ClassDef) -> str | None:
    """The event name a fact is recorded under."""
    for node in fact.body:
        target = (
            node.target
            if isinstance(node, ast.AnnAssign)
            else node.targets[0]
            if isinstance(node, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name) and target.id == "NAME" and isinstance(node, ast.Assign | ast.AnnAssign):
            value = node.value
            return str(value.value) if isinstance(value, ast.Constant) else None
    return None


def decorator_name(node: ast.expr) -> str:
    """`action` for `@action`, `@action(...)` and `@actions.action`."""
    if isinstance(node, ast.Call):
        return decorator_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else ast.unparse(node)


def annotation(argument: ast.arg) -> str:
    """The annotation as written, quotes and module taken off."""
    return ast.unparse(argument.annotation).strip("'\"").rsplit(".", 1)[-1] if argument.annotation else ""
