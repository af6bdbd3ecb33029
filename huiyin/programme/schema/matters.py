"""matters.toml: kinds of matter, how they flow, when they are due and when they are truly finished."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from huiyin.programme.schema.base import Grown, Level, Limit, Name, Prose, Share, Strict, Title
from huiyin.programme.schema.county import Verb
from huiyin.programme.schema.dimensions import Dimension, Heading, Intent
from huiyin.programme.schema.early import Disputes, Petitions
from huiyin.programme.schema.ledgers import Joint, Ledger

State = Literal[
    "received",
    "accepted",
    "more_asked",
    "discussing",
    "assigned",
    "working",
    "raised",
    "applied",
    "submitted",
    "disputed",
    "paused",
    "answered",
    "reopened",
    "closed",
    "declined",
    "retained",
    "passed",
    "joined",
    "withdrawn",
]

StepName = Literal[
    "accept",
    "classify",
    "discuss",
    "assign",
    "take",
    "transfer",
    "raise",
    "supervise",
    "extend",
    "answer",
    "deliver",
    "call_back",
    "reopen",
    "close",
    "analyse",
    "archive",
    "decline",
    "ask_more",
    "more_given",
    "pause",
    "resume",
    "withdraw",
    "retain",
    "pass",
    "join",
    "split",
    "apply",
    "take_up",
    "send_back",
    "climb",
    "submit",
    "instruct",
    "come_back",
    "decide",
    "invite",
    "ask_expert",
    "bring_in",
    "number",
]
"""The verbs of the engine. `apply` asks the next level to take a matter, which does (`take_up`) or gives it back
(`send_back`); `climb` is the same by time alone. `submit` lays a matter before a leader, whose `instruct` assigns it;
what no leader answers in time comes back to whoever laid it there (`come_back`), by time alone.
`decide` is the county's word when units have handed a matter round. `invite` (to a three-party call), `ask_expert` and
`bring_in` (to help) call on a body that does not own the matter; `number` puts it on the numbered list.
"""

Part = Literal["handler", "supervisor", "caller"]
"""What a person is in one matter. Distinctness is decided on persons, not on accounts."""

Need = Literal[
    "note",
    "reason",
    "owner",
    "supervisor",
    "caller",
    "topic",
    "nature",
    "way",
    "reply",
    "review_date",
    "until",
    "evidence",
    "minutes",
    "participants",
    "instruction",
    "outcome",
    "pause_reason",
    "leader",
    "bodies",
    "question",
    "promise",
    "promised_on",
    "intent",
    "heading",
    "handling",
    "level",
    "deadline",
    "plan",
    "cause",
    "basis",
    "explained_by",
    "view",
]
"""What must be in hand.

`note` stays inside, `reason` is shown to the resident, `owner` is a body with one named handler; `bodies` are called on
without owning it, `question` is what they are asked; `promise` and `promised_on` are what was promised and for when.
`deadline` is the day its responsible person names (R-226); `plan` says how it will be solved, `cause` where it came
from (R-194); `basis` is the policy or law against it, `explained_by` who explained that, `view` what the resident said
to it (R-228).
"""


class Channel(Grown):
    """One way words reach the county. `web` is the public page, which every county has."""

    LATER: ClassVar[frozenset[str]] = frozenset({"wire", "on_air"})
    title: Title
    own: Literal["own", "external"] = "own"
    """`external` channels belong to another service and only report to us (AM-62)."""
    address: Prose = ""
    """The published number, address or place."""
    wire: Literal["", "sms", "email"] = ""
    """Which gateway it is, where one is set up: what comes in by it becomes a matter, and answers go back by it."""
    authorless: bool = False
    """Topics, not persons: who said it is discarded before anything is stored (SG-04)."""
    on_air: bool = False
    """Calls taken in a programme on the radio: what comes in by it on the day of an episode is one of its calls."""


class Nature(Grown):
    """What kind of concern it is."""

    LATER: ClassVar[frozenset[str]] = frozenset({"suggestion"})

    title: Title
    held: bool = False
    """Held until a county dispatcher has named the subjects or cleared it. `complaint` is always held (SG-01)."""
    publishable: bool = True
    """Whether such a matter may stand on a wall at all."""
    suggestion: bool = False
    """Stands in the register of suggestions: somebody decides whether it is taken up, with a reason (R-234)."""


class Way(Strict):
    """One way of handling, and what it means for clocks, counts and files."""

    title: Title
    step: StepName
    """The step by which a matter goes this way."""
    counts_as_solved: bool
    """Whether a satisfied resident at its end makes it a solved matter. Keeping and passing on never do."""
    clocked: bool
    """Whether clocks that follow the way run."""
    needs: tuple[Need, ...] = ()
    """What the step needs on top of what the flow asks."""
    keeps: tuple[
        Literal["reason", "review_date", "participants", "outcome", "instruction", "reply", "bodies", "promise"], ...
    ] = ()
    """What the file must hold afterwards."""
    sealed: bool = False
    """Goes the sealed route only (way 7)."""


class Handling(Strict):
    """How far a matter can be solved, and what each class owes (R-200, R-227, R-228)."""

    title: Title
    steps: tuple[StepName, ...] = ()
    """By which of these a matter of the class leaves acceptance; none means any."""
    needs: dict[StepName, tuple[Need, ...]] = {}
    """What a step asks for on top of what the flow asks, for a matter of this class."""
    counts_as_solved: bool = True
    """Whether a satisfied resident at its end makes it a solved matter; an explanation solves nothing."""


class Topic(Grown):
    """What a matter is about, and which body usually answers for it."""

    LATER: ClassVar[frozenset[str]] = frozenset({"held", "apart_from"})
    title: Title
    parent: Name | None = None
    body: Title | None = None
    """The kind of body that is suggested when the topic is chosen; a suggestion, never an assignment."""
    apart_from: tuple[Title, ...] = ()
    """Bodies with one of these in their name never own such a matter, nor are called on about it (SG-29, SG-30)."""
    keywords: tuple[Title, ...] = ()
    """Words that suggest this topic to the clerk."""
    held: bool = False
    """A topic about what officials do, like 吃拿卡要: choosing it holds the matter (SG-01, R-233)."""


class Extension(Strict):
    """How far a due date may move, openly and with a second person's consent."""

    max_times: Annotated[int, Field(ge=1, le=5)]
    max_total: Limit
    """All extensions together; in the unit of the clock."""
    approved_by: Name
    """The role that consents; never the person who asked."""


