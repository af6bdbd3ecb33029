"""The day on a paper that is entered later (R-155): papers lie in a village until somebody types them in."""

from datetime import date, timedelta

from huiyin.programme.refusal import Refused

OLDEST = timedelta(days=366)
"""A paper older than this is a slip of the pen, or history that comes in as a list."""


def plausible(day: date | None, today: date, *, field: str) -> date | None:
    """The day as it counts: None for none and for today's paper. Raises Refused: day_ahead, paper_too_old."""
    if day is None or day == today:
        return None
    if day > today:
        raise Refused("day_ahead", field=field)
    if today - day > OLDEST:
        raise Refused("paper_too_old", field=field)
    return day
