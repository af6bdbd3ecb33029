"""Comments at the desk: what has to be looked at, what has to be answered, what became of the rest (R-348)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework.queries import board
from huiyin.casework.rules.pages import as_key, key_of
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing
from huiyin.publication.models import Comment, Notice
from huiyin.publication.queries import comments, parts
from huiyin.publication.queries.comments import NO_COMMENTS, Under
from huiyin.publication.rules import redaction
from huiyin.register.queries import places, staff

State = Literal["waiting", "unanswered", "answered", "refused"]
STATES: tuple[State, ...] = ("waiting", "unanswered", "answered", "refused")
PAGE = 25
MOST = 100
"""Further nobody counts what waits."""


@dataclass(frozen=True)
class CommentRow:
    """A comment in a list, with the entry it is said to. `by` is an office, empty for a resident; `until` the day by
    which something has to be done about it."""

    id: UUID
    text: str
    by: str
    place: str
    asked: str
    at: datetime
    until: datetime | None
    late: bool
    answer: str
    reason: str


@dataclass(frozen=True)
class CommentPage:
    """Comments of one state, how many are owed something (of the other states none is told), and the key of the next
    page."""

    rows: Sequence[CommentRow]
    counts: Mapping[State, int]
    after: str = ""


@dataclass(frozen=True)
class CommentAlone:
    """One comment with its entry. `names`: it still tells who somebody is; `apart`: the viewer may decide on it."""

    row: CommentRow
    state: str
    notice_id: UUID
    asked: str
    done: str
    owed: str
    body: str
    resident: bool
    names: bool
    apart: bool
    answers: bool
    reasons: Sequence[tuple[str, str]]
    answered_at: datetime | None


@dataclass(frozen=True)
class EntryRow:
    """An entry of a wall, for who may say something under it."""

    id: UUID
    place: str
    asked: str
    body: str
    on: datetime | None
    said: Under
    own: bool
    """Whether the viewer's own unit is in charge."""


def listed(
    viewer: Viewer, at: datetime, *, state: State, place_code: str = "", late: bool = False, after: str = ""
) -> CommentPage:
    """Comments of a state, what is owed longest first, else the newest first. Raises Refused("not_allowed").

    `place_code` narrows to a place and below, `late` to what is overdue. What waits or was refused is there only for
    who may decide on it. Seven queries, however many rows.
    """
    viewer.need("matter.see")
    rows = _there(viewer, place_code)
    waits = state in ("waiting", "unanswered")
    found = (
        _of(rows, state, at, late=late).select_related("notice").order_by(*(("at", "id") if waits else ("-at", "-id")))
    )
    if key := key_of(after):
        later = Q(at__gt=key[0]) | Q(at=key[0], id__gt=key[1])
        earlier = Q(at__lt=key[0]) | Q(at=key[0], id__lt=key[1])
        found = found.filter(later if waits else earlier)
    some = list(found[: PAGE + 1])
    more = as_key(some[PAGE - 1].at, some[PAGE - 1].id) if len(some) > PAGE else ""
    seen = _seen(viewer, some[:PAGE])
    counts: dict[State, int] = {
        "waiting": _waiting(viewer, at, place_code=place_code, late=late),
        "unanswered": _of(rows, "unanswered", at, late=late).count(),
    }
    return CommentPage(_rows(viewer, [row for row in some[:PAGE] if row.id in seen], at), counts, more)


def one(viewer: Viewer, comment_id: UUID, at: datetime) -> CommentAlone:
    """One comment. Raises Missing."""
    viewer.need("matter.see")
    row = Comment.objects.visible_to(viewer).select_related("notice").filter(id=comment_id).first()
    if row is None:
        raise Missing
    facts = board.facts(viewer, row.notice.matter_id, at)
    apart = viewer.may(parts.PUBLISHES) and viewer.sees(row.notice.place_code)
    apart = apart and parts.apart(viewer, row, facts, at)
    if row.state != "shown" and not apart:
        raise Missing
    page = comments.rules_in(viewer, version(row.rulebook_id))
    bodies = staff.body_names(viewer, [facts.body_id] if facts.body_id else [])
    return CommentAlone(
        row=_rows(viewer, [row], at)[0],
        state=row.state,
        notice_id=row.notice_id,
        asked=row.notice.asked,
        done=row.notice.done,
        owed=row.notice.owed,
        body=bodies.get(facts.body_id, "") if facts.body_id else "",
        resident=row.body_id is None,
        names=row.state == "waiting" and redaction.points_at(row.text, parts.cues(facts)),
        apart=apart,
        answers=parts.answers(viewer, facts.body_id, row.notice.place_code),
        reasons=sorted(page.reasons.items()) if page else (),
        answered_at=row.answered_at,
    )


