"""What is told of complaints that are ended without being looked into."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class DismissalProposed(Fact):
    """Somebody proposed to end a complaint without its being looked into (SG-01)."""

    NAME: ClassVar[str] = "casework.dismissal_proposed"
    dismissal: str


@dataclass(frozen=True, kw_only=True)
class DismissalDecided(Fact):
    """A second person of another body consented, or did not; with `seed` anybody draws again whether it is drawn."""

    NAME: ClassVar[str] = "casework.dismissal_decided"
    dismissal: str
    consented: bool
    seed: str
    drawn: bool


@dataclass(frozen=True, kw_only=True)
class DismissalReviewed(Fact):
    """A third person looked at it again, or the resident objected (`by_resident`); not upheld, it is taken up again."""

    NAME: ClassVar[str] = "casework.dismissal_reviewed"
    dismissal: str
    upheld: bool
    by_resident: bool


@dataclass(frozen=True, kw_only=True)
class DismissalLapsed(Fact):
    """Nobody decided in time, or looked again at one that was `drawn`; that one is taken up again."""

    NAME: ClassVar[str] = "casework.dismissal_lapsed"
    dismissal: str
    drawn: bool
