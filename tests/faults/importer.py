"""A county's list on its way in, and the process that takes it in killed again and again, outright.

    python -m tests.faults.importer [--seed N] [--kills N]

Two products of their own, on the database DATABASE_URL names or on SQLite: one takes the list in undisturbed, in the
other the process is killed at moments drawn from the seed, by how many lines it may have said and how long it may go on
after that, and started again. What stands in both registers afterwards is compared in clear, and the log verified.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests import lists
from tests.live import Live, own_database, prepare

LINES = 750
"""Of one list: three parts to read and three to apply. Where one is in before all kills are done, another follows."""
PLANT = "tests.faults.small_parts"
"""Parts of 250 lines where the product's have a thousand: what is proved of a part is that it is one transaction."""
PLACES = """code,name,level,parent_code
990000000000,云岭省,province,
990100000000,临江市,prefecture,990000000000
990101000000,望川县,county,990100000000
990101101000,柳湾镇,town,990101000000
990101101201,槐树坪村,village,990101101000
990101101202,石桥村,village,990101101000
990101101201003,三组,group,990101101201
"""
AFTER = (0.0, 0.3)
"""Seconds a process goes on after the last line it may say: into the middle of a part."""
STARTING = (0.0, 0.6)
"""Seconds from its start on, for one that may say nothing: it has loaded the product before that."""
SAID = (0, 0, 1, 1, 2)
WHAT_STANDS = """
import django, hashlib, json; django.setup()
from huiyin.register.models import Household, Identity, ImportRun, Phone, Resident, StagedPart
doors = {one.pk: one.opened_door() for one in Household.objects.iterator()}
numbers = {one.person_id: one.opened() for one in Phone.objects.iterator()}
told = {one.person_id: (one.birth_year, one.sex) for one in Identity.objects.iterator()}
rows = sorted(
    [h.code, h.place_code, h.status, h.people_stated, doors[h.pk], r.person.name, r.relation,
     numbers.get(r.person_id), *told.get(r.person_id, ())]
    for r in Resident.objects.select_related("household", "person").iterator() for h in [r.household]
)
runs = list(ImportRun.objects.values_list("state", "counts"))
print(json.dumps({
    "register": {
        "rows": len(rows), "households": Household.objects.count(), "people": Resident.objects.count(),
        "phones": Phone.objects.count(), "identities": Identity.objects.count(),
        "digest": hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest(),
    },
    "states": sorted({state for state, _ in runs}),
    "new": sum(counts.get("did_new", 0) for _, counts in runs),
    "changed": sum(counts.get("did_changed", 0) for _, counts in runs),
    "unapplied": StagedPart.objects.filter(applied_at=None).count(),
}))
"""


@dataclass(frozen=True)
class Outcome:
    """What came of it: what stands after an undisturbed run and after the other, how often it was killed and where."""

    clean: dict[str, object]
    killed: dict[str, object]
    lists: int
    kills: tuple[str, ...]
    faults: str
    seconds: float


def run(*, seed: int, kills: int) -> Outcome:
    """Both runs, in temporary folders."""
    began, chance = time.monotonic(), random.Random(seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-importer-")))
        clean, hurt = (_prepared(stack, folder / name) for name in ("clean", "killed"))
        files, places = [_list(folder, 0)], list[str]()
        while len(places) < kills:
            where = _kill(hurt, files[-1], chance)
            if where:
                places.append(where)
            else:
                files.append(_list(folder, len(files)))
        hurt.huiyin("import", "households", str(files[-1]))
        for file in files:
            clean.huiyin("import", "households", str(file))
        verified = hurt.huiyin("audit", "verify", "--language", "en", check=False)
        faults = verified.stdout + verified.stderr if verified.returncode else ""
        return Outcome(_stands(clean), _stands(hurt), len(files), tuple(places), faults, time.monotonic() - began)


def _list(folder: Path, number: int) -> Path:
    rows = lists.households(LINES, first=number * LINES + 1)
    return lists.csv_file(folder / f"{number}.csv", lists.HOUSEHOLDS, rows)


def _prepared(stack: ExitStack, folder: Path) -> Live:
    """A migrated product with the places of the list, not served."""
    folder.mkdir()
    url = os.environ.get("DATABASE_URL", "")
    database = stack.enter_context(own_database(url) if url.startswith("postgres") else nullcontext(""))
    env = {**os.environ, "HUIYIN_HOME": str(folder / "home"), "DATABASE_URL": database, "HUIYIN_NOW": ""}
    live = Live("", {**env, "DJANGO_SETTINGS_MODULE": "huiyin.config.settings"}, folder)
    live.plant = PLANT
    stack.callback(live.let_go)
    prepare(live, database)
    places = folder / "places.csv"
    places.write_text(PLACES, encoding="utf-8")
    live.huiyin("import", "places", str(places))
    return live


def _kill(live: Live, file: Path, chance: random.Random) -> str:
    """Start the import, let it say some lines and go on for a moment, and end it as a power cut would; where it was.

    A process that ends by itself before has taken the whole list in: there was nothing to kill, and no place is told.
    """
    lines = chance.choice(SAID)
    after = chance.uniform(*(AFTER if lines else STARTING))
    here, there = os.pipe()
    with os.fdopen(here, encoding="utf-8") as errors, Path(os.devnull).open("wb") as nowhere:
        process = live.nursery().start(["huiyin", "import", "households", str(file)], nowhere, there)
        os.close(there)
        said = "its start"
        for _ in range(lines):
            said = errors.readline().strip() or said
        time.sleep(after)
        process.kill()
        code = process.wait()
    return "" if code == 0 else f"{after:.3f} s after: {said}"


def _stands(live: Live) -> dict[str, object]:
    found: dict[str, object] = json.loads(_python(live, WHAT_STANDS).splitlines()[-1])
    return found


def _python(live: Live, code: str) -> str:
    done = live.run("python", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def main(arguments: list[str] | None = None) -> int:
    """The command line; exit 1 where the registers differ or the log does not verify."""
    parser = argparse.ArgumentParser(prog="importer")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--kills", type=int, default=20)
    given = parser.parse_args(arguments)
    print(f"seed {given.seed}", flush=True)
    outcome = run(seed=given.seed, kills=given.kills)
    print("\n".join(outcome.kills))
    same = outcome.clean == outcome.killed and not outcome.faults
    print(f"{outcome.seconds:.0f} s, {'the same' if same else f'{outcome.clean} {outcome.killed} {outcome.faults}'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
