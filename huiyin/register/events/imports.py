"""Lists on their way into the register, and back out."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class RosterReceived(Fact):
    """A list was handed in; subject: the import run. `sha256` is of the file, which nobody can make again from it."""

    NAME: ClassVar[str] = "register.roster_received"
    kind: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class RosterColumnsChosen(Fact):
    """It was settled which columns of a list are read, and what its headers mean from now on; subject: the run."""

    NAME: ClassVar[str] = "register.roster_columns_chosen"
    columns: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class RosterStaged(Fact):
    """Up to a thousand lines of a list were read and judged; nothing of the register changed. Subject: the run."""

    NAME: ClassVar[str] = "register.roster_staged"
    part: int
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class RosterState(Fact):
    """An import run came into a state: read whole, being applied, applied, abandoned … Subject: the run."""

    NAME: ClassVar[str] = "register.roster_state"
    state: str
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class RosterLineDecided(Fact):
    """A person decided on a held line: the same person, another, moved, or left out. Subject: the run."""

    NAME: ClassVar[str] = "register.roster_line_decided"
    line: int
    reason: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class RosterApplied(Fact):
    """Up to a thousand lines of a list came into the register; `part` 0 are lines a person decided. Subject: the run.

    The event commits to every row it wrote, of many rows by their Merkle root.
    """

    NAME: ClassVar[str] = "register.roster_applied"
    kind: str
    part: int
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class RosterUndone(Fact):
    """What a part of an import brought was taken back; `kept` rows had changed since. Subject: the run."""

    NAME: ClassVar[str] = "register.roster_undone"
    part: int
    ended: int
    kept: int
