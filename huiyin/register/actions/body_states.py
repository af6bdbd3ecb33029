"""Somebody says that an enterprise or a project stopped, does something else, closed, or is at work again (R-039)."""

from datetime import date, datetime
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions.categories import screened
from huiyin.register.events import BodyStateSaid
from huiyin.register.models import Body, BodyState
from huiyin.register.models.body_states import BODY_STATES, RUNNING
from huiyin.register.queries.body_states import STATED
from huiyin.register.queries.days import today

NOTE_MOST = 120


@action
def say(*, by: Viewer, at: datetime, body_id: UUID, state: str, on: date | None = None, note: str = "") -> UUID:
    """A body is in a state from a day on, today or earlier; the state before ends that day. Returns the record's id.

    The same state with another note is a record of its own. Raises Missing; Refused: not_allowed, value_missing,
    value_unknown, body_stateless, day_ahead, stated_before, words_refused, nothing_changed.
    """
    row = _body(by, body_id)
    day = _day(by, at, row, state, on)
    words = screened(note, most=NOTE_MOST, field="note")
    last = BodyState.objects.filter(body=row, until=None, replaced_at=None).first()
    if last is not None and day < last.since:
        raise Refused("stated_before", field="on", day=last.since.isoformat())
    if (state, words) == ((last.state, last.note) if last is not None else (RUNNING, "")):
        raise Refused("nothing_changed", field="state")
    if last is not None:
        _end(last, day, at)
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


def _day(by: Viewer, at: datetime, row: Body, state: str, on: date | None) -> date:
    """From which day it is in a known state: none to come, none before there was such a body."""
    if state not in BODY_STATES:
        raise Refused("value_unknown" if state else "value_missing", field="state")
    now = today(by, at)
    if on is not None and on > now:
        raise Refused("day_ahead", field="on")
    if on is not None and on < row.since:
        raise Refused("stated_before", field="on", day=row.since.isoformat())
    return on or now


def _end(last: BodyState, day: date, at: datetime) -> None:
    """The state before ends; one of the same day was a mistake and is closed as such."""
    if last.since == day:
        last.replaced_at = at
    else:
        last.until = day
    last.save()
