"""Practical things: committed to, and done with a result."""

from datetime import date, datetime
from uuid import UUID

from huiyin.casework.events import ThingCommitted, ThingDone
from huiyin.casework.models import Thing
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import places, staff
from huiyin.register.queries.days import today


@action
def commit(
    *,
    by: Viewer,
    at: datetime,
    place_code: str,
    title: str,
    due_on: date,
    person: UUID | None = None,
    body: UUID | None = None,
) -> Thing:
    """Commit to a practical thing for a place: by the linked official, a village's own people or who assigns.

    Raises Refused: not_allowed, place_unknown, text_empty, text_too_long, promise_past, official_unknown, body_unknown.
    """
    _may(by)
    if not places.exists(by, place_code) or not by.sees(place_code):
        raise Refused("place_unknown", field="place_code")
    day = today(by, at)
    if due_on < day:
        raise Refused("promise_past", field="due_on")
    if person is not None and person not in staff.persons(by, {person}):
        raise Refused("official_unknown", field="person")
    if body is not None and body not in staff.body_names(by, {body}):
        raise Refused("body_unknown", field="body")
    row = Thing(
        place_code=place_code,
        title=text.line(title, most=200, least=1, field="title"),
        person_id=person,
        body_id=body,
        committed_on=day,
        due_on=due_on,
        by_id=by.person_id,
        at=at,
    )
    row.save(force_insert=True)
    record(ThingCommitted(subject=str(row.id), place=place_code[:12]), by=by, at=at)
    return row


@action
def finish(*, by: Viewer, at: datetime, thing_id: UUID, result: str) -> Thing:
    """Say that it is done, and what came of it. Raises Missing; Refused: not_allowed, already_done, text_empty."""
    row = Thing.objects.visible_to(by).select_for_update().filter(id=thing_id).first()
    if row is None:
        raise Missing
    if row.person_id not in by.persons:
        _may(by)
    if row.done_on is not None:
        raise Refused("already_done")
    row.result = text.normalise(result, most=2000, least=1, field="result")
    row.done_on = today(by, at)
    row.save()
    record(ThingDone(subject=str(row.id)), by=by, at=at)
    return row


def _may(by: Viewer) -> None:
    if not (by.may("matter.open") or by.may("matter.accept")):
        by.need("matter.assign")
