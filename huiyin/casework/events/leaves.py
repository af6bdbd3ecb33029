"""What is told of leave to take a long list away."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class ExportLeaveAsked(Fact):
    """Somebody asked to take more rows away than one may take alone (SG-49)."""

    NAME: ClassVar[str] = "casework.export_leave_asked"
    rows: int


@dataclass(frozen=True, kw_only=True)
class ExportLeaveDecided(Fact):
    """Another person gave leave, or did not."""

    NAME: ClassVar[str] = "casework.export_leave_decided"
    allowed: bool