class Pause(Grown):
    """When a clock stands still, and for how long at most."""

    LATER: ClassVar[frozenset[str]] = frozenset({"reasons"})
    on: Annotated[tuple[StepName, ...], Field(min_length=1)]
    until: Annotated[tuple[StepName, ...], Field(min_length=1)]
    max_total: Limit
    """All pauses of one clock together; in the unit of the clock."""
    reasons: dict[Name, Title] = {}
    """For what a step that asks for `pause_reason` may stop the clock; nothing else does."""


class Special(Strict):
    """Another limit of a clock, for some kinds, ways, natures or levels; an empty list means all of them."""

    kinds: tuple[Name, ...] = ()
    ways: tuple[Name, ...] = ()
    natures: tuple[Name, ...] = ()
    levels: tuple[Level, ...] = ()
    limit: Limit

    def fits(self, *, kind: str, way: str, nature: str, level: str) -> bool:
        """Whether a matter of this kind, way, nature and level has this limit."""
        asked = ((self.kinds, kind), (self.ways, way), (self.natures, nature), (self.levels, level))
        return all(not allowed or value in allowed for allowed, value in asked)


class Clock(Grown):
    """A deadline: what starts it, what meets it, whom it wakes."""

    LATER: ClassVar[frozenset[str]] = frozenset({"agreed", "special", "level", "climbs", "returns"})
    title: Title
    starts_on: Annotated[tuple[StepName | Literal["open"], ...], Field(min_length=1)]
    """Steps that start it; `open` is the arrival of the matter. A clock that runs is never started again."""
    met_by: Annotated[tuple[StepName, ...], Field(min_length=1)]
    ended_by: tuple[StepName, ...] = ()
    """Steps that end it without its being met: declined, withdrawn. Handing back does not: the promise stands."""
    limit: Limit
    special: tuple[Special, ...] = ()
    """Other limits for some matters, the first that fits; in the unit of `limit`."""
    follows_way: bool = False
    """Does not run for ways that are not clocked."""
    level: Level | None = None
    """Runs only while the matter stands on this level: how long the level may keep it."""
    climbs: bool = False
    """When it runs out, the matter climbs one level by itself (`climb`): what a level keeps too long (`level`), what
    was applied for and not decided in time."""
    returns: bool = False
    """When it runs out, what lies before a leader comes back to whoever laid it there (`come_back`, R-186)."""
    warn_at_share: Annotated[float, Field(gt=0, lt=1)] = 0.75
    warn: tuple[Part, ...] = ("handler", "supervisor")
    escalate_to: Name
    """The role that is told when it runs out."""
    extension: Extension | None = None
    """Without it the due date never moves."""
    pause: Pause | None = None
    agreed: bool = False
    """The last day is the one whoever takes the step names (`deadline`), matter by matter; it may be no later than
    `limit` (R-226)."""

    def limit_for(self, *, kind: str, way: str, nature: str, level: str) -> Limit:
        """The limit of a matter of this kind, way, nature and level (R-188)."""
        fitting = (one.limit for one in self.special if one.fits(kind=kind, way=way, nature=nature, level=level))
        return next(fitting, self.limit)


