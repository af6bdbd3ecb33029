"""May a matter stand on a wall, and how coarse must its place be (SG-20, R-339)."""

from dataclasses import dataclass

from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Matters
from huiyin.programme.schema.publication import Publication

LEVELS = {"county": 6, "town": 9, "village": 12}
"""Digits of a place code that say a level. No notice is finer than a village."""
ANSWERED = ("answered", "closed", "retained", "passed", "declined")


@dataclass(frozen=True)
class Candidate:
    """What the rule looks at: plain facts of one matter."""

    topic: str
    nature: str
    state: str
    place_code: str
    disclosure: str
    history: bool
    answered: bool


def check(candidate: Candidate, matters: Matters, page: Publication) -> None:
    """Refuse what never stands on a wall.

    Raises Refused: notice_unclassified, notice_never (natures and topics that the programme keeps back), notice_early.
    Held and sealed matters do not come as far as this: they are not found.
    """
    if not candidate.topic or not candidate.nature:
        raise Refused("notice_unclassified")
    nature = matters.natures.get(candidate.nature)
    kept_back = nature is None or nature.held or not nature.publishable
    rules = page.redaction
    if kept_back or candidate.nature in rules.never_natures or candidate.topic in rules.never_topics:
        raise Refused("notice_never")
    if candidate.history:
        raise Refused("notice_never")
    if not candidate.answered or candidate.state not in ANSWERED:
        raise Refused("notice_early")


def place(candidate: Candidate, page: Publication) -> str:
    """The finest place the notice may name: the programme's level; the town for delicate or confidential words."""
    width = LEVELS.get(page.redaction.place_to, LEVELS["village"])
    if candidate.topic in page.redaction.town_only_topics or candidate.disclosure == "confidential":
        width = min(width, LEVELS["town"])
    return candidate.place_code[:width].ljust(12, "0")
