"""What the register tells: ids, codes and counts; never a name, a door or a number."""

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
class BodyAdded(Fact):
    """An organisation, project or enterprise was registered."""

    NAME: ClassVar[str] = "register.body_added"
    kind: str
    place_code: str
    parent: str


@dataclass(frozen=True, kw_only=True)
class OfficialAppointed(Fact):
    """A person took a post; subject: the person."""

    NAME: ClassVar[str] = "register.official_appointed"
    post: str
    body: str
    role: str
    place_code: str
    since: str


@dataclass(frozen=True, kw_only=True)
class PostEnded(Fact):
    """A post ends; on `until` it gives nothing any more. Subject: the person."""

    NAME: ClassVar[str] = "register.post_ended"
    post: str
    body: str
    until: str


@dataclass(frozen=True, kw_only=True)
class OfficialTransferred(Fact):
    """A person left one post for another on a day; subject: the person."""

    NAME: ClassVar[str] = "register.official_transferred"
    old_post: str
    new_post: str
    on: str


@dataclass(frozen=True, kw_only=True)
class PostCorrected(Fact):
    """What was recorded of a post's period was wrong; the old record is kept. Subject: the person."""

    NAME: ClassVar[str] = "register.post_corrected"
    old_post: str
    new_post: str


@dataclass(frozen=True, kw_only=True)
class PostDelegated(Fact):
    """Powers of a post were lent to another person; subject: the person who holds the post."""

    NAME: ClassVar[str] = "register.post_delegated"
    delegation: str
    to: str
    since: str
    until: str


@dataclass(frozen=True, kw_only=True)
class DelegationEnded(Fact):
    """Lent powers went back; subject: the person who holds the post."""

    NAME: ClassVar[str] = "register.delegation_ended"
    delegation: str
    to: str
    until: str


@dataclass(frozen=True, kw_only=True)
class HouseholdAdded(Fact):
    """A household was registered."""

    NAME: ClassVar[str] = "register.household_added"
    place_code: str


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
class Linked(Fact):
    """An official is there for a household, project or enterprise; subject: that household or body."""

    NAME: ClassVar[str] = "register.linked"
    link: str
    person: str
    kind: str
    since: str


@dataclass(frozen=True, kw_only=True)
class LinkEnded(Fact):
    """An official is no longer there for a household, project or enterprise; subject: that household or body."""

    NAME: ClassVar[str] = "register.link_ended"
    link: str
    person: str
    until: str


@dataclass(frozen=True, kw_only=True)
class KinAdded(Fact):
    """Two persons are relatives: neither handles the other's household (SG-45). Subject: one of them."""

    NAME: ClassVar[str] = "register.kin_added"
    relative: str
