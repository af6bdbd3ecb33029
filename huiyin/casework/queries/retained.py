"""What is kept without action: what waits for a second person, what is to be looked at again, and how much it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from huiyin.casework.events import RetentionProposed
from huiyin.casework.models import Matter, Retention
from huiyin.casework.queries import figures
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.casework.rules.spans import Wanted
from huiyin.core import four_eyes
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.register.queries import places, staff
from huiyin.register.queries.days import today

MOST = 100
YEAR = timedelta(days=365)
KEPT = "result", "retained"
"""As figures say it."""


@dataclass(frozen=True)
class RetentionRow:
    """One proposal, names filled in. `mine`: the viewer proposed it, or somebody in their name,
    or handles the matter, so another must consent."""

    id: UUID
    reason: str
    reply: str
    review_on: date
    lapses_at: datetime
    proposed_by: str
    body: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    consented: bool | None
    refusal: str
    objection: str
    ended_at: datetime | None
    ended_why: str
    mine: bool
    due: bool


@dataclass(frozen=True)
class Kept:
    """A line of a list: the proposal and its matter."""

    row: RetentionRow
    matter: MatterRow


@dataclass(frozen=True)
class Share:
    """How much of what came in from a place within a year is kept; `share` is None where nothing came in. Both numbers
    open: `wanted` is what was asked about."""

    place: str
    wanted: Wanted
    kept: int
    opened: int

    @property
    def share(self) -> float | None:
        """Kept of opened, 0 to 1."""
        return self.kept / self.opened if self.opened else None

    @property
    def percent(self) -> str:
        """The same in words, with one place."""
        return f"{self.share * 100:.1f}" if self.share is not None else ""


def of_matter(viewer: Viewer, matter: Matter) -> list[Retention]:
    """Every proposal about a matter the viewer has reached, oldest first."""
    return list(matter.retentions.select_related("matter"))


def persons_of(rows: Sequence[Retention]) -> set[UUID]:
    """Whose names such rows show."""
    return {one for row in rows for one in (row.proposed_by_id, row.decided_by_id) if one}


def kept(viewer: Viewer, at: datetime, which: str) -> Sequence[Kept]:
    """Lines the viewer may see: `asked` (wait for a second person), `due` (their day has come), or all that is kept.

    The nearest day first. Six queries.
    """
    rows = _which(viewer, at, which).select_related("matter").order_by("review_on", "id")[:MOST]
    here = list(rows)
    found = Matter.objects.filter(id__in={row.matter_id for row in here}).values(*COLUMNS) if here else ()
    matters = {row.id: row for row in rows_of(viewer, found)}
    return [Kept(row, matters[one.matter_id]) for one, row in zip(here, _filled(viewer, here, at), strict=True)]


def counts(viewer: Viewer, at: datetime) -> dict[str, int]:
    """How many lines each list has; one query."""
    kept = Q(consented=True, matter__state="retained")
    return _open(viewer).aggregate(
        asked=Count("id", filter=Q(decided_at__isnull=True)),
        due=Count("id", filter=kept & Q(review_on__lte=today(viewer, at))),
        all=Count("id", filter=kept),
    )


def waiting_for(viewer: Viewer, day: date) -> QuerySet[Retention]:
    """What waits for the viewer on a day: to consent to, or to look at again."""
    me = viewer.persons
    asked = Q(decided_at__isnull=True) & ~Q(proposed_by_id__in=me) & ~Q(matter__handler_id__in=me)
    due = Q(consented=True, review_on__lte=day, matter__state="retained")
    return _open(viewer).filter(asked | due)


def shares(viewer: Viewer, at: datetime) -> Sequence[Share]:
    """How much is kept of what came in within a year, by town, the largest share first; as far as the viewer sees it.

    Three queries.
    """
    until = today(viewer, at) + timedelta(days=1)
    wanted = Wanted(from_=until - YEAR, until=until, place=current(at).rulebook.county.code)
    opened, kept = (
        {line.value: line.sums["collected"] for line in figures.split(viewer, one, ("place",))["place"]}
        for one in (wanted, replace(wanted, only=(KEPT,)))
    )
    paths = places.paths(viewer, set(opened))
    found = [
        Share(paths.get(code, code), replace(wanted, only=(("place", code),)), kept.get(code, 0), many)
        for code, many in opened.items()
    ]
    return sorted(found, key=lambda one: (-(one.share or 0), one.place))


def _open(viewer: Viewer) -> QuerySet[Retention]:
    return Retention.objects.filter(ended_at__isnull=True, matter__in=Matter.objects.visible_to(viewer).values("pk"))


def _which(viewer: Viewer, at: datetime, which: str) -> QuerySet[Retention]:
    rows = _open(viewer)
    if which == "asked":
        return rows.filter(decided_at__isnull=True)
    rows = rows.filter(consented=True, matter__state="retained")
    return rows.filter(review_on__lte=today(viewer, at)) if which == "due" else rows


def _filled(viewer: Viewer, rows: Sequence[Retention], at: datetime) -> list[RetentionRow]:
    if not rows:
        return []
    bodies = staff.body_names(viewer, {row.body_id for row in rows if row.body_id})
    return filled(viewer, rows, at, names=staff.persons(viewer, persons_of(rows)), bodies=bodies)


def filled(
    viewer: Viewer, rows: Sequence[Retention], at: datetime, *, names: Mapping[UUID, str], bodies: Mapping[UUID, str]
) -> list[RetentionRow]:
    """The rows with names that are at hand."""
    day, lent = today(viewer, at), _lent(viewer, rows)
    return [
        RetentionRow(
            id=row.id,
            reason=row.reason,
            reply=row.reply,
            review_on=row.review_on,
            lapses_at=row.lapses_at,
            proposed_by=names.get(row.proposed_by_id, ""),
            body=bodies.get(row.body_id, "") if row.body_id else "",
            proposed_at=row.proposed_at,
            decided_by=names.get(row.decided_by_id, "") if row.decided_by_id else "",
            decided_at=row.decided_at,
            consented=row.consented,
            refusal=row.refusal,
            objection=row.objection,
            ended_at=row.ended_at,
            ended_why=row.ended_why,
            mine=str(row.id) in lent or bool(viewer.persons & {row.proposed_by_id, row.matter.handler_id}),
            due=row.consented is True and row.ended_at is None and row.review_on <= day,
        )
        for row in rows
    ]


def _lent(viewer: Viewer, rows: Sequence[Retention]) -> frozenset[str]:
    """What waits for consent and was proposed in the viewer's name: not theirs to consent to either. One query."""
    waits = [row.matter_id for row in rows if row.decided_at is None and row.ended_at is None]
    told = four_eyes.in_ones_stead(viewer, RetentionProposed, waits) if viewer.person_id else ()
    return frozenset(str(one["retention"]) for one in told)
