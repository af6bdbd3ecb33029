"""A county of the data folder as it will be made: its places, how many live where, who serves where, who is linked.

Everything follows from the county's table in counties.toml, the files of the data folder and the seed, so that a run
that was killed plans the same county again. Raises FileNotFoundError where a file is not there.
"""

import csv
import gzip
import random
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from huiyin.interfaces.common.demo import shares
from huiyin.interfaces.common.demo.families import NUMBERS, Homes
from huiyin.interfaces.common.demo.shares import Names, spread
from huiyin.register.actions.invented import Grid, Officer, Pair, Unit
from huiyin.register.rules import codes
from huiyin.register.rules.divisions import Line

T = TypeVar("T")
COUNTIES = ("yishui", "ziyang", "zoucheng")
AT_HOME = ("committee_member", "agent")
"""Kinds of personnel who live in the village they serve; who was sent there does not."""
COMMUNITY = 1.6
"""A community in a town has so many times the people of a village."""


@dataclass(frozen=True)
class Place:
    """A place of the list: code, name, code of the place above."""

    code: str
    name: str
    above: str


@dataclass
class Plan:
    """What will be made. `named` are those who can sign in: unit, role, title, staff number, name, telephone."""

    table: dict[str, Any]
    words: dict[str, Any]
    county: Place
    lines: list[Line]
    towns: list[Place]
    villages: list[Place]
    homes: list[Homes]
    names: Names
    sizes: tuple[tuple[int, ...], tuple[float, ...]]
    seed: int
    units: list[Unit] = field(default_factory=list)
    named: list[tuple[Unit, str, str, str, str, str]] = field(default_factory=list)
    served: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """By key of counties.toml and place: staff numbers."""

    @property
    def households(self) -> int:
        """How many there will be."""
        return sum(one.households for one in self.homes)

    @property
    def residents(self) -> int:
        """How many people will live in them."""
        return sum(one.residents for one in self.homes)

    @property
    def officials(self) -> int:
        """How many will serve, those who can sign in among them."""
        return sum(len(one.staff) for one in self.units) + len(self.named)


