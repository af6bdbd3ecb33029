"""Who lives and works in the invented county: places, bodies, officials, households; all made by actions."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.viewer import Viewer
from huiyin.register.actions import links, people, places, staff
from huiyin.register.rules import codes
from huiyin.register.rules.divisions import Line

GROUPS = 3
"""Groups of a village."""
TIERS = {"leader": "county_leader", "head": "section_chief", "official": "village"}
"""The rank of a role; everybody else is an ordinary official."""
NUMBERS = "1600000{:04d}"
"""Prefix 160 belongs to no operator: these numbers cannot ring (SG-42)."""
HOMES = (
    ((), 20),
    (("spouse",), 28),
    (("spouse", "child"), 22),
    (("spouse", "child", "child"), 14),
    (("spouse", "child", "parent"), 11),
    (("spouse", "child", "child", "parent", "parent"), 5),
)
"""Who lives with the head of a household, and how many households in a hundred are so."""
AWAY = 0.08
"""Households whose people are away for work (AM-33)."""


@dataclass
class Worker:
    """Somebody in service, as the story needs them."""

    name: str
    person_id: UUID
    account_id: int
    role: str
    body: str
    place_code: str


@dataclass
class Family:
    """A household with its head."""

    place_code: str
    head: str
    phone: str


@dataclass
class County:
    """What was made."""

    bodies: dict[str, UUID] = field(default_factory=dict)
    workers: list[Worker] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)
    villages: list[tuple[str, str]] = field(default_factory=list)
    towns: list[tuple[str, str]] = field(default_factory=list)

    def of(self, role: str, body: str = "") -> list[Worker]:
        """Workers of a role, in a body if one is given."""
        return [w for w in self.workers if w.role == role and (not body or w.body == body)]


class Names:
    """Invented names, drawn without repeating one among officials."""

    def __init__(self, data: dict[str, Any], chance: random.Random) -> None:
        self._data, self._chance, self._used = data, chance, set[str]()

    def official(self) -> str:
        """A name no other official has."""
        while (name := self.resident()) in self._used:
            continue
        self._used.add(name)
        return name

    def resident(self) -> str:
        """Any name."""
        return self.another(self._chance)

    def another(self, chance: random.Random) -> str:
        """Any name, by a chance of the caller's own."""
        return str(chance.choice(self._data["surnames"])) + str(chance.choice(self._data["given"]))


@action
def settle(*, by: Viewer, at: datetime, data: dict[str, Any], households: int, seed: int) -> County:
    """Make the county in one transaction. `households` are spread evenly over the groups."""
    chance = random.Random(seed)  # noqa: S311 - an invented county must come out the same for the same seed
    names, county = Names(data, chance), County()
    _places(by, at, data, county)
    _county_bodies(by, at, data, county, names)
    for code, town in county.towns:
        _town(by, at, code, town, county, names)
    _households(by, at, households, county, names, chance)
    return county


def _places(by: Viewer, at: datetime, data: dict[str, Any], county: County) -> None:
    named = [tuple(pair) for pair in data["county"]["above"]]
    for number, town in enumerate(data["towns"], start=1):
        code = f"990101{100 + number}000"
        county.towns.append((code, town["name"]))
        for place, village in enumerate(town["villages"], start=1):
            village_code = f"{code[:9]}{200 + place}"
            county.villages.append((village_code, village))
            named += [
                (f"{village_code}{group:03d}", f"{'一二三四五六'[group - 1]}组") for group in range(1, GROUPS + 1)
            ]
    named += county.towns + county.villages
    lines = [
        Line(number, code, name, codes.level(code), codes.parent(code))
        for number, (code, name) in enumerate(sorted(named, key=lambda one: (len(one[0]), one[0])), start=2)
    ]
    for start in range(0, len(lines), places.BATCH):
        places.import_places(by=by, at=at, lines=lines[start : start + places.BATCH])


