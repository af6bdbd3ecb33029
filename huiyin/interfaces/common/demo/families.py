"""The households of a village: how many people live in each, who they are to each other, invented one by one."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from huiyin.interfaces.common.demo import shares
from huiyin.interfaces.common.demo.shares import Names
from huiyin.register.actions.invented import Family, Member

YOUNG = ("child", "child", "parent", "parent", "child", "sibling", "grandparent", "other")
OLD = ("child", "child_in_law", "grandchild", "grandchild", "parent", "child", "grandchild", "other")
"""Who else lives there beyond a couple, under a head of less than fifty years and of more."""
YEARS = {"child": (-33, -22), "child_in_law": (-33, -22), "grandchild": (-60, -46), "parent": (20, 30)}
YEARS |= {"sibling": (-6, 6), "grandparent": (42, 55), "other": (-25, 25), "spouse": (-4, 4)}
"""By how much older or younger than the head."""
SAME_NAME = ("child", "grandchild", "parent", "sibling", "grandparent")
OLDEST, ADULT = 98, 16
AWAY = 0.15
"""Households whose people are away for work (AM-33)."""
NUMBERS = "160{:08d}"
"""Prefix 160 belongs to no operator: these numbers cannot ring (SG-42)."""


@dataclass(frozen=True)
class Homes:
    """How many households a village has, how many people live in them and how many of those have a telephone; the
    serial number of its first person; `marked` are categories with how many households each."""

    code: str
    groups: tuple[str, ...]
    households: int
    residents: int
    phones: int
    first: int
    first_phone: int
    marked: tuple[tuple[str, int], ...] = ()
    serving: tuple[tuple[str, str], ...] = ()
    """Staff number and name of officials who live in the village: heads of its first households."""

    def household(self, number: int) -> str:
        """The code of its n-th household, from 1."""
        return f"{self.code}-{number:04d}"


@dataclass
class Maker:
    """Makes a village's households; the same village comes out the same, whatever was made before it."""

    names: Names
    sizes: tuple[tuple[int, ...], tuple[float, ...]]
    seed: int
    year: int
    door: str

    def families(self, homes: Homes) -> Iterator[Family]:
        """All households of a village, group by group."""
        chance = random.Random(f"{self.seed}:{homes.code}")  # noqa: S311 - the same village for the same seed
        counts = self._counts(homes, chance)
        marks = [name for name, count in homes.marked for _ in range(count)]
        marks += [""] * (homes.households - len(marks))
        chance.shuffle(marks)
        spare = homes.phones - homes.households
        serial, phone = homes.first, homes.first_phone
        for number, size in enumerate(counts):
            members = []
            official, name = homes.serving[number] if number < len(homes.serving) else ("", "")
            for one in self._people(size, chance, serial, name, official):
                adult = one.born <= self.year - ADULT
                rings = one.relation == "head" or (adult and spare > 0)
                spare -= rings and one.relation != "head"
                members.append(replace(one, phone=NUMBERS.format(10_000_000 + phone)) if rings else one)
                phone += rings
            serial += size
            group = homes.groups[number * len(homes.groups) // homes.households]
            yield Family(
                code=homes.household(number + 1),
                place_code=group,
                door=self.door.format(number=number % 400 + 1),
                status="away" if chance.random() < AWAY else "present",
                members=tuple(members),
                category=marks[number],
            )

    def _counts(self, homes: Homes, chance: random.Random) -> list[int]:
        """Sizes in their shares, then one more or less here and there until everybody lives somewhere."""
        counts = chance.choices(self.sizes[0], self.sizes[1], k=homes.households)
        left = homes.residents - sum(counts)
        while left:
            index = chance.randrange(len(counts))
            step = 1 if left > 0 else -1
            if 1 <= counts[index] + step <= 9:
                counts[index] += step
                left -= step
        return counts

    def _people(
        self, size: int, chance: random.Random, serial: int, serving: str = "", official: str = ""
    ) -> Iterator[Member]:
        """A household by its size; `serving` is what its head is called who is an official."""
        age = int(chance.triangular(24, 58 if official else 88, 52))
        sex = "male" if chance.random() < 0.78 else "female"
        surname = serving[:1] or self.names.surname(chance)
        head = self._member("head", surname, sex, age, chance, serial)
        yield replace(head, name=serving, official=official) if official else head
        rest = list(YOUNG if age < 50 else OLD)
        others = (["spouse"] if size > 2 or chance.random() < 0.8 else []) + rest
        for number, relation in enumerate(others[: size - 1], start=1):
            low, high = YEARS[relation]
            own = surname if relation in SAME_NAME else self.names.surname(chance)
            other = (
                ("female" if sex == "male" else "male") if relation == "spouse" else chance.choice(("male", "female"))
            )
            older = min(OLDEST, max(0, age + chance.randint(low, high)))
            older = max(older, 20) if relation in ("spouse", "child_in_law") else older
            yield self._member(relation, own, other, older, chance, serial + number)

    def _member(self, relation: str, surname: str, sex: str, age: int, chance: random.Random, serial: int) -> Member:
        born = shares.birthday(chance, self.year - age)
        name = surname + self.names.given(chance, sex)
        return Member(name, relation, born.year, sex, shares.id_number(serial, born))
