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
class PlacesChanged(Fact):
    """Places were joined, divided, recoded or renamed from a day on; subject: the change."""

    NAME: ClassVar[str] = "register.places_changed"
    kind: str
    old_codes: list[str]
    new_codes: list[str]
    on: str
    households: int


@dataclass(frozen=True, kw_only=True)
class PlacesChangeUndone(Fact):
    """A change of places was taken back: everything is as it was before; subject: the change."""

    NAME: ClassVar[str] = "register.places_change_undone"
    households: int


@dataclass(frozen=True, kw_only=True)
class OverlayAdded(Fact):
    """A grid, area office or work area was drawn over some places."""

    NAME: ClassVar[str] = "register.overlay_added"
    kind: str
    place_codes: list[str]


@dataclass(frozen=True, kw_only=True)
class OverlayChanged(Fact):
    """A grid consists of other places from a day on."""

    NAME: ClassVar[str] = "register.overlay_changed"
    added: list[str]
    removed: list[str]
    on: str


@dataclass(frozen=True, kw_only=True)
class OverlayHeaded(Fact):
    """Somebody answers for a grid from a day on, by a post over it."""

    NAME: ClassVar[str] = "register.overlay_headed"
    post: str
    on: str


@dataclass(frozen=True, kw_only=True)
class OverlayCorrected(Fact):
    """The name or the first day of a grid was set right; what stood before is kept in that change's row."""

    NAME: ClassVar[str] = "register.overlay_corrected"
    change: str
    on: str


@dataclass(frozen=True, kw_only=True)
class OverlayEnded(Fact):
    """A grid ended on a day, and with it the post of its head."""

    NAME: ClassVar[str] = "register.overlay_ended"
    on: str


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
