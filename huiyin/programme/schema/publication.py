"""publication.toml: what leaves the house, and what never does."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from huiyin.programme.schema.base import Grown, Level, Limit, Name, Prose, Strict, Title

PublicField = Literal[
    "code", "topic", "place", "opened_on", "state", "due_on", "asked", "done", "judged", "owed", "body", "official"
]
"""What a notice may show.

An applicant or a door is not among them, so no county can add it (AM-56). `official` is who handles the matter, by
name, where its place is told to the village (R-339, R-347; decision 26).
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


class Comments(Strict):
    """What residents and staff may say under an entry of a wall (R-348)."""

    look_within: Limit
    """Within this somebody without a part in the matter looks at a comment."""
    answer_within: Limit
    """Within this from then on the unit in charge answers it in public."""
    reasons: Annotated[dict[Name, Title], Field(min_length=1)]
    """The only reasons for which a comment may be kept off the wall; the county's wall tells how many were."""
    longest: Annotated[int, Field(ge=50, le=1000)] = 300
    """Characters of a comment."""


class Publication(Grown):
    """The page publication.toml."""

    LATER: ClassVar[frozenset[str]] = frozenset({"comments"})

    boards: dict[Name, Board]
    redaction: Redaction = Redaction()
    min_cells: Annotated[int, Field(ge=10, le=1000)] = 10
    """Figures about people and their judgements with fewer than this are hidden, with complementary suppression."""
    note: Prose = ""
    """Stands under every board."""
    comments: Comments | None = None
    """Without it nothing can be said under an entry."""
