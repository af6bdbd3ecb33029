"""At a meeting on unfulfilled work a unit says in public what it will do, and is held to it (R-404)."""

from datetime import date, datetime
from uuid import UUID

from huiyin.casework.events.oversight import PledgeMade
from huiyin.casework.models import Matter, Pledge, Promise, Session
from huiyin.casework.queries import sessions as queries
from huiyin.casework.rules import promises
from huiyin.casework.rules.sessions import UNFULFILLED
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries.days import today


@action
def pledge(*, by: Viewer, at: datetime, session_id: UUID, body: UUID, who: str, said: str, until: date) -> Pledge:
    """Its chair writes down what a unit said. For each matter on the list that the unit has and that is not closed, it
    is a promise: at its day the resident is asked, and "not kept" takes the matter up again.

    Raises Missing; Refused: session_chair, session_kind, pledge_no_matter, pledge_already, name_missing, text_empty,
    promise_past, promise_far.
    """
    session = _meeting(by, session_id)
    if Pledge.objects.filter(session=session, body_id=body).exists():
        raise Refused("pledge_already", field="body")
    name = text.name(who, field="who")
    if not name:
        raise Refused("name_missing", field="who")
    words = text.normalise(said, most=500, least=1, field="said")
    try:
        promises.made(what=words, due_on=until, today=today(by, at))
    except Refused as refused:
        raise Refused(refused.code, field="until") from refused
    seen = Matter.objects.readable_by(by).filter(held=False, sealed=False, closed_at__isnull=True)
    matters = list(seen.filter(id__in=session.matters.values("matter_id"), owner_body_id=body).order_by("id"))
    if not matters:
        raise Refused("pledge_no_matter", field="body")
    row = Pledge(
        session=session,
        place_code=session.place_code[:12],
        body_id=body,
        who=name,
        said=words,
        until=until,
        by_id=by.person_id,
        at=at,
    )
    row.save(force_insert=True)
    for matter in matters:
        Promise(
            matter=matter,
            reply=matter.replies.order_by("-at", "-id").first(),
            what=words,
            who=name,
            person_id=matter.handler_id,
            body_id=body,
            due_on=until,
            by_id=by.person_id,
            at=at,
        ).save(force_insert=True)
    record(PledgeMade(subject=str(row.id), promises=len(matters)), by=by, at=at)
    return row


def _meeting(by: Viewer, session_id: UUID) -> Session:
    """The meeting, locked, for who is in its chair."""
    session = Session.objects.select_for_update(of=("self",)).filter(id=session_id).first()
    if session is None or not queries.sits_in(by, session):
        raise Missing
    if by.person_id != session.chair_id:
        raise Refused("session_chair")
    if session.kind != UNFULFILLED:
        raise Refused("session_kind")
    return session
