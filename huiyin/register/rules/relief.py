"""Lines of relief as they are written: a household's number and its amount, one household a line (AM-44)."""

import re
import unicodedata
from collections.abc import Iterable

from huiyin.programme.refusal import Refused

MOST = 200
"""Households a list."""
_LINE = re.compile(r"([0-9A-Z-]{1,40})(?:[ ,\u3001:]+(?:([0-9]{1,7})(?:\.([0-9]{1,2}))?) ?\u5143?)?")


def read(text: str) -> list[tuple[str, int | None]]:
    """Numbers of households with hundredths of a yuan, in written order; None where no amount stands, as for things.

    Raises Refused: relief_empty, relief_many, relief_lines (which lines cannot be read), relief_twice (whom).
    """
    rows = [(number, line) for number, line in enumerate(map(_plain, text.splitlines()), start=1) if line]
    if not rows:
        raise Refused("relief_empty", field="lines")
    if len(rows) > MOST:
        raise Refused("relief_many", field="lines", most=MOST)
    found = [(number, _LINE.fullmatch(line)) for number, line in rows]
    if wrong := [number for number, match in found if match is None]:
        raise Refused("relief_lines", field="lines", lines=_some(wrong))
    parts = [(match[1], _cents(match[2], match[3])) for _, match in found if match is not None]
    codes = [code for code, _ in parts]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise Refused("relief_twice", field="lines", codes=_some(twice))
    return parts


def yuan(cents: int) -> str:
    """Hundredths as yuan, with two decimals only where there are any: 100, 66.50."""
    whole, rest = divmod(cents, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"


def _cents(whole: str | None, decimals: str | None) -> int | None:
    return None if whole is None else int(whole) * 100 + int((decimals or "").ljust(2, "0") or 0)


def _plain(line: str) -> str:
    """Full-width digits and signs as narrow ones, one blank between, capitals."""
    return " ".join(unicodedata.normalize("NFKC", line).upper().split())


def _some(items: Iterable[object]) -> str:
    told = [str(one) for one in items]
    return "、".join(told[:10]) + ("…" if len(told) > 10 else "")
