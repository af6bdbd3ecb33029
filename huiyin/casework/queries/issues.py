"""Common issues in their order, and one of them with everything; matters only as far as the viewer may see them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.functions import Substr

from huiyin.casework.models import CaseTally, IssueFigure, IssueMember, IssuePromise, Matter
from huiyin.casework.models import Issue as Issue  # doors name its type
from huiyin.casework.queries.figures import LOOSE
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.casework.rules import hot
from huiyin.casework.rules import issues as rules
from huiyin.casework.rules.hot import Candidate
from huiyin.casework.rules.spans import Behind, Wanted
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import places, staff
from huiyin.register.rules import codes

LIVE = Q(out_at__isnull=True)
CANDIDATES = 12
"""Candidates shown at once."""
SHOWN = 200
"""Members listed on an issue's page."""


@dataclass(frozen=True)
class Counts:
    """Of the matters under an issue that the viewer sees: all, answered, closed, and in how many villages."""

    members: int = 0
    answered: int = 0
    closed: int = 0
    villages: int = 0


@dataclass(frozen=True)
class IssueRow:
    """An issue as lists show it."""

    issue: Issue
    owner: str
    place: str
    counts: Counts
    promise: IssuePromise | None
    late: bool


@dataclass(frozen=True)
class Progress:
    """One number with its reports, oldest first."""

    name: str
    unit: str
    target: Decimal
    value: Decimal
    on: date
    reports: Sequence[tuple[IssueFigure, Decimal]]

    @property
    def share(self) -> float:
        """How much of the target is reached, at most 1."""
        return min(float(self.value / self.target), 1.0)


@dataclass(frozen=True)
class IssuePage:
    """One issue with everything."""

    row: IssueRow
    units: Sequence[tuple[UUID, str]]
    members: Sequence[tuple[MatterRow, bool]]
    """Each with whether it is answered."""
    promises: Sequence[IssuePromise]
    progress: Sequence[Progress]


def issues(viewer: Viewer, at: datetime, today: date, *, settled: bool = False) -> list[IssueRow]:
    """All open (or settled) issues in their order: urgent, massed, promised sooner. Five queries."""
    rows = list(Issue.objects.visible_to(viewer).filter(settled_at__isnull=not settled))
    counts, promises = _counts(viewer, rows), _promises(rows)
    told = _rows(viewer, rows, counts, promises, today)
    if settled:
        return sorted(told, key=lambda one: one.issue.settled_at or at, reverse=True)
    return sorted(told, key=lambda one: (rules.order(_weight(one)), one.issue.id))


def bare(viewer: Viewer, issue_id: UUID) -> Issue:
    """One issue by itself. Raises Missing."""
    found = Issue.objects.visible_to(viewer).filter(id=issue_id).first()
    if found is None:
        raise Missing
    return found


def issue(viewer: Viewer, issue_id: UUID, today: date) -> IssuePage:
    """One issue; at most ten queries. Raises Missing."""
    found = bare(viewer, issue_id)
    promises = list(found.promises.all())
    here = IssueMember.objects.filter(LIVE, issue=found).values("matter_id")
    rows = Matter.objects.visible_to(viewer).filter(id__in=here).order_by("order_at", "id")
    members = list(rows.values(*COLUMNS, "answered_at")[:SHOWN])
    told = rows_of(viewer, members)
    counts = _counts(viewer, [found])
    units = list(found.units.values_list("body_id", flat=True))
    names = staff.body_names(viewer, set(units))
    return IssuePage(
        row=_rows(viewer, [found], counts, {found.id: promises[-1]} if promises else {}, today)[0],
        units=[(one, names.get(one, "")) for one in units],
        members=[(row, raw["answered_at"] is not None) for row, raw in zip(told, members, strict=True)],
        promises=promises,
        progress=_progress(list(found.figures.all())),
    )


@dataclass(frozen=True)
class Shown:
    """An issue without its matters, for who reads only what is public."""

    row: IssueRow
    progress: Sequence[Progress]


def shown(viewer: Viewer, ids: Collection[UUID], today: date) -> list[Shown]:
    """Some issues, those that are not settled first; five queries."""
    rows = list(Issue.objects.visible_to(viewer).filter(id__in=ids).order_by(F("settled_at").desc(nulls_first=True)))
    figures: dict[UUID, list[IssueFigure]] = {}
    for one in IssueFigure.objects.filter(issue__in=rows):
        figures.setdefault(one.issue_id, []).append(one)
    told = _rows(viewer, rows, {}, _promises(rows), today)
    return [Shown(row, _progress(figures.get(row.issue.id, []))) for row in told]


def candidates(viewer: Viewer, today: date) -> list[Candidate]:
    """What many raised lately and stands under no issue yet, in the viewer's sight; one query. Never a decision."""
    rows = CaseTally.objects.visible_to(viewer).filter(opened_on__gt=today - timedelta(days=hot.LATELY))
    loose = rows.filter(common=0, staff=False)
    found = loose.annotate(village=Substr("place_code", 1, 12)).order_by().values_list("village", "topic")
    cells = [hot.Cell(village, topic, 0, 0, n, 0) for village, topic, n in found.annotate(n=Count("pk"))]
    return hot.candidates(cells)[:CANDIDATES]


