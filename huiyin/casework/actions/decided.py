"""What others decided about units and persons is written down as counts, with the paper and who decided (R-405).

Nothing here proposes, decides or names: Party discipline and dismissal are decisions made elsewhere (SG-08).
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.casework.events.oversight import DecisionRecorded, DecisionStruck
from huiyin.casework.models import Decided
from huiyin.casework.rules.inspections import DECISIONS
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import staff
from huiyin.register.queries.days import today

VERB = "matter.supervise"
MOST = 9_999


@dataclass(frozen=True)
class Paper:
    """A decision as its paper says it: what, by whom, which document, when, about which unit, how many."""

    kind: str
    decided_by: str
    document: str
    decided_on: date
    body: UUID
    many: int


@action
def record_decision(*, by: Viewer, at: datetime, paper: Paper) -> Decided:
    """Write a paper down. Raises Refused: not_allowed, value_unknown, text_empty, decided_later, body_unknown,
    number_wrong."""
    by.need(VERB)
    if paper.kind not in DECISIONS:
        raise Refused("value_unknown", field="kind")
    if paper.decided_on > today(by, at):
        raise Refused("decided_later", field="decided_on")
    if not 1 <= paper.many <= MOST:
        raise Refused("number_wrong", field="many")
    known = paper.body in staff.body_names(by, {paper.body})
    place_code = staff.body(by, paper.body).place_code[:12] if known else ""
    if not known or not by.sees(place_code):
        raise Refused("body_unknown", field="body")
    row = Decided(
        kind=paper.kind,
        decided_by=text.line(paper.decided_by, most=120, least=1, field="decided_by"),
        document=text.line(paper.document, most=120, least=1, field="document"),
        decided_on=paper.decided_on,
        place_code=place_code,
        body_id=paper.body,
        many=paper.many,
        by_id=by.person_id,
        at=at,
    )
    row.save(force_insert=True)
    record(DecisionRecorded(subject=str(row.id), kind=row.kind, many=row.many), by=by, at=at)
    return row


@action
def strike(*, by: Viewer, at: datetime, decided_id: UUID, why: str) -> Decided:
    """Take back what was written down wrongly. Raises Missing; Refused: not_allowed, already_done, needs_note."""
    by.need(VERB)
    row = Decided.objects.visible_to(by).select_for_update(of=("self",)).filter(id=decided_id).first()
    if row is None:
        raise Missing
    if row.struck_at is not None:
        raise Refused("already_done")
    said = text.normalise(why, most=2000, field="why")
    if not said:
        raise Refused("needs_note", field="why")
    row.struck_at, row.struck_by_id, row.struck_why = at, by.person_id, said
    row.save()
    record(DecisionStruck(subject=str(row.id)), by=by, at=at)
    return row
