"""Which matters' people are gone to, and how long a no is left alone (R-220)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from huiyin.casework.rules.promises import on_time
from huiyin.programme.refusal import Refused

Why = Literal["", "kept", "reopened", "late"]
ANSWERS = ("accepted", "declined")
OUTCOMES = ("met", "away", "put_off")
REST = timedelta(days=180)
"""So long nobody offers it again to who said no."""


def standing(*, state: str, closed: bool, reopened: int, late: bool) -> Why:
    """How a matter stands that its people may be gone to about; empty where there is no cause."""
    if state == "retained":
        return "kept"
    if closed:
        return ""
    if reopened:
        return "reopened"
    return "late" if late else ""


def faults(*, answer: str, named: bool, on: date | None, today: date) -> Iterator[Refused]:
    """All that is missing of what was said to an offer; a no needs nothing else."""
    if answer not in ANSWERS:
        yield Refused("needs_visit_answer", field="answer")
    if answer != "accepted":
        return
    if not named:
        yield Refused("official_unknown", field="person")
    if on is None:
        yield Refused("not_a_date", field="on")
    else:
        yield from on_time(on, today, field="on")
