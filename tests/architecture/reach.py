"""Which actions somebody can carry out: called from a page, a command or the worker, or by an action that is.

A module is read into what each of its functions names of the action modules; from everything outside them, the demo and
the bench excepted, it is followed which actions are reached.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.architecture.house import decorator_name

Name = tuple[str, str]
"""Module and function."""
NO_DOORS = ("huiyin.interfaces.common.demo", "huiyin.config.bench")
"""What lays invented counties and measures: that they call something opens it to nobody."""


@dataclass
class Reach:
    """The actions of some modules, what each function of theirs names, and what is named from outside."""

    actions: set[Name] = field(default_factory=set)
    names: dict[Name, set[Name]] = field(default_factory=dict)
    doors: set[Name] = field(default_factory=set)

    def unreached(self) -> list[str]:
        """The actions that no door leads to, as `module: function`."""
        seen: set[Name] = set()
        ahead = list(self.doors)
        while ahead:
            one = ahead.pop()
            if one not in seen:
                seen.add(one)
                ahead.extend(self.names.get(one, ()))
        return [f"{module}: {name}" for module, name in sorted(self.actions - seen)]


def reach(sources: Mapping[str, str]) -> Reach:
    """Read the sources of the product, by the names of their modules."""
    found = Reach()
    rooms = {module for module in sources if holds_actions(module)}
    for module, source in sources.items():
        if module.startswith(NO_DOORS) or (module not in rooms and ".actions" not in source):
            continue
        tree = ast.parse(source)
        whole, taken = _imported(tree, rooms)
        if module not in rooms:
            found.doors |= _named([tree], whole, taken)
            continue
        here = {
            node.name: (module, node.name) for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        for node in tree.body:
            named = _named([node], whole, taken | here)
            if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.doors |= named  # what a table of the module holds, somebody looks up
                continue
            found.names[module, node.name] = named
            if "action" in {decorator_name(one) for one in node.decorator_list}:
                found.actions.add((module, node.name))
    return found


def holds_actions(module: str) -> bool:
    """Whether a module is `huiyin.<room>.actions` or inside it."""
    return module.split(".")[2:3] == ["actions"]


def _imported(tree: ast.Module, rooms: set[str]) -> tuple[dict[str, str], dict[str, Name]]:
    """By the names a module uses: action modules, and functions taken from one."""
    whole: dict[str, str] = {}
    taken: dict[str, Name] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if f"{node.module}.{alias.name}" in rooms:
                    whole[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                elif node.module in rooms:
                    taken[alias.asname or alias.name] = (node.module, alias.name)
    return whole, taken


def _named(nodes: Iterable[ast.AST], whole: Mapping[str, str], taken: Mapping[str, Name]) -> set[Name]:
    """What some code names of the action modules, called or handed on."""
    found: set[Name] = set()
    for node in (inner for one in nodes for inner in ast.walk(one)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in whole:
            found.add((whole[node.value.id], node.attr))
        elif isinstance(node, ast.Name) and node.id in taken:
            found.add(taken[node.id])
    return found