def _county_bodies(by: Viewer, at: datetime, data: dict[str, Any], county: County, names: Names) -> None:
    code = data["county"]["code"]
    for body in data["bodies"]:
        county.bodies[body["name"]] = staff.add_body(
            by=by, at=at, place_code=code, **{"phone": NUMBERS.format(1100 + len(county.bodies)), **body}
        )
    centre, office, inspection, survey, audit = list(county.bodies)[:5]
    posts = [
        *((centre, "clerk", "受理员") for _ in range(3)),
        (centre, "dispatcher", "派单员"),
        (office, "dispatcher", "派单员"),
        *((inspection, "supervisor", "督办员") for _ in range(2)),
        *((survey, "caller", "回访员") for _ in range(2)),
        (audit, "auditor", "审计员"),
        (office, "leader", "副县长"),
        (centre, "admin", "系统管理员"),
    ]
    for name, role, title in posts:
        more = {"responsibility": "main", "listed": True} if role == "leader" else {}
        _appoint(by, at, county, names, name, role, title, code, **more)
    for name in list(county.bodies)[5:]:
        _appoint(by, at, county, names, name, "head", "局长", code, responsibility="main", listed=True)
        _appoint(by, at, county, names, name, "handler", "科员", code)


def _town(by: Viewer, at: datetime, code: str, town: str, county: County, names: Names) -> None:
    name = f"{town}人民政府"
    county.bodies[name] = above = staff.add_body(
        by=by,
        at=at,
        name=name,
        kind="town_government",
        place_code=code,
        system="乡镇",
        phone=NUMBERS.format(1300 + len(county.bodies)),
    )
    _appoint(by, at, county, names, name, "head", "镇长", code, responsibility="main", listed=True)
    for title in ("水利站站长", "民政干事", "农业干事"):
        _appoint(by, at, county, names, name, "handler", title, code)
    for village_code, village in [v for v in county.villages if v[0].startswith(code[:9])]:
        committee = f"{village}{'居民' if village.endswith('社区') else '村民'}委员会"
        county.bodies[committee] = staff.add_body(
            by=by,
            at=at,
            name=committee,
            kind="village_committee",
            place_code=village_code,
            parent_id=above,
            phone=NUMBERS.format(1500 + len(county.bodies)),
        )
        _appoint(
            by,
            at,
            county,
            names,
            committee,
            "official",
            "村支书",
            village_code,
            responsibility="main",
            kind="committee_member",
            listed=True,
        )


def _appoint(
    by: Viewer, at: datetime, county: County, names: Names, body: str, role: str, title: str, code: str, **more: Any
) -> None:
    number = f"W{len(county.workers) + 1:04d}"
    name = names.official()
    username = f"{role}{sum(w.role == role for w in county.workers) + 1}"
    made = staff.appoint(
        by=by,
        at=at,
        body_id=county.bodies[body],
        role=role,
        title=title,
        name=name,
        number=number,
        username=username,
        duty_phone=NUMBERS.format(2000 + len(county.workers)),
        tier=TIERS.get(role, "staff"),
        **more,
    )
    account = made.account_id or 0
    county.workers.append(Worker(name, made.person_id, account, role, body, code))


def _households(by: Viewer, at: datetime, households: int, county: County, names: Names, chance: random.Random) -> None:
    groups = [(code, f"{code}{g:03d}") for code, _ in county.villages for g in range(1, GROUPS + 1)]
    leads = {w.place_code: w for w in county.of("official")}
    inside = random.Random(chance.random())  # noqa: S311 - the same families for the same seed
    for number in range(households):
        village, group = groups[number % len(groups)]
        head, phone = names.resident(), NUMBERS.format(3000 + number % 6000)
        household = people.add_household(
            by=by,
            at=at,
            code=f"H{number + 1:06d}",
            place_code=group,
            door=f"{chance.randint(1, 90)}号",
            status="away" if inside.random() < AWAY else "present",
        )
        people.add_resident(by=by, at=at, household_id=household, name=head, phone=phone)
        for relation, name in _others(head, names, inside):
            people.add_resident(by=by, at=at, household_id=household, name=name, relation=relation)
        county.families.append(Family(group, head, phone))
        if lead := leads.get(village):
            official = staff_official(lead)
            links.link(by=by, at=at, official_id=official, household_id=household, origin="demo")


def _others(head: str, names: Names, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Who else lives in a household, and what they are called: two to a household, as in the census, up to five."""
    for relation in chance.choices(*zip(*HOMES, strict=True))[0]:
        own = head[:1] if relation in ("child", "parent") else names.another(chance)[:1]
        yield relation, own + names.another(chance)[1:]


def staff_official(worker: Worker) -> UUID:
    """The official of a worker."""
    from huiyin.core.models import Official

    return Official.objects.values_list("id", flat=True).get(person_id=worker.person_id)
