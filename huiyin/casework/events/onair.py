"""What episodes of a radio hotline tell (R-161)."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class EpisodePlanned(Fact):
    """An episode was planned: its day and the unit on air. Subject: the episode."""

    NAME: ClassVar[str] = "casework.episode_planned"
    on: str
    body: str


@dataclass(frozen=True, kw_only=True)
class CallTakenOnAir(Fact):
    """A matter came in by an episode. Subject: the matter."""

    NAME: ClassVar[str] = "casework.call_taken_on_air"
    episode: str


@dataclass(frozen=True, kw_only=True)
class CallToldOnAir(Fact):
    """What became of a matter is told in a later episode. Subject: the matter."""

    NAME: ClassVar[str] = "casework.call_told_on_air"
    episode: str
