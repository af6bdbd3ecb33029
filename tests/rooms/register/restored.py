"""What a restored place is asked, in a process of its own: is somebody who was erased since readable in it?

`python -m huiyin.config.cli shell -c "from tests.rooms.register.restored import answer; answer(…)"`, on that place's
settings. The answer is JSON on the last line.
"""

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

from huiyin.core.models import Person
from huiyin.core.vault import Shredded
from huiyin.register import ticks
from huiyin.register.models import Household, Identity, Phone, Resident
from tests.rooms.register.test_rosters import imported


def answer(person: str, moment: str, path: str) -> None:
    """Print what can be read of a person before and after the machine's round, and what their old list does then."""
    who, at = UUID(person), datetime.fromisoformat(moment)
    before = {"name": Person.objects.get(pk=who).name, "read": _read(who)}
    again = ticks.finish_erasures(at)
    run = imported(Path(path), at)
    after = {
        "name": Person.objects.get(pk=who).name,
        "rows": Phone.objects.filter(person_id=who).count() + Identity.objects.filter(person_id=who).count(),
        "living": Resident.objects.filter(person__name=before["name"], until=None).count(),
        "refused": run.counts["did_refused"],
    }
    print(json.dumps({"before": before, "again": again, "after": after}))


def _read(who: UUID) -> list[str]:
    """The numbers and doors that open."""
    read: list[str] = []
    homes = Household.objects.filter(residents__person_id=who)
    for opens in (*(one.opened for one in Phone.objects.filter(person_id=who)), *(one.opened_door for one in homes)):
        try:
            read.append(opens())
        except Shredded:
            continue  # what this test hopes for
    return read
