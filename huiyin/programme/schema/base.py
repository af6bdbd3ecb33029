"""What every page of a programme is made of."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, StringConstraints, model_serializer


class Strict(BaseModel):
    """A frozen value that refuses keys it does not know.

    What stands below a key says what it means. Only the manual asks (`programme.reference`) and reads it there: else
    every start of the product would read these files a second time, as text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Grown(Strict):
    """A shape that got keys after rulebooks had been stored. A key of `LATER` that a programme does not use is not
    written, so that a text stored before keeps its hash and old matters their version.
    """

    LATER: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _as_stored(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        unused = {name for name in self.LATER if getattr(self, name) == type(self).model_fields[name].default}
        return {key: value for key, value in written.items() if key not in unused}


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""A code: small letters, digits and underscores."""

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""Words for people, up to 200 characters."""

Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]
"""A paragraph for people; may be empty."""

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Share = Annotated[float, Field(ge=0, le=1)]

PlaceCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}([0-9]{3})?$")]
"""A place: 12 digits, 15 for a group of a village."""

Language = Literal["zh-Hans", "en"]
Level = Literal["group", "village", "town", "county", "beyond"]
"""`beyond` is above the county: what is put to a higher body, whose answer a county body records."""


class Limit(Strict):
    """A length of time. Days start the day after and end at 24:00 of the last one; hours are exact."""

    amount: Annotated[int, Field(ge=1, le=3660)]
    """How many."""
    unit: Literal["hours", "working_days", "calendar_days"]
    """Of what. “Five days” of 2013 is read as five working days unless the page says otherwise (AM-12)."""
