"""Whom a step may be given to: candidates in scope of the place, without whoever must keep out of the matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Conflict
from huiyin.casework.queries.one import OnePage
from huiyin.core.viewer import Viewer
from huiyin.register.queries import conflict, staff
from huiyin.register.queries.staff import OfficialRow

VERBS = {"handler": "matter.accept", "supervisor": "matter.supervise", "caller": "matter.call_back"}


@dataclass(frozen=True)
class Offered:
    """Persons by part; of the bodies of handlers `usual` are those the matter's topic usually goes to."""

    handlers: Sequence[OfficialRow]
    supervisors: Sequence[OfficialRow]
    callers: Sequence[OfficialRow]
    colleagues: Sequence[OfficialRow]
    usual: frozenset[UUID]


def offered(viewer: Viewer, page: OnePage, at: datetime, *, parts: Sequence[str]) -> Offered:
    """Candidates for the parts asked for, nearest scope first. `colleagues` are those of the viewer's own bodies."""
    without = _kept_out(viewer, page, at)
    place = page.matter.place_code
    found = {
        part: staff.candidates(viewer, at, verb=verb, place_code=place, without=without) if part in parts else ()
        for part, verb in VERBS.items()
    }
    topic = page.rulebook.matters(page.matter.programme).topics.get(page.matter.topic)
    usual = frozenset(row.body_id for row in found["handler"] if topic and topic.body and topic.body in row.body_name)
    colleagues = [
        row
        for body in (sorted(viewer.body_ids) if "second" in parts else ())
        for row in staff.officials(viewer, at, body_id=body)
        if row.person_id not in viewer.persons
    ]
    return Offered(found["handler"], found["supervisor"], found["caller"], colleagues, usual)


def _kept_out(viewer: Viewer, page: OnePage, at: datetime) -> frozenset[UUID]:
    rows = list(Conflict.objects.filter(matter=page.matter).values_list("person_id", "kind"))
    about = [person for person, kind in rows if kind != "recused"]
    apart = frozenset(person for person, _ in rows)
    return apart | (conflict.exclusion(viewer, about, at=at, day=page.matter.local_day) if about else frozenset())
