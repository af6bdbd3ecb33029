"""Division codes: arithmetic on digits, no tree to walk (R-024; GB/T 2260 and its extension to villages).

A code has 12 digits — province 2, prefecture 4, county 6, town 9, village 12 — padded with zeros; a group of a
village has 3 more.
"""

WIDTHS = (2, 4, 6, 9, 12, 15)
LEVELS = ("province", "prefecture", "county", "town", "village", "group")


def is_code(text: str) -> bool:
    """Whether a text is 12 or 15 ASCII digits, and no group of something that is not a village."""
    if not (text.isascii() and text.isdigit()) or len(text) not in (12, 15) or text[:2] == "00":
        return False
    return len(text) == 12 or (text[9:12] != "000" and text[12:] != "000")


def width(code: str) -> int:
    """How many digits say something: 2, 4, 6, 9, 12 or 15."""
    if len(code) == 15:
        return 15
    return next((width for width in WIDTHS[:-2] if set(code[width:]) == {"0"}), 12)


def level(code: str) -> str:
    """The level a code stands for in the division codes; a county may call it otherwise."""
    return LEVELS[WIDTHS.index(width(code))]


def chain(code: str) -> tuple[str, ...]:
    """The code itself and every code above it, lowest first: group, village, town, county, prefecture, province."""
    own = width(code)
    above = [code[:size].ljust(12, "0") for size in reversed(WIDTHS) if size < own]
    return tuple(dict.fromkeys([code, *above]))


def parent(code: str) -> str:
    """The code directly above; empty above a province."""
    line = chain(code)
    return line[1] if len(line) > 1 else ""


def inside(code: str, outer: str) -> bool:
    """Whether a place lies in another or is it."""
    return code.startswith(outer[: width(outer)])


def county(code: str) -> str:
    """The county a code lies in, as a 12-digit code; the code itself above the county."""
    return code[:6].ljust(12, "0")


def group(village: str, number: int) -> str:
    """The code of a village's n-th group, 1 to 999. Raises ValueError for anything else."""
    if width(village) != 12 or not 1 <= number <= 999:
        raise ValueError(f"{village} has no group {number}")
    return f"{village}{number:03d}"
