"""Common issues: what must be said, in which order they come, and when one is settled (R-215 to R-218)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huiyin.programme.refusal import Refused

URGENCIES = ("now", "soon", "later")


@dataclass(frozen=True, kw_only=True)
class About:
    """What a common issue says of itself. `units` are bodies beside the owner."""

    title: str
    text: str
    place_code: str = ""
    topic: str = ""
    urgency: str = "soon"
    owner: UUID | None = None
    units: tuple[UUID, ...] = ()
    plan: str = ""
    funding_yuan: int | None = None
    funding_from: str = ""


@dataclass(frozen=True)
class Weight:
    """What an issue's place in the order depends on."""

    urgency: str
    members: int
    villages: int
    promised: date | None


def order(one: Weight) -> tuple[int, int, int, date]:
    """Urgent before not, then what is massed before what is scattered, then what was promised sooner (R-216)."""
    return (URGENCIES.index(one.urgency), -one.members, one.villages, one.promised or date.max)


def settle(*, unanswered: bool, promised: bool, note: str) -> Iterator[Refused]:
    """All that stands against calling an issue settled: nobody is left behind (R-215)."""
    if not promised:
        yield Refused("issue_not_promised", field="note")
    if unanswered:
        yield Refused("issue_unanswered", field="note")
    if not note:
        yield Refused("needs_note", field="note")


def promise(*, until: date, today: date, before: date | None, reason: str) -> Iterator[Refused]:
    """A promise names a day to come; a later day than the one promised needs a reason that everybody reads."""
    if until < today:
        yield Refused("promise_past", field="until")
    if before is not None and until > before and not reason:
        yield Refused("needs_reason", field="reason")
