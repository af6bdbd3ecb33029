"""`huiyin bench data`: an invented county with many matters, laid into an empty database.

The county and some scores of different stories are made by actions; then each story is told again and again elsewhere
(`clone`), in bulk (`writer`). A test holds both ways to the same rows and events.
"""

import argparse
import random
import time
import tomllib
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import resources
from typing import Any

from huiyin.config.bench import common, tape, writer
from huiyin.config.bench.clone import Cloner, Map, Somebody
from huiyin.config.bench.tape import Tape
from huiyin.core import marks, rulebook
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.interfaces.common.demo import people, story
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Refused

Say = Callable[[str], None]
MACHINE = Viewer.system("demo")
TOWNS, VILLAGES = 18, 386
BATCH = 500
STEP = 10_000
HISTORY = timedelta(days=500)
TOLD_BEFORE = timedelta(days=42)
"""Stories that end are told six weeks back, so that the slowest of them has ended today."""
OPEN_SHARE = 0.04
COMPLAINTS = 0.04
WEEKS = 50


def run(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Lay the data; refuses a database that holds something."""
    begun = time.monotonic()
    try:
        marks.mark_demo(now(), options.seed)
    except Refused as refused:
        say(refused.sentence("en"))
        return False
    county, data = settle(options.households, options.seed, say)
    tapes = record(county, data, options.tapes, options.seed, say)
    multiply(tapes, county, options.matters - len(tapes), options.seed, say)
    writer.finish()
    say("data: sealing")
    seal_now(now())
    took = time.monotonic() - begun
    events = Event.objects.count()
    show(f"{options.matters} matters with {events} events in {took:.0f} s")
    return True


def settle(
    households: int, seed: int, say: Say, *, towns: int = TOWNS, villages: int = VILLAGES
) -> tuple[people.County, dict[str, Any]]:
    """The county: towns, villages, bodies, people in service, some households; all by actions."""
    data = tomllib.loads((resources.files(people.__package__) / "wangchuan.toml").read_text(encoding="utf-8"))
    data["towns"] = invented(towns, villages, random.Random(seed))  # noqa: S311 - the same county for the same seed
    at = now()
    begin = at - HISTORY
    book = load_county(county_folder("wangchuan"))
    for moment in (begin, at):
        rulebook.activate(by=MACHINE, at=moment, rulebook=book, in_force_from=moment)
    say(f"data: {towns} towns, {villages} villages, {households} households by actions")
    return people.settle(by=MACHINE, at=begin, data=data, households=households, seed=seed), data


def invented(towns: int, villages: int, chance: random.Random) -> list[dict[str, Any]]:
    """Towns and their villages, with names of two syllables; none stands twice."""
    said = common.words()
    first, last = said["town_syllables"], said["village_syllables"]
    pairs = [a + b for a in first for b in last]
    chance.shuffle(pairs)
    named = iter(pairs)
    found: list[dict[str, Any]] = [{"name": next(named) + said["town_end"], "villages": []} for _ in range(towns)]
    for number in range(villages):
        found[number % towns]["villages"].append(next(named) + said["village_end"])
    return found


def record(county: people.County, data: dict[str, Any], count: int, seed: int, say: Say) -> list[Tape]:
    """Tell different stories by actions and record them."""
    at = now()
    chance = random.Random(seed)  # noqa: S311 - the same stories for the same seed
    zone = rulebook.current(at).rulebook.county.tz
    telling = story.Telling(county=county, data=data, chance=chance, zone=zone, now=at)
    tapes = []
    for number, (end, is_open) in enumerate(_ends(count)):
        family = chance.choice(county.families)
        start = at - timedelta(hours=chance.uniform(3, 7 * 24)) if is_open else at - TOLD_BEFORE + _hours(chance)
        with tape.recording(end, family.place_code, is_open=is_open) as found:
            if end == "complaint":
                story.complain(telling, family, start)
            else:
                story.tell_one(telling, family, start, end)
            drain(at)
        tapes.append(found)
        if (number + 1) % 20 == 0:
            say(f"data: {number + 1} of {count} stories told by actions")
    return tapes


def _ends(count: int) -> Iterator[tuple[str, bool]]:
    """Which ends the stories have: a third of them still under way, so that open ones differ from each other."""
    for number in range(count):
        if number % 3 == 2:
            yield story.RECENT[(number * 7) % len(story.RECENT)], True
        elif number % 25 == 1:
            yield "complaint", False
        else:
            yield story.ENDS[(number * 13) % len(story.ENDS)], False


def _hours(chance: random.Random) -> timedelta:
    return timedelta(hours=chance.uniform(0, 5 * 24))


def multiply(tapes: list[Tape], county: people.County, count: int, seed: int, say: Say) -> None:
    """Tell the stories `count` times more; open ones as they are, ended ones some weeks earlier."""
    chance = random.Random(seed + 1)  # noqa: S311 - the same county for the same seed
    codes = set(common.table("casework.Matter")._base_manager.values_list("code", flat=True))
    cloner = Cloner(places_of(county), common.words(), chance, codes)
    done, begun = 0, time.monotonic()
    groups = _grouped(tapes)
    while done < count:
        size = min(BATCH, count - done)
        writer.write(cloner.lay([_drawn(groups, chance) for _ in range(size)]))
        done += size
        if done % STEP == 0 or done == count:
            say(f"data: {done} of {count} matters, {done / (time.monotonic() - begun):.0f} a second")


def _grouped(tapes: list[Tape]) -> dict[str, list[Tape]]:
    groups: dict[str, list[Tape]] = {"open": [], "complaint": [], "ended": []}
    for one in tapes:
        groups["complaint" if one.end == "complaint" else "open" if one.open else "ended"].append(one)
    return groups


def _drawn(groups: dict[str, list[Tape]], chance: random.Random) -> tuple[Tape, int]:
    drawn = chance.random()
    kind = "open" if drawn < OPEN_SHARE else "complaint" if drawn < OPEN_SHARE + COMPLAINTS else "ended"
    found = chance.choice(groups[kind] or groups["ended"] or groups["open"])
    return found, 0 if kind == "open" and found.open else chance.randrange(WEEKS)


def places_of(county: people.County) -> Map:
    """Who and what stands where, as cloning asks."""
    workers = {str(w.person_id): Somebody(str(w.person_id), w.role, str(county.bodies[w.body])) for w in county.workers}
    by_part: dict[tuple[str, str], list[str]] = {}
    for one in workers.values():
        by_part.setdefault((one.role, one.body), []).append(one.person)
    stands = {w.place_code: str(county.bodies[w.body]) for w in county.workers}
    return Map(
        villages=[code for code, _ in county.villages],
        town_body={place: body for place, body in stands.items() if place.endswith("000") and place[6:9] != "000"},
        village_body={place: body for place, body in stands.items() if not place.endswith("000")},
        workers=workers,
        by_part=by_part,
    )
