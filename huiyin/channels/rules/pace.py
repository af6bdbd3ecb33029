"""When a message may go, and when it is tried again."""

from datetime import datetime, time, timedelta, tzinfo

AN_HOUR = 10
"""So many messages an hour may one sender have answered by the machine; a person looks at what is beyond."""
ATTEMPTS = 5
"""A message that a working gateway would not take so often is parked, and stands by name on the page of channels."""


SERVICE = "service"
"""The purpose of what nobody asked for, of which a number gets only so much (SG-16)."""


def again(attempts: int) -> timedelta:
    """How long a message waits after so many tries: 10 s, 20 s, 40 s … at most 10 minutes."""
    return timedelta(seconds=min(10 * 2 ** max(attempts - 1, 0), 600))


def closed(failures: int) -> timedelta:
    """How long a gateway that did not answer so many times in a row is left alone: 5 s … at most 2 minutes."""
    return timedelta(seconds=min(5 * 2 ** max(min(failures, 10) - 1, 0), 120))


def quiet(at: datetime, zone: tzinfo, from_: time, until: time) -> bool:
    """Whether a moment lies in the quiet hours, which may pass midnight. Equal ends: there are none."""
    now = at.astimezone(zone).time()
    if from_ <= until:
        return from_ <= now < until
    return now >= from_ or now < until
