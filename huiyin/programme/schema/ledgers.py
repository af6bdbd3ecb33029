"""The ledgers of a programme: by class and level, cut off once a month, crossed off, with what was first promised."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from huiyin.programme.schema.base import Level, Prose, Strict

Column = Literal["number", "applicant", "item", "responsible", "due", "progress", "place", "opened"]
"""What a line of a ledger may say."""


class FirstBatch(Strict):
    """What every village commits to by a day, before the months begin to roll (R-207)."""

    until: date
    """The last day to commit."""
    least: Annotated[int, Field(ge=1, le=9)] = 1
    most: Annotated[int, Field(ge=1, le=9)] = 2
    """How many practical things a village commits to."""


class Ledger(Strict):
    """How matters stand in the books of villages, towns and the county (R-203 to R-208)."""

    title: Prose = ""
    """What the county calls them, where it has a word of its own."""
    by: Literal["nature", "topic", "kind", "heading"] = "nature"
    """Which dimension is the class that totals are drawn up by (R-204)."""
    levels: Annotated[tuple[Level, ...], Field(min_length=1)] = ("village", "town", "county")
    """Which levels keep a book; what stands below the lowest is in that one's."""
    cut_day: Annotated[int, Field(ge=1, le=31)] = 30
    """The day of the month whose end is the cut-off; the last day of a shorter month (AM-11)."""
    columns: Annotated[tuple[Column, ...], Field(min_length=1)] = (
        "applicant",
        "item",
        "responsible",
        "due",
        "progress",
    )
    """What a printed line says; the five of the documents (R-203)."""
    first_batch: FirstBatch | None = None
    per_village: Annotated[int, Field(ge=0, le=99)] = 0
    """Practical things a village owes in a year; none where it is 0."""
    per_official: Annotated[int, Field(ge=0, le=99)] = 0
    """Practical things every linked official owes for the duration of the programme (R-208)."""
    note: Prose = ""


class Joint(Strict):
    """Matters that several residents bring together (R-235)."""

    tell_from: Annotated[int, Field(ge=2, le=999)] = 5
    """From so many residents a supervisor is told, so that somebody looks; it is no other kind of matter for that."""
