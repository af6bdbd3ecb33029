"""A common issue in public: written for everybody by a named person, never with what points at somebody (R-217)."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.queries import issues
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.publication.events import IssueHidden, IssueShown
from huiyin.publication.models import IssueNotice
from huiyin.publication.rules import redaction

VERB = "matter.publish"
LONGEST = 1000


@action
def show(*, by: Viewer, at: datetime, issue_id: UUID, found: str, plan: str = "", became: str = "") -> IssueNotice:
    """Publish what was found, what is planned and what became of it, or put that into other words.

    Raises Missing; Refused: not_allowed, text_empty, text_too_long, notice_names.
    """
    by.need(VERB)
    issue = issues.bare(by, issue_id)
    if not by.sees(issue.place_code):
        raise Missing
    row = IssueNotice.objects.select_for_update().filter(issue_id=issue.id).first() or IssueNotice(issue_id=issue.id)
    row.found = text.normalise(found, most=LONGEST, least=1, field="found")
    row.plan = text.normalise(plan, most=LONGEST, field="plan")
    row.became = text.normalise(became, most=LONGEST, field="became")
    for name in ("found", "plan", "became"):
        if redaction.points_at(getattr(row, name)):
            raise Refused("notice_names", field=name)
    row.place_code, row.withdrawn_at = issue.place_code, None
    row.published_at, row.published_by_id = at, by.person_id
    row.save()
    record(IssueShown(subject=str(issue.id)), by=by, at=at)
    return row


@action
def hide(*, by: Viewer, at: datetime, issue_id: UUID) -> IssueNotice:
    """Take it down. Raises Missing; Refused: not_allowed, already_done."""
    by.need(VERB)
    row = IssueNotice.objects.visible_to(by).select_for_update().filter(issue_id=issue_id).first()
    if row is None or not by.sees(row.place_code):
        raise Missing
    if row.withdrawn_at is not None:
        raise Refused("already_done")
    row.withdrawn_at = at
    row.save()
    record(IssueHidden(subject=str(row.issue_id)), by=by, at=at)
    return row
