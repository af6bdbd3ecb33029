"""What was decided about an appeal's being reasonable: for its page, for its resident, for whoever reviews (SG-34)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from huiyin.casework.models import Determination, Matter
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

MOST = 50
FIRST, REVIEW = 1, 2


@dataclass(frozen=True)
class Decided:
    """One decision; `by` is empty for the resident, who is told what and why, not which person."""

    number: int
    reasonable: bool
    reason: str
    by: str
    at: datetime
    asked_at: datetime | None
    asked_words: str


@dataclass(frozen=True)
class Figures:
    """How often, of matters in sight: the share found unreasonable, the reviews asked for, and how many turned."""

    judged: int
    unreasonable: int
    asked: int
    reviewed: int
    reversed: int


def decided(viewer: Viewer, matter: Matter, known: Mapping[UUID, str] | None = None) -> Sequence[Decided]:
    """The decisions about a matter whose page the viewer has; none where there was none, without a query.

    `known` are names at hand; only others are asked for.
    """
    if matter.reasonable is None:
        return ()
    rows = list(matter.determinations.order_by("number"))
    names = dict(known or {}) if viewer.person_id else {}
    if viewer.person_id and (strange := {row.by_id for row in rows if row.by_id} - names.keys()):
        names |= staff.persons(viewer, strange)
    return [_row(row, names.get(row.by_id, "") if row.by_id else "") for row in rows]


def may_review(viewer: Viewer, matter: Matter, found: Sequence[Decided]) -> bool:
    """Whether the viewer may look at it again; the action checks the bodies."""
    asked = len(found) == FIRST and found[0].asked_at is not None
    if not (asked and viewer.may("matter.approve")):
        return False
    mine = viewer.persons & {matter.handler_id, matter.reasonable_by_id}
    return not (mine or matter.owner_body_id in staff.bodies_held(viewer))


def may_ask(viewer: Viewer, found: Sequence[Decided]) -> bool:
    """Whether the resident, who is the viewer, may ask for the review: found unreasonable, not asked before."""
    return len(found) == FIRST and not found[0].reasonable and found[0].asked_at is None


def waiting(viewer: Viewer) -> list[MatterRow]:
    """Matters in sight whose resident asked for the review, longest waiting first. Four queries."""
    asked = Determination.objects.filter(matter=OuterRef("pk"), number=FIRST, asked_at__isnull=False)
    done = Determination.objects.filter(matter=OuterRef("pk"), number=REVIEW)
    rows = Matter.objects.visible_to(viewer).filter(Exists(asked), ~Exists(done)).order_by("opened_at", "id")
    return rows_of(viewer, rows.values(*COLUMNS)[:MOST])


def figures(viewer: Viewer) -> Figures:
    """Share and reversals over all matters in sight; one query."""
    rows = Determination.objects.filter(matter__in=Matter.objects.visible_to(viewer).filter(reasonable__isnull=False))
    first, second = Q(number=FIRST), Q(number=REVIEW)
    return Figures(
        **rows.aggregate(
            judged=Count("pk", filter=first),
            unreasonable=Count("pk", filter=first & Q(reasonable=False)),
            asked=Count("pk", filter=first & Q(asked_at__isnull=False)),
            reviewed=Count("pk", filter=second),
            reversed=Count("pk", filter=second & Q(reasonable=True)),
        )
    )


def of_resident(viewer: Viewer, matter_id: UUID) -> Sequence[Decided]:
    """What the resident is told, for a matter the door has opened with its proof; nothing of held and sealed ones."""
    rows = Determination.objects.filter(matter_id=matter_id, matter__held=False, matter__sealed=False)
    return [_row(row, "") for row in rows.order_by("number")]


def _row(row: Determination, by: str) -> Decided:
    return Decided(row.number, row.reasonable, row.reason, by, row.at, row.asked_at, row.asked_words)
