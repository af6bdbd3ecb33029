"""Days a number of months later, and when somebody has to look again."""

from calendar import monthrange
from datetime import date, timedelta

PAPER_AHEAD = timedelta(days=60)
"""So long before a certificate runs out somebody looks, because a new one takes weeks."""


def later(day: date, months: int) -> date:
    """The same day of a later month, or its last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def review_day(begin: date, months: int, paper_until: date | None) -> date:
    """When to look whether something still holds: after so many months, or earlier for a certificate that runs out."""
    usual = later(begin, months)
    if paper_until is None or paper_until <= begin:
        return usual
    ahead = paper_until - PAPER_AHEAD
    return min(usual, ahead if ahead > begin else paper_until)
