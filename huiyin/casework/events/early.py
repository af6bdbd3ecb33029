"""What is looked after early tells: signals, briefs, petition figures, disputes, and visits that are offered."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class SignalMarked(Fact):
    """A problem that begins at a place was marked, with who looks after it (R-222). Subject: the signal."""

    NAME: ClassVar[str] = "casework.signal_marked"
    place: str
    topic: str


@dataclass(frozen=True, kw_only=True)
class SignalEnded(Fact):
    """What became of a signal: eased, matter, issue or nothing."""

    NAME: ClassVar[str] = "casework.signal_ended"
    outcome: str


@dataclass(frozen=True, kw_only=True)
class BriefWritten(Fact):
    """An official told somebody who decides what they saw (R-224). Subject: the brief."""

    NAME: ClassVar[str] = "casework.brief_written"


@dataclass(frozen=True, kw_only=True)
class BriefRead(Fact):
    """Whom a brief is for has read it."""

    NAME: ClassVar[str] = "casework.brief_read"


@dataclass(frozen=True, kw_only=True)
class BriefAnswered(Fact):
    """A brief was answered."""

    NAME: ClassVar[str] = "casework.brief_answered"


@dataclass(frozen=True, kw_only=True)
class PetitionsCounted(Fact):
    """The petition figures of a place and month were entered or put right (R-223). Subject: the place and month."""

    NAME: ClassVar[str] = "casework.petitions_counted"
    place: str
    month: str
    again: bool


@dataclass(frozen=True, kw_only=True)
class DisputeOpened(Fact):
    """A dispute between two sides was registered (R-221). Subject: the matter."""

    NAME: ClassVar[str] = "casework.dispute_opened"
    sort: str


@dataclass(frozen=True, kw_only=True)
class MediatorNamed(Fact):
    """Somebody was named to stand between the sides."""

    NAME: ClassVar[str] = "casework.mediator_named"


@dataclass(frozen=True, kw_only=True)
class SideHeard(Fact):
    """What one side says was written down; which and what stands in its row."""

    NAME: ClassVar[str] = "casework.side_heard"


@dataclass(frozen=True, kw_only=True)
class SideSlipMade(Fact):
    """A slip was made with which one side opens its own page."""

    NAME: ClassVar[str] = "casework.side_slip_made"


@dataclass(frozen=True, kw_only=True)
class SideObjected(Fact):
    """One side says that it did not agree; what it says stands in its row."""

    NAME: ClassVar[str] = "casework.side_objected"


@dataclass(frozen=True, kw_only=True)
class SideRevealed(Fact):
    """The words of both sides, or the number of one, were opened."""

    NAME: ClassVar[str] = "casework.side_revealed"
    what: str


@dataclass(frozen=True, kw_only=True)
class DisputeMet(Fact):
    """The sides were to meet; the letters of those that came."""

    NAME: ClassVar[str] = "casework.dispute_met"
    came: str


@dataclass(frozen=True, kw_only=True)
class DisputeAgreed(Fact):
    """The sides agreed."""

    NAME: ClassVar[str] = "casework.dispute_agreed"


@dataclass(frozen=True, kw_only=True)
class DisputeFailed(Fact):
    """The sides did not agree this time."""

    NAME: ClassVar[str] = "casework.dispute_failed"


@dataclass(frozen=True, kw_only=True)
class SideAsked(Fact):
    """One side said whether the agreement holds: kept, partly, broken, unreached."""

    NAME: ClassVar[str] = "casework.side_asked"
    word: str


@dataclass(frozen=True, kw_only=True)
class SeekingAnswered(Fact):
    """A visit was offered to who raised a matter that stands unsolved: accepted or declined (R-220)."""

    NAME: ClassVar[str] = "casework.seeking_answered"
    answer: str


@dataclass(frozen=True, kw_only=True)
class SeekingRevealed(Fact):
    """Who is named to go opened whom they go to."""

    NAME: ClassVar[str] = "casework.seeking_revealed"


@dataclass(frozen=True, kw_only=True)
class SeekingVisited(Fact):
    """What came of a visit was written down: met, away, put_off."""

    NAME: ClassVar[str] = "casework.seeking_visited"
    outcome: str
