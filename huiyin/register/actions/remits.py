"""What a department is there for: a function or item is written down, changed or ended, with who answers for it."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import dated
from huiyin.register.actions.categories import screened
from huiyin.register.events import RemitEnded, RemitSet
from huiyin.register.models import Body, Remit
from huiyin.register.models.remits import NAME_MOST
from huiyin.register.models.staff import RESPONSIBILITIES
from huiyin.register.queries import remits


@action
def put(
    *,
    by: Viewer,
    at: datetime,
    body_id: UUID,
    name: str,
    answer: Mapping[str, UUID],
    remit_id: UUID | None = None,
    on: date | None = None,
) -> UUID:
    """A body has a function or item from a day on, today or earlier; `answer` names the official of each level,
    somebody in service in the body or in one directly under it. With `remit_id` the one there is is changed: what stood
    before ends that day. Returns the record's id.

    Raises Missing; Refused: not_allowed, value_missing, words_refused, remit_not_here, remit_known, day_ahead,
    stated_before, nothing_changed.
    """
    body = _body(by, body_id)
    last = _open(body, remit_id) if remit_id is not None else None
    day = dated.not_ahead(by, at, on)
    dated.not_before(day, last.since if last is not None else body.since)
    words = screened(name, most=NAME_MOST, field="name")
    if not words:
        raise Refused("value_missing", field="name")
    held = _held(by, at, body_id, answer, last)
    known = Remit.objects.filter(body=body, name=words, until=None, replaced_at=None)
    if (known if remit_id is None else known.exclude(pk=remit_id)).exists():
        raise Refused("remit_known", field="name", name=words)
    if last is not None:
        if (last.name, *(getattr(last, key) for key in held)) == (words, *held.values()):
            raise Refused("nothing_changed", field="name")
        dated.end(last, day, at)
    made = Remit(body=body, name=words, since=day, recorded_at=at, **held)
    made.save(force_insert=True)
    record(RemitSet(subject=str(body.pk), remit=str(made.pk), on=day.isoformat()), by=by, at=at)
    return made.pk


@action
def end(*, by: Viewer, at: datetime, body_id: UUID, remit_id: UUID, on: date | None = None) -> None:
    """A body has a function or item no more from a day on, today or earlier.

    Raises Missing; Refused: not_allowed, day_ahead, stated_before.
    """
    body = _body(by, body_id)
    row = _open(body, remit_id)
    day = dated.not_ahead(by, at, on)
    dated.not_before(day, row.since)
    dated.end(row, day, at)
    record(RemitEnded(subject=str(body.pk), remit=str(row.pk), on=day.isoformat()), by=by, at=at)


def _body(by: Viewer, body_id: UUID) -> Body:
    """The body, locked, for whoever edits where it is."""
    row = Body.objects.select_for_update().filter(pk=body_id, until=None).first()
    if row is None or not by.sees(row.place_code):
        raise Missing
    by.need("register.edit")
    return row


def _open(body: Body, remit_id: UUID) -> Remit:
    row = Remit.objects.filter(pk=remit_id, body=body, until=None, replaced_at=None).first()
    if row is None:
        raise Missing
    return row


def _held(by: Viewer, at: datetime, body_id: UUID, answer: Mapping[str, UUID], last: Remit | None) -> dict[str, UUID]:
    """The official of every level; who stood there before may stay, whether in service or not."""
    here = {seat.official_id for seat in remits.seats(by, at, body_id)[0]}
    for level in RESPONSIBILITIES:
        official = answer.get(level)
        if official is None:
            raise Refused("value_missing", field=level)
        if official not in here and (last is None or getattr(last, f"{level}_id") != official):
            raise Refused("remit_not_here", field=level)
    return {f"{level}_id": answer[level] for level in RESPONSIBILITIES}
