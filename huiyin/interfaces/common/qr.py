"""QR codes on receipts, slips and boards."""

import segno
from django.utils.safestring import SafeString, mark_safe

QUIET = 4
"""Modules of white around a code, as ISO/IEC 18004 asks for."""
MASK = 3
"""Of eight: any is right (ISO/IEC 18004 §7.8), and weighing them all takes three quarters of the time."""


def qr(text: str, title: str = "") -> SafeString:
    """A QR code as SVG without a size and without style: level M, four modules of quiet."""
    code = segno.make(text, error="m", micro=False, mask=MASK)
    drawn = code.svg_inline(border=QUIET, omitsize=True, svgclass="hy-qr", lineclass=None, title=title or None)
    return mark_safe(drawn)  # noqa: S308 - drawn here; the title is escaped by the library
