"""What a programme says of looking early: petition figures of areas (R-223), disputes that are mediated (R-221)."""

from typing import Annotated

from pydantic import Field

from huiyin.programme.schema.base import Name, Strict, Title

WHOLE = "_whole"
"""The key of the whole among the kinds; no kind can have it."""


class Petitions(Strict):
    """Petition figures of areas: never of a person, an official or a unit, and in no score (SG-03, SG-12)."""

    body: Title
    """The office that keeps them: only its people enter them. A body whose name ends so."""
    whole: Title
    """What the number of all of them is called."""
    kinds: Annotated[dict[Name, Title], Field(min_length=1)]
    """Kinds that are part of the whole; one petition may be of several."""

    @property
    def titles(self) -> dict[str, str]:
        """All that is counted, the whole first."""
        return {WHOLE: self.whole, **self.kinds}


class Disputes(Strict):
    """Disputes between residents that somebody mediates (R-221)."""

    kind: Name
    """The kind of matter a dispute is."""
    nature: Name
    """Its nature; one that is never published."""
    topic: Name
    sorts: Annotated[dict[Name, Title], Field(min_length=1)]
    """What disputes are counted as: of neighbours, in a family, about land."""
    follow_up: Annotated[tuple[Annotated[int, Field(ge=1, le=730)], ...], Field(min_length=1, max_length=6)] = (30, 90)
    """So many days after an agreement both sides are asked whether it holds."""
