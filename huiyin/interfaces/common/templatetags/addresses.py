"""`{% url %}` whose answers are kept by shape. Built into every template; it means what Django's own means.

A page of the desk holds a hundred addresses, and finding each anew in the table of routes takes longer than reading
the rows they lead to. Kept is only how an address looks, never which thing it led to.
"""

from collections.abc import Hashable, Sequence
from typing import Any
from uuid import UUID

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as plain
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

MOST = 2_000
_shapes: dict[Hashable, tuple[SafeString, ...]] = {}
"""For a route, and what kind of values it is given, the parts of the address between the values."""


class _Address(URLNode):
    """An address of a constant name with values in their places; all else is left to Django."""

    def __init__(self, node: URLNode) -> None:
        super().__init__(node.view_name, node.args, node.kwargs, node.asvar)
        self.name = "" if node.view_name.is_var or node.kwargs or node.asvar else str(node.view_name.var)

    def render(self, context: template.Context) -> str:
        """As Django does; what was found once for values of this kind is only filled in."""
        if not self.name or not context.autoescape:
            return str(super().render(context))
        return address(self.name, *(one.resolve(context) for one in self.args))


def address(name: str, *given: Any) -> SafeString:
    """The address of a route with values in their places, escaped for a page. Raises NoReverseMatch as Django does."""
    kinds = [_kind(one) for one in given]
    if None in kinds:
        return escape(reverse(name, args=given))
    key = name, get_urlconf(), get_script_prefix(), *kinds
    parts = _shapes.get(key)
    if parts is None:
        whole = reverse(name, args=given)
        parts = _parts(whole, [str(one) for one in given])
        if parts is None:
            return escape(whole)
        if len(_shapes) < MOST:
            _shapes[key] = parts
    return _filled(parts, given)


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """The address of a route, as Django's `{% url %}`."""
    return _Address(plain(parser, token))


def _kind(value: Any) -> Hashable:
    """What a route looks at: values of one kind fit a route alike. None for what might need quoting."""
    if isinstance(value, UUID):
        return UUID
    if type(value) is int:
        return int if value >= 0 else None
    if isinstance(value, str) and value.isascii() and value.isalnum():
        return len(value), value.isdigit()
    return None


def _parts(whole: str, values: Sequence[str]) -> tuple[SafeString, ...] | None:
    """An address between its values; None where a value might as well be a part of the route."""
    parts = []
    for value in values:
        if whole.count(value) != 1:
            return None
        before, _, whole = whole.partition(value)
        parts.append(before)
    return tuple(escape(part) for part in (*parts, whole))


def _filled(parts: Sequence[SafeString], given: Sequence[Any]) -> SafeString:
    if not given:
        return parts[0]
    whole = "".join(f"{part}{value}" for part, value in zip(parts, given, strict=False))
    return mark_safe(whole + parts[-1])  # noqa: S308 - letters and digits between escaped parts
