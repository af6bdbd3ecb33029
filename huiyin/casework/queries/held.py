"""Held and sealed matters, for the few who hold them: no subject line in a list, and who may take one over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from huiyin.casework.models import Matter
from huiyin.casework.models.matters import ABOUT
from huiyin.casework.queries import one
from huiyin.casework.queries.matters import beyond, key_of
from huiyin.casework.queries.one import OnePage
from huiyin.casework.rules.codes import read_code
from huiyin.core import journal
from huiyin.core.journal import Looked
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.queries import conflict, staff
from huiyin.register.queries.staff import OfficialRow

PAGE = 50


@dataclass(frozen=True)
class HeldRow:
    """What a list may say: a code, since when, why it is held, whether its subjects are named, where it stands."""

    code: str
    opened_at: datetime
    why: str
    named: bool
    state: str


@dataclass(frozen=True)
class HeldList:
    """A page of the register: rows, the key of the next page, and how many there are undecided and in all."""

    rows: Sequence[HeldRow]
    after: str
    undecided: int
    whole: int


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


def held(viewer: Viewer, *, undecided: bool = False, after: str = "") -> HeldList:
    """What is held or sealed and the viewer holds, by pages, longest waiting first: none is out of reach; two queries.

    `undecided` leaves out what is named already. `after` is the key of the page before.
    """
    if not viewer.may("matter.held"):
        raise Missing
    mine = Matter.objects.sealed_to(viewer).filter(closed_at__isnull=True)
    counts = mine.aggregate(whole=Count("id"), undecided=Count("id", filter=Q(held=True)))
    rows = mine.filter(held=True) if undecided else mine
    if after:
        rows = rows.filter(beyond("opened_at", after, descending=False))
    columns = ("id", "code", "opened_at", "held_why", "sealed", "state")
    found = list(rows.order_by("opened_at", "id").values(*columns)[: PAGE + 1])
    here = found[:PAGE]
    return HeldList(
        rows=[HeldRow(*(row[name] for name in columns[1:])) for row in here],
        after=key_of(here[-1], "opened_at") if len(found) > PAGE else "",
        undecided=counts["undecided"],
        whole=counts["whole"],
    )


def held_one(viewer: Viewer, code: str, at: datetime, key: one.Key | None = None) -> HeldPage:
    """One of them. Raises Missing for everybody and everything else."""
    if not viewer.may("matter.held"):
        raise Missing
    page = one.by_code(viewer, code, at, key)
    matter = page.matter
    if not (matter.held or matter.sealed):
        raise Missing
    rows = list(matter.conflicts.order_by("at", "id").values_list("person_id", "kind"))
    subjects = [person for person, kind in rows if kind in ABOUT]
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


def subject_of(viewer: Viewer, typed: str) -> str:
    """What the log calls a matter whose number was typed: its id, empty for a number of none, of a held or of a sealed
    matter, and of one about the viewer or theirs (SG-01); anything that is no number as it came. Few queries. Raises
    Refused for who may not see the log.
    """
    viewer.need("audit.see")
    code = read_code(typed)
    if code is None:
        return typed
    found = Matter.objects.filter(code=code, held=False, sealed=False).unbound(viewer)
    return str(found.values_list("pk", flat=True).first() or "")


def dispatchers(viewer: Viewer, at: datetime) -> int:
    """How many people, each of another body, see what is held of the whole county today; one or two queries."""
    county = current(at).rulebook.county.code
    found = staff.candidates(viewer, at, verb="matter.held", place_code=county)
    return min(len({one.person_id for one in found}), len({one.body_id for one in found}))


def codes_of(viewer: Viewer, ids: Collection[UUID]) -> dict[UUID, str]:
    """The codes of some matters by id, for who reads the log: of ordinary ones that are not about the viewer or theirs,
    as `subject_of` finds them. Few queries, none for none. Raises not_allowed.
    """
    viewer.need("audit.see")
    if not ids:
        return {}
    return dict(Matter.objects.filter(id__in=ids, held=False, sealed=False).unbound(viewer).values_list("id", "code"))


def readable(viewer: Viewer, ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of some matters of which what somebody wrote may be told: all that are neither held nor sealed, and of
    those the viewer's own. At most one query.
    """
    if not ids:
        return frozenset()
    own = Matter.objects.sealed_to(viewer).filter(id__in=ids).values("pk")
    found = Matter.objects.filter(Q(held=False, sealed=False) | Q(pk__in=own), id__in=ids)
    return frozenset(found.values_list("pk", flat=True))
