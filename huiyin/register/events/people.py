"""Households, what becomes of them, and who lives in them."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class HouseholdAdded(Fact):
    """A household was registered."""

    NAME: ClassVar[str] = "register.household_added"
    place_code: str


@dataclass(frozen=True, kw_only=True)
class HouseholdMoved(Fact):
    """A household moved on a day, and so many of its links ended; what happened keeps the code of its day."""

    NAME: ClassVar[str] = "register.household_moved"
    before: str
    place_code: str
    on: str
    ended: int


@dataclass(frozen=True, kw_only=True)
class PresenceSet(Fact):
    """A household went away, came back, or its house stands empty, from a day on."""

    NAME: ClassVar[str] = "register.presence_set"
    status: str
    on: str


@dataclass(frozen=True, kw_only=True)
class HouseholdSplit(Fact):
    """So many people of a household became one of their own on a day; subject: the one they left."""

    NAME: ClassVar[str] = "register.household_split"
    into: str
    people: int
    on: str


@dataclass(frozen=True, kw_only=True)
class HouseholdMerged(Fact):
    """A household became part of another on a day, with so many people; subject: the one that ended."""

    NAME: ClassVar[str] = "register.household_merged"
    into: str
    people: int
    on: str


@dataclass(frozen=True, kw_only=True)
class HouseholdClosed(Fact):
    """A household ended on a day: it left, nobody of it is alive, or it was registered twice."""

    NAME: ClassVar[str] = "register.household_closed"
    why: str
    on: str


@dataclass(frozen=True, kw_only=True)
class ResidentAdded(Fact):
    """A person lives in a household; subject: the household."""

    NAME: ClassVar[str] = "register.resident_added"
    person: str


@dataclass(frozen=True, kw_only=True)
class PhoneSet(Fact):
    """A person's telephone number was recorded or replaced; subject: the person."""

    NAME: ClassVar[str] = "register.phone_set"


@dataclass(frozen=True, kw_only=True)
class PhoneConsentSaid(Fact):
    """Somebody said whether a number of theirs may be written to unasked, for a purpose; subject: the person.

    `said` is agreed or declined, `source` who told it: desk, or self for a household that does it with its key.
    """

    NAME: ClassVar[str] = "register.phone_consent_said"
    purpose: str
    said: str
    source: str


@dataclass(frozen=True, kw_only=True)
class KinAdded(Fact):
    """Two persons are relatives: neither handles the other's household (SG-45). Subject: one of them."""

    NAME: ClassVar[str] = "register.kin_added"
    relative: str


@dataclass(frozen=True, kw_only=True)
class KinEnded(Fact):
    """Two persons are no relatives any more, or never were; subject: one of them."""

    NAME: ClassVar[str] = "register.kin_ended"
    relative: str


@dataclass(frozen=True, kw_only=True)
class ResidentGone(Fact):
    """Somebody of a household died or left the county on a day; subject: the household."""

    NAME: ClassVar[str] = "register.resident_gone"
    person: str
    why: str
    on: str


@dataclass(frozen=True, kw_only=True)
class ResidentBack(Fact):
    """That somebody had died or left was written down wrongly: they live there as before. Subject: the household."""

    NAME: ClassVar[str] = "register.resident_back"
    person: str


@dataclass(frozen=True, kw_only=True)
class ResidentStruck(Fact):
    """Somebody never lived in a household: their record there is closed. Subject: the household."""

    NAME: ClassVar[str] = "register.resident_struck"
    person: str


@dataclass(frozen=True, kw_only=True)
class HouseholdReopened(Fact):
    """That a household had ended was written down wrongly: it stands again, with so many people."""

    NAME: ClassVar[str] = "register.household_reopened"
    people: int


@dataclass(frozen=True, kw_only=True)
class InventedLaid(Fact):
    """Rows of an invented county were laid into a demo, in bulk; subject: the place."""

    NAME: ClassVar[str] = "register.invented_laid"
    households: int = 0
    people: int = 0
    bodies: int = 0
    officials: int = 0
    grids: int = 0
    links: int = 0
