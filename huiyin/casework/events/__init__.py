"""What casework tells. Ids, codes and numbers only; a held or sealed matter tells no topic, place or person."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.casework.events.asking import (
    CallSeedMade as CallSeedMade,
)
from huiyin.casework.events.asking import (
    CallSeedTold as CallSeedTold,
)
from huiyin.casework.events.asking import (
    CallTurnCame as CallTurnCame,
)
from huiyin.casework.events.asking import DigestChosen as DigestChosen
from huiyin.casework.events.asking import DigestSent as DigestSent
from huiyin.casework.events.reading import ReadingEnded as ReadingEnded
from huiyin.casework.events.reading import ReplyReadOut as ReplyReadOut
from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class MatterOpened(Fact):
    """A resident's words became a matter with a code (R-169). `place` is the village's code, empty where held."""

    NAME: ClassVar[str] = "casework.matter_opened"
    channel: str
    place: str
    held: bool
    history: bool


@dataclass(frozen=True, kw_only=True)
class MatterMoved(Fact):
    """A matter took one step of its flow (R-171)."""

    NAME: ClassVar[str] = "casework.matter_moved"
    step: str
    source: str
    target: str
    seq: int
    aside: bool
    history: bool


@dataclass(frozen=True, kw_only=True)
class MatterAnswered(Fact):
    """An answer was written and sent on its way; it is not delivered yet (R-177)."""

    NAME: ClassVar[str] = "casework.matter_answered"
    reply: str


@dataclass(frozen=True, kw_only=True)
class ReplyDelivered(Fact):
    """An answer reached the resident in one of the settled meanings (R-209)."""

    NAME: ClassVar[str] = "casework.reply_delivered"
    reply: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class CallBackTried(Fact):
    """Somebody tried to reach the resident after the answer (R-178).

    `code` is what the programme calls the outcome, empty where it has no name of its own.
    """

    NAME: ClassVar[str] = "casework.call_back_tried"
    outcome: str
    code: str
    day_part: str


@dataclass(frozen=True, kw_only=True)
class CallBackTakenBack(Fact):
    """A caller took back what they had written down by mistake; the attempt itself stays in the log (R-178)."""

    NAME: ClassVar[str] = "casework.call_back_taken_back"
    outcome: str
    code: str


@dataclass(frozen=True, kw_only=True)
class ResidentJudged(Fact):
    """The resident said whether it is solved. The grade is in the sealed row, not here."""

    NAME: ClassVar[str] = "casework.resident_judged"
    source: str


@dataclass(frozen=True, kw_only=True)
class ClockWarned(Fact):
    """A clock has used its programme's share of the time."""

    NAME: ClassVar[str] = "casework.clock_warned"
    clock: str
    name: str


@dataclass(frozen=True, kw_only=True)
class MatterOverdue(Fact):
    """A clock ran out. Told exactly once for each clock (R-188)."""

    NAME: ClassVar[str] = "casework.matter_overdue"
    clock: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ExtensionAsked(Fact):
    """The handler asked for more time, with a reason."""

    NAME: ClassVar[str] = "casework.extension_asked"
    clock: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class ExtensionDecided(Fact):
    """A second person granted or refused more time; the resident is told the new date and the old one."""

    NAME: ClassVar[str] = "casework.extension_decided"
    clock: str
    approved: bool
    amount: int


@dataclass(frozen=True, kw_only=True)
class DueFixed(Fact):
    """A provisional due date was fixed, because the year's working-day notice was loaded."""

    NAME: ClassVar[str] = "casework.due_fixed"
    clock: str


@dataclass(frozen=True, kw_only=True)
class SubjectsNamed(Fact):
    """A dispatcher named whom a held matter is about; they and theirs never see it (SG-01)."""

    NAME: ClassVar[str] = "casework.subjects_named"
    count: int


@dataclass(frozen=True, kw_only=True)
class HeldCleared(Fact):
    """A dispatcher found that a held matter is about nobody in office; it goes the ordinary way."""

    NAME: ClassVar[str] = "casework.held_cleared"


@dataclass(frozen=True, kw_only=True)
class PersonRecused(Fact):
    """Somebody stands too near to a matter and is kept out of it."""

    NAME: ClassVar[str] = "casework.person_recused"


