"""programme.toml: what a programme is, who carries it, on what basis and until when."""

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from huiyin.programme.schema.base import Count, Grown, Level, Name, Prose, Share, Strict, Title
from huiyin.programme.signs import signs

RuleRef = Annotated[
    str,
    StringConstraints(pattern=r"^(flows|clocks|kinds|ways|boards|closing|callback|goals|pairings)\.[a-z][a-z0-9_]*$"),
]
"""The rule a document establishes: page section and name, as in `clocks.handling`."""

# R-018, SG-03, SG-31: these may be shown as the context of a place, never as what anybody is measured by.
CONTEXT_ONLY = signs("goals")["context_only"]


class Phase(Strict):
    """A dated stretch of a programme. Phases may overlap, and a shared boundary day belongs to both (R-003, AM-39)."""

    title: Title
    from_: date
    until: date
    """The first day after it."""
    tasks: tuple[Title, ...] = ()
    deliverables: tuple[Title, ...] = ()
    checks: tuple[Title, ...] = ()

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.until <= self.from_:
            raise ValueError("period_wrong")
        return self


class Group(Strict):
    """A leading group as of a day (R-006). Members are posts; persons are in the register."""

    title: Title
    as_of: date
    head: Title
    members: tuple[Title, ...] = ()


class Participants(Strict):
    """A list of those who take part, as of a day (R-006)."""

    title: Title
    as_of: date
    who: tuple[Title, ...]


class Office(Strict):
    """A standing office with its staff and powers (R-008)."""

    title: Title
    staff: Count = 0
    powers: tuple[Literal["scheduling", "supervising", "assessing", "accepting", "calling_back"], ...]


class Charge(Strict):
    """One link in the chain of responsibility (R-007)."""

    level: Level
    post: Title
    duty: Title


class Section(Strict):
    """A part of a local plan."""

    title: Title
    text: Prose


class LocalPlan(Strict):
    """How one unit carries the programme out (R-010, R-004)."""

    body: Title
    title: Title
    number: Title | None = None
    adopted_on: date
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]


class Owed(Strict):
    """A goal's number handed down to one level, unit or post (R-011)."""

    level: Level
    who: Title
    number: Annotated[int, Field(ge=0, le=100_000_000)]


class Goal(Strict):
    """A measurable aim as data (R-018, R-211).

    Petition and emergency-call figures are the context of an area, never a measure.
    """

    title: Title
    measure: Name
    of: Title
    """The denominator in words."""
    target: Share | None = None
    direction: Literal["at_least", "up", "down", "none"] = "at_least"
    owed: tuple[Owed, ...] = ()
    """The goal as numbers, from the county to the unit to the post."""
    context: bool = False
    """Shown beside the others as the context of a place; nobody is measured by it."""

    @model_validator(mode="after")
    def _never_petitions(self) -> Self:
        words = f"{self.title} {self.measure} {self.of}".lower()
        if not self.context and any(word in words for word in CONTEXT_ONLY):
            raise ValueError("goal_counts_petitions")
        if self.context and self.target is not None:
            raise ValueError("goal_context_target")
        return self


class Document(Strict):
    """A normative document and the rules it establishes (R-023)."""

    title: Title
    number: Title | None = None
    issuer: Title
    kind: Literal["decision", "opinion", "measures", "notice", "report", "law"]
    issued_on: date | None = None
    """Unknown when the source does not say."""
    source: Prose = ""
    establishes: tuple[RuleRef, ...] = ()


class Review(Strict):
    """One rule of mass work looked through, and what came of it (R-012)."""

    title: Title
    outcome: Literal["keep", "repeal", "issue"]
    on: date | None = None
    note: Prose = ""


class Learning(Strict):
    """A learning activity of the programme (R-014)."""

    kind: Literal["site", "study_tour", "discussion", "research"]
    title: Title
    on: date | None = None


class Values(Strict):
    """A named set of words for forms, cards and reports; never logic (R-017).

    Empty where the source does not spell it out (AM-43).
    """

    title: Title
    items: tuple[Title, ...] = ()


class Meeting(Strict):
    """A mobilisation meeting, part of what a phase delivers (R-015)."""

    title: Title
    level: Level
    on: date | None = None
    phase: Title | None = None


