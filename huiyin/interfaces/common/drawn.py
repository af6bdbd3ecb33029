"""Parts of a page that stand on it again and again: drawn once in each shape, then only filled.

A row of a list is the same template twenty-five times, and walking through it takes ten times as long as putting the
words in their places. `draw` renders it once with marks in the place of the values and keeps what stands between them.
As in `core.questions`, what differs between readers are values; nothing of a value is kept.
"""

import re
from collections.abc import Hashable, Mapping
from html import escape

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from huiyin.interfaces.common.assets import icons_made
from huiyin.interfaces.common.phrases import language

MOST = 2_000
"""Shapes kept; above it all are dropped and drawn again."""
_MARK = re.compile("\ue000(\\w+)\ue001")
_drawn: dict[Hashable, list[str]] = {}


def mark(name: str) -> str:
    """What stands in a shape for a value that the template finds there, as in a list of things."""
    return f"\ue000{name}\ue001"


def draw(template: str, shape: Mapping[str, Hashable], values: Mapping[str, str]) -> SafeString:
    """A part, from its template: `shape` is what the template decides by and says outright, `values` what it only puts
    down. A value that is not safe is escaped; one the template decides by or filters has to stand in the shape.
    """
    key = template, language(), icons_made(), tuple(shape.items()), tuple(values)
    pieces = _drawn.get(key)
    if pieces is None:
        marks = {name: mark(name) for name in values}
        pieces = _MARK.split(render_to_string(template, {**shape, **marks}))
        if len(_drawn) >= MOST:
            _drawn.clear()
        _drawn[key] = pieces
    filled = pieces.copy()
    for place in range(1, len(pieces), 2):
        value = values[pieces[place]]
        # Plain texts, of which a page has hundreds, go past the wrapper that looks for texts not yet translated.
        filled[place] = escape(value) if type(value) is str else conditional_escape(value)
    return mark_safe("".join(filled))  # noqa: S308 - a rendered template with escaped values in it
