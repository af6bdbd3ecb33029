"""Bodies, posts, powers lent, duty hours."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class BodyAdded(Fact):
    """An organisation, project or enterprise was registered."""

    NAME: ClassVar[str] = "register.body_added"
    kind: str
    place_code: str
    parent: str


@dataclass(frozen=True, kw_only=True)
class BodyRenamed(Fact):
    """A body is called otherwise from a day on; subject: the body. What it was called before is kept with its days."""

    NAME: ClassVar[str] = "register.body_renamed"
    on: str


@dataclass(frozen=True, kw_only=True)
class BodyClassified(Fact):
    """A body is in another system or industry; subject: the body."""

    NAME: ClassVar[str] = "register.body_classified"


@dataclass(frozen=True, kw_only=True)
class BodyStateSaid(Fact):
    """An enterprise or a project is in a state from a day on: stopped, switched, closed, running. Subject: the body."""

    NAME: ClassVar[str] = "register.body_state_said"
    state: str
    on: str


@dataclass(frozen=True, kw_only=True)
class RemitSet(Fact):
    """A body has a function or item from a day on, and who answers for it on four levels. Subject: the body."""

    NAME: ClassVar[str] = "register.remit_set"
    remit: str
    on: str


@dataclass(frozen=True, kw_only=True)
class RemitEnded(Fact):
    """A body has a function or item no more from a day on. Subject: the body."""

    NAME: ClassVar[str] = "register.remit_ended"
    remit: str
    on: str


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
class FirstKeyMade(Fact):
    """Somebody was given a key to set a password of their own with, valid until then; subject: the person."""

    NAME: ClassVar[str] = "register.first_key_made"
    account: int
    until: str


@dataclass(frozen=True, kw_only=True)
class FirstKeyUsed(Fact):
    """A first key was used: the account has a password its owner has set. Subject: the person."""

    NAME: ClassVar[str] = "register.first_key_used"
    account: int


@dataclass(frozen=True, kw_only=True)
class ResetAsked(Fact):
    """Somebody lost telephone and recovery codes, and another asked that the second factor be taken off. Subject: the
    person."""

    NAME: ClassVar[str] = "register.reset_asked"
    reset: str
    account: int


@dataclass(frozen=True, kw_only=True)
class ResetDeclined(Fact):
    """The second factor stays: whoever asked, the second person or the owner said so. Subject: the person."""

    NAME: ClassVar[str] = "register.reset_declined"
    reset: str
    account: int


@dataclass(frozen=True, kw_only=True)
class ResetConfirmed(Fact):
    """Password, second factor and sessions of an account ended, by the word of a second person; a first key is valid
    until then. Subject: the person."""

    NAME: ClassVar[str] = "register.reset_confirmed"
    reset: str
    account: int
    until: str


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
class PowerAsked(Fact):
    """A post, or what is lent out of one, gives a duty that counts from a second person's consent. Subject: who gets
    it."""

    NAME: ClassVar[str] = "register.power_asked"
    grant: str
    duty: str


@dataclass(frozen=True, kw_only=True)
class PowerDecided(Fact):
    """A duty counts from now on (`given`), or does not: a second person refused, or nobody said anything for too long
    (`lapsed`). Without a person the machine gave it, while nobody could consent. Subject: who gets it."""

    NAME: ClassVar[str] = "register.power_decided"
    grant: str
    duty: str
    state: str


@dataclass(frozen=True, kw_only=True)
class OfficialClassified(Fact):
    """What kind of personnel an official is, of which tier, how they stand in service. Subject: the person."""

    NAME: ClassVar[str] = "register.official_classified"
    kind: str
    tier: str
    status: str
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
class PortraitShown(Fact):
    """An official's photo was put up; subject: the person."""

    NAME: ClassVar[str] = "register.portrait_shown"
    portrait: str


@dataclass(frozen=True, kw_only=True)
class PortraitEnded(Fact):
    """An official's photo is shown no more, or they want none; subject: the person."""

    NAME: ClassVar[str] = "register.portrait_ended"
    portrait: str
    why: str


@dataclass(frozen=True, kw_only=True)
class PortraitShredded(Fact):
    """The key of a photo that is shown no more was destroyed; subject: the person."""

    NAME: ClassVar[str] = "register.portrait_shredded"
    portrait: str


@dataclass(frozen=True, kw_only=True)
class DutyHoursSet(Fact):
    """When an official can be reached was written anew, or taken away, from a day on; subject: the person."""

    NAME: ClassVar[str] = "register.duty_hours_set"
    since: str
