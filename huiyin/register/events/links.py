"""Links, rounds of assignment, hand-overs, ties."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


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
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class RoundAsked(Fact):
    """A round of assignment was asked for; the machine draws it up. Subject: the round."""

    NAME: ClassVar[str] = "register.link_round_asked"
    programme: str
    pairing: str
    place_code: str


@dataclass(frozen=True, kw_only=True)
class RoundProposed(Fact):
    """A round was drawn up; `digest` commits to every line of it. Subject: the round."""

    NAME: ClassVar[str] = "register.link_round_proposed"
    households: int
    uncovered: int
    kept: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class ProposalAdjusted(Fact):
    """A person chose another official for a household of a round than the one there, if any. Subject: the round."""

    NAME: ClassVar[str] = "register.link_proposal_adjusted"
    household: str
    official: str
    instead_of: str


@dataclass(frozen=True, kw_only=True)
class RoundConfirmed(Fact):
    """A named person confirmed a round as it stands; `digest` commits to every line. Subject: the round."""

    NAME: ClassVar[str] = "register.link_round_confirmed"
    digest: str


@dataclass(frozen=True, kw_only=True)
class RoundWithdrawn(Fact):
    """A round was given up before it changed anything. Subject: the round."""

    NAME: ClassVar[str] = "register.link_round_withdrawn"


@dataclass(frozen=True, kw_only=True)
class RoundChanged(Fact):
    """Lines of a confirmed round are not those that were proposed and chosen: it ends unmade. Subject: the round."""

    NAME: ClassVar[str] = "register.link_round_changed"


@dataclass(frozen=True, kw_only=True)
class RoundCleared(Fact):
    """The lines of a round that ended long ago are erased; its figures stay. Subject: the round."""

    NAME: ClassVar[str] = "register.link_round_cleared"
    lines: int


@dataclass(frozen=True, kw_only=True)
class LinksAssigned(Fact):
    """A confirmed round made some hundred households' new links and ended their old ones. Subject: the round."""

    NAME: ClassVar[str] = "register.links_assigned"
    made: int
    ended: int
    kept: int
    held_back: int


@dataclass(frozen=True, kw_only=True)
class RoundDone(Fact):
    """Every household of a confirmed round has what it was to have. Subject: the round."""

    NAME: ClassVar[str] = "register.link_round_done"
    held_back: int


@dataclass(frozen=True, kw_only=True)
class WishKept(Fact):
    """A household wishes another official; whom and why is nobody's business. Subject: the household."""

    NAME: ClassVar[str] = "register.link_wish_kept"


@dataclass(frozen=True, kw_only=True)
class LeftOut(Fact):
    """A household or an official is left out of rounds for a reason (R-064). Subject: that household or person."""

    NAME: ClassVar[str] = "register.left_out_of_rounds"
    why: str


@dataclass(frozen=True, kw_only=True)
class LeftOutEnded(Fact):
    """A household or an official takes part in rounds again. Subject: that household or person."""

    NAME: ClassVar[str] = "register.left_out_ended"


@dataclass(frozen=True, kw_only=True)
class LinksHandedOver(Fact):
    """An official's links passed to successors in one transaction (R-094); duties, diary and open matters follow.

    Subject: the person whose they were. `successor` is the person who takes what is no household's.
    """

    NAME: ClassVar[str] = "register.links_handed_over"
    handover: str
    successor: str
    on: str
    links: int


@dataclass(frozen=True, kw_only=True)
class HouseholdsTold(Fact):
    """Some households were told by SMS of their new official, or why not: how many of each. Subject: the county."""

    NAME: ClassVar[str] = "register.households_told"
    queued: int = 0
    no_number: int = 0
    not_asked: int = 0
    declined: int = 0
    over_limit: int = 0
    no_gateway: int = 0
    nothing: int = 0


@dataclass(frozen=True, kw_only=True)
class HandoverDone(Fact):
    """The open matters of a hand-over have new owners. Subject: the person whose they were."""

    NAME: ClassVar[str] = "register.handover_done"
    handover: str
    matters: int


@dataclass(frozen=True, kw_only=True)
class Tied(Fact):
    """A link of a pairing that gives no household its official began. Subject: the tie."""

    NAME: ClassVar[str] = "register.tied"
    programme: str
    pairing: str
    since: str


@dataclass(frozen=True, kw_only=True)
class TieEnded(Fact):
    """Such a link ended. Subject: the tie."""

    NAME: ClassVar[str] = "register.tie_ended"
    until: str
