"""places.toml: what is known of places (R-056 to R-058, R-062), and which grids are laid over them (R-025)."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from huiyin.programme.schema.base import Grown, Level, Name, Prose, Strict, Title
from huiyin.programme.schema.people import Months


class PlaceFact(Strict):
    """One thing that is known of places of some levels, from where, and how it is written."""

    title: Title
    source: Title
    """Where it is known from: an office's list, a survey."""
    purpose: Title
    """What it is used for."""
    of: Annotated[tuple[Level, ...], Field(min_length=1)] = ("village",)
    """The levels that have it."""
    kind: Literal["words", "number", "yes", "choice"] = "words"
    """Words; a number of at most two decimals; yes or no; one of `choices`."""
    choices: tuple[Title, ...] = ()
    unit: Annotated[str, Field(max_length=20)] = ""
    """Of a number: 平方公里, 人, 万元."""
    base: Annotated[str, Field(max_length=60)] = ""
    """Of a number: the fact it is a share of, which is told beside it (AM-48)."""
    review_months: Months = 12
    """After so many months somebody has to look whether it still holds."""
    note: Prose = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.kind == "choice") != (len(self.choices) >= 2):
            raise ValueError("fact_choices")
        if (self.unit or self.base) and self.kind != "number":
            raise ValueError("fact_unit")
        return self


class GridKind(Strict):
    """What is laid across the tree of places: a large grid, a work area, a small grid, an area office."""

    title: Title
    head: Annotated[Title, Field(max_length=60)]
    """What whoever answers for one is called."""
    of: Annotated[tuple[Literal["village", "group", "household"], ...], Field(min_length=1)] = ("village",)
    """The levels of the places it consists of; with `household` it may be made of named households of one village."""
    alone: bool = True
    """Whether a place stands in one of this kind at most at a time."""
    note: Prose = ""


class PlaceFacts(Grown):
    """The page places.toml: facts, grids from the widest to the smallest, or both."""

    LATER: ClassVar[frozenset[str]] = frozenset({"grids"})
    facts: dict[Name, PlaceFact] = {}
    grids: dict[Annotated[Name, Field(max_length=30)], GridKind] = {}

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.facts or self.grids):
            raise ValueError("places_empty")
        return self

    @model_validator(mode="after")
    def _bases(self) -> Self:
        for one in self.facts.values():
            if one.base and (one.base not in self.facts or self.facts[one.base].kind != "number"):
                raise ValueError("fact_base")
        return self

    def of(self, level: str) -> dict[str, PlaceFact]:
        """Those that places of a level have, in written order."""
        return {name: one for name, one in self.facts.items() if level in one.of}


def grid_kinds(pages: Mapping[str, PlaceFacts | None]) -> dict[str, GridKind]:
    """The kinds of grids of several programmes' pages, in written order. The same kind may stand in more than one."""
    return {name: one for page in pages.values() if page is not None for name, one in page.grids.items()}
