"""Decisions on suggestions (R-234)."""

from collections.abc import Iterator

from huiyin.programme.refusal import Refused

DECISIONS = ("taken", "partly", "later", "declined")
WITH_RESULT = ("taken", "partly", "later")
"""Decisions that something may come of."""


def faults(*, decision: str, reason: str) -> Iterator[Refused]:
    """All that is missing of a decision, each with its field."""
    if decision not in DECISIONS:
        yield Refused("needs_decision", field="decision")
    if not reason.strip():
        yield Refused("needs_reason", field="reason")
