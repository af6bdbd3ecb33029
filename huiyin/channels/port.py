"""What a transport is. One folder of this room each; nothing else in the house opens a connection.

A transport SHALL say whether it is set up, SHALL hand one letter to its gateway with our id, and SHALL tell apart a
gateway that is not there (`Down`), a letter that is refused for good (`TurnedAway`), one to be tried again (`Later`),
and one of which it cannot be known whether it was taken (`Doubtful`).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import connection


class Down(Exception):
    """The gateway does not answer, or answers that it is out of order: no letter's fault."""


class TurnedAway(Exception):
    """The gateway refuses this letter for good."""


class Later(Exception):
    """The gateway does not take this letter now."""


class Doubtful(Exception):
    """The connection ended after the letter was sent: it may have been taken."""


class InTransaction(RuntimeError):
    """Somebody opened a connection while holding the database: a fault of ours."""


@dataclass(frozen=True)
class Letter:
    """A message in clear, for the moment of sending. `answers` is the transport's id of what it answers."""

    id: UUID
    address: str
    title: str
    body: str
    answers: str = ""


Give = Callable[[Letter], str]
"""Hands a letter over; returns the gateway's own id, or nothing."""


class Transport(Protocol):
    """A gateway as the room uses it."""

    channel: str

    def is_on(self) -> bool:
        """Whether it is set up at all."""
        ...

    def session(self) -> AbstractContextManager[Give]:
        """A connection for a few letters. Raises Down."""
        ...


def outside() -> None:
    """Raise InTransaction where a transaction is open: a slow gateway must hold nobody's rows."""
    blocks = connection.atomic_blocks if connection.in_atomic_block else []
    if any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise InTransaction("a connection was opened inside a transaction")
