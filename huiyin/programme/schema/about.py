"""programme.toml: what a programme is, who carries it, on what basis and until when."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from huiyin.programme.schema.base import Count, Level, Name, Prose, Share, Strict, Title
from huiyin.programme.signs import signs

RuleRef = Annotated[
    str, StringConstraints(pattern=r"^(flows|clocks|kinds|ways|boards|closing|callback|goals)\.[a-z][a-z0-9_]*$")
]
"""The rule a document establishes: page section and name, as in `clocks.handling`."""

# R-018, SG-03, SG-31: these may be shown as the context of a place, never as what anybody is measured by.
_CONTEXT_ONLY = signs("goals")["context_only"]


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
    context: bool = False
    """Shown beside the others as the context of a place; nobody is measured by it."""

    @model_validator(mode="after")
    def _never_petitions(self) -> Self:
        words = f"{self.title} {self.measure} {self.of}".lower()
        if not self.context and any(word in words for word in _CONTEXT_ONLY):
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

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.until is not None and self.until <= self.from_:
            raise ValueError("period_wrong")
        return self

    def phases_on(self, day: date) -> tuple[Phase, ...]:
        """The phases `day` belongs to; several where they overlap."""
        return tuple(phase for phase in self.phases if phase.from_ <= day < phase.until)

    def basis_of(self, rule: str) -> tuple[Document, ...]:
        """The documents that establish `rule`, written as in `clocks.handling`."""
        return tuple(document for document in self.documents.values() if rule in document.establishes)
