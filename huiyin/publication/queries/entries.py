"""One entry of a wall with what was said under it and answered: everybody reads the same (R-348)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework.queries import board
from huiyin.casework.rules.pages import as_key, key_of
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.publication import Comments
from huiyin.publication.models import Comment, Notice
from huiyin.publication.queries import comments, walls
from huiyin.publication.queries.comments import Sums
from huiyin.publication.queries.walls import Item
from huiyin.register.queries import staff
from huiyin.register.queries.places import paths

PAGE = 20


@dataclass(frozen=True)
class Standing:
    """A comment as it stands under an entry. `office` is empty for a resident's."""

    text: str
    office: str
    at: datetime
    answer: str
    answered_at: datetime | None
    answer_by: datetime | None
    late: bool


@dataclass(frozen=True)
class Entry:
    """An entry, its comments from the newest on, and what may be said; `page` is None where nothing can be said. `body`
    is the unit in charge by now, which answers."""

    id: UUID
    item: Item
    place_code: str
    place: str
    body: str
    done: bool
    comments: Sequence[Standing]
    after: str
    sums: Sums
    page: Comments | None


def entry(viewer: Viewer, notice_id: UUID, at: datetime, *, after: str = "") -> Entry:
    """An entry that stands on a wall now. Raises Missing for any other, and where the matter is held or sealed."""
    row, standing = _stands(viewer, notice_id, at)
    item = walls.item(viewer, row, standing, at)
    found = list(_shown(row, after)[: PAGE + 1])
    bodies = staff.body_names(viewer, {one for one in (standing.body_id, *(one.body_id for one in found)) if one})
    return Entry(
        id=row.id,
        item=item,
        place_code=row.place_code,
        place=paths(viewer, [row.place_code]).get(row.place_code, ""),
        body=bodies.get(standing.body_id, "") if standing.body_id else "",
        done=_done(row, standing),
        comments=[_standing(one, bodies, at) for one in found[:PAGE]],
        after=as_key(found[PAGE - 1].decided_at, found[PAGE - 1].id) if len(found) > PAGE else "",
        sums=comments.summed(list(comments.counted(Comment.objects.filter(notice=row), at)), at, county=False),
        page=comments.rules(viewer, at),
    )


def done(viewer: Viewer, notice_id: UUID, at: datetime) -> bool:
    """Whether an entry stands as done. Raises Missing as `entry`."""
    return _done(*_stands(viewer, notice_id, at))


def _stands(viewer: Viewer, notice_id: UUID, at: datetime) -> tuple[Notice, board.Standing]:
    row = Notice.objects.filter(id=notice_id, state="published").first()
    standing = board.standings(viewer, {row.matter_id}, at).get(row.matter_id) if row else None
    if row is None or standing is None:
        raise Missing
    return row, standing


def _done(row: Notice, standing: board.Standing) -> bool:
    return not (row.owed or standing.owed)


def _shown(row: Notice, after: str) -> QuerySet[Comment]:
    rows = Comment.objects.filter(notice=row, state="shown").order_by("-decided_at", "-id")
    key = key_of(after)
    return rows if key is None else rows.filter(Q(decided_at__lt=key[0]) | Q(decided_at=key[0], id__lt=key[1]))


def _standing(row: Comment, bodies: dict[UUID, str], at: datetime) -> Standing:
    return Standing(
        text=row.text,
        office=bodies.get(row.body_id, "") if row.body_id else "",
        at=row.at,
        answer=row.answer,
        answered_at=row.answered_at,
        answer_by=row.answer_by,
        late=comments.late(row, at),
    )
