"""replies.toml: what is written to residents and how it is looked through (R-177, R-210)."""

import re
from collections.abc import Iterator
from datetime import date
from string import Formatter
from typing import Annotated

from pydantic import Field

from huiyin.programme.problems import Problem
from huiyin.programme.schema.base import Name, Prose, Strict, Title
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

    def variables(self) -> tuple[str, ...]:
        """The names in braces, in order. Raises ValueError for braces that do not close."""
        return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(self.text) if name is not None))


class Checks(Strict):
    """What an answer is looked through for; advice, never a bar."""

    officialese: tuple[Title, ...] = ()
    """What this county's offices say and residents do not, on top of the product's own list."""
    sentence: Annotated[int, Field(ge=15, le=200)] = 45
    """Characters after which a sentence is called long."""


class Replies(Strict):
    """The page replies.toml; a programme may do without."""

    templates: dict[Name, Template] = {}
    checks: Checks = Checks()

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
        key = f"templates.{name}"
        for topic in template.topics:
            if topic not in matters.topics:
                yield Problem(page, key, "topic_unknown", {"topic": topic})
        for way in template.ways:
            if way not in matters.ways:
                yield Problem(page, key, "way_unknown", {"way": way})
        yield from _variables(page, key, template)
        for word in replies.checks.officialese:
            if word in template.text:
                yield Problem(page, key, "template_officialese", {"word": word})


def _variables(page: str, key: str, template: Template) -> Iterator[Problem]:
    try:
        named = template.variables()
    except ValueError:
        yield Problem(page, key, "template_braces", {})
        return
    for name in named:
        if name not in VARIABLES:
            yield Problem(page, key, "variable_unknown", {"variable": name, "known": ", ".join(VARIABLES)})


def _above(matters: Matters, topic: str) -> set[str]:
    """A topic with those above it."""
    found: set[str] = set()
    while topic in matters.topics and topic not in found:
        found.add(topic)
        topic = matters.topics[topic].parent or ""
    return found
