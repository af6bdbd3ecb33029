"""The functions and items of a body on a day, who answers for each on four levels, and who could (R-052)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.models import Post, Remit
from huiyin.register.models.periods import open_on, standing
from huiyin.register.models.staff import RESPONSIBILITIES as LEVELS
from huiyin.register.queries import staff
from huiyin.register.queries.days import today

__all__ = ["LEVELS", "Answers", "RemitLine", "Seat", "of", "one", "seats"]


@dataclass(frozen=True)
class Answers:
    """Who answers for an item on a level; not `serving`: they hold no post any more, and somebody else is wanted."""

    level: str
    official_id: UUID
    person_id: UUID
    name: str
    serving: bool


@dataclass(frozen=True)
class RemitLine:
    """A function or item with who answers for it, from the one mainly responsible to the one who handles it."""

    id: UUID
    name: str
    answer: tuple[Answers, ...]
    since: date


@dataclass(frozen=True)
class Seat:
    """Somebody of a body, or of one directly under it, who may answer for an item."""

    official_id: UUID
    name: str
    post: str


def of(viewer: Viewer, body_id: UUID, day: date) -> tuple[RemitLine, ...]:
    """What a body was there for on a day, by name. Two questions."""
    viewer.need("register.see")
    return _lines(viewer, Q(standing(day), body_id=body_id), day)


def one(viewer: Viewer, at: datetime, remit_id: UUID, *, body_id: UUID) -> RemitLine:
    """A function or item of a body as it stands. Raises Missing, also for one that has ended."""
    viewer.need("register.see")
    found = _lines(viewer, Q(pk=remit_id, body_id=body_id, until=None, replaced_at=None), today(viewer, at))
    if not found:
        raise Missing
    return found[0]


def seats(viewer: Viewer, at: datetime, body_id: UUID) -> tuple[tuple[Seat, ...], Mapping[str, UUID]]:
    """Who may answer for an item of a body today, by name; and by level who holds the first such post in the body
    itself. One question."""
    viewer.need("register.see")
    day = today(viewer, at)
    posts = Post.objects.filter(Q(body_id=body_id) | (Q(body__parent_id=body_id) & open_on(day, "body__")))
    columns = ("official__person__name", "body__name", "title", "body_id", "responsibility")
    rows = posts.filter(standing(day)).order_by("since", "pk").values_list("official_id", *columns)
    found: dict[UUID, Seat] = {}
    first: dict[str, UUID] = {}
    for official, name, body, title, its_body, level in rows:
        found.setdefault(official, Seat(official, name, f"{body} {title}"))
        if its_body == body_id:
            first.setdefault(level, official)
    return tuple(sorted(found.values(), key=lambda seat: (seat.name, str(seat.official_id)))), first


def _lines(viewer: Viewer, which: Q, day: date) -> tuple[RemitLine, ...]:
    people = tuple(f"{level}__person" for level in LEVELS)
    rows = list(Remit.objects.filter(which).select_related(*people).order_by("name", "pk"))
    ids = {getattr(row, f"{level}_id") for row in rows for level in LEVELS}
    here = set(staff.serving(viewer, day).filter(official_id__in=ids)) if ids else set()
    return tuple(RemitLine(row.pk, row.name, _answer(row, here), row.since) for row in rows)


def _answer(row: Remit, here: set[UUID]) -> tuple[Answers, ...]:
    found = [(level, getattr(row, level)) for level in LEVELS]
    return tuple(Answers(level, who.pk, who.person_id, who.person.name, who.pk in here) for level, who in found)