def entries(viewer: Viewer, at: datetime, *, after: str = "") -> tuple[Sequence[EntryRow], str]:
    """What stands on the walls of the viewer's places, newest first, and the key of the next page. Five queries."""
    viewer.need("matter.see")
    rows = Notice.objects.filter(viewer.scope("place_code"), state="published")
    rows = rows.exclude(board.lies_aside(viewer, "matter_id")).order_by("-published_at", "-id")
    if key := key_of(after):
        rows = rows.filter(Q(published_at__lt=key[0]) | Q(published_at=key[0], id__lt=key[1]))
    with looking_as(OPEN):
        found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    more = as_key(last.published_at, last.id) if last else ""
    standing = board.standings(viewer, {row.matter_id for row in found}, at)
    found = [row for row in found[:PAGE] if row.matter_id in standing]
    where = places.paths(viewer, {row.place_code for row in found})
    bodies = staff.body_names(viewer, {row.body_id for row in found if row.body_id})
    said = comments.under(viewer, [row.id for row in found], at)
    held = staff.bodies_held(viewer)
    return [
        EntryRow(
            id=row.id,
            place=where.get(row.place_code, ""),
            asked=row.asked,
            body=bodies.get(row.body_id, "") if row.body_id else "",
            on=row.published_at,
            said=said.get(row.id, NO_COMMENTS),
            own=row.body_id in held,
        )
        for row in found
    ], more


def _there(viewer: Viewer, place_code: str) -> QuerySet[Comment]:
    """Those in the viewer's places, or said to their unit; none under an entry whose matter is kept apart by now."""
    rows = Comment.objects.visible_to(viewer).filter(board.stands(viewer, "notice__matter_id"))
    mine = viewer.scope("notice__place_code") | Q(notice__body_id__in=staff.bodies_held(viewer))
    low, high = subtree(place_code) if place_code else ("", "~")
    return rows.filter(mine, notice__place_code__gte=low, notice__place_code__lt=high)


def _of(rows: QuerySet[Comment], state: State, at: datetime, *, late: bool) -> QuerySet[Comment]:
    """Those of a state as the desk has them; `late` narrows what is owed to what is overdue."""
    match state:
        case "unanswered":
            rows = rows.filter(state="shown", answered_at__isnull=True)
            return rows.filter(answer_by__lte=at) if late else rows
        case "answered":
            return rows.filter(state="shown", answered_at__isnull=False)
        case "waiting":
            rows = rows.filter(state="waiting")
            return rows.filter(look_by__lte=at) if late else rows
        case _:  # whose words are gone is in the numbers only
            return rows.filter(state=state).exclude(text="")


def _waiting(viewer: Viewer, at: datetime, *, place_code: str, late: bool) -> int:
    """How many comments wait for the viewer to look at them, up to a hundred. Two queries.

    One about a matter that is kept from them is not counted either: a number would tell of it (SG-01).
    """
    if not viewer.may(parts.PUBLISHES):
        return 0
    rows = _of(_there(viewer, place_code), "waiting", at, late=late).select_related("notice")
    return len(_seen(viewer, list(rows[:MOST])))


def _seen(viewer: Viewer, rows: Sequence[Comment]) -> frozenset[UUID]:
    """Of some comments those the viewer may read: not what waits or was refused about a matter they cannot see, or that
    is in their own or their unit's hands."""
    unsettled = {row.notice.matter_id for row in rows if row.state != "shown"}
    hands = board.hands(viewer, unsettled)
    held = staff.bodies_held(viewer)
    near = {matter for matter, (handler, body) in hands.items() if handler in viewer.persons or body in held}
    return frozenset(
        row.id
        for row in rows
        if row.state == "shown" or (row.notice.matter_id in hands and row.notice.matter_id not in near)
    )


def _rows(viewer: Viewer, rows: Sequence[Comment], at: datetime) -> list[CommentRow]:
    where = places.paths(viewer, {row.notice.place_code for row in rows})
    bodies = staff.body_names(viewer, {row.body_id for row in rows if row.body_id})
    return [
        CommentRow(
            id=row.id,
            text=row.text,
            by=bodies.get(row.body_id, "") if row.body_id else "",
            place=where.get(row.notice.place_code, ""),
            asked=row.notice.asked,
            at=row.at,
            until=row.look_by if row.state == "waiting" else None if row.answered_at else row.answer_by,
            late=row.look_by <= at if row.state == "waiting" else comments.late(row, at),
            answer=row.answer,
            reason=comments.reason(row),
        )
        for row in rows
    ]
