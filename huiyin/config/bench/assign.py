"""`huiyin bench assign`: a round for a whole county, from asking to the last link, and then 4 % of officials leave.

The county is invented and laid in bulk into an empty database; the round goes through the doors. To hold: proposed in
10 s with nobody uncovered; when officials leave, only their households move; a hand-over of 40 households in 1 s.
"""

import argparse
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models

from huiyin.config.bench import common
from huiyin.config.bench.data import settle
from huiyin.config.bench.table import markdown, settings
from huiyin.core import marks, rulebook
from huiyin.core.ids import uuid7
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.links import Links, Load, Pairing
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.register import ticks
from huiyin.register.actions import handovers, rounds
from huiyin.register.queries import coverage
from huiyin.register.queries import handovers as handover_queries
from huiyin.register.queries import rounds as round_queries
from huiyin.register.rules.assign import NOBODY, Bearer, Problem, propose

Say = Callable[[str], None]
MACHINE = Viewer.system("bench")
TOWNS, VILLAGES, GROUPS = 18, 386, 3
KINDS = (("village", 38, "village"), ("town", 27, "staff"), ("county", 35, "section_chief"))
"""Where officials serve, how many of a hundred, and their tier."""
NEAR = 29_988
LEAVE = 0.04
PROPOSED_SECONDS, HANDOVER_SECONDS = 10.0, 1.0
CHUNK = 3_000


