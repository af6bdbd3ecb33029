"""What everybody may read about common issues, units' public promises and accountability: no person in any (R-217,
R-404, R-405)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from huiyin.casework.queries import decided, issues, pledges
from huiyin.casework.rules.inspections import DECISIONS, UNITS
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.county import County
from huiyin.publication.models import IssueNotice
from huiyin.publication.rules import cells, redaction
from huiyin.register.queries.days import today


@dataclass(frozen=True)
class PublicIssue:
    """A common issue as everybody reads it. `numbers` are name, value, target and unit, as last reported."""

    title: str
    place: str
    owner: str
    found: str
    plan: str
    became: str
    promise: str
    until: date | None
    late: bool
    settled_on: date | None
    numbers: Sequence[tuple[str, Decimal, Decimal, str]]


@dataclass(frozen=True)
class PublicPledge:
    """What a unit said in public at a meeting on unfulfilled work, and by which day."""

    body: str
    said: str
    until: date
    over: bool


@dataclass(frozen=True)
class PublicHalf:
    """A whole half year: how many of each kind, in the order of `DECISIONS`; None where it is too few to be told."""

    first: date
    last: date
    many: Sequence[int | None]


@dataclass(frozen=True)
class Told:
    """Everything on the page."""

    issues: Sequence[PublicIssue]
    pledges: Sequence[PublicPledge]
    halves: Sequence[PublicHalf]
    kinds: Sequence[str]
    least: int


FIELDS = ("found", "plan", "became")


def told(viewer: Viewer, at: datetime) -> Told:
    """The same for everybody; ten questions, whatever there is."""
    machine, day = Viewer.system("wall"), today(viewer, at)
    book = current(at).rulebook
    least = cells.least(one.publication.min_cells for one in book.programmes.values())
    shown = {row.issue_id: row for row in IssueNotice.objects.filter(withdrawn_at__isnull=True)}
    pages = issues.shown(machine, set(shown), day)
    return Told(
        issues=[_issue(shown[page.row.issue.id], page, book.county) for page in pages],
        pledges=[
            PublicPledge(row.body, redaction.redact(row.said), row.until, row.until < day)
            for row in pledges.public(machine, day)
        ],
        halves=[
            PublicHalf(one.first, one.last, [_told(*pair, least) for pair in zip(DECISIONS, one.many, strict=True)])
            for one in decided.halves(machine)
            if one.last < day
        ][:6],
        kinds=DECISIONS,
        least=least,
    )


def _told(kind: str, many: int, least: int) -> int | None:
    """Units are told as they are; of persons no number under the smallest cell, nought included: it tells as much."""
    return many if kind == UNITS or many >= least else None


def draft(viewer: Viewer, issue_id: UUID) -> tuple[IssueNotice | None, dict[str, str]]:
    """What stands in public of an issue, and the words to begin with: the issue's own, what points at people taken out.

    Raises Missing.
    """
    issue = issues.bare(viewer, issue_id)
    if not viewer.sees(issue.place_code):
        raise Missing
    row = IssueNotice.objects.filter(issue_id=issue_id).first()
    if row is not None:
        return row, {"found": row.found, "plan": row.plan, "became": row.became}
    own = {"found": issue.text, "plan": issue.plan, "became": issue.settled_note}
    return None, {name: redaction.redact(words)[:1000] for name, words in own.items()}


def _issue(row: IssueNotice, page: issues.Shown, county: County) -> PublicIssue:
    issue, promise = page.row.issue, page.row.promise
    return PublicIssue(
        title=redaction.redact(issue.title),
        place=page.row.place or county.name,
        owner=page.row.owner,
        found=row.found,
        plan=row.plan,
        became=row.became,
        promise=redaction.redact(promise.text) if promise else "",
        until=promise.until if promise else None,
        late=page.row.late,
        settled_on=issue.settled_at.astimezone(county.tz).date() if issue.settled_at else None,
        numbers=[(redaction.redact(one.name), one.value, one.target, one.unit) for one in page.progress],
    )
