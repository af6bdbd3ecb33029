"""When a number would tell of few: fewer than ten households or people are not counted out (SG-14, SG-46)."""

from collections.abc import Mapping

FEWEST = 10


def untold(parts: Mapping[str, int]) -> frozenset[str]:
    """Which of the parts of a whole are not told, by their households: those of too few, and the smallest others until
    what is not told is at least two parts and together enough.
    """
    hidden = [code for code, many in parts.items() if 0 < many < FEWEST]
    rest = sorted((code for code, many in parts.items() if many >= FEWEST), key=lambda code: (parts[code], code))
    while hidden and rest and (len(hidden) == 1 or sum(parts[code] for code in hidden) < FEWEST):
        hidden.append(rest.pop(0))
    return frozenset(hidden)