class Step(Strict):
    """One allowed step of a matter: from where, to where, by whom and with what in hand."""

    name: StepName
    source: Annotated[tuple[State, ...], Field(min_length=1)]
    target: State | Literal["same", "previous"]
    """`same` leaves the state; `previous` returns to the state before this one."""
    by: Verb | None = None
    """The verb a member of staff needs. Without it only residents or the system take the step."""
    part: Part | None = None
    """The staff member must hold this part in this matter."""
    resident: bool = False
    """The resident may take it at the public door."""
    system: bool = False
    """The engine may take it, as a consequence of another step or of time."""
    needs: tuple[Need, ...] = ()
    title: Title | None = None
    """The county's own word for it, if it differs from `words.toml`."""


class Stage(Strict):
    """One mark on the line that shows where a matter is. Nine of them make Zoucheng's nine steps (R-171)."""

    title: Title
    steps: Annotated[tuple[StepName | Literal["open"], ...], Field(min_length=1)]
    """The first of these that was taken is the stage's actor, time and result."""
    when_needed: bool = False
    """Shown only if it took place (a consultation is for difficult matters)."""


WORST = 1
"""The grade of who is not satisfied: it takes a matter up again, also one that is called solved (R-214)."""


class Grade(Strict):
    """One grade of the scale on which residents say how satisfied they are (R-316, R-317)."""

    value: Annotated[int, Field(ge=1, le=5)]
    """What is kept; 5 is best and 1 stands in every scale. A scale of four leaves out another."""
    title: Title | None = None
    """The programme's own word; without it that of the words."""
    points: Annotated[int, Field(ge=0, le=100)]
    """What it is worth where grades are turned into a score."""
    satisfied: bool
    """Whether it counts as satisfied in the rate."""


STANDARD = tuple(
    Grade(value=value, points=points, satisfied=value >= 3)
    for value, points in ((5, 100), (4, 80), (3, 60), (2, 30), (1, 0))
)
"""The scale of a programme that names none: satisfied, fairly, basically satisfied count as satisfied (R-316)."""


class CallBack(Grown):
    """Who is asked after the reply whether it is true and satisfactory (AM-31)."""

    LATER: ClassVar[frozenset[str]] = frozenset({"own_word"})
    of: Literal["all", "share"] = "all"
    share: Share = 1.0
    """Drawn by the system when `of` is `share`, by the seed of the day, when the answer is written."""
    gap_hours: Annotated[int, Field(ge=1, le=72)] = 3
    """At least so many hours between two attempts."""
    own_word: Limit = Limit(amount=10, unit="calendar_days")
    """So long residents who were not drawn have for a word of their own; who is silent is rung after it: no matter
    closes without either."""


class Closing(Strict):
    """When a matter is truly finished: the resident's word, or attempts enough to reach them."""

    attempts: Annotated[int, Field(ge=2, le=9)] = 3
    """Recorded call-back attempts that stand in for the resident's word."""
    day_parts: Annotated[int, Field(ge=1, le=3)] = 2
    """In how many different parts of the day."""
    days: Annotated[int, Field(ge=1, le=9)] = 2
    """On how many different days."""
    evidence: bool = False
    """Whether the handler must attach what shows that it is done."""


class Reopen(Strict):
    """Until when a resident may say that it is not solved after all."""

    within: Limit
    """After closing. Later, the words become a new matter joined to the old one."""


class Retaining(Strict):
    """Keeping a matter without action: never for good, never by one person alone (R-183, SG-35)."""

    at_most: Limit = Limit(amount=180, unit="calendar_days")
    """The review is at the latest so long after it was proposed."""
    review_within: Limit = Limit(amount=5, unit="working_days")
    """So long after its review date; then the matter is taken up again by itself."""


