"""Places, overlays and outlines."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class PlacesImported(Fact):
    """A batch of at most 1,000 places came from a list; subject: the first code's county."""

    NAME: ClassVar[str] = "register.places_imported"
    added: int
    renamed: int


@dataclass(frozen=True, kw_only=True)
class PlacesMerged(Fact):
    """Places became part of another from a day on; subject: the code that lives on."""

    NAME: ClassVar[str] = "register.places_merged"
    old_codes: list[str]
    on: str


@dataclass(frozen=True, kw_only=True)
class OverlayAdded(Fact):
    """A grid, area office or work area was drawn over some places."""

    NAME: ClassVar[str] = "register.overlay_added"
    kind: str
    place_codes: list[str]


@dataclass(frozen=True, kw_only=True)
class ShapesImported(Fact):
    """Outlines of places came from a file; subject: the first one's county."""

    NAME: ClassVar[str] = "register.shapes_imported"
    added: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class PlaceFactStated(Fact):
    """What is known of at most 500 places was written down; subject: the first one's county."""

    NAME: ClassVar[str] = "register.place_fact_stated"
    programme: str
    fact: str
    stated: int
    ended: int
