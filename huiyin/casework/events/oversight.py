"""What is told of inspections, findings, improvements and decisions made elsewhere."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class InspectionPlanned(Fact):
    """An inspection group was sent out (R-395)."""

    NAME: ClassVar[str] = "casework.inspection_planned"
    members: int
    areas: int


@dataclass(frozen=True, kw_only=True)
class InspectionEnded(Fact):
    """Its leader said what came of it."""

    NAME: ClassVar[str] = "casework.inspection_ended"


@dataclass(frozen=True, kw_only=True)
class FindingWritten(Fact):
    """A group wrote down what it found about a unit (R-403)."""

    NAME: ClassVar[str] = "casework.finding_written"
    severity: str


@dataclass(frozen=True, kw_only=True)
class FindingCirculated(Fact):
    """The unit was told of a finding."""

    NAME: ClassVar[str] = "casework.finding_circulated"


@dataclass(frozen=True, kw_only=True)
class FindingAnswered(Fact):
    """The unit said what it has to say of it."""

    NAME: ClassVar[str] = "casework.finding_answered"


@dataclass(frozen=True, kw_only=True)
class ImprovementSet(Fact):
    """Something is to change, because of a finding or of the figures (R-421)."""

    NAME: ClassVar[str] = "casework.improvement_set"


@dataclass(frozen=True, kw_only=True)
class ImprovementDone(Fact):
    """The unit said what it changed."""

    NAME: ClassVar[str] = "casework.improvement_done"


@dataclass(frozen=True, kw_only=True)
class DecisionRecorded(Fact):
    """What a competent body decided was written down as a count (R-405)."""

    NAME: ClassVar[str] = "casework.decision_recorded"
    kind: str
    many: int


@dataclass(frozen=True, kw_only=True)
class DecisionStruck(Fact):
    """Such a record was taken back, with a reason."""

    NAME: ClassVar[str] = "casework.decision_struck"


@dataclass(frozen=True, kw_only=True)
class PledgeMade(Fact):
    """A unit said in public what it will do; its matters have a promise each (R-404). Subject: the pledge."""

    NAME: ClassVar[str] = "casework.pledge_made"
    promises: int