def plan(county: str, data: Path, *, full: bool, seed: int) -> Plan:
    """Plan one of COUNTIES at its real size, or in small."""
    text = (resources.files(__package__) / "counties.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    table, words = found[county], found["words"]
    rows = _divisions(table, data, words)
    top = next(one for one, level in rows if level == "county")
    towns = [one for one, level in rows if level == "town"]
    villages = [one for one, level in rows if level == "village"]
    all_villages, scale = len(villages), 1.0
    if not full:
        small = table["small"]
        towns = [one for one in towns if sum(v.above == one.code for v in villages) >= small["villages"]][
            : small["towns"]
        ]
        villages = [v for one in towns for v in [v for v in villages if v.above == one.code][: small["villages"]]]
        scale = small["households"] / table["households"]
        table = table | {key: small[key] for key in ("households", "residents", "phones")}
        table["departments"] = 6
    chance = random.Random(seed)  # noqa: S311 - the same county for the same seed
    homes = _homes(table, data, towns, villages, chance, scale)
    above = [one for one, level in rows if level in ("province", "prefecture")]
    lines = _lines([*above, top], towns, villages, homes, words)
    made = Plan(table, words, top, lines, towns, villages, homes, shares.names(data), shares.sizes(data), seed)
    _Staffing(made, scale, len(villages) / all_villages).fill()
    return made


def _divisions(table: dict[str, Any], data: Path, words: dict[str, Any]) -> list[tuple[Place, str]]:
    """Places with their level, as the county's list of today has them, or as an older edition had."""
    with (data / "divisions" / table["file"]).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if history := table.get("history"):
        county = next(row["code"] for row in rows if row["level"] == "county")
        with gzip.open(data / "divisions" / history["file"], "rt", encoding="utf-8-sig", newline="") as file:
            old = [
                row for row in csv.DictReader(file) if row["year"] == history["year"] and row["code"][:6] == county[:6]
            ]
        rows = [row for row in rows if row["level"] in ("province", "prefecture")] + _fewer(old, history["villages"])
    ends = {"town": words["town_endings"], "village": words["village_endings"]}
    return [
        (Place(row["code"], _called(row["name"], ends.get(row["level"], ())), row["parent_code"]), row["level"])
        for row in rows
    ]


def _fewer(rows: list[dict[str, str]], most: int) -> list[dict[str, str]]:
    """As many villages as there were: of those in excess the communities with the highest codes are left out.

    Communities have a serial below 200 in their last three digits.
    """
    villages = [row for row in rows if row["level"] == "village"]
    newest = sorted((row for row in villages if row["code"][9:] < "200"), key=lambda row: row["code"][9:])
    out = {row["code"] for row in newest[len(newest) - max(0, len(villages) - most) :]}
    return [row for row in rows if row["code"] not in out]


def _called(name: str, endings: Iterable[tuple[str, str]]) -> str:
    """A place by its name, without what its committee is called."""
    for long, short in endings:
        if name.endswith(long):
            return name.removesuffix(long) + short
    return name


def _homes(
    table: dict[str, Any],
    data: Path,
    towns: list[Place],
    villages: list[Place],
    chance: random.Random,
    scale: float,
) -> list[Homes]:
    """Households, people and telephones divided among the villages; where a census tells each town's people, by it."""
    census = shares.people_by_place(data) if table.get("by_census") else {}
    weights = [
        (COMMUNITY if one.code[9:] < "200" else 1.0) * chance.uniform(0.6, 1.4) * _share(one, villages, census)
        for one in villages
    ]
    if census:
        households, residents = _by_town(table, towns, villages, weights, census)
    else:
        households = spread(table["households"], weights)
        residents = spread(table["residents"], [float(one) for one in households])
    phones = spread(table["phones"] - table["households"], [float(one) for one in residents])
    shown = [float(one) for one in households]
    marked = {name: spread(round(count * scale), shown) for name, count in table.get("categories", {}).items()}
    found, first, first_phone = [], 0, 0
    for index, one in enumerate(villages):
        groups = max(1, round(households[index] / table["a_group"]))
        ringing = households[index] + phones[index]
        marks = tuple((name, counts[index]) for name, counts in marked.items())
        codes_ = tuple(f"{one.code}{group:03d}" for group in range(1, groups + 1))
        found.append(Homes(one.code, codes_, households[index], residents[index], ringing, first, first_phone, marks))
        first, first_phone = first + residents[index], first_phone + ringing
    return found


def _share(one: Place, villages: list[Place], census: dict[str, int]) -> float:
    if not census:
        return 1.0
    return census[one.above] / sum(other.above == one.above for other in villages)


def _by_town(
    table: dict[str, Any], towns: list[Place], villages: list[Place], weights: list[float], census: dict[str, int]
) -> tuple[list[int], list[int]]:
    """First each town its share, then its villages theirs."""
    counted = [float(census[one.code]) for one in towns]
    homes, people = spread(table["households"], counted), spread(table["residents"], counted)
    households, residents = [0] * len(villages), [0] * len(villages)
    for town, all_homes, all_people in zip(towns, homes, people, strict=True):
        here = [index for index, one in enumerate(villages) if one.above == town.code]
        theirs = [weights[index] for index in here]
        for index, some, living in zip(here, spread(all_homes, theirs), spread(all_people, theirs), strict=True):
            households[index], residents[index] = some, living
    return households, residents


def _lines(
    above: list[Place], towns: list[Place], villages: list[Place], homes: list[Homes], words: dict[str, Any]
) -> list[Line]:
    groups = [
        Place(code, words["group"].format(number=number), one.code)
        for one in homes
        for number, code in enumerate(one.groups, start=1)
    ]
    return [
        Line(number, one.code, one.name, codes.level(one.code), one.above)
        for number, one in enumerate([*above, *towns, *villages, *groups], start=2)
    ]


class _Staffing:
    """Bodies and who serves in them."""

    def __init__(self, made: Plan, scale: float, village_scale: float) -> None:
        self.made, self.scale, self.village_scale = made, scale, village_scale
        self.chance = random.Random(f"{made.seed}:staff")  # noqa: S311 - the same staff for the same seed
        self.phones = self._numbers()
        self.homes = {one.code: one.households for one in made.homes}

    def fill(self) -> None:
        """Every unit with its staff; those who can sign in apart."""
        made, table, words = self.made, self.made.table, self.made.words
        at: dict[str, list[Unit]] = {"government": [self._unit(table["government"], "government", made.county.code)]}
        at["department"] = [
            self._unit(made.county.name + name, "department", made.county.code)
            for name in words["offices"][: table["departments"]]
        ]
        at["town"] = [self._unit(self._seat(one), "town_government", one.code) for one in made.towns]
        at["station"] = [
            self._unit(words["stations"].format(name=one.name), "police_station", one.code) for one in made.towns
        ]
        seats = {one.code: self._seat(one) for one in made.towns}
        at["village"] = [
            self._unit(self._committee(one), "village_committee", one.code, seats[one.above], one.above)
            for one in made.villages
        ]
        at["project"], at["enterprise"] = self._targets()
        named = self._named(at)
        staff: dict[Unit, list[Officer]] = {unit: [] for units in at.values() for unit in units}
        for number, row in enumerate(table["staff"]):
            self._row(number, row, at[row["at"]], staff, len(named))
        made.named = named
        living = {
            unit.place_code: tuple((one.number, one.name) for one in some if one.kind in AT_HOME)
            for unit, some in staff.items()
            if unit.kind == "village_committee"
        }
        made.homes = [replace(one, serving=living[one.code][: one.households]) for one in made.homes]
        made.units = [
            replace(unit, staff=tuple(some)) for unit, some in staff.items() if some or unit.kind != "police_station"
        ]

    def _row(
        self, number: int, row: dict[str, Any], units: list[Unit], staff: dict[Unit, list[Officer]], named: int
    ) -> None:
        """The officials of one table, divided among their units."""
        count = self._scaled(row)
        if row["at"] == "department" and row["tier"] == self.made.table["named_tier"]:
            count = max(0, count - named)
        served = self.made.served.setdefault(row["key"], {})
        made = 0
        for unit, some in zip(units, spread(count, [self._weight(row, one) for one in units]), strict=True):
            for _ in range(some):
                made += 1
                one = self._officer(f"S{number + 1}{made:05d}", row, head=not staff[unit])
                staff[unit].append(one)
                served.setdefault(unit.place_code, []).append(one.number)

    def _scaled(self, row: dict[str, Any]) -> int:
        scale = self.village_scale if row.get("per") == "village" else self.scale
        return max(1, round(int(row["count"]) * scale))

    def _weight(self, row: dict[str, Any], unit: Unit) -> float:
        if row["at"] in ("government", "department") or row["key"] == "team_leaders":
            return 1.0
        if row.get("per") == "village":
            return 1.0 if row["at"] == "village" else float(sum(one[:9] == unit.place_code[:9] for one in self.homes))
        if row["at"] == "village":
            return float(self.homes[unit.place_code])
        return float(sum(count for code, count in self.homes.items() if code[:9] == unit.place_code[:9]))

    def _officer(self, number: str, row: dict[str, Any], *, head: bool) -> Officer:
        return Officer(
            number=number,
            name=self._name(),
            role=row["role"],
            title=self.made.words["head"] if head and row["at"] != "village" else row["title"],
            tier=row["tier"],
            duty_phone=next(self.phones),
            kind=row.get("kind", "official"),
            head=head,
        )

    def _named(self, at: dict[str, list[Unit]]) -> list[tuple[Unit, str, str, str, str, str]]:
        """One of each role who can sign in; two dispatchers of different bodies, as held matters need."""
        offices, titles = at["department"], self.made.words["named"]
        places = {
            "clerk": offices[0],
            "admin": offices[0],
            "dispatcher": offices[0],
            "supervisor": offices[2],
            "caller": offices[3],
            "auditor": offices[4],
            "leader": at["government"][0],
            "official": at["village"][0],
        }
        wanted = [(role, places.get(role, offices[5])) for role in titles] + [("dispatcher", offices[1])]
        return [
            (unit, role, titles[role], f"N{number:04d}", self._name(), next(self.phones))
            for number, (role, unit) in enumerate(wanted, start=1)
        ]

    def _targets(self) -> tuple[list[Unit], list[Unit]]:
        """Projects and enterprises, one for each leader who is linked to one (R-049)."""
        links = {one["to"]: one["staff"] for one in self.made.table.get("links", ()) if "staff" in one}
        rows = {row["key"]: row for row in self.made.table["staff"]}
        found = []
        for kind in ("project", "enterprise"):
            count = self._scaled(rows[links[kind]]) if kind in links else 0
            name = self.made.words[kind]
            found.append(
                [
                    self._unit(self.made.county.name + name.format(number=number), kind, self.made.county.code)
                    for number in range(1, count + 1)
                ]
            )
        return found[0], found[1]

    def _unit(self, name: str, kind: str, place: str, above: str = "", above_code: str = "") -> Unit:
        return Unit(name, kind, place, next(self.phones), kind, above, above_code)

    def _seat(self, town: Place) -> str:
        words = self.made.words
        street = town.name.endswith(words["street"])
        return town.name + str(words["office"] if street else words["town"])

    def _committee(self, village: Place) -> str:
        endings: list[tuple[str, str]] = self.made.words["committees"]
        return next(village.name.removesuffix(end) + whole for end, whole in endings if village.name.endswith(end))

    def _name(self) -> str:
        sex = self.chance.choice(("male", "male", "female"))
        return self.made.names.surname(self.chance) + self.made.names.given(self.chance, sex)

    def _numbers(self) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield NUMBERS.format(number)


def grids(made: Plan) -> Iterator[list[Grid]]:
    """Town by town: a small grid for each village, work areas of some villages, the town as a whole (R-025)."""
    if not made.table.get("grids"):
        return
    words, heads = made.words, made.words["grid_heads"]
    area = made.table["areas"]
    in_town = [made.served[row["key"]] for row in made.table["staff"] if row["at"] == "town"]
    in_village = [made.served[row["key"]] for row in made.table["staff"] if row["at"] == "village"]
    for town in made.towns:
        here = [one for one in made.villages if one.above == town.code]
        codes_ = tuple(one.code for one in here)
        people = [number for served in in_town for number in served.get(town.code, ())]
        some = [
            Grid(
                "small_grid",
                words["small_grid"].format(name=one.name),
                f"G{one.code}",
                (one.code,),
                number,
                heads["small"],
            )
            for one in here
            for number in [number for served in in_village for number in served.get(one.code, ())][:1]
        ]
        parts = [codes_[start : start + area] for start in range(0, len(codes_), area)]
        if len(parts) > 1 and len(parts[-1]) == 1:  # a work area is of several villages
            parts[-2:] = [parts[-2] + parts[-1]]
        for number, (part, head) in enumerate(zip(parts, people[1:], strict=False), start=1):
            name = words["medium_grid"].format(name=town.name, number=number)
            some.append(Grid("medium_grid", name, f"M{town.code[:9]}{number:02d}", part, head, heads["medium"]))
        for head in people[:1]:
            name = words["large_grid"].format(name=town.name)
            some.append(Grid("large_grid", name, f"L{town.code[:9]}", codes_, head, heads["large"]))
        yield some


def pairs(made: Plan, link: dict[str, Any]) -> list[Pair]:
    """Who is linked with what under one table of links."""
    to = link["to"]
    if to == "departments":
        givers = [one.name for one in made.units if one.kind == "department"]
        return [
            Pair(one.code, giver=name) for name, one in zip(givers, _evenly(made.villages, len(givers)), strict=True)
        ]
    served = made.served[link["staff"]]
    everybody = [number for some in served.values() for number in some]
    if to == "own":
        return [Pair(place, number) for place, some in served.items() for number in some]
    if to == "around":
        return [one for town, some in served.items() for one in _around(made, town, some)]
    if to in ("project", "enterprise"):
        units = [one for one in made.units if one.kind == to]
        chosen = zip(everybody, units, strict=True)
        return [Pair(unit.place_code, number, body=unit.name) for number, unit in chosen]
    groups = [code for homes in made.homes for code in homes.groups]
    places = {"towns": [one.code for one in made.towns], "villages": [one.code for one in made.villages]}
    some = _evenly(places.get(to, groups), len(everybody))
    return [Pair(place, number) for number, place in zip(everybody, some, strict=True)]


def _evenly(some: Sequence[T], count: int) -> list[T]:
    """So many of some, from end to end; each again where there are too few."""
    return [some[number * max(1, len(some) // max(1, count)) % len(some)] for number in range(count)]


def _around(made: Plan, town: str, some: list[str]) -> Iterator[Pair]:
    """Every village of a town has somebody, and everybody a village: some have several (R-086)."""
    here = [one.code for one in made.villages if one.above == town]
    for index in range(max(len(here), len(some))):
        yield Pair(here[index % len(here)], some[index % len(some)])
