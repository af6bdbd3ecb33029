"""publication.toml: what leaves the house, and what never does."""

from typing import Annotated, Literal

from pydantic import Field

from huiyin.programme.schema.base import Level, Name, Prose, Strict, Title

PublicField = Literal[
    "code", "topic", "place", "opened_on", "state", "due_on", "asked", "done", "judged", "owed", "body"
]
"""What a notice may show.

An applicant, a door or a handler's name is not among them, so no county can add it (AM-56).
"""


class Board(Strict):
    """One wall: a village's, a town's or the county's."""

    title: Title
    level: Level
    fields: Annotated[tuple[PublicField, ...], Field(min_length=1)]
    days: Annotated[int, Field(ge=1, le=366)] = 30
    """How far back its figures reach."""
    needs_approval: bool = True
    """A named person publishes each matter."""


class Redaction(Strict):
    """What is taken out of a text before it may be published."""

    place_to: Level = "village"
    """The finest place a notice names."""
    town_only_topics: tuple[Name, ...] = ()
    """Topics told at town level only: neighbours' disputes, aid to single households."""
    never_topics: tuple[Name, ...] = ()
    never_natures: tuple[Name, ...] = ()
    """Held natures must stand here or be `publishable = false`."""


class Publication(Strict):
    """The page publication.toml."""

    boards: dict[Name, Board]
    redaction: Redaction = Redaction()
    min_cells: Annotated[int, Field(ge=10, le=1000)] = 10
    """Figures about people and their judgements with fewer than this are hidden, with complementary suppression."""
    note: Prose = ""
    """Stands under every board."""
