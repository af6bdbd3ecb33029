"""Where a body, a person or a leader is called on in matters that are others' (R-021, R-182, R-184, R-186)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework.models import Matter, Move, Share
from huiyin.casework.queries.matters import COLUMNS, MatterRow, beyond, key_of, rows_of
from huiyin.casework.rules.shares import ANSWERED
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

PAGE = 50
INSTRUCTED = "instructed"
OWED = Q(part__in=ANSWERED, answered_at__isnull=True, matter__closed_at__isnull=True)
OWED |= Q(part="reading", read_at__isnull=True)
"""What a body was asked and has not answered, or told and has not read."""


Back = tuple[UUID, datetime]
"""A matter and the moment in which a leader gave it back."""


@dataclass(frozen=True)
class ShareRow:
    """One call on somebody, names filled in. `mine`: it is the viewer's body or the viewer who was called on."""

    id: UUID
    part: str
    body: str
    person: str
    asked: str
    by: str
    at: datetime
    due_on: date | None
    read_at: datetime | None
    read_by: str
    answer: str
    answered_at: datetime | None
    answered_by: str
    ended_at: datetime | None
    mine: bool
    sent_back: bool = False

    @property
    def owes_answer(self) -> bool:
        """Whether it still waits for an answer."""
        return self.part in ANSWERED and self.answered_at is None

    @property
    def stands(self) -> str:
        """How far it is: unread, read, answered; of what lay before a leader also instructed, sent_back, and over
        where it went on without their word.
        """
        if self.sent_back:
            return "sent_back"
        if self.answered_at is not None:
            return INSTRUCTED if self.part == "leader" else "answered"
        if self.part == "leader" and self.ended_at is not None:
            return "over"
        return "unread" if self.read_at is None else "read"


@dataclass(frozen=True)
class Called:
    """A line of a list: the call and the matter it is about."""

    share: ShareRow
    matter: MatterRow


@dataclass(frozen=True)
class CalledPage:
    """One page of a list, with the key of the next."""

    rows: Sequence[Called]
    after: str


def of_matter(viewer: Viewer, matter: Matter) -> list[Share]:
    """Everybody called on in a matter the viewer has reached, oldest first; sessions have their own page."""
    return [] if matter.held or matter.sealed else list(matter.shares.exclude(part="session"))


def back_from(moves: Iterable[Move]) -> frozenset[Back]:
    """Of some steps, when a leader gave a matter back: their share ended at that moment."""
    return frozenset((one.matter_id, one.at) for one in moves if one.step == "send_back" and one.source == "submitted")


def persons_of(rows: Sequence[Share]) -> set[UUID]:
    """Whose names such rows show."""
    return {one for row in rows for one in (row.person_id, row.by_id, row.read_by_id, row.answered_by_id) if one}


def asked(viewer: Viewer, *, done: bool = False, after: str = "") -> CalledPage:
    """What the viewer's bodies were asked, told or invited to and still owe, the longest waiting first; or have done.

    Matters the viewer must not see are in no list (SG-01). Eight queries for any number of rows.
    """
    found = _mine(viewer).exclude(part__in=("leader", "session"))
    rows = found.exclude(OWED) if done else found.filter(OWED)
    return _page(viewer, rows, after, newest=done)


def before_me(viewer: Viewer, *, done: bool = False, after: str = "") -> CalledPage:
    """What lies before the viewer as a leader, the longest waiting first; or what they instructed or gave back."""
    found = Share.objects.filter(part="leader", person_id__in=viewer.persons)
    found = found.filter(matter__in=Matter.objects.readable_by(viewer).filter(held=False, sealed=False).values("pk"))
    rows = found.filter(answered_at__isnull=False) if done else found.filter(ended_at=None, matter__state="submitted")
    return _page(viewer, rows, after, newest=done)


def owed_by(viewer: Viewer) -> QuerySet[Share]:
    """What was asked of the viewer's bodies and is not done."""
    return _mine(viewer).filter(OWED)


def submitted_to(viewer: Viewer) -> QuerySet[Share]:
    """What lies before the viewer as a leader."""
    return _mine(viewer).filter(part="leader", matter__state="submitted")


def lies_before(viewer: Viewer, matter: Matter) -> bool:
    """Whether a submitted matter lies before this viewer; one query, none where it is not submitted."""
    if matter.state != "submitted" or not viewer.may("matter.instruct"):
        return False
    rows = Share.objects.filter(matter=matter, part="leader", ended_at__isnull=True, person_id__in=viewer.persons)
    return rows.exists()


def _mine(viewer: Viewer) -> QuerySet[Share]:
    mine = Q(body_id__in=viewer.body_ids) | Q(person_id__in=viewer.persons)
    seen = Matter.objects.shared_with(viewer)
    return Share.objects.filter(mine, ended_at__isnull=True, matter__in=seen.values("pk"))


def _page(viewer: Viewer, rows: QuerySet[Share], after: str, *, newest: bool) -> CalledPage:
    if after:
        rows = rows.filter(beyond("at", after, descending=newest))
    order = ("-at", "-id") if newest else ("at", "id")
    found = list(rows.order_by(*order)[: PAGE + 1])
    here = found[:PAGE]
    columns = {row["id"]: row for row in Matter.objects.filter(id__in={one.matter_id for one in here}).values(*COLUMNS)}
    matters = {row.id: row for row in rows_of(viewer, columns.values())}
    lines = zip(here, _filled(viewer, here), strict=True)
    more = key_of({"at": here[-1].at, "id": here[-1].id}, "at") if len(found) > PAGE else ""
    return CalledPage([Called(share, matters[one.matter_id]) for one, share in lines], more)


def _filled(viewer: Viewer, rows: Sequence[Share]) -> list[ShareRow]:
    """Names of bodies and persons, what leaders gave back: three queries for any number of rows."""
    bodies = staff.body_names(viewer, {row.body_id for row in rows if row.body_id})
    led = {row.matter_id for row in rows if row.part == "leader" and row.answered_at}
    back = back_from(Move.objects.filter(matter__in=led, step="send_back") if led else ())
    return filled(viewer, rows, names=staff.persons(viewer, persons_of(rows)), bodies=bodies, back=back)


def filled(
    viewer: Viewer,
    rows: Sequence[Share],
    *,
    names: Mapping[UUID, str],
    bodies: Mapping[UUID, str],
    back: Collection[Back],
) -> list[ShareRow]:
    """The rows with names that are at hand."""

    def name(one: UUID | None) -> str:
        return names.get(one, "") if one else ""

    return [
        ShareRow(
            id=row.id,
            part=row.part,
            body=bodies.get(row.body_id, "") if row.body_id else "",
            person=name(row.person_id),
            asked=row.asked,
            by=name(row.by_id),
            at=row.at,
            due_on=row.due_on,
            read_at=row.read_at,
            read_by=name(row.read_by_id),
            answer=row.answer,
            answered_at=row.answered_at,
            answered_by=name(row.answered_by_id),
            ended_at=row.ended_at,
            mine=row.body_id in viewer.body_ids or row.person_id in viewer.persons,
            sent_back=row.part == "leader" and (row.matter_id, row.answered_at) in back,
        )
        for row in rows
    ]