@dataclass(frozen=True, kw_only=True)
class ReasonableJudged(Fact):
    """Whether an appeal is reasonable was decided before the outcome, by another body, with a reason (R-212)."""

    NAME: ClassVar[str] = "casework.reasonable_judged"
    reasonable: bool


@dataclass(frozen=True, kw_only=True)
class ReviewAsked(Fact):
    """The resident asks that an appeal found not reasonable be looked at again (SG-34)."""

    NAME: ClassVar[str] = "casework.review_asked"


@dataclass(frozen=True, kw_only=True)
class ReasonableReviewed(Fact):
    """An appeal found not reasonable was looked at once more by a third body; `reasonable` is what stands now."""

    NAME: ClassVar[str] = "casework.reasonable_reviewed"
    reasonable: bool


@dataclass(frozen=True, kw_only=True)
class IdentityRevealed(Fact):
    """A reporter's number or name was opened by somebody, with a reason. Looking is an action."""

    NAME: ClassVar[str] = "casework.identity_revealed"
    what: str


@dataclass(frozen=True, kw_only=True)
class MattersExported(Fact):
    """Somebody took a list of matters away as a file; how many rows, never which words were searched for. `leave`:
    another person had given it for these rows."""

    NAME: ClassVar[str] = "casework.matters_exported"
    rows: int
    leave: bool


@dataclass(frozen=True, kw_only=True)
class ReplyProposed(Fact):
    """An answer was put to a second person, in a version of its own."""

    NAME: ClassVar[str] = "casework.reply_proposed"
    draft: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ReplyDecided(Fact):
    """A second person approved an answer as it stands, or sent it back; the reason is in the row, not here."""

    NAME: ClassVar[str] = "casework.reply_decided"
    draft: str
    approved: bool


@dataclass(frozen=True, kw_only=True)
class CallsDrawn(Fact):
    """Some of a day's recorded calls were drawn to be made once more: the seed, from how many, how many."""

    NAME: ClassVar[str] = "casework.calls_drawn"
    seed: str
    of: int
    drawn: int


@dataclass(frozen=True, kw_only=True)
class CallRechecked(Fact):
    """A drawn call was made once more, or tried: same, differs, unreached or still waiting."""

    NAME: ClassVar[str] = "casework.call_rechecked"
    recheck: str
    state: str


@dataclass(frozen=True, kw_only=True)
class AccompanimentAnswered(Fact):
    """A resident was offered company at a first petition and accepted or declined; only accepted tells the official."""

    NAME: ClassVar[str] = "casework.accompaniment_answered"
    answer: str


@dataclass(frozen=True, kw_only=True)
class NumberAdded(Fact):
    """Another number of who reported a matter was taken down; which one is in the locked row."""

    NAME: ClassVar[str] = "casework.number_added"


@dataclass(frozen=True, kw_only=True)
class PromiseDue(Fact):
    """The last day of a promise is over; the resident is to be asked whether it was kept. Told once for each."""

    NAME: ClassVar[str] = "casework.promise_due"
    promise: str


@dataclass(frozen=True, kw_only=True)
class PromiseJudged(Fact):
    """Whether a promise was kept: kept, broken, unsure or unreached; the words are in the row, not here."""

    NAME: ClassVar[str] = "casework.promise_judged"
    promise: str
    state: str


@dataclass(frozen=True, kw_only=True)
class FileTakenOut(Fact):
    """The whole file of a matter, or its proof, was taken out of the archive; why stands in the look."""

    NAME: ClassVar[str] = "casework.file_taken_out"
    what: str


@dataclass(frozen=True, kw_only=True)
class HandsTraced(Fact):
    """Somebody asked who held the matters of a place, or one matter; why stands in the look."""

    NAME: ClassVar[str] = "casework.hands_traced"
    topic: str


@dataclass(frozen=True, kw_only=True)
class FiguresExported(Fact):
    """Somebody took figures away as a file; how many lines."""

    NAME: ClassVar[str] = "casework.figures_exported"
    lines: int


@dataclass(frozen=True, kw_only=True)
class FilesAdded(Fact):
    """Files were added to a matter: how many, with the resident's words (`said`) or with an answer (`answer`)."""

    NAME: ClassVar[str] = "casework.files_added"
    part: str
    count: int


