"""Why a line of a round did not go to the one who might be expected: who led before, else who stands nearest to it.

Who is kept apart from a household is told by nothing here: of them, as of whoever the balance of the whole round passed
over, the sentence says only that it was so (`unsaid`), and whatever else is true of somebody is said first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from huiyin.register.rules.assign import Bearer, distance, reaches


@dataclass(frozen=True)
class Other:
    """Somebody else: whether they hold a post, what they can bear (None where rounds give them nobody), how many
    households they have, this round's included."""

    name: str
    posted: bool
    bearer: Bearer | None
    load: int

    @property
    def full(self) -> bool:
        """Whether nobody more can be given to them."""
        return self.bearer is not None and self.load >= self.bearer.most


class WhyNot(NamedTuple):
    """A code of `links_why_not` and whom it is said of."""

    code: str
    other: Other


def leaving(other: Other, place: str) -> WhyNot:
    """Why who led before does not go on: gone, idle, elsewhere, full, or unsaid."""
    if other.bearer is None:
        return WhyNot("idle" if other.posted else "gone", other)
    if not reaches(other.bearer, place):
        return WhyNot("elsewhere", other)
    return WhyNot("full" if other.full else "unsaid", other)


def passed_over(given: Other, others: Iterable[Other], place: str) -> WhyNot | None:
    """Whom a household without anybody before might have got instead, and why not: the nearest of those who reach it,
    of those the one with the fewest households. Codes: nearer_full, alike_full, alike_more, farther, next_unsaid; None
    where there is nobody else or the one who was given is no longer in post."""
    near = [
        (distance(one.bearer, place), one.load, one.name, one)
        for one in others
        if one.bearer is not None and reaches(one.bearer, place)
    ]
    if not near or given.bearer is None:
        return None
    far, _, _, other = min(near, key=lambda one: one[:3])
    own = distance(given.bearer, place)
    if far > own:
        return WhyNot("farther", other)
    if other.full:
        return WhyNot("nearer_full" if far < own else "alike_full", other)
    return WhyNot("alike_more" if far == own and other.load >= given.load else "next_unsaid", other)
