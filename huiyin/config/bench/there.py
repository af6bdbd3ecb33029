"""What `--there` measures: the county a database has, made by `huiyin demo --county … --full`.

`assign` has an official transferred and others leave, through the doors: on a copy of the database only. To hold: a
hand-over of 40 households in 1 s, their ten open matters with new owners in 10 s, and when 4 % of officials leave, only
their households move.
"""

import argparse
import os
import random
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count
from django.db.models.functions import Length

from huiyin.casework.actions.intake import Words, open_matters
from huiyin.config.bench import common
from huiyin.config.bench.assign import HANDOVER_SECONDS, LEAVE, MACHINE, PROPOSED_SECONDS, Clock, round_of
from huiyin.config.bench.people import asked as ask_each
from huiyin.config.bench.people import typed_in
from huiyin.config.bench.table import markdown, settings
from huiyin.core import rulebook
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.register.actions import handovers, links, staff
from huiyin.register.queries import handovers as asked

Say = Callable[[str], None]
HOUSEHOLDS, MATTERS, PASSED_SECONDS = 40, 10, 10.0


def assign(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """An official with forty households is transferred, then 4 % of the others leave; True if all is held."""
    clock, chance = Clock(), random.Random(options.seed)  # noqa: S311 - the same officials for the same seed
    handed, passed, moved = _transfer(clock, chance, say)
    say(f"assign: {clock.rows}")
    with clock.step("officials leave, each post by its action") as told:
        gone = _leave(chance)
        told.append(f"{gone:,} officials")
    programme, pairing = _leading()
    figures = round_of(clock, "4 % left", say, programme, pairing).figures
    only = figures["moved"] == 0 and figures["kept"] == figures["households"] - figures["orphaned"]
    clock.rows[-1][-1] = f"{clock.rows[-1][-1]}; orphaned {figures['orphaned']:,}, others moved {figures['moved']}"
    show(markdown(["Step", "seconds", "processor s", "Found"], clock.rows))
    show(f"{settings()}; load {os.getloadavg()[0]:.1f}")
    held = [handed <= HANDOVER_SECONDS, passed <= PASSED_SECONDS, moved == MATTERS, only, figures["uncovered"] == 0]
    return all(held) and max(clock.proposing) <= PROPOSED_SECONDS


def _leading() -> tuple[str, str]:
    """The first programme that links households, and its pairing that leads."""
    programmes = rulebook.current(now()).rulebook.programmes
    found = [(name, one.links.leads()[0]) for name, one in programmes.items() if one.links and one.links.leads()]
    return found[0]


def _held_by() -> "models.QuerySet[Any]":
    return common.table("register.Link")._base_manager.filter(
        kind="lead", until__isnull=True, replaced_at__isnull=True, household__isnull=False
    )


def _transfer(clock: Clock, chance: random.Random, say: Say) -> tuple[float, float, int]:
    """Seconds of handing forty households over and of their matters, and how many matters passed."""
    some = sorted(_held_by().values_list("official_id").annotate(n=Count("pk")), key=lambda one: (-one[1], str(one[0])))
    official, other = some[0][0], some[1][0]
    _fill(official, other)
    person = common.table("core.Official")._base_manager.values_list("person_id", flat=True).get(pk=official)
    matters = _matters(official, person)
    drain(now())
    say("assign: an official with forty households and ten open matters is transferred")
    asked.plan(MACHINE, official, now())
    with clock.step("suggest successors, warm") as told:
        plan = asked.plan(MACHINE, official, now())
        told.append(f"{len(plan.links)} households")
    to = {one.link_id: one.suggested for one in plan.links if one.suggested}
    with clock.step("hand them over in one transaction"):
        successor = chance.choice(list(to.values()))
        handovers.hand_over(by=MACHINE, at=now(), official_id=official, to=to, successor_id=successor, why="transfer")
    handed = float(str(clock.rows[-1][1]))
    with clock.step("their open matters have new owners") as told:
        drain(now())
        moved = matters.exclude(handler_id=person).count()
        told.append(f"{moved} matters")
    return handed, float(str(clock.rows[-1][1])), moved


def _fill(official: UUID, other: UUID) -> None:
    """The official leads for so many households, the last of them taken from another."""
    lacking = HOUSEHOLDS - _held_by().filter(official_id=official).count()
    for link in list(_held_by().filter(official_id=other).order_by("pk")[: max(0, lacking)]):
        links.end_link(by=MACHINE, at=now(), link_id=link.pk)
        links.link(by=MACHINE, at=now(), official_id=official, household_id=link.household_id, kind="lead")


def _matters(official: UUID, person: UUID) -> "models.QuerySet[Any]":
    """Open matters from where the households are, in the official's hands past the log."""
    said = common.words()
    places = list(_held_by().filter(official_id=official).values_list("household__place_code", flat=True)[:MATTERS])
    batch = [Words(text=f"{said['texts'][0]}{number}", place_code=place) for number, place in enumerate(places)]
    opened = open_matters(by=MACHINE, at=now(), batch=batch)
    rows: models.QuerySet[Any] = models.QuerySet(common.table("casework.Matter"))
    rows = rows.filter(pk__in=[one.matter.pk for one in opened])
    rows.update(handler_id=person)
    return rows


def _leave(chance: random.Random) -> int:
    """4 % of those who lead hold no post any more from today."""
    leading = sorted(set(_held_by().values_list("official_id", flat=True)), key=str)
    gone = chance.sample(leading, int(len(leading) * LEAVE))
    posts = common.table("register.Post")._base_manager.filter(official_id__in=gone, until__isnull=True)
    for post in posts.filter(replaced_at__isnull=True).order_by("pk").values_list("pk", flat=True):
        staff.end_post(by=MACHINE, at=now(), post_id=post)
    return len(gone)


def people(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Ask for people as ever, of those who are there."""
    return ask_each(_questions(), common.table("register.Resident")._base_manager.count(), "there", show)


def _questions() -> Iterator[tuple[str, Viewer, str]]:
    """What is asked of the people who are there: the commonest names, somebody's telephone, a door."""
    everybody = common.table("core.Person")._base_manager.annotate(long=Length("name"))
    counted = everybody.values_list("name").annotate(n=Count("pk")).order_by("-n", "name")
    name, longer = (counted.filter(long=long).values_list("name", flat=True)[0] for long in (2, 3))
    phone: Any = common.table("register.Phone")._base_manager.filter(until__isnull=True).order_by("pk")[0]
    household: Any = common.table("register.Household")._base_manager.filter(until__isnull=True).order_by("pk")[0]
    door = common.words()["people"]["door"].format(number=7)
    yield from typed_in(household.place_code[:12], name, longer[1:], phone.opened(), door)
