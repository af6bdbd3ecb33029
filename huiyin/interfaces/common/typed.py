"""What forms and addresses carry, read as what it is meant to be; None for what is not. Each page says what then.

The texts come from outside: they are cut before they are read, and nothing in them raises but a refusal.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huiyin.core.text import visible
from huiyin.interfaces.common.phrases import language
from huiyin.programme.refusal import Missing, Refused

DAY, ID = 10, 36
SEARCH = 60
"""Characters a search may have."""


@dataclass(frozen=True)
class Sought:
    """What somebody looks for, as the page shows it again, and the sentence if it cannot be looked for."""

    words: str
    problem: str = ""

    @property
    def usable(self) -> str:
        """What a query is asked for; nothing where it cannot be looked for."""
        return "" if self.problem else self.words


def sought(text: str, *, most: int = SEARCH, needed: bool = False) -> Sought:
    """A search as it was typed, on one line and without what nobody can see: controls, marks that turn the direction.

    `needed` says that an empty one is worth a sentence.
    """
    words = " ".join(visible(text).split())
    if len(words) > most:
        over = len(words) - most
        return Sought(words[: 4 * most], Refused("search_too_long", most=most, over=over).sentence(language()))
    if needed and not words:
        return Sought("", Refused("search_empty").sentence(language()))
    return Sought(words)


def identity(text: str) -> UUID | None:
    """An id as forms carry it."""
    try:
        return UUID(text.strip()[: ID + 1])
    except ValueError:
        return None


def chosen(text: str, code: str, *, field: str = "") -> UUID:
    """An id that has to be there. Raises Refused with the code."""
    found = identity(text)
    if found is None:
        raise Refused(code, field=field)
    return found


def official(text: str) -> UUID:
    """The official who was chosen of some. Raises Refused: needs_official, official_unknown."""
    return chosen(text, "official_unknown" if text.strip() else "needs_official", field="official")


def known(text: str) -> UUID:
    """An id of what was shown before, so that another is of nothing. Raises Missing."""
    found = identity(text)
    if found is None:
        raise Missing
    return found


def day(text: str) -> date | None:
    """A day as date controls send it: 2026-11-25."""
    try:
        return date.fromisoformat(text.strip()[: DAY + 1])
    except ValueError:
        return None


def dated(text: str, *, field: str) -> date | None:
    """A day where one was written, None where nothing was. Raises Refused("not_a_date")."""
    found = day(text)
    if found is None and text.strip():
        raise Refused("not_a_date", field=field)
    return found


def needed_day(text: str, *, field: str) -> date:
    """A day that has to be there. Raises Refused("not_a_date")."""
    found = day(text)
    if found is None:
        raise Refused("not_a_date", field=field)
    return found


def whole(text: str, *, digits: int = 9) -> int | None:
    """A whole number of at most so many ASCII digits."""
    found = text.strip()[: digits + 1]
    return int(found) if found.isascii() and found.isdigit() and len(found) <= digits else None