class Campaign(Strict):
    """A short undertaking inside a programme: of one unit with its contact village (R-004), or in an emergency on top
    of the existing links of an area, with duties and figures of its own (R-016).
    """

    title: Title
    kind: Literal["unit", "emergency"]
    body: Title
    area: Title
    from_: date
    until: date
    """The first day after it."""
    number: Title | None = None
    """Of the document it rests on."""
    groups: tuple[Title, ...] = ()
    duties: tuple[Title, ...] = ()
    figures: tuple[Title, ...] = ()

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.until <= self.from_:
            raise ValueError("period_wrong")
        return self


class Rotation(Strict):
    """How officials are sent in turn: a share each year, everybody once within the cycle (R-005)."""

    title: Title
    years: Annotated[int, Field(ge=1, le=20)]
    share: Annotated[Share, Field(gt=0)]
    """Of all officials, each year."""
    since: date


class Adopted(Strict):
    """From whom a programme was taken over, and where it departs from it (R-009)."""

    title: Title
    issuer: Title
    on: date | None = None
    departs: tuple[Title, ...] = ()


class Summary(Strict):
    """What a programme left behind: gaps found and closed, experience, practices that became rules (R-013)."""

    on: date
    gaps: tuple[Title, ...] = ()
    experience: tuple[Title, ...] = ()
    standing: tuple[Title, ...] = ()


class Undertaking(Grown):
    """A central task, key task or major project whose households are asked before and while it is done (R-020)."""

    LATER: ClassVar[frozenset[str]] = frozenset({"key"})

    key: Name | None = None
    """What a brief upward is tied to it by (R-224); none is tied to one without. Each once in a programme."""
    kind: Literal["central_task", "key_task", "major_project"]
    title: Title
    asked: tuple[Literal["before", "during"], ...] = ("before", "during")


class Guidance(Strict):
    """Which department guides the linked officials in what (R-021)."""

    body: Title
    field: Title


class Reach(Strict):
    """A group of people and how the programme reaches them, those away from home included (R-022)."""

    who: Title
    how: Title


class Part(Strict):
    """A sub-method contained in the programme (R-001, R-019)."""

    title: Title
    note: Prose = ""


class About(Strict):
    """The page programme.toml (R-001)."""

    title: Title
    english: Title
    motto: Prose = ""
    issuer: Title
    number: Title | None = None
    """Document number, where there is one."""
    jurisdiction: Title
    from_: date
    until: date | None = None
    """The first day after it; open without it."""
    parent: Title | None = None
    version: Title
    """What people call this edition; the hash identifies it."""
    parts: tuple[Part, ...] = ()
    phases: tuple[Phase, ...] = ()
    groups: tuple[Group, ...] = ()
    participants: tuple[Participants, ...] = ()
    offices: tuple[Office, ...] = ()
    chain: tuple[Charge, ...] = ()
    plans: tuple[LocalPlan, ...] = ()
    goals: dict[Name, Goal] = {}
    documents: Annotated[dict[Name, Document], Field(min_length=1)]
    inventory: tuple[Review, ...] = ()
    learning: tuple[Learning, ...] = ()
    values: dict[Name, Values] = {}
    meetings: tuple[Meeting, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    rotation: Rotation | None = None
    adopted: Adopted | None = None
    summary: Summary | None = None
    undertakings: tuple[Undertaking, ...] = ()
    guidance: tuple[Guidance, ...] = ()
    reach: tuple[Reach, ...] = ()

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.until is not None and self.until <= self.from_:
            raise ValueError("period_wrong")
        return self

    @model_validator(mode="after")
    def _keys(self) -> Self:
        keys = [one.key for one in self.undertakings if one.key]
        if len(keys) != len(set(keys)):
            raise ValueError("undertaking_twice")
        return self

    def phases_on(self, day: date) -> tuple[Phase, ...]:
        """The phases `day` belongs to; several where they overlap."""
        return tuple(phase for phase in self.phases if phase.from_ <= day < phase.until)

    def basis_of(self, rule: str) -> tuple[Document, ...]:
        """The documents that establish `rule`, written as in `clocks.handling`."""
        return tuple(document for document in self.documents.values() if rule in document.establishes)
