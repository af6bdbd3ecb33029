"""What a door says was left out of words that were said in public; it is kept nowhere (SG-04)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huiyin.casework.rules import authors
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer


@dataclass(frozen=True)
class LeftOut:
    """How many parts of a text, and how many of name and telephone."""

    parts: int
    person: int

    @property
    def all(self) -> int:
        """Both together."""
        return self.parts + self.person


def left_out(
    viewer: Viewer, at: datetime, *, channel: str, said: Sequence[str], person: Sequence[str], programme: str = ""
) -> LeftOut | None:
    """Of what is said, and of who says it; None where a channel keeps who said it, as any other does."""
    book = current(at).rulebook
    name = programme or book.county.intake.programme
    if name not in book.programmes or not authors.in_public(book.matters(name), channel):
        return None
    return LeftOut(sum(authors.authorless(one).taken_out for one in said), sum(bool(one.strip()) for one in person))
