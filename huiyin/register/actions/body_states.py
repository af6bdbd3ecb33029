"""Somebody says that an enterprise or a project stopped, does something else, closed, or is at work again (R-039)."""

from datetime import date, datetime
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import dated
from huiyin.register.actions.categories import screened
from huiyin.register.events import BodyStateSaid
from huiyin.register.models import Body, BodyState
from huiyin.register.models.body_states import BODY_STATES, RUNNING
from huiyin.register.queries.body_states import STATED

NOTE_MOST = 120


@action
def say(*, by: Viewer, at: datetime, body_id: UUID, state: str, on: date | None = None, note: str = "") -> UUID:
    """A body is in a state from a day on, today or earlier; the state before ends that day. Returns the record's id.

    The same state with another note is a record of its own. Raises Missing; Refused: not_allowed, value_missing,
    value_unknown, body_stateless, day_ahead, stated_before, words_refused, nothing_changed.
    """
    row = _body(by, body_id)
    if state not in BODY_STATES:
        raise Refused("value_unknown" if state else "value_missing", field="state")
    day = dated.not_ahead(by, at, on)
    words = screened(note, most=NOTE_MOST, field="note")
    last = BodyState.objects.filter(body=row, until=None, replaced_at=None).first()
    dated.not_before(day, last.since if last is not None else row.since)
    if (state, words) == ((last.state, last.note) if last is not None else (RUNNING, "")):
        raise Refused("nothing_changed", field="state")
    if last is not None:
        dated.end(last, day, at)
    made = BodyState(body=row, state=state, note=words, since=day, recorded_at=at)
    made.save(force_insert=True)
    record(BodyStateSaid(subject=str(row.pk), state=state, on=day.isoformat()), by=by, at=at)
    return made.pk


def _body(by: Viewer, body_id: UUID) -> Body:
    """The body, locked, for whoever edits where it is."""
    row = Body.objects.select_for_update().filter(pk=body_id, until=None).first()
    if row is None or not by.sees(row.place_code):
        raise Missing
    by.need("register.edit")
    if row.kind not in STATED:
        raise Refused("body_stateless", field="state")
    return row
