"""Every change goes through an action: one transaction, at least one event (house.md §6.3)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from huiyin.core.canonical import storable
from huiyin.core.events import Spoken, subscribers
from huiyin.core.inserts import insert
from huiyin.core.kept import Change, OutsideAction, _change, commitments
from huiyin.core.models import Delivery, Event, RowSet
from huiyin.core.now import now
from huiyin.core.request_id import current_request_id
from huiyin.core.rowset import ALL, MANY, pack, root_of

P = ParamSpec("P")
R = TypeVar("R")


def action(run: Callable[P, R]) -> Callable[P, R]:
    """Make a function an action. Takes `by: Viewer` and `at: datetime` by keyword.

    An action called inside another joins it: rows, events and deliveries of both are one transaction.
    Raises OutsideAction when rows changed and nothing was told.
    """

    @wraps(run)
    def acting(*args: P.args, **kwargs: P.kwargs) -> R:
        if _change.get() is not None:
            return run(*args, **kwargs)
        with transaction.atomic(savepoint=not _whole.get()):
            change = Change()
            token = _change.set(change)
            try:
                result = run(*args, **kwargs)
                _write(change, run.__qualname__)
            finally:
                _change.reset(token)
        return result

    acting.is_action = True  # type: ignore[attr-defined]  # a mark for the architecture test
    return acting


_whole: ContextVar[bool] = ContextVar("huiyin_whole", default=False)
_written: ContextVar[Sequence[Event]] = ContextVar("huiyin_written", default=())


@contextmanager
def one_transaction() -> Iterator[None]:
    """A transaction around an action that ends with any refusal in it, so that the action needs no savepoint.

    Whoever opens it lets every exception through: a refusal caught inside would leave nothing that can be committed;
    and begins again where a random key met that of another row.
    """
    token = _whole.set(True)
    try:
        with transaction.atomic():
            yield
    finally:
        _whole.reset(token)


def begun_again() -> bool:
    """Whether who opened the transaction begins it again where a random key met another row's (core.idempotency)."""
    return _whole.get()


def just_written() -> Sequence[Event]:
    """The events of the last action that ended in this context, as they are stored."""
    return _written.get()


def _write(change: Change, name: str) -> None:
    """Store the events with their commitments, and what is owed because of them."""
    if not change.told:
        if change.digests or change.gone:
            raise OutsideAction(f"{name} changed rows and told nothing")
        return
    recorded_at = now()
    events = [_event(spoken, recorded_at) for spoken in change.told]
    # The first event carries what the whole action did to rows: one transaction, one commitment.
    rows = commitments(change)
    events[0].rows = rows if len(rows) <= MANY else {ALL: root_of(rows)}
    insert(Event, events)
    if len(rows) > MANY:
        insert(RowSet, [RowSet(event=events[0], rows=pack(rows))])
    _written.set(events)
    owed = [
        Delivery(event=event, consumer=subscription.name, due_at=recorded_at)
        for event in events
        for subscription in subscribers(event.name)
    ]
    insert(Delivery, owed)


def _event(spoken: Spoken, recorded_at: datetime) -> Event:
    return Event(
        name=spoken.fact.NAME,
        at=spoken.at,
        recorded_at=recorded_at,
        subject=spoken.fact.subject,
        data=storable(spoken.fact.data()),
        request_id=current_request_id(),
        **spoken.by.trace(),
    )
