"""places.toml: what is known of places: how they lie, what they live from, how they are led (R-056 to R-058, R-062)."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from huiyin.programme.schema.base import Level, Name, Prose, Strict, Title
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


class PlaceFacts(Strict):
    """The page places.toml."""

    facts: Annotated[dict[Name, PlaceFact], Field(min_length=1)]

    @model_validator(mode="after")
    def _bases(self) -> Self:
        for one in self.facts.values():
            if one.base and (one.base not in self.facts or self.facts[one.base].kind != "number"):
                raise ValueError("fact_base")
        return self

    def of(self, level: str) -> dict[str, PlaceFact]:
        """Those that places of a level have, in written order."""
        return {name: one for name, one in self.facts.items() if level in one.of}