class Flow(Grown):
    """The way of a matter from first word to closed file."""

    LATER: ClassVar[frozenset[str]] = frozenset({"max_transfers", "retaining", "withdraw_hours"})
    title: Title
    initial: State = "received"
    final: Annotated[tuple[State, ...], Field(min_length=1)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    stages: tuple[Stage, ...] = ()
    distinct: tuple[tuple[Part, ...], ...] = (("handler", "supervisor", "caller"),)
    """Groups of parts that must be different persons. Handler, supervisor and caller always are."""
    owner_rule: Literal["first_asked_until_accepted", "first_visitor_to_close"] = "first_asked_until_accepted"
    """R-189: whoever was asked first answers for it until a handler has taken it; R-190: to the end."""
    routing: Literal["dispatch", "apply_upward", "auto_escalate"] = "dispatch"
    """How a matter climbs (AM-27)."""
    max_transfers: Annotated[int, Field(ge=1, le=9)] = 2
    """So often units may hand a matter back in one round. Where the flow has `decide`, the last time leads to the
    county's decision, and what it decided cannot be handed back."""
    retaining: Retaining = Retaining()
    clocks: tuple[Name, ...] = ()
    callback: CallBack = CallBack()
    closing: Closing = Closing()
    reopen: Reopen
    withdraw_hours: Annotated[int, Field(ge=24, le=240)] = 72
    """So long after a resident took a matter back it ends; until then it is handled and they may change their mind."""

    def taking(self, name: str, state: str) -> Step | None:
        """The step called `name` that may be taken from `state`, or None."""
        return next((step for step in self.steps if step.name == name and state in step.source), None)

    def possible(self, state: str) -> tuple[Step, ...]:
        """All steps that may be taken from `state`, in written order."""
        return tuple(step for step in self.steps if state in step.source)


class Kind(Strict):
    """A kind of matter: what it is called, how it flows, what a clerk must fill in."""

    title: Title
    flow: Name
    natures: tuple[Name, ...] = ()
    """Allowed natures; none means all."""
    ways: tuple[Name, ...] = ()
    """Allowed ways; none means all."""
    requires: tuple[Dimension, ...] = ("topic", "nature", "way")
    """Dimensions that must be set before it is handed on (AM-29)."""
    ledger: bool = True
    """Whether it stands in the ledgers; matters settled on the spot may not (AM-30)."""


class Matters(Grown):
    """The page matters.toml."""

    LATER: ClassVar[frozenset[str]] = frozenset(
        {"intents", "headings", "handlings", "grades", "ledger", "joint", "petitions", "disputes"}
    )
    channels: Annotated[dict[Name, Channel], Field(min_length=1)]
    natures: Annotated[dict[Name, Nature], Field(min_length=1)]
    ways: Annotated[dict[Name, Way], Field(min_length=1)]
    topics: Annotated[dict[Name, Topic], Field(min_length=1)]
    intents: dict[Name, Intent] = {}
    headings: dict[Name, Heading] = {}
    """The class set of the programme."""
    handlings: dict[Name, Handling] = {}
    clocks: dict[Name, Clock] = {}
    flows: Annotated[dict[Name, Flow], Field(min_length=1)]
    kinds: Annotated[dict[Name, Kind], Field(min_length=1)]
    grades: tuple[Grade, ...] = STANDARD
    """The scale of satisfaction and what each grade is worth (R-316, R-317)."""
    ledger: Ledger = Ledger()
    """How the months' books are kept."""
    joint: Joint = Joint()
    """What several residents bring together."""
    petitions: Petitions | None = None
    """Petition figures by class, of areas only (R-223); none where nobody keeps them here."""
    disputes: Disputes | None = None
    """Disputes that are mediated (R-221); none where that is not done here."""

    def values(self, dimension: Dimension) -> Mapping[str, Intent | Heading | Handling | Topic | Nature | Way]:
        """What a dimension offers, in written order; empty where the programme does not have it."""
        tables: dict[Dimension, Mapping[str, Intent | Heading | Handling | Topic | Nature | Way]] = {
            "topic": self.topics,
            "nature": self.natures,
            "way": self.ways,
            "intent": self.intents,
            "heading": self.headings,
            "handling": self.handlings,
        }
        return tables[dimension]

    def can_solve(self, way: str, handling: str) -> bool:
        """Whether a matter of this way and handling class can end as a solved one; unknown and unset ones can."""
        chosen = self.ways.get(way), self.handlings.get(handling)
        return all(one is None or one.counts_as_solved for one in chosen)

    @property
    def handed_in(self) -> str:
        """The channel of what is brought on paper: the county's counter or its letters, else the nearest it has."""
        return next(
            (name for name in ("counter", "letter", "other") if name in self.channels), next(iter(self.channels))
        )

    def suggest(self, text: str) -> tuple[str, ...]:
        """Topics whose keywords stand in `text`, most hits first, then in written order."""
        hits = {name: sum(word in text for word in topic.keywords) for name, topic in self.topics.items()}
        return tuple(sorted((name for name, count in hits.items() if count), key=lambda name: -hits[name]))

    def held_nature(self, kind: str = "") -> Name:
        """The nature of what is about somebody in office: the first one held that the kind allows, else the first.

        A programme is refused that holds none.
        """
        held = [name for name, nature in self.natures.items() if nature.held]
        allowed = self.kinds[kind].natures if kind in self.kinds else ()
        return next((name for name in held if name in allowed), held[0])

    def flow_of(self, kind: str) -> Flow:
        """The flow of a kind. Raises KeyError for an unknown kind."""
        return self.flows[self.kinds[kind].flow]
