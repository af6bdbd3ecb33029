"""The manual's reference page of a programme, made from the schema; there is no second source."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from huiyin.programme.examples import Examples
from huiyin.programme.schema.about import About
from huiyin.programme.schema.appraisal import Appraisal
from huiyin.programme.schema.contact import Contact
from huiyin.programme.schema.county import County
from huiyin.programme.schema.handbook import Handbook
from huiyin.programme.schema.links import Links
from huiyin.programme.schema.matters import Matters
from huiyin.programme.schema.people import People
from huiyin.programme.schema.places import PlaceFacts
from huiyin.programme.schema.publication import Publication
from huiyin.programme.schema.replies import Replies

FILES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("county.toml", County),
    ("programmes/NAME/programme.toml", About),
    ("programmes/NAME/matters.toml", Matters),
    ("programmes/NAME/publication.toml", Publication),
    ("programmes/NAME/links.toml", Links),
    ("programmes/NAME/people.toml", People),
    ("programmes/NAME/replies.toml", Replies),
    ("programmes/NAME/places.toml", PlaceFacts),
    ("programmes/NAME/handbook.toml", Handbook),
    ("programmes/NAME/appraisal.toml", Appraisal),
    ("programmes/NAME/contact.toml", Contact),
    ("programmes/NAME/examples.test.toml", Examples),
)

_HEAD = """# The pages of a programme

Made from `huiyin.programme.schema` by `huiyin.programme.reference`; do not edit. How to write one:
[Write a programme](../howto/write-a-programme.md).

A county is a folder: `county.toml`, `words.toml` (its own labels, as `["zh-Hans".state] closed = "…"`), `english.toml`
(the words of its pages in English, as `"…" = "Water"`; a word that is not there stays Chinese on English pages),
and one folder per programme. Names (the keys of tables) are small letters, digits and underscores. Keys that are not
listed here are refused. A **bold** key must be given.
"""


def page() -> str:
    """The whole page as Markdown."""
    told: set[str] = set()
    shapes = {one.__name__: one for one in _below(BaseModel) if one.__module__.startswith("huiyin.programme.")}
    lines = [_HEAD]
    for file, shape in FILES:
        schema = shape.model_json_schema(ref_template="{model}")
        lines.append(f"## {file}\n")
        lines.extend(_table(schema, schema.get("$defs", {}), _meanings(shape)))
        for name, part in _parts(schema, schema.get("$defs", {})):
            if name not in told:
                told.add(name)
                lines.append(f"### {name}\n")
                lines.extend(_table(part, schema["$defs"], _meanings(shapes[name])))
    return "\n".join(lines).rstrip() + "\n"


def _below(shape: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in shape.__subclasses__():
        yield one
        yield from _below(one)


def _meanings(shape: type[BaseModel]) -> dict[str, str]:
    """What stands below each key of a shape, its own or one it has from another."""
    found: dict[str, str] = {}
    for one in reversed(shape.__mro__):
        if one.__module__.startswith("huiyin.programme."):
            found |= _written(one.__module__).get(one.__name__, {})
    return found


@cache
def _written(module: str) -> dict[str, dict[str, str]]:
    """Of a module's classes, by name, the text below each of their keys."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    return {one.name: dict(_below_keys(one.body)) for one in tree.body if isinstance(one, ast.ClassDef)}


def _below_keys(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for key, text in pairwise(body):
        if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name) and isinstance(text, ast.Expr):
            value = text.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield key.target.id, inspect.cleandoc(value.value)


def _parts(schema: dict[str, Any], shapes: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table shape used below `schema`, in the order a reader meets it."""
    seen: list[str] = []

    def visit(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                visit(item)
        elif isinstance(node, dict):
            name = node.get("$ref")
            if name in shapes and name not in seen:
                seen.append(name)
                visit(shapes[name].get("properties", {}))
            for value in node.values():
                visit(value)

    visit(schema.get("properties", {}))
    return ((name, shapes[name]) for name in seen if "properties" in shapes[name])


def _table(schema: dict[str, Any], shapes: dict[str, Any], meanings: dict[str, str]) -> list[str]:
    required = set(schema.get("required", ()))
    lines = [
        schema.get("description", "").replace("\n\n", "\n"),
        "",
        "| key | what | default | meaning |",
        "|---|---|---|---|",
    ]
    for name, node in schema.get("properties", {}).items():
        shown = f"**`{name}`**" if name in required else f"`{name}`"
        default = "" if name in required else _default(node)
        meaning = " ".join(str(node.get("description") or meanings.get(name, "")).split())
        lines.append(f"| {shown} | {_kind(node, shapes)} | {default} | {meaning} |")
    return [*lines, ""]


def _default(node: dict[str, Any]) -> str:
    value = node.get("default")
    if value in (None, "", [], {}):
        return ""
    return f"`{_plain(value)}`" if not isinstance(value, dict) else "as below"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_plain(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _kind(node: dict[str, Any], shapes: dict[str, Any]) -> str:
    """The type of a value in words."""
    for test, told in _KINDS:
        if test in node:
            return told(node, shapes)
    return _scalar(node)


def _reference(node: dict[str, Any], shapes: dict[str, Any]) -> str:
    name = str(node["$ref"])
    return f"[{name}](#{name.lower()})" if "properties" in shapes.get(name, {}) else _kind(shapes[name], shapes)


def _either(node: dict[str, Any], shapes: dict[str, Any]) -> str:
    kinds = [_kind(part, shapes) for part in node["anyOf"] if part.get("type") != "null"]
    return " or ".join(dict.fromkeys(kinds))


def _words(node: dict[str, Any], _shapes: dict[str, Any]) -> str:
    return "one of " + ", ".join(f"`{word}`" for word in node["enum"])


def _listed(node: dict[str, Any], shapes: dict[str, Any]) -> str:
    least = f"at least {node['minItems']} of " if node.get("minItems") else ""
    return f"list of {least}{_kind(node['items'], shapes)}"


def _named(node: dict[str, Any], shapes: dict[str, Any]) -> str:
    inner = (
        node["additionalProperties"]
        if "additionalProperties" in node
        else next(iter(node["patternProperties"].values()))
    )
    return f"tables by name: {_kind(inner, shapes)}"


def _scalar(node: dict[str, Any]) -> str:
    kind = {"string": "text", "integer": "number", "number": "share", "boolean": "true or false"}.get(
        str(node.get("type")), "value"
    )
    if node.get("format") in ("date", "date-time"):
        kind = {"date": "date", "date-time": "moment with offset"}[node["format"]]
    if "const" in node:
        return f"`{node['const']}`"
    bounds = [
        ("minimum", "from {}"),
        ("exclusiveMinimum", "above {}"),
        ("maximum", "to {}"),
        ("exclusiveMaximum", "below {}"),
    ]
    said = [text.format(node[key]) for key, text in bounds if key in node]
    return " ".join([kind, *said])


_KINDS = (
    ("$ref", _reference),
    ("anyOf", _either),
    ("enum", _words),
    ("items", _listed),
    ("prefixItems", lambda _node, _shapes: "list"),
    ("additionalProperties", _named),
    ("patternProperties", _named),
)
