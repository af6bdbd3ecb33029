"""Codes on cards: fifteen digits drawn by a secret and a check digit (ISO/IEC 7812), shown as 4730-1168-5216-0394.

Digits can be read out in any dialect and typed on any telephone. 10^15 are so many that trying finds none.
"""

import re
import unicodedata

DIGITS = 15
_MARKS = re.compile(r"[\s\-－—·]")


def code_of(random: bytes) -> str:
    """The code that 16 random bytes make."""
    digits = f"{int.from_bytes(random) % 10**DIGITS:0{DIGITS}d}"
    return digits + _check(digits)


def read_code(typed: str) -> str | None:
    """The code as it was typed, blanks and dashes aside; None for what is none."""
    digits = _MARKS.sub("", unicodedata.normalize("NFKC", typed[:60]))
    if not re.fullmatch(rf"[0-9]{{{DIGITS + 1}}}", digits) or _check(digits[:-1]) != digits[-1]:
        return None
    return digits


def shown(code: str) -> str:
    """In groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _check(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
