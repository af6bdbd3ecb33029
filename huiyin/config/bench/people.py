"""`huiyin bench people`: how long it takes to find somebody among a county's residents. To hold: ≤ 100 ms each.

The people are invented and laid in bulk into an empty database, past the log; the index of people fills itself. Names
are drawn as they are in a county: a few surnames for most, given names of one or two common characters.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models

from huiyin.config.bench import common
from huiyin.config.bench.assign import CHUNK
from huiyin.config.bench.data import settle
from huiyin.config.bench.table import markdown, settings
from huiyin.core import marks
from huiyin.core.ids import uuid7
from huiyin.core.now import now
from huiyin.core.text import pinyin_keys
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries import finding, places
from huiyin.register.queries.people import PHONE_COLUMN

Say = Callable[[str], None]
MACHINE = Viewer.system("bench")
HELD_MS = 100.0
A_HOUSEHOLD = 3
TIMES = 20
PART = 60_000


def run(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Lay the people, then ask each kind of question many times in a county's, a town's and a village's scope."""
    try:
        marks.mark_demo(now(), options.seed)
    except Refused as refused:
        say(refused.sentence("en"))
        return False
    settle(10, options.seed, say)
    begun = time.perf_counter()
    villages = common.villages()
    _lay(random.Random(options.seed), villages, options.residents, say)  # noqa: S311 - the same people for the same seed
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    laid = f"laid in {time.perf_counter() - begun:.0f} s"
    return asked(_questions(villages[0]), options.residents, laid, show)


def asked(questions: Iterable[tuple[str, Viewer, str]], residents: int, laid: str, show: Say) -> bool:
    """Ask each question many times; True if all hold."""
    rows = [_measured(name, viewer, typed) for name, viewer, typed in questions]
    show(markdown(["Question", "scope", "found", "p50 ms", "p95 ms", "slowest ms", "Python's processor ms"], rows))
    show(f"{settings()}; {residents:,} residents {laid}; load {os.getloadavg()[0]:.1f}")
    return all(float(str(row[4])) <= HELD_MS for row in rows)


def _questions(village: str) -> Iterator[tuple[str, Viewer, str]]:
    """Each question as a county's clerk, a town's handler and a village's official would ask it."""
    said = common.words()["people"]
    name, given = said["surnames"][0] + said["given"][0], said["given"][0] + said["given"][1]
    yield from typed_in(village, name, given, "16000000007", said["door"].format(number=7))


def typed_in(village: str, name: str, given: str, phone: str, door: str) -> Iterator[tuple[str, Viewer, str]]:
    """By scope, who asks, and what they type: a name, two characters of one, a surname and a place, its sound, the
    initials of the name, a telephone number, a fragment of a door."""
    sound, here = pinyin_keys(name[0])[0], places.place(MACHINE, f"{village:0<12}").name
    scopes = {"county": village[:6], "town": village[:9], "village": village}
    for scope, low in scopes.items():
        viewer = Viewer(verbs=frozenset({"register.see"}), scopes=((low, low + "~"),), day=now().date())
        yield scope, viewer, name
        yield scope, viewer, given
        yield scope, viewer, f"{name[0]} {here}"
        yield scope, viewer, sound
        yield scope, viewer, pinyin_keys(name)[1]
        yield scope, viewer, phone
        yield scope, viewer, f"{here} {door}"


def _measured(scope: str, viewer: Viewer, typed: str) -> list[object]:
    took: list[float] = []
    busy = time.process_time()
    for _ in range(TIMES):
        begun = time.perf_counter()
        found = finding.find(viewer, typed, now())
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    shown = f"{len(found.rows)}{'+' if found.more else ''}"
    return [
        typed,
        scope,
        shown,
        f"{statistics.median(took):.1f}",
        f"{took[int(len(took) * 0.95) - 1]:.1f}",
        f"{took[-1]:.1f}",
        f"{(time.process_time() - busy) * 1000 / TIMES:.1f}",
    ]


def _lay(chance: random.Random, villages: list[str], residents: int, say: Say) -> None:
    said = common.words()["people"]
    weights = [1 / (rank + 1.5) for rank in range(len(said["surnames"]))]
    keys: dict[str, tuple[str, str]] = {}
    since, at = (now() - timedelta(days=400)).date(), now()
    for start in range(0, residents, PART):
        count = min(PART, residents - start)
        people: list[dict[str, Any]] = []
        for _ in range(count):
            name = chance.choices(said["surnames"], weights)[0] + "".join(
                chance.choices(said["given"], k=chance.choice((1, 2, 2, 2)))
            )
            pinyin, initials = keys.get(name) or keys.setdefault(name, pinyin_keys(name))
            people.append({"id": uuid7(), "name": name, "pinyin": pinyin, "initials": initials})
        homes = [
            {
                "id": uuid7(),
                "code": f"P{start // A_HOUSEHOLD + number:08d}",
                "place_code": f"{chance.choice(villages)}{chance.randint(1, 5):03d}",
                "since": since,
            }
            for number in range(-(-count // A_HOUSEHOLD))
        ]
        if start == 0:
            _doors(homes, villages[0])
        _put("core.Person", people)
        _put("register.Household", homes)
        _put("register.Resident", list(_living(people, homes, since, at)))
        if start == 0:
            _phones(people[:100], since, at)
        say(f"people: {start + count:,} laid")


def _living(people: list[dict[str, Any]], homes: list[dict[str, Any]], since: Any, at: Any) -> Iterator[dict[str, Any]]:
    for number, person in enumerate(people):
        yield {
            "person_id": person["id"],
            "household_id": homes[number // A_HOUSEHOLD]["id"],
            "relation": "head" if number % A_HOUSEHOLD == 0 else "other",
            "since": since,
            "recorded_at": at,
        }


def _doors(homes: list[dict[str, Any]], village: str) -> None:
    """A whole village of sealed doors: 900 households."""
    some = homes[:900]
    vault().prepare([f"household:{home['id']}" for home in some])
    texts = [
        (
            f"household:{home['id']}",
            "household",
            "door",
            str(home["id"]),
            common.words()["people"]["door"].format(number=number),
        )
        for number, home in enumerate(some)
    ]
    for home, sealed in zip(some, vault().seal_many(texts), strict=True):
        home |= {"place_code": f"{village}001", "door": sealed}


def _phones(people: list[dict[str, Any]], since: Any, at: Any) -> None:
    rows = []
    for number, person in enumerate(people):
        row: UUID = uuid7()
        phone = f"160{number:08d}"
        sealed = vault().seal(f"person:{person['id']}", table="phone", column="number", row=str(row), text=phone)
        blind = vault().blind(PHONE_COLUMN, phone)
        rows.append(
            {
                "id": row,
                "person_id": person["id"],
                "number": sealed,
                "blind": blind,
                "source": "roster",
                "since": since,
                "recorded_at": at,
            }
        )
    _put("register.Phone", rows)


def _put(label: str, rows: list[dict[str, Any]]) -> None:
    model = common.table(label)
    models.QuerySet[Any](model).bulk_create((model(**row) for row in rows), batch_size=CHUNK)
