"""The shapes of a clock as SVG: round is within, square is over; filled by the share of time used."""

import math

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from huiyin.interfaces.common.shapes import ClockFace

LOOKS = {
    "running": "hy-c-running",
    "extended": "hy-c-running",
    "soon": "hy-c-soon",
    "overdue": "hy-c-late",
    "far_overdue": "hy-c-far",
    "paused": "hy-c-paused",
    "met": "hy-c-met",
    "missed": "hy-c-missed",
    "not_timed": "hy-c-not-timed",
}

RING = '<circle class="hy-c-line" cx="10" cy="10" r="8.6"/>'
SQUARE = '<rect class="hy-c-fill" x="0.5" y="0.5" width="19" height="19" rx="3.5"/>'
INSIDE = {
    "overdue": f'{SQUARE}<path class="hy-c-cut" d="M10 4.8v6.4M10 15v.1"/>',
    "far_overdue": f'{SQUARE}<path class="hy-c-cut" d="M6.8 4.8v6.4M6.8 15v.1M13.2 4.8v6.4M13.2 15v.1"/>',
    "missed": f'{SQUARE}<path class="hy-c-cut" d="M10 4.8v6.4M10 15v.1"/>',
    "paused": f'{RING}<path class="hy-c-line" d="M7.9 6.8v6.4M12.1 6.8v6.4"/>',
    "met": '<circle class="hy-c-fill" cx="10" cy="10" r="9.5"/><path class="hy-c-cut" d="M5.9 10.4l2.8 2.8 5.4-5.8"/>',
    "not_timed": '<circle class="hy-c-line" cx="10" cy="10" r="8.6" stroke-dasharray="2.6 2.8"/>',
}


def draw(face: ClockFace) -> tuple[SafeString, str]:
    """The SVG of a clock and the class of its colour. Raises KeyError for an unknown state."""
    look = LOOKS[face.state]
    inside = INSIDE.get(face.state) or RING + sector(face.share)
    shape = format_html(
        '<svg class="hy-c-shape" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(inside),  # noqa: S308 - drawn here from numbers
    )
    return shape, look


def sector(share: float) -> str:
    """A pie slice of `share` of the disc, clockwise from twelve. Nothing at 0, the whole disc at 1."""
    used = max(0.0, min(share, 1.0))
    if used < 0.01:
        return ""
    if used > 0.99:
        return '<circle class="hy-c-fill" cx="10" cy="10" r="5.9"/>'
    angle = 2 * math.pi * used
    x, y = 10 + 5.9 * math.sin(angle), 10 - 5.9 * math.cos(angle)
    return f'<path class="hy-c-fill" d="M10 10V4.1A5.9 5.9 0 {int(used > 0.5)} 1 {x:.2f} {y:.2f}z"/>'