@dataclass(frozen=True, kw_only=True)
class FilesErased(Fact):
    """What a resident had given with their words went with them; how many files."""

    NAME: ClassVar[str] = "casework.files_erased"
    count: int


@dataclass(frozen=True, kw_only=True)
class BodyCalled(Fact):
    """A body, a leader or a member was called on in a matter it does not own (R-021). `part` says for what."""

    NAME: ClassVar[str] = "casework.body_called"
    share: str
    part: str


@dataclass(frozen=True, kw_only=True)
class ShareRead(Fact):
    """Who was called on has read it; told once (R-184)."""

    NAME: ClassVar[str] = "casework.share_read"
    share: str
    part: str


@dataclass(frozen=True, kw_only=True)
class ShareAnswered(Fact):
    """Who was called on answered their part."""

    NAME: ClassVar[str] = "casework.share_answered"
    share: str
    part: str


@dataclass(frozen=True, kw_only=True)
class ShareEnded(Fact):
    """A share is over: the leader has instructed or given back, the session has ended."""

    NAME: ClassVar[str] = "casework.share_ended"
    share: str
    part: str


@dataclass(frozen=True, kw_only=True)
class RetentionProposed(Fact):
    """Somebody proposed to keep a matter without action, until a day on which it is looked at again (SG-35)."""

    NAME: ClassVar[str] = "casework.retention_proposed"
    retention: str
    review_on: str


@dataclass(frozen=True, kw_only=True)
class RetentionDecided(Fact):
    """A second person consented to keeping a matter, or did not."""

    NAME: ClassVar[str] = "casework.retention_decided"
    retention: str
    consented: bool


@dataclass(frozen=True, kw_only=True)
class RetentionEnded(Fact):
    """A matter is kept no longer, or another proposal took the place of this one. `why` as in the row."""

    NAME: ClassVar[str] = "casework.retention_ended"
    retention: str
    why: str


@dataclass(frozen=True, kw_only=True)
class RetentionDue(Fact):
    """The day has come on which a kept matter is to be looked at again; told once."""

    NAME: ClassVar[str] = "casework.retention_due"
    retention: str


@dataclass(frozen=True, kw_only=True)
class MatterEscalated(Fact):
    """A clock ran out and the programme's role was told; `rulebook` is the version that says so (R-188)."""

    NAME: ClassVar[str] = "casework.matter_escalated"
    clock: str
    name: str
    role: str
    rulebook: str


@dataclass(frozen=True, kw_only=True)
class MatterNumbered(Fact):
    """A matter stands on the numbered list (R-225)."""

    NAME: ClassVar[str] = "casework.matter_numbered"
    year: int
    number: int


@dataclass(frozen=True, kw_only=True)
class NumberStruck(Fact):
    """A matter was struck off the numbered list, because it is closed."""

    NAME: ClassVar[str] = "casework.number_struck"
    year: int
    number: int


@dataclass(frozen=True, kw_only=True)
class SessionCalled(Fact):
    """Several bodies are to settle matters together (R-174, R-195, R-196). Subject: the session."""

    NAME: ClassVar[str] = "casework.session_called"
    kind: str
    members: int
    matters: int


@dataclass(frozen=True, kw_only=True)
class SessionVoted(Fact):
    """A member said yes, no or neither to what is to be done with a matter."""

    NAME: ClassVar[str] = "casework.session_voted"
    item: str


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Fact):
    """A session ended: its minutes are written, its tasks given."""

    NAME: ClassVar[str] = "casework.session_ended"
    tasks: int


@dataclass(frozen=True, kw_only=True)
class TaskDone(Fact):
    """What a session asked somebody to do is done, says who did it. Subject: the matter."""

    NAME: ClassVar[str] = "casework.task_done"
    task: str


@dataclass(frozen=True, kw_only=True)
class ReporterErased(Fact):
    """Who reported a matter that is over was erased from it: name, number and what found them. Subject: the matter."""

    NAME: ClassVar[str] = "casework.reporter_erased"


@dataclass(frozen=True, kw_only=True)
class MatterLocked(Fact):
    """A matter's words went into the sealed compartment, for so many holders of keys; in clear they are nowhere now."""

    NAME: ClassVar[str] = "casework.matter_locked"
    holders: int


