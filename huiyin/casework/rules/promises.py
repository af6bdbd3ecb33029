"""What a promise needs, and what follows from the resident's word about it."""

from collections.abc import Iterator
from datetime import date, timedelta

from huiyin.programme.refusal import Refused

TOLD = {"yes": "kept", "no": "broken", "unsure": "unsure"}
"""The resident's word, and the state it leaves a promise in."""
FARTHEST = timedelta(days=3 * 366)
"""Days after which a promise is none that anybody would be asked about."""


def made(*, what: str, due_on: date | None, today: date) -> bool:
    """Whether something was promised. Raises Refused: needs_promise, needs_promised_on, promise_past, promise_far."""
    if not what and due_on is None:
        return False
    if not what:
        raise Refused("needs_promise", field="promise")
    if due_on is None:
        raise Refused("needs_promised_on", field="promised_on")
    for wrong in on_time(due_on, today, field="promised_on"):
        raise wrong
    return True


def on_time(day: date, today: date, *, field: str) -> Iterator[Refused]:
    """What is wrong with a day by which something is to be done: it is over, or so far that nobody would ask."""
    if day < today:
        yield Refused("promise_past", field=field)
    if day - today > FARTHEST:
        yield Refused("promise_far", field=field)


def told(word: str) -> str:
    """The state a word leaves a promise in. Raises Refused("value_unknown")."""
    if word not in TOLD:
        raise Refused("value_unknown", field="kept")
    return TOLD[word]
