"""people.toml: categories of households and persons, each with source, purpose, sensitivity, review and end (R-032)."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from huiyin.programme.schema.base import Grown, Name, Prose, Strict, Title

Months = Annotated[int, Field(ge=1, le=60)]


class Category(Grown):
    """What somebody may be said to be, by whom, what for and for how long."""

    LATER: ClassVar[frozenset[str]] = frozenset({"paper"})

    title: Title
    source: Title
    """Where the entry comes from: an office's list, a visit, the household's own word."""
    purpose: Title
    """What it is used for; nothing else."""
    of: Literal["household", "person"] = "household"
    sensitivity: Literal["ordinary", "high"] = "ordinary"
    """`high`: seen with the verb `register.sensitive` and a reason, never counted below ten (SG-14)."""
    review_months: Months = 6
    """After so many months somebody has to look whether it still holds."""
    lasts_months: Months = 12
    """It ends by itself after so many, unless it is entered again."""
    bodies: tuple[Name, ...] = ()
    """Each entry names a body of one of these kinds: who serves them (R-046), who looks after them where they are
    (R-043); counted by body, never below ten."""
    where: bool = False
    """Where somebody is kept beside it, sealed and seen on need (R-042)."""
    paper: Annotated[str, Field(max_length=20)] = ""
    """A certificate that goes with it; each entry may say until which day it holds, and nothing else of it (R-037)."""
    office: Annotated[str, Field(max_length=40)] = ""
    """Only people of a body whose name ends so take out of it, after notice and hearing; no day ends it (SG-15)."""
    with_matter: bool = False
    """Only while a matter of the household is open; ends with it (SG-13)."""
    closed: bool = False
    """A word of its time: no new entries, on no screen (SG-10)."""
    note: Prose = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.where and self.of != "person":
            raise ValueError("category_where")
        if self.office and self.with_matter:
            raise ValueError("category_office")
        return self


class People(Strict):
    """The page people.toml."""

    categories: Annotated[dict[Name, Category], Field(min_length=1)]

    def open(self) -> dict[str, Category]:
        """Those that somebody may be entered in, in written order."""
        return {name: one for name, one in self.categories.items() if not one.closed}
