"""What a county looks like in numbers, from the data folder: shares of names, sizes of households, people of a town.

Nothing in it is about a person. Raises FileNotFoundError where a file is not there.
"""

import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from huiyin.core.text import ID_CHECKS, ID_WEIGHTS

FIRST_YEAR = 1920


@dataclass(frozen=True)
class Names:
    """Surnames with the running sum of their shares, given names of each sex."""

    surnames: tuple[str, ...]
    shares: tuple[float, ...]
    male: tuple[str, ...]
    female: tuple[str, ...]

    def surname(self, chance: random.Random) -> str:
        """One surname, the common ones as often as they are."""
        return chance.choices(self.surnames, cum_weights=self.shares)[0]

    def given(self, chance: random.Random, sex: str) -> str:
        """A given name: one of the list, or two characters of it put together, for more names than it has."""
        names = self.male if sex == "male" else self.female
        first = chance.choice(names)
        if chance.random() < 0.3:
            return first
        return first[0] + chance.choice(names)[-1]


@lru_cache(maxsize=2)
def names(data: Path) -> Names:
    """The names of the data folder."""
    found = [(row["surname"], float(row["weight_percent"])) for row in _rows(data / "names" / "surnames.csv")]
    given: dict[str, list[str]] = {"male": [], "female": []}
    for row in _rows(data / "names" / "given_names.csv"):
        given.setdefault(row["sex"], []).append(row["given_name"])
    shares = tuple(accumulate(share for _, share in found))
    return Names(tuple(name for name, _ in found), shares, tuple(given["male"]), tuple(given["female"]))


@lru_cache(maxsize=2)
def sizes(data: Path) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Sizes of households with their shares in the newest year there is; what is over ten counts as nothing."""
    rows = [row for row in _rows(data / "demography" / "household_size.csv") if row["share_percent"]]
    newest = max(row["year"] for row in rows)
    rows = [row for row in rows if row["year"] == newest and row["persons_in_household"].isdigit()]
    return tuple(int(row["persons_in_household"]) for row in rows), tuple(float(row["share_percent"]) for row in rows)


def people_by_place(data: Path) -> dict[str, int]:
    """Residents by code, where a census names a place."""
    rows = _rows(data / "demography" / "census_figures.csv")
    return {row["area_code"]: int(float(row["value"])) for row in rows if row["indicator"] == "resident_population"}


def id_number(serial: int, born: date) -> str:
    """A number with a right check digit in a region that does not exist (99): no authority gave it to anybody.

    Every serial under ten million has its own, whatever the day.
    """
    body = f"99{serial // 1000:04d}{born:%Y%m%d}{serial % 1000:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, body, strict=True))
    return body + ID_CHECKS[total % 11]


def birthday(chance: random.Random, year: int) -> date:
    """A day of a year."""
    return date(max(year, FIRST_YEAR), 1, 1) + timedelta(days=chance.randrange(365))


def spread(total: int, weights: list[float]) -> list[int]:
    """A whole number divided in proportion, by the largest remainders: the parts add up to it."""
    if not weights:
        return []
    whole = sum(weights)
    exact = [total * one / whole for one in weights]
    parts = [int(one) for one in exact]
    order = sorted(range(len(exact)), key=lambda index: (parts[index] - exact[index], index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
