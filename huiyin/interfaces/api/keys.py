"""What every message to an open door carries: a key of its own, so that what is sent again is one write."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from ninja.params.models import Header

from huiyin.core.idempotency import answered
from huiyin.core.throttle import Wait, allow, full
from huiyin.programme.refusal import Refused

Key = Annotated[
    str,
    Header("", alias="Idempotency-Key", description="A UUID made by the sender", format="uuid"),
]
SENDER = "resident"
"""Whom keys of the open doors are bound to; a key is secret enough to be its sender's only."""
A_MINUTE = timedelta(minutes=1)
PER_MINUTE = 30
"""Different messages from one network, as at the public pages."""


def key_of(text: str) -> UUID:
    """The key as it was sent. Raises Refused("not_a_key")."""
    try:
        return UUID(text.strip())
    except ValueError as problem:
        raise Refused("not_a_key", field="Idempotency-Key") from problem


def wait_for(counter: str, key: UUID, *, route: str, address: str, at: datetime) -> Wait | None:
    """Whether this network has sent too much to a door this minute. A key counts once however often it is sent, so that
    a sender who repeats is not told to wait for an answer that is there.
    """
    first = allow(f"{counter}.key", str(key), limit=1, window=A_MINUTE, at=at) is None
    count = allow if first else full
    wait = count(counter, address, limit=PER_MINUTE, window=A_MINUTE, at=at)
    return None if wait is None or answered(key=key, route=route, sender=SENDER) else wait