def run(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Lay the county, assign it, let officials leave, assign again; True if all is held."""
    try:
        marks.mark_demo(now(), options.seed)
    except Refused as refused:
        say(refused.sentence("en"))
        return False
    chance = random.Random(options.seed)  # noqa: S311 - the same county for the same seed
    clock = Clock()
    plain = _plain(clock, chance, options.households, options.officials, say)
    settle(10, options.seed, say)
    in_force(now())
    say(f"assign: laying {options.households} households, {options.officials} officials")
    Laying(chance).lay(options.households, options.officials)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what a database does by itself within a minute: a run begins right after the laying
    first = round_of(clock, "first", say)
    gone = _leave(chance)
    second = round_of(clock, "4 % left", say)
    handed = _hand_over(clock)
    with clock.step("coverage of the county"):
        coverage.cover(MACHINE, now(), under="990101000000")
    show(markdown(["Step", "seconds", "processor s", "Found"], clock.rows))
    show(f"{settings()}; load {os.getloadavg()[0]:.1f}")
    figures = second.figures
    moved_only = figures["moved"] == 0 and figures["kept"] == figures["households"] - figures["orphaned"]
    say(f"assign: {gone} officials left, {figures['orphaned']} households orphaned, {figures['moved']} others moved")
    held = [plain, first.figures["uncovered"] == 0, figures["uncovered"] == 0, moved_only, handed <= HANDOVER_SECONDS]
    return all(held) and max(clock.proposing) <= PROPOSED_SECONDS


def _plain(clock: "Clock", chance: random.Random, households: int, officials: int, say: Say) -> bool:
    """The rule alone on plain numbers, then once more when 4 % have left; True if only their households move."""
    codes = [f"990101{100 + town}{200 + village}" for town in range(TOWNS) for village in range(VILLAGES // TOWNS + 1)]
    villages = codes[:VILLAGES]
    groups = [f"{code}{group:03d}" for code in villages for group in range(1, GROUPS + 1)]
    homes = sorted(chance.choices(groups, k=households))
    reach = [width for width, (_, share, _) in zip((12, 9, 6), KINDS, strict=True) for _ in range(share)]
    bearers = [
        Bearer(villages[number % len(villages)][: reach[number % len(reach)]], 26, 34, 38)
        for number in range(officials)
    ]
    by_village: dict[str, list[int]] = {}
    for number, bearer in enumerate(bearers):
        by_village.setdefault(bearer.under, []).append(number)
    near = chance.sample(range(households), NEAR * households // 340_000)
    apart = {home: frozenset({chance.choice(by_village.get(homes[home][:12], [0]))}) for home in near}
    with clock.step(f"the rule alone, {households:,} × {officials:,}, {len(apart):,} conflicts") as told:
        first = propose(Problem(homes, bearers, [NOBODY] * households, apart))
        loads = first.loads(officials)
        told.append(f"uncovered {first.uncovered():,}; loads {min(loads)}–{max(loads)}")
    clock.proposing.append(float(str(clock.rows[-1][1])))
    left = set(chance.sample(range(officials), int(officials * LEAVE)))
    stay = [Bearer(one.under, 0, 0, 0) if number in left else one for number, one in enumerate(bearers)]
    current = [NOBODY if one in left else one for one in first.bearer]
    with clock.step("the rule alone, 4 % left") as told:
        again = propose(Problem(homes, stay, current, apart))
        moved = sum(old != new for old, new in zip(first.bearer, again.bearer, strict=True))
        told.append(f"orphaned {current.count(NOBODY):,}, moved {moved:,}, uncovered {again.uncovered():,}")
    clock.proposing.append(float(str(clock.rows[-1][1])))
    say(f"assign: {clock.rows}")
    return first.uncovered() == again.uncovered() == 0 and moved == current.count(NOBODY)


class Clock:
    """Steps with their time by the clock and of this process."""

    def __init__(self) -> None:
        self.rows: list[list[object]] = []
        self.proposing: list[float] = []

    @contextmanager
    def step(self, name: str) -> Iterator[list[object]]:
        """Time a step; what it found is put into the list it gives."""
        wall, processor = time.perf_counter(), time.process_time()
        found: list[object] = []
        yield found
        row = [name, round(time.perf_counter() - wall, 2), round(time.process_time() - processor, 2)]
        self.rows.append([*row, *(found or [""])])


def in_force(at: datetime) -> Rulebook:
    """The invented county's rulebook with the loads of 沂水: the same for every rank, reach by where one serves."""
    book = load_county(county_folder("wangchuan"))
    band = {"least": 26, "aim": 34, "most": 38}
    loads = {
        "village": Load(**band, reach="village"),
        "staff": Load(**band, reach="town"),
        "section_chief": Load(**band, reach="county"),
    }
    pairing = Pairing(title="bench", purpose="bench", loads=loads)
    echo = book.programmes["echo"].model_copy(update={"links": Links(pairings={"fixed": pairing})})
    made = book.model_copy(update={"programmes": {"echo": echo}})
    rulebook.activate(by=MACHINE, at=at, rulebook=made, in_force_from=at)
    return made


class Laying:
    """Households and officials in bulk, past the log: a throw-away database only."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.since = (now() - timedelta(days=400)).date()
        self.at = now()
        self.villages = common.villages()
        self.groups = [f"{code}{group:03d}" for code in self.villages for group in range(1, GROUPS + 1)]
        self.bodies = dict(self._bodies())

    def lay(self, households: int, officials: int) -> None:
        """Households in groups at random; officials by the shares of `KINDS`; some live where they serve."""
        homes = [
            {"id": uuid7(), "code": f"B{number:08d}", "place_code": place, "since": self.since}
            for number, place in enumerate(sorted(self.chance.choices(self.groups, k=households)))
        ]
        _put("register.Household", homes)
        people, posts, in_service = self._officials(officials - common.table("core.Official")._base_manager.count())
        _put("core.Person", people)
        _put("core.Official", in_service)
        _put("register.Post", posts)
        self._live(homes, posts, in_service)

    def _bodies(self) -> Iterator[tuple[str, UUID]]:
        rows = common.table("register.Body")._base_manager.filter(until__isnull=True).order_by("pk")
        yield from rows.values_list("place_code", "pk")

    def _officials(self, count: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
        people, posts, in_service = [], [], []
        kinds = [(where, tier) for where, share, tier in KINDS for _ in range(share)]
        for number in range(count):
            where, tier = kinds[number % len(kinds)]
            village = self.villages[number % len(self.villages)]
            place = {"village": village, "town": f"{village[:9]}000", "county": "990101000000"}[where]
            person, official = uuid7(), uuid7()
            people.append({"id": person, "name": f"B{number}"})
            in_service.append({"id": official, "person_id": person, "number": f"B{number:06d}", "tier": tier})
            posts.append(
                {
                    "official_id": official,
                    "body_id": self.bodies[place],
                    "role": "handler",
                    "title": "bench",
                    "place_code": place,
                    "since": self.since,
                    "recorded_at": self.at,
                }
            )
        return people, posts, in_service

    def _live(self, homes: list[dict[str, Any]], posts: list[dict[str, Any]], people: list[dict[str, Any]]) -> None:
        """Officials live in a household of their place, and have relatives in three more: conflicts of interest."""
        rows: list[dict[str, Any]] = []
        kin: list[dict[str, Any]] = []
        relatives: list[dict[str, Any]] = []
        for post, one in zip(posts, people, strict=True):
            near = self.chance.sample(range(len(homes)), 3)
            rows.append(self._resident(one["person_id"], homes[near[0]]["id"]))
            for index in near[1 : 1 + NEAR // len(posts)]:
                relative = uuid7()
                relatives.append({"id": relative, "name": f"R{len(relatives)}"})
                rows.append(self._resident(relative, homes[index]["id"]))
                kin.append(
                    {
                        "person_id": one["person_id"],
                        "relative_id": relative,
                        "since": post["since"],
                        "recorded_at": self.at,
                    }
                )
        _put("core.Person", relatives)
        _put("register.Resident", rows)
        _put("register.Kin", kin)

    def _resident(self, person: UUID, household: UUID) -> dict[str, Any]:
        return {
            "person_id": person,
            "household_id": household,
            "relation": "head",
            "since": self.since,
            "recorded_at": self.at,
        }


def _put(label: str, rows: list[dict[str, Any]]) -> None:
    model = common.table(label)
    models.QuerySet[Any](model).bulk_create((model(**row) for row in rows), batch_size=CHUNK)


def round_of(clock: Clock, name: str, say: Say, programme: str = "echo", pairing: str = "fixed") -> Any:
    """Ask, draw up in its three parts, confirm and carry out; the round as it is then."""
    at = now()
    found = rounds.ask(by=MACHINE, at=at, programme=programme, pairing=pairing)
    with clock.step(f"{name}: read the register") as told:
        drawing = round_queries.drawing_of(MACHINE, found, at)
        told.append(f"{len(drawing.households):,} households, {len(drawing.officials):,} officials")
    problem: Problem = drawing.problem
    with clock.step(f"{name}: propose") as told:
        outcome = propose(problem)
        loads = outcome.loads(len(problem.bearers))
        told.append(f"uncovered {outcome.uncovered():,}; loads {min(loads)}–{max(loads)}")
    clock.proposing.append(float(str(clock.rows[-1][1])))
    say(f"assign: {name}: proposed")
    with clock.step(f"{name}: read, propose and write down every line"):
        ticks.draw_up(found, at)
    rounds.confirm(by=MACHINE, at=now(), round_id=found)
    with clock.step(f"{name}: carry out") as told:
        while rounds.carry_out(by=MACHINE, at=now(), round_id=found):
            pass
        row: Any = common.table("register.LinkRound")._base_manager.get(pk=found)
        told.append(f"{row.figures['households'] - row.figures['kept']:,} new links")
    return row


def _leave(chance: random.Random) -> int:
    """4 % of officials hold no post any more from today."""
    model = common.table("register.Post")
    posts = list(model._base_manager.filter(title="bench").values_list("pk", flat=True))
    gone = chance.sample(posts, int(len(posts) * LEAVE))
    models.QuerySet[Any](model).filter(pk__in=gone).update(until=now().date())
    return len(gone)


def _hand_over(clock: Clock) -> float:
    """The official with the most households hands over; seconds of the action alone."""
    busiest = coverage.loads(MACHINE, now(), under="990101000000")[0]
    handover_queries.plan(MACHINE, busiest.official_id, now())
    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with clock.step("hand-over: suggest successors, warm") as told, connection.execute_wrapper(count):
        plan = handover_queries.plan(MACHINE, busiest.official_id, now())
        told.append(f"{len(plan.links)} households, {len(asked)} statements")
    to = {one.link_id: one.suggested for one in plan.links if one.suggested}
    with clock.step("hand-over: in one transaction"):
        handovers.hand_over(
            by=MACHINE,
            at=now(),
            official_id=busiest.official_id,
            to=to,
            successor_id=next(iter(to.values())),
            why="transfer",
        )
    return float(str(clock.rows[-1][1]))