@dataclass(frozen=True, kw_only=True)
class KeysGiven(Fact):
    """Holders of keys may open a locked matter from now on, or no longer; so many in all. Subject: the matter."""

    NAME: ClassVar[str] = "casework.keys_given"
    holders: int


@dataclass(frozen=True, kw_only=True)
class KeyholderMade(Fact):
    """Somebody made themselves a pair of keys, or was made custodian with it. Subject: the pair."""

    NAME: ClassVar[str] = "casework.keyholder_made"
    custodian: bool


@dataclass(frozen=True, kw_only=True)
class KeyholderEnded(Fact):
    """A pair of keys opens nothing any more: lost, or its holder left. Subject: the pair."""

    NAME: ClassVar[str] = "casework.keyholder_ended"


@dataclass(frozen=True, kw_only=True)
class MatterJoined(Fact):
    """A matter is looked into together with another and keeps all of its own (R-236). Which one stands in its row."""

    NAME: ClassVar[str] = "casework.matter_joined"
    joint: bool


@dataclass(frozen=True, kw_only=True)
class MatterSplit(Fact):
    """A joined matter goes on by itself again."""

    NAME: ClassVar[str] = "casework.matter_split"


@dataclass(frozen=True, kw_only=True)
class JointCrowded(Fact):
    """So many residents bring one thing that a supervisor is to look (R-235). Subject: the leading matter."""

    NAME: ClassVar[str] = "casework.joint_crowded"
    residents: int


@dataclass(frozen=True, kw_only=True)
class IssueRegistered(Fact):
    """What many ask for was registered as one common issue (R-215). Subject: the issue."""

    NAME: ClassVar[str] = "casework.issue_registered"


@dataclass(frozen=True, kw_only=True)
class IssueChanged(Fact):
    """Owner, plan, funding, units or words of a common issue were changed; which of them."""

    NAME: ClassVar[str] = "casework.issue_changed"
    fields: str


@dataclass(frozen=True, kw_only=True)
class IssueGathered(Fact):
    """Matters were put under a common issue or taken out of it; how many. Which ones stands in its rows."""

    NAME: ClassVar[str] = "casework.issue_gathered"
    added: int
    removed: int


@dataclass(frozen=True, kw_only=True)
class IssuePromised(Fact):
    """The head of a unit promised in public by when (R-217); `moved` where another day was promised before."""

    NAME: ClassVar[str] = "casework.issue_promised"
    until: str
    moved: bool


@dataclass(frozen=True, kw_only=True)
class IssueReported(Fact):
    """A figure of a common issue was reported (R-218)."""

    NAME: ClassVar[str] = "casework.issue_reported"


@dataclass(frozen=True, kw_only=True)
class IssueSettled(Fact):
    """A common issue is settled: everybody who raised it has an answer."""

    NAME: ClassVar[str] = "casework.issue_settled"
    members: int


@dataclass(frozen=True, kw_only=True)
class LedgerAnnotated(Fact):
    """How far an unfinished matter is was written for a month of the ledger (R-206). Subject: the matter."""

    NAME: ClassVar[str] = "casework.ledger_annotated"
    month: str


@dataclass(frozen=True, kw_only=True)
class LedgerClosed(Fact):
    """Somebody put their name to the month of a place: gone through and cut off (R-205); how many are left."""

    NAME: ClassVar[str] = "casework.ledger_closed"
    place: str
    month: str
    left: int


@dataclass(frozen=True, kw_only=True)
class ThingCommitted(Fact):
    """A village or official committed to a practical thing (R-207, R-208)."""

    NAME: ClassVar[str] = "casework.thing_committed"
    place: str


@dataclass(frozen=True, kw_only=True)
class ThingDone(Fact):
    """A practical thing is done, with a result."""

    NAME: ClassVar[str] = "casework.thing_done"


@dataclass(frozen=True, kw_only=True)
class SuggestionDecided(Fact):
    """Somebody decided whether a suggestion is taken up (R-234). Subject: the matter."""

    NAME: ClassVar[str] = "casework.suggestion_decided"
    decision: str


@dataclass(frozen=True, kw_only=True)
class SuggestionResulted(Fact):
    """What came of a suggestion was written down."""

    NAME: ClassVar[str] = "casework.suggestion_resulted"
