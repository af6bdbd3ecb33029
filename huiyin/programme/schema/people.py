"""people.toml: categories of households and persons, each with source, purpose, sensitivity, review and end (R-032)."""

from typing import Annotated, Literal

from pydantic import Field

from huiyin.programme.schema.base import Name, Prose, Strict, Title

Months = Annotated[int, Field(ge=1, le=60)]


class Category(Strict):
    """What somebody may be said to be, by whom, what for and for how long."""

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
    with_matter: bool = False
    """Only while a matter of the household is open; ends with it (SG-13)."""
    closed: bool = False
    """A word of its time: no new entries, on no screen (SG-10)."""
    note: Prose = ""


class People(Strict):
    """The page people.toml."""

    categories: Annotated[dict[Name, Category], Field(min_length=1)]

    def open(self) -> dict[str, Category]:
        """Those that somebody may be entered in, in written order."""
        return {name: one for name, one in self.categories.items() if not one.closed}
