"""What queries and actions of the room share: the working-day table at hand, a matter as plain facts."""

import time
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from django.db.models import Case, F, Value, When

from huiyin.casework.models import Matter
from huiyin.casework.rules.flow import Actor, Standing, turns
from huiyin.core.rulebook import working_days
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import WorkingDays

T = TypeVar("T")

WITHDRAW_ASKED, WITHDRAW_UNDONE = "withdraw_asked", "withdraw_undone"
"""The resident asks to take it back; what they say with it is not for staff before it is true."""
PAUSE_OVER = "pause_over"
"""Marks a step that nobody took: time for waiting was over. Said in the reader's words instead of the step's own name,
which would say that somebody added something."""

SAID_AS = Case(When(data__has_key=PAUSE_OVER, then=Value(PAUSE_OVER)), default=F("step"))
"""The name a step is told by, as an expression on moves."""


class Short(Generic[T]):
    """A value kept for a few seconds, so that a busy minute reads a slow-changing table once in a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._key: object = None
        self._until = 0.0
        self._value: T | None = None

    def get(self, key: object, read: Callable[[], T]) -> T:
        """The kept value of this key, or a freshly read one."""
        if self._value is None or key != self._key or time.monotonic() > self._until:
            self._value, self._key, self._until = read(), key, time.monotonic() + self._seconds
        return self._value

    def clear(self) -> None:
        """Forget it; tests do between databases."""
        self._value = None


_days: Short[WorkingDays] = Short(5.0)


def days() -> WorkingDays:
    """The working-day table; a correction is seen within five seconds."""
    return _days.get(None, working_days)


def forget_days() -> None:
    """Read the table anew at the next question; tests do between databases."""
    _days.clear()


def actor_of(viewer: Viewer, *, resident: bool = False, verbs: frozenset[str] = frozenset()) -> Actor:
    """A viewer as a rule sees whoever takes a step; `verbs` are given on top."""
    return Actor(
        viewer.person_id, viewer.verbs | verbs, resident=resident, system=viewer.everything, behalf=viewer.on_behalf_of
    )


def standing_of(matter: Matter, steps: Iterable[str] = ()) -> Standing:
    """A matter as a rule sees it, without who is excluded (that costs queries and is asked when parts are given).

    `steps` are those taken so far, where they are at hand.
    """
    round_ = turns(steps)
    return Standing(
        state=matter.state,
        before=matter.before,
        kind=matter.kind,
        nature=matter.nature,
        topic=matter.topic,
        way=matter.way,
        intent=matter.intent,
        heading=matter.heading,
        handling=matter.handling,
        level=matter.level,
        dated=matter.deadline_on is not None,
        parts={"handler": matter.handler_id, "supervisor": matter.supervisor_id, "caller": matter.caller_id},
        first_asked=matter.first_asked_id,
        held=matter.held,
        sealed=matter.sealed,
        **round_._asdict(),
    )
