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
class DutyHoursSet(Fact):
    """When an official can be reached was written anew, or taken away, from a day on; subject: the person."""

    NAME: ClassVar[str] = "register.duty_hours_set"
    since: str


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


@dataclass(frozen=True, kw_only=True)
class HandoverDone(Fact):
    """The open matters of a hand-over have new owners. Subject: the person whose they were."""

    NAME: ClassVar[str] = "register.handover_done"
    handover: str
    matters: int


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(Fact):
    """Somebody asked that a person be erased; subject: the erasure. `reason` is a code."""

    NAME: ClassVar[str] = "register.erasure_asked"
    person: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ErasureDeclined(Fact):
    """A second person decided against an erasure; subject: the erasure."""

    NAME: ClassVar[str] = "register.erasure_declined"
    person: str


@dataclass(frozen=True, kw_only=True)
class ErasureDecided(Fact):
    """A second person decided for an erasure; the worker carries it out. Subject: the erasure."""

    NAME: ClassVar[str] = "register.erasure_decided"
    person: str


@dataclass(frozen=True, kw_only=True)
class PersonErased(Fact):
    """A person's rows were emptied or taken out; subject: the person. Their keys go as soon as this is written."""

    NAME: ClassVar[str] = "register.person_erased"
    erasure: str
    reason: str
    rows: int
    household: str


@dataclass(frozen=True, kw_only=True)
class ErasureCertified(Fact):
    """The certificate: keys are destroyed, files are off the disk; subject: the erasure."""

    NAME: ClassVar[str] = "register.erasure_certified"
    person: str
    keys: int
    rows: int
    files: int


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
class CategoryEntered(Fact):
    """A household or somebody in it was entered in a category; subject: the household. Which one is not told."""

    NAME: ClassVar[str] = "register.category_entered"
    membership: str
    programme: str


@dataclass(frozen=True, kw_only=True)
class CategoryReviewed(Fact):
    """Somebody looked whether a category still holds; subject: the household."""

    NAME: ClassVar[str] = "register.category_reviewed"
    membership: str
    before: str


@dataclass(frozen=True, kw_only=True)
class CategoryEnded(Fact):
    """A category ended: by hand (`hand`) or with its matter (`matter`); subject: the household."""

    NAME: ClassVar[str] = "register.category_ended"
    membership: str
    why: str


@dataclass(frozen=True, kw_only=True)
class FactCorrected(Fact):
    """A fact of a household's file was wrong and was put right; subject: the household. Neither value is told."""

    NAME: ClassVar[str] = "register.fact_corrected"
    fact: str
    person: str


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Fact):
    """A section of a household's file was written anew; subject: the household."""

    NAME: ClassVar[str] = "register.note_written"
    section: str


@dataclass(frozen=True, kw_only=True)
class FileKeyMade(Fact):
    """A household was given a key to its own file; subject: the household."""

    NAME: ClassVar[str] = "register.file_key_made"
    until: str


@dataclass(frozen=True, kw_only=True)
class ObjectionMade(Fact):
    """A household objects to its file, or wants it corrected; subject: the household."""

    NAME: ClassVar[str] = "register.objection_made"
    objection: str
    about: str
    due: str


@dataclass(frozen=True, kw_only=True)
class ObjectionAnswered(Fact):
    """An objection was answered; subject: the household."""

    NAME: ClassVar[str] = "register.objection_answered"
    objection: str
    outcome: str


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


@dataclass(frozen=True, kw_only=True)
class ShapesImported(Fact):
    """Outlines of places came from a file; subject: the first one's county."""

    NAME: ClassVar[str] = "register.shapes_imported"
    added: int
    changed: int
