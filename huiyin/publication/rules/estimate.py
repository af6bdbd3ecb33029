"""A share of those asked, with its interval; what cannot be told apart from a line is said to be so (SG-07)."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

Z = 1.959964
"""For 95 %, both sides."""

Verdict = Literal["meets", "below", "indeterminate", "not_shown"]


@dataclass(frozen=True)
class Share:
    """`part` of `base`, and the 95 % Wilson score interval (Wilson 1927); all between 0 and 1."""

    part: int
    base: int
    low: float
    high: float

    @property
    def point(self) -> float:
        return self.part / self.base


def share(part: int, base: int) -> Share:
    """The share with its interval. Raises ValueError where nobody was asked."""
    if base < 1 or not 0 <= part <= base:
        raise ValueError("a share needs somebody who was asked")
    p = part / base
    middle = (p + Z * Z / (2 * base)) / (1 + Z * Z / base)
    half = Z * sqrt(p * (1 - p) / base + Z * Z / (4 * base * base)) / (1 + Z * Z / base)
    # Rounding may put an end of the interval a hair on the wrong side of the share itself.
    return Share(part, base, max(0.0, min(middle - half, p)), min(1.0, max(middle + half, p)))


def verdict(part: int, base: int, *, line: float, least: int) -> Verdict:
    """Against a line: not shown under `least` answers, indeterminate while the interval contains the line.

    The line itself is met: 80.00 % is not below 80 %.
    """
    if base < least:
        return "not_shown"
    found = share(part, base)
    if found.low >= line or (found.point >= line and part == base):
        return "meets"
    return "below" if found.high < line else "indeterminate"
