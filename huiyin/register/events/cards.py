"""Printing, and who asks for their official."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class PrintAsked(Fact):
    """Papers of a kind were asked for, for a village; subject: the run."""

    NAME: ClassVar[str] = "register.print_asked"
    kind: str
    place_code: str
    edition: int


@dataclass(frozen=True, kw_only=True)
class PrintMade(Fact):
    """A run is made: so many pieces, so many cards of before replaced; subject: the run."""

    NAME: ClassVar[str] = "register.print_made"
    count: int
    replaced: int


@dataclass(frozen=True, kw_only=True)
class HandbooksGiven(Fact):
    """Households of a village were handed the handbook; subject: the run."""

    NAME: ClassVar[str] = "register.handbooks_given"
    count: int
    on: str


@dataclass(frozen=True, kw_only=True)
class HandbooksTakenBack(Fact):
    """What was written down by mistake is taken back; subject: the run."""

    NAME: ClassVar[str] = "register.handbooks_taken_back"
    count: int


@dataclass(frozen=True, kw_only=True)
class OfficialAskedFor(Fact):
    """Somebody whose number is registered wants to know who their official is; subject: the household."""

    NAME: ClassVar[str] = "register.official_asked_for"
    enquiry: str


@dataclass(frozen=True, kw_only=True)
class OfficialTold(Fact):
    """A clerk has told them; subject: the household."""

    NAME: ClassVar[str] = "register.official_told"
    enquiry: str


@dataclass(frozen=True, kw_only=True)
class KitHanded(Fact):
    """Some officials were handed an item of the kit; subject: the item."""

    NAME: ClassVar[str] = "register.kit_handed"
    count: int
    on: str


@dataclass(frozen=True, kw_only=True)
class KitStruck(Fact):
    """An official does not have an item of the kit after all; subject: the item."""

    NAME: ClassVar[str] = "register.kit_struck"
    official: str
