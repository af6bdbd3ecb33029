"""JSON read strictly: one value for each key, no NaN, no endless nesting, no half characters, not too large."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

LARGEST = 256 * 1024
DEEPEST = 32


class BadBody(Exception):
    """The body cannot be taken: a status and a refusal's code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class StrictParser(Parser):
    """Used by every operation of the interface."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as plain values. Raises BadBody(400)."""
        return read(request.body)


def look(request: HttpRequest) -> None:
    """Before a body is read: whether it may be. Raises BadBody: 415 for what says it is no JSON, 413."""
    if request.content_type != "application/json":
        raise BadBody(415, "json_only")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or not length.isascii() or len(length) > 12 or int(length) > LARGEST:
        raise BadBody(413, "body_too_large")


def read(data: bytes) -> Any:
    """JSON text as plain values. Raises BadBody(400)."""
    try:
        text = data.decode("utf-8")
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise BadBody(400, "not_json") from problem
    if _depth(found) > DEEPEST:
        raise BadBody(400, "not_json")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _depth(value: Any) -> int:
    """How deep lists and objects are nested, without recursion; stops at the limit."""
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        level = [
            item
            for one in level
            if isinstance(one, dict | list)
            for item in (one.values() if isinstance(one, dict) else one)
        ]
        depth += 1
    return depth