def behind(viewer: Viewer, one: Candidate, county: str, today: date) -> Behind:
    """The list of what a candidate was counted from: the same days, topic and place, under no issue yet."""
    only: tuple[tuple[str, str], ...] = (("topic", one.topic), LOOSE)
    if one.village and codes.width(one.village) < codes.WIDTHS[4]:
        only += (("place", one.village),)  # said of a whole town: without what was said in its villages
    first, last = today - timedelta(days=hot.LATELY - 1), today + timedelta(days=1)
    return Behind(Wanted(from_=first, until=last, place=one.village or county, only=only), "collected")


def of_matters(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Issue]:
    """Under which issue each of these matters stands."""
    rows = IssueMember.objects.filter(LIVE, matter_id__in=ids, issue__in=Issue.objects.visible_to(viewer))
    return {row.matter_id: row.issue for row in rows.select_related("issue")}


def faults(viewer: Viewer, about: rules.About, at: datetime) -> Iterator[Refused]:
    """All that is wrong with what an issue says, each with its field."""
    for name, most in (("title", 200), ("text", 5000)):
        if not str(getattr(about, name)).strip():
            yield Refused("text_empty", field=name)
        elif len(getattr(about, name)) > most:
            yield Refused("text_too_long", field=name, most=most, over=len(getattr(about, name)) - most)
    if about.urgency not in rules.URGENCIES:
        yield Refused("value_unknown", field="urgency")
    book = current(at).rulebook
    if about.topic and about.topic not in book.matters(book.county.intake.programme).topics:
        yield Refused("topic_unknown", field="topic")
    if about.place_code and not places.exists(viewer, about.place_code):
        yield Refused("place_unknown", field="place_code")
    bodies = [one for one in (about.owner, *about.units) if one]
    if set(staff.body_names(viewer, set(bodies))) != set(bodies):
        yield Refused("body_unknown", field="owner")


def _weight(one: IssueRow) -> rules.Weight:
    promised = one.promise.until if one.promise else None
    return rules.Weight(one.issue.urgency, one.counts.members, one.counts.villages, promised)


def _counts(viewer: Viewer, rows: Sequence[Issue]) -> dict[UUID, Counts]:
    """What the viewer sees under each; one query."""
    live = Q(issues__out_at__isnull=True, issues__issue__in=rows)
    found = (
        Matter.objects.visible_to(viewer)
        .filter(live)
        .order_by()
        .values(under=F("issues__issue_id"), village=F("place_code"))
        .annotate(
            many=Count("pk"),
            answered=Count("pk", filter=Q(answered_at__isnull=False)),
            closed=Count("pk", filter=Q(closed_at__isnull=False)),
        )
    )
    parts: dict[UUID, list[Any]] = {}
    for row in found:
        parts.setdefault(row["under"], []).append(row)
    return {
        one: Counts(
            sum(int(row["many"]) for row in some),
            sum(int(row["answered"]) for row in some),
            sum(int(row["closed"]) for row in some),
            len({str(row["village"])[:12] for row in some}),
        )
        for one, some in parts.items()
    }


def _promises(rows: Sequence[Issue]) -> dict[UUID, IssuePromise]:
    """The newest promise of each."""
    return {row.issue_id: row for row in IssuePromise.objects.filter(issue__in=rows).order_by("at", "id")}


def _rows(
    viewer: Viewer,
    rows: Sequence[Issue],
    counts: dict[UUID, Counts],
    promises: dict[UUID, IssuePromise],
    today: date,
) -> list[IssueRow]:
    owners = staff.body_names(viewer, {row.owner_body_id for row in rows if row.owner_body_id})
    named = places.paths(viewer, {row.place_code for row in rows})
    told = []
    for row in rows:
        promise = promises.get(row.id)
        late = promise is not None and row.settled_at is None and promise.until < today
        owner = owners.get(row.owner_body_id, "") if row.owner_body_id else ""
        told.append(IssueRow(row, owner, named.get(row.place_code, ""), counts.get(row.id, Counts()), promise, late))
    return told


def _progress(figures: Sequence[IssueFigure]) -> list[Progress]:
    """Reports by the name of what they count; the newest says target and value."""
    by_name: dict[tuple[str, str], list[IssueFigure]] = {}
    for row in figures:
        by_name.setdefault((row.name, row.unit), []).append(row)
    return [
        Progress(
            name,
            unit,
            Decimal(some[-1].target_hundredths) / 100,
            Decimal(some[-1].value_hundredths) / 100,
            some[-1].on,
            [(row, Decimal(row.value_hundredths) / 100) for row in some],
        )
        for (name, unit), some in by_name.items()
    ]
