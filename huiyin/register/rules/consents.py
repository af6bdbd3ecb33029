"""Which households are told of their official, by which number, or why by none (SG-16, R-094). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from huiyin.programme.refusal import Refused
from huiyin.programme.schema.county import Unasked

NOT_ASKED, STOPPED = "not_asked", "stopped"
"""Nobody has asked yet; the number itself wrote STOP."""
GROWN = 18
NOBODY, MOVED = "nobody", "moved"
TELL = (NOBODY, MOVED, "all")
"""Whom a round, list, hand-over or end of a link tells: nobody; who had another lead; who had none before as well."""


def need_tell(tell: str) -> None:
    """Raises Refused("value_unknown") for what is none of `TELL`."""
    if tell not in TELL:
        raise Refused("value_unknown", field="tell")


def tells(tell: str, *, first: bool) -> bool:
    """Whether a household is told of its new official, its `first` or another than before."""
    return tell == "all" or (tell == MOVED and not first)


def correction_of(cause_id: UUID) -> UUID:
    """The cause under which those who were told of a list hear that it was taken back."""
    return uuid5(cause_id, "taken back")


@dataclass(frozen=True)
class Reach:
    """A number: whether the head of the household has it, what was said of it, how many messages it had lately."""

    number: str
    head: bool
    said: str
    sent: int

    def after(self, more: int) -> "Reach":
        """The same number, after so many messages more."""
        return replace(self, sent=self.sent + more)


def grown(birth_year: int | None, year: int) -> bool:
    """Whether somebody is of age for certain, of whom only the year of birth is kept."""
    return birth_year is not None and year - birth_year > GROWN


def choose(numbers: Sequence[Reach], how: Unasked) -> tuple[str, str]:
    """The number to write to and "", or "" and why none: over_limit, not_asked, declined, no_number.

    The head's comes first; another adult's only where that adult agreed. Of several reasons the one stands that is
    nearest to a message.
    """
    why = "no_number"
    for one in sorted(numbers, key=lambda one: not one.head):
        agreed = one.said == "agreed" or (one.said == NOT_ASKED and one.head and how.not_asked == "write")
        if agreed and one.sent < how.most:
            return one.number, ""
        reason = "over_limit" if agreed else (NOT_ASKED if one.said == NOT_ASKED else "declined")
        why = max(why, reason, key=_NEAREST.index)
    return "", why


_NEAREST = ("no_number", "declined", NOT_ASKED, "over_limit")
