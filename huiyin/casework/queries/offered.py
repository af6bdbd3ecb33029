"""Whom a step may be given to: candidates in scope of the place, without whoever must keep out of the matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Conflict
from huiyin.casework.models.matters import ABOUT
from huiyin.casework.queries import mediation
from huiyin.casework.queries.one import OnePage
from huiyin.casework.rules.shares import keeps_apart
from huiyin.core.viewer import Viewer
from huiyin.register.queries import conflict, staff
from huiyin.register.queries.days import today
from huiyin.register.queries.staff import BodyRow, OfficialRow
from huiyin.register.rules import codes

VERBS = {"handler": "matter.accept", "supervisor": "matter.supervise", "caller": "matter.call_back"}


@dataclass(frozen=True)
class Offered:
    """Persons by part; of the bodies of handlers `usual` are those the matter's topic usually goes to."""

    handlers: Sequence[OfficialRow]
    supervisors: Sequence[OfficialRow]
    callers: Sequence[OfficialRow]
    colleagues: Sequence[OfficialRow]
    usual: frozenset[UUID]
    leaders: Sequence[OfficialRow] = ()
    bodies: Sequence[BodyRow] = ()
    """Who may be called on: bodies of the county and its towns but the owner and those the topic is kept apart from."""


def offered(viewer: Viewer, page: OnePage, at: datetime, *, parts: Sequence[str]) -> Offered:
    """Candidates for the parts asked for, nearest scope first."""
    without = _kept_out(viewer, page, at)
    place = page.matter.place_code
    found = {
        part: staff.candidates(viewer, at, verb=verb, place_code=place, without=without) if part in parts else ()
        for part, verb in VERBS.items()
    }
    topic = page.rulebook.matters(page.matter.programme).topics.get(page.matter.topic)
    usual = frozenset(row.body_id for row in found["handler"] if topic and topic.body and topic.body in row.body_name)
    present = _present(viewer, page, at, without) if "second" in parts else ()
    return Offered(
        found["handler"],
        found["supervisor"],
        found["caller"],
        present,
        usual,
        leaders=_leaders(viewer, at, place, without) if "leader" in parts else (),
        bodies=_bodies(viewer, page, at) if "bodies" in parts else (),
    )


def _present(viewer: Viewer, page: OnePage, at: datetime, without: frozenset[UUID]) -> Sequence[OfficialRow]:
    """Who may have been there when an answer was read out: the viewer's colleagues and those who serve in the village;
    of a sealed matter only who supervises or handles it."""
    matter, away = page.matter, without | viewer.persons
    if matter.sealed:
        hands = [one for one in (matter.handler_id, matter.supervisor_id) if one and one not in away]
        serving = staff.bodies_of(viewer, hands, at)
        return [staff.official(viewer, one, at)[0] for one in hands if serving.get(one)]
    village = {row.id for row in staff.bodies(viewer, at, place_code=matter.place_code[:VILLAGE])}
    there = staff.officials(viewer, at, body_ids=viewer.body_ids | village)
    return [row for row in there if row.person_id not in away]


def _leaders(viewer: Viewer, at: datetime, place: str, without: frozenset[UUID]) -> Sequence[OfficialRow]:
    """Those who may instruct; never the one who submits."""
    away = without | viewer.persons
    return staff.candidates(viewer, at, verb="matter.instruct", place_code=place, without=away)


def _bodies(viewer: Viewer, page: OnePage, at: datetime) -> Sequence[BodyRow]:
    matters, matter = page.rulebook.matters(page.matter.programme), page.matter
    return [
        row
        for row in staff.bodies(viewer, at)
        if codes.width(row.place_code) <= TOWN
        and row.id != matter.owner_body_id
        and not keeps_apart(matters, matter.topic, row.name)
    ]


VILLAGE = 12
TOWN = 9
"""Digits of a town's code that say something: village committees are reached through their town."""


def _kept_out(viewer: Viewer, page: OnePage, at: datetime) -> frozenset[UUID]:
    rows = list(Conflict.objects.filter(matter=page.matter).values_list("person_id", "kind"))
    about = [person for person, kind in rows if kind in ABOUT]
    apart = frozenset(person for person, _ in rows)
    apart |= mediation.family(viewer, page.matter.id, today(viewer, at))
    return apart | (conflict.exclusion(viewer, about, at=at, day=page.matter.local_day) if about else frozenset())
