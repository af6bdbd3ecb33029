"""replies.toml: what is written to residents, how it is looked through, and how they are asked afterwards."""

import re
from collections.abc import Iterator
from datetime import date
from string import Formatter
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from huiyin.programme.problems import Problem
from huiyin.programme.schema.base import Grown, Name, Prose, Share, Strict, Title
from huiyin.programme.schema.matters import Matters

VARIABLES = ("name", "title", "place", "code", "opened_on", "due_on", "body", "handler", "telephone", "today")
"""What a template may name in braces; each is filled from the matter. What the writer fills stands in 【…】."""

BLANK = re.compile(r"【([^【】]{0,60})】")
"""A place in an answer that somebody still has to fill."""


class Template(Strict):
    """A text to begin an answer with."""

    title: Title
    text: Annotated[Prose, Field(min_length=1)]
    """With {variables}; what only the writer knows stands in 【…】, and is told as long as it is there."""
    topics: tuple[Name, ...] = ()
    """Offered for these topics and those below them; none means all."""
    ways: tuple[Name, ...] = ()
    """Offered for these ways; none means all."""
    basis: Prose = ""
    """The rule or document the text rests on, shown to the writer."""
    until: date | None = None
    """The first day on which it is no longer offered: a text goes with what it rests on."""


def named(text: str) -> tuple[str, ...]:
    """The names in braces, in order. Raises ValueError for braces that do not close."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name is not None))


class Checks(Strict):
    """What an answer is looked through for; advice, never a bar."""

    officialese: tuple[Title, ...] = ()
    """What this county's offices say and residents do not, on top of the product's own list."""
    sentence: Annotated[int, Field(ge=15, le=200)] = 45
    """Characters after which a sentence is called long."""


Asked = Literal["contacted", "true", "solved", "satisfied"]
"""The four parts of a closing, each an answer of its own."""

GREETING = ("caller", "caller_body", "centre", "day", "title", "body", "answered_on")
"""What a greeting may name in braces."""


CallMeaning = Literal[
    "reached", "no_answer", "busy", "wrong_number", "refused", "unable", "call_again", "another_caller"
]
"""How an attempt to reach a resident ended, as far as anything hangs on it. `call_again`: somebody answered and named a
time; `another_caller`: somebody answered who is to be rung by somebody else, such as one who speaks as they do."""


class CallOutcome(Strict):
    """One way in which a call ends, as callers of this programme write it down."""

    name: Name
    title: Title
    meaning: CallMeaning
    """What it counts as; nothing else is decided by."""


class Calls(Grown):
    """How residents are asked after an answer (R-178, R-213, SG-32)."""

    LATER: ClassVar[frozenset[str]] = frozenset({"outcomes", "put_off"})
    greeting: Prose = ""
    """What the caller reads out first, with {variables}; without it the product's own words."""
    questions: dict[Asked, Title] = {}
    """The four questions in the programme's words; those left out in the product's."""
    apart: bool = False
    """Nobody rings about a matter of a body they belong to."""
    recheck: Share = 0.0
    """Of the words recorded on a day, by a call or otherwise, the share that another caller asks for once more; drawn
    when the day is over."""
    blind: bool = False
    """The caller is not told which body or person handled it."""
    from_hour: Annotated[int, Field(ge=0, le=23)] = 8
    until_hour: Annotated[int, Field(ge=1, le=24)] = 21
    """Between these hours of the county residents are rung; at others nobody is put forward but who named that time."""
    put_off: Annotated[int, Field(ge=1, le=10)] = 3
    """So often after one answer a call may end with a time to ring again at; then it ends with what is said, or as one
    in which nobody would say anything."""
    outcomes: tuple[CallOutcome, ...] = ()
    """How calls end here, in the order in which callers find them, one of them at least reached; without any, the
    product's own, each of which is its meaning."""

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.from_hour >= self.until_hour:
            raise ValueError("until_hour has to lie after from_hour")
        return self

    def outcome(self, name: str) -> CallOutcome | None:
        """The programme's own outcome of this name."""
        return next((one for one in self.outcomes if one.name == name), None)


