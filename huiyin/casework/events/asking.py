"""Who is asked by telephone where a share is, and what staff are told in the morning. Ids, codes and numbers only."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class DigestChosen(Fact):
    """A member of staff said whether and by which channel they are told each morning what waits for them."""

    NAME: ClassVar[str] = "casework.digest_chosen"
    channel: str


@dataclass(frozen=True, kw_only=True)
class DigestSent(Fact):
    """A morning's digest was written down to be sent; `sent` is false where nothing waited or no way was open."""

    NAME: ClassVar[str] = "casework.digest_sent"
    sent: bool


@dataclass(frozen=True, kw_only=True)
class CallSeedMade(Fact):
    """The seed of a day whose answers are drawn for calls was made: its day and SHA-256."""

    NAME: ClassVar[str] = "casework.call_seed_made"
    day: str
    commitment: str


@dataclass(frozen=True, kw_only=True)
class CallTurnCame(Fact):
    """A resident who was not drawn for a call said nothing in their days; they are rung after all."""

    NAME: ClassVar[str] = "casework.call_turn_came"


@dataclass(frozen=True, kw_only=True)
class CallSeedTold(Fact):
    """The seed of a day long over, how many answers it had and how many it drew: anybody can draw again."""

    NAME: ClassVar[str] = "casework.call_seed_told"
    seed: str
    of: int
    drawn: int


@dataclass(frozen=True, kw_only=True)
class StaffNumberFound(Fact):
    """A matter came from a number of somebody in service: it counts in no figure. Subject: the matter."""

    NAME: ClassVar[str] = "casework.staff_number_found"


@dataclass(frozen=True, kw_only=True)
class AccompanimentEnded(Fact):
    """A resident who had wanted company said whether the official came along: came or missed. Subject: the matter."""

    NAME: ClassVar[str] = "casework.accompaniment_ended"
    outcome: str
