"""Held and sealed matters, for the few who hold them: no subject line in a list, and who may take one over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Matter
from huiyin.casework.queries import one
from huiyin.casework.queries.one import OnePage
from huiyin.core import journal
from huiyin.core.journal import Looked
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.queries import conflict, staff
from huiyin.register.queries.staff import OfficialRow

MOST = 100


@dataclass(frozen=True)
class HeldRow:
    """What a list may say: a code, since when, why it is held, whether its subjects are named, where it stands."""

    code: str
    opened_at: datetime
    why: str
    named: bool
    state: str


@dataclass(frozen=True)
class HeldPage:
    """One held or sealed matter. `about` are the persons it may be or is about; `excluded` counts who never sees it;
    `handlers` and `supervisors` are those who stand apart; none at all means one level up.
    """

    one: OnePage
    about: Sequence[tuple[UUID, str]]
    excluded: int
    handlers: Sequence[OfficialRow]
    supervisors: Sequence[OfficialRow]
    looks: Sequence[Looked]


def held(viewer: Viewer) -> list[HeldRow]:
    """Everything held or sealed that the viewer holds, newest first; one query."""
    if not viewer.may("matter.held"):
        raise Missing
    rows = Matter.objects.sealed_to(viewer).filter(closed_at__isnull=True).order_by("-opened_at", "-id")
    columns = rows.values_list("code", "opened_at", "held_why", "sealed", "state")[:MOST]
    return [HeldRow(*row) for row in columns]


def held_one(viewer: Viewer, code: str, at: datetime) -> HeldPage:
    """One of them. Raises Missing for everybody and everything else."""
    if not viewer.may("matter.held"):
        raise Missing
    page = one.by_code(viewer, code, at)
    matter = page.matter
    if not (matter.held or matter.sealed):
        raise Missing
    rows = list(matter.conflicts.order_by("at", "id").values_list("person_id", "kind"))
    subjects = [person for person, kind in rows if kind != "recused"]
    names = staff.persons(viewer, subjects)
    apart = conflict.exclusion(viewer, subjects, at=at, day=matter.local_day) if subjects else frozenset()
    apart |= {person for person, _ in rows}
    place = matter.place_code
    return HeldPage(
        one=page,
        about=[(person, names.get(person, "")) for person in subjects],
        excluded=len(apart),
        handlers=staff.candidates(viewer, at, verb="matter.accept", place_code=place, without=apart),
        supervisors=staff.candidates(viewer, at, verb="matter.supervise", place_code=place, without=apart),
        looks=journal.looked_at(viewer, str(matter.id)),
    )