class Approval(Strict):
    """Which answers a second person sees before they go out; none where nothing is named."""

    topics: tuple[Name, ...] = ()
    """These topics and those below them."""
    natures: tuple[Name, ...] = ()
    ways: tuple[Name, ...] = ()

    def needed(self, matters: Matters, *, topic: str, nature: str, way: str) -> bool:
        """Whether an answer to a matter classed like this needs a second person."""
        return bool(_above(matters, topic) & set(self.topics)) or nature in self.natures or way in self.ways


class Accompaniment(Strict):
    """Where a first petition is offered an official to go along; an offer only (SG-02)."""

    channels: tuple[Name, ...] = ()
    """The channels by which somebody comes in person; none means that nothing is offered."""


class Recurrence(Strict):
    """When the same trouble come back is the old matter again, and not a new one."""

    days: Annotated[int, Field(ge=0, le=366)] = 30
    """Days after closing within which the same resident's words are offered to take it up again; 0 for never."""


class Replies(Strict):
    """The page replies.toml; a programme may do without."""

    templates: dict[Name, Template] = {}
    checks: Checks = Checks()
    calls: Calls = Calls()
    approval: Approval = Approval()
    recurrence: Recurrence = Recurrence()
    accompaniment: Accompaniment = Accompaniment()

    def offered(self, matters: Matters, *, topic: str, way: str, today: date) -> dict[str, Template]:
        """The templates for a matter of this topic and way on a day, in written order."""
        above = _above(matters, topic)
        return {
            name: one
            for name, one in self.templates.items()
            if (not one.topics or above & set(one.topics))
            and (not one.ways or not way or way in one.ways)
            and (one.until is None or today < one.until)
        }


def check_replies(page: str, replies: Replies, matters: Matters) -> Iterator[Problem]:
    """Every mistake of the page: unknown topics, ways and variables, and officialese in the county's own texts."""
    for name, template in replies.templates.items():
        yield from _template(page, f"templates.{name}", template, replies, matters)
    for channel in replies.accompaniment.channels:
        if channel not in matters.channels:
            yield Problem(page, "accompaniment", "channel_unknown", {"channel": channel})
    asked = replies.approval
    for kind, names, known in (
        ("topic", asked.topics, matters.topics),
        ("nature", asked.natures, matters.natures),
        ("way", asked.ways, matters.ways),
    ):
        for name in names:
            if name not in known:
                yield Problem(page, "approval", f"{kind}_unknown", {kind: name})
    greeting = replies.calls.greeting
    yield from _variables(page, "calls.greeting", greeting, GREETING)
    if replies.calls.blind and "{body}" in greeting:
        yield Problem(page, "calls.greeting", "greeting_tells_body", {})
    yield from _outcomes(page, replies.calls.outcomes)


def _outcomes(page: str, outcomes: tuple[CallOutcome, ...]) -> Iterator[Problem]:
    """Each outcome has a name of its own, and one of them is that somebody was reached."""
    names = [one.name for one in outcomes]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(page, "calls.outcomes", "outcome_twice", {"outcome": name})
    if outcomes and all(one.meaning != "reached" for one in outcomes):
        yield Problem(page, "calls.outcomes", "outcome_never_reached", {})


def _template(page: str, key: str, template: Template, replies: Replies, matters: Matters) -> Iterator[Problem]:
    for topic in template.topics:
        if topic not in matters.topics:
            yield Problem(page, key, "topic_unknown", {"topic": topic})
    for way in template.ways:
        if way not in matters.ways:
            yield Problem(page, key, "way_unknown", {"way": way})
    yield from _variables(page, key, template.text, VARIABLES)
    for word in replies.checks.officialese:
        if word in template.text:
            yield Problem(page, key, "template_officialese", {"word": word})


def _variables(page: str, key: str, text: str, known: tuple[str, ...]) -> Iterator[Problem]:
    try:
        found = named(text)
    except ValueError:
        yield Problem(page, key, "template_braces", {})
        return
    for name in found:
        if name not in known:
            yield Problem(page, key, "variable_unknown", {"variable": name, "known": ", ".join(known)})


def _above(matters: Matters, topic: str) -> set[str]:
    """A topic with those above it."""
    found: set[str] = set()
    while topic in matters.topics and topic not in found:
        found.add(topic)
        topic = matters.topics[topic].parent or ""
    return found
