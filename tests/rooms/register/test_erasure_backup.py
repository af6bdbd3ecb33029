"""Yesterday's backup, after somebody was erased: it passes the drill, and nobody in it can be read or comes back."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from huiyin.casework import ticks as casework
from huiyin.core import backup, drill, sealing, witnesses
from huiyin.core.restore import judge, restore, run
from huiyin.core.vault import vault
from huiyin.register.actions import erasure
from huiyin.register.models import Resident
from huiyin_witness import state, verify_log
from tests import lists
from tests.cast import Cast
from tests.lists import HOUSEHOLDS
from tests.rooms.register.test_rosters import imported
from tests.rows import row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow(seconds=50)]
A_DAY = timedelta(days=1)


@dataclass
class Erased:
    """Somebody erased today, the list they came with, and the backup of the day before with the keys of both days."""

    person: UUID
    name: str
    list: Path
    witness: Path
    recovery: bytes
    yesterday: backup.Made
    today: backup.Made


@pytest.fixture
def erased(cast: Cast, tmp_path: Path, settings: Any, at: datetime) -> Erased:
    """A home of its own, so that no other test's keys go."""
    before, settings.HUIYIN_HOME = settings.HUIYIN_HOME, tmp_path / "home"
    settings.HUIYIN_HOME.mkdir()
    shutil.copytree(before / "keys", settings.HUIYIN_HOME / "keys")
    path = lists.csv_file(tmp_path / "list.csv", HOUSEHOLDS, lists.households(2))
    imported(path, at)
    person = Resident.objects.get(household__code="HT00001").person
    name = person.name
    sealing.seal_now(at)
    witness = state.Witness.make(tmp_path / "witness", "city")
    witness.trust(verify_log.Key.parse(str(sealing.verifier())))
    witnesses.push(tmp_path / "witness")
    recovery = backup.local_recovery_key()
    yesterday = backup.make(tmp_path / "backups", recovery, at=at)
    later = at + A_DAY
    asked = erasure.ask_erasure(by=cast.xu.viewer(later), at=later, person_id=person.pk, reason="wish")
    erasure.decide_erasure(by=cast.ma.viewer(later), at=later, erasure_id=asked)
    assert casework.erasures(later) == 1
    sealing.seal_now(later)
    witnesses.push(tmp_path / "witness")
    today = backup.make(tmp_path / "backups", recovery, at=later)
    return Erased(person.pk, name, path, tmp_path / "witness", recovery, yesterday, today)


@row("SG-17", "R-061")
def test_yesterdays_backup_with_todays_keys_stays_unreadable_and_an_old_list_brings_nobody_back(
    erased: Erased, tmp_path: Path, at: datetime
) -> None:
    folder, recovery = erased.yesterday.folder, erased.recovery
    held = drill.drill(folder, erased.today.keys, recovery, [erased.witness], at=at + A_DAY, most=2 * A_DAY)
    assert held.faults == []
    assert held.inside.erased == 3, "a number, an identity number, a door"
    manifest = judge(folder, recovery, at=at + A_DAY, most=None)
    with drill._place(manifest) as (_, url):
        home = tmp_path / "target"
        restore(folder, backup.newest_keys(folder, manifest), recovery, manifest, home=home, url=url)
        words = f"answer({str(erased.person)!r}, {(at + A_DAY).isoformat()!r}, {str(erased.list)!r})"
        done = run(home, url, "shell", "-c", f"from tests.rooms.register.restored import answer; {words}")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == {
        "before": {"name": erased.name, "read": []},
        "again": 1,
        "after": {"name": "", "rows": 0, "living": 0, "refused": 1},
    }


@row("SG-17")
def test_a_drill_after_an_erasure_passes_and_the_keys_of_yesterday_are_what_has_to_go(
    erased: Erased, at: datetime
) -> None:
    """What the thirty days of archives of keys mean: until the old one is deleted, it still opens the old backup."""
    held = drill.drill(
        erased.today.folder, erased.today.keys, erased.recovery, [erased.witness], at=at + A_DAY, most=2 * A_DAY
    )
    assert (held.faults, held.inside.erased) == ([], 0)
    old = drill.drill(
        erased.yesterday.folder, erased.yesterday.keys, erased.recovery, [erased.witness], at=at + A_DAY, most=2 * A_DAY
    )
    assert (old.faults, old.inside.erased) == ([], 0)
    folder = erased.yesterday.folder.parent
    assert erased.yesterday.keys in backup.prune(folder, at=at + 31 * A_DAY)
    assert not erased.yesterday.keys.exists()
    assert not vault().exists(f"person:{erased.person}")
