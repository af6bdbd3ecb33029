"""What forms and addresses carry, read as what it is meant to be; None for what is not. Each page says what then.

The texts come from outside: they are cut before they are read, and nothing in them raises.
"""

from datetime import date
from uuid import UUID

DAY, ID = 10, 36


def identity(text: str) -> UUID | None:
    """An id as forms carry it."""
    try:
        return UUID(text.strip()[: ID + 1])
    except ValueError:
        return None


def day(text: str) -> date | None:
    """A day as date controls send it: 2026-11-25."""
    try:
        return date.fromisoformat(text.strip()[: DAY + 1])
    except ValueError:
        return None


def whole(text: str, *, digits: int = 9) -> int | None:
    """A whole number of at most so many ASCII digits."""
    found = text.strip()[: digits + 1]
    return int(found) if found.isascii() and found.isdigit() and len(found) <= digits else None
