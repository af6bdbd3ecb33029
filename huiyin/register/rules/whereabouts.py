"""From what a list writes of a place to its code: by code, or by the names of town, village and group. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from huiyin.programme.refusal import Refused
from huiyin.register.rules import codes
from huiyin.register.rules.cells import words

_DIGITS = re.compile(r"[0-9]+")


class Whereabouts:
    """The open places of a county, to be looked up by what lists write; `became` says what a former code is today."""

    def __init__(self, places: Iterable[tuple[str, str]], became: Mapping[str, str] = MappingProxyType({})) -> None:
        self._became = became
        self.codes: set[str] = set()
        self._named: dict[str, list[str]] = {}
        self._grouped: set[str] = set()
        for code, name in places:
            self.codes.add(code)
            self._named.setdefault(stem(name), []).append(code)
            if codes.width(code) == 15:
                self._grouped.add(code[:12])

    def find(self, *, code: str, town: str, village: str, group: str) -> str:
        """The code of the lowest place that is written, or its group's.

        Raises Refused: place_unknown, place_ambiguous (name the town as well), place_group_unknown, value_missing.
        """
        found = self._coded(code) if code else self._village(town, village)
        if group and codes.width(found) == 12:
            return self._group(found, group)
        return found

    def _coded(self, code: str) -> str:
        full = code.ljust(12, "0") if len(code) in (6, 9) else code
        full = full if full in self.codes else self._became.get(full, full)
        if full not in self.codes:
            raise Refused("place_unknown_code", field="place_code", code=code[:20])
        return full

    def _village(self, town: str, village: str) -> str:
        if not village and not town:
            raise Refused("value_missing", field="village")
        above = self._of(town, (9,)) if town else []
        if town and not above:
            raise Refused("place_unknown_name", field="town", name=town[:30])
        if not village:
            return self._only(above, "town", town)
        found = self._of(village, (12,))
        if above:
            found = [one for one in found if any(codes.inside(one, outer) for outer in above)]
        return self._only(found, "village", village)

    def _only(self, found: list[str], field: str, name: str) -> str:
        if not found:
            raise Refused("place_unknown_name", field=field, name=name[:30])
        if len(found) > 1:
            raise Refused("place_ambiguous", field=field, name=name[:30])
        return found[0]

    def _of(self, name: str, widths: tuple[int, ...]) -> list[str]:
        return [code for code in self._named.get(stem(name), ()) if codes.width(code) in widths]

    def _group(self, village: str, group: str) -> str:
        """The group's code; the village's where the county keeps no groups of it."""
        if village not in self._grouped:
            return village
        number = ordinal(group)
        if number is not None and 1 <= number <= 999 and codes.group(village, number) in self.codes:
            return codes.group(village, number)
        named = [one for one in self._named.get(stem(group), ()) if one.startswith(village)]
        if len(named) == 1:
            return named[0]
        raise Refused("place_group_unknown", field="group", name=group[:30])


@lru_cache(maxsize=20_000)
def stem(name: str) -> str:
    """A place's name without the ending that one list writes and another leaves out; at least two characters stay."""
    plain = unicodedata.normalize("NFKC", name).replace(" ", "")
    for ending in words("place_endings"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 2:
            return plain[: -len(ending)]
    return plain


@lru_cache(maxsize=2_000)
def ordinal(text: str) -> int | None:
    """The number in a group's name: in digits, or in Chinese numerals up to 99; None where there is none."""
    digits = _DIGITS.search(text)
    if digits:
        return int(digits[0][:6])
    values = [int(unicodedata.numeric(one)) for one in text if unicodedata.numeric(one, None) is not None]
    if not values or any(value > 10 for value in values):
        return None
    if 10 not in values:
        return values[0] if len(values) == 1 else None
    at = values.index(10)
    tens, ones = values[:at] or [1], values[at + 1 :] or [0]
    return tens[0] * 10 + ones[0] if len(tens) == len(ones) == 1 else None
