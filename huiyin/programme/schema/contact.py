"""contact.toml: days on which somebody can be met or rung (接待日), and how much contact is asked of whom; data.

Contact itself is recorded elsewhere; here stands what a programme asks, with each reading of its words a choice.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from huiyin.programme.schema.base import Name, Prose, Strict, Title

Weekday = Annotated[int, Field(ge=1, le=7)]
"""1 is Monday."""
NIGHTS = "residence"


class Day(Strict):
    """A day that comes again: the weekday, and in which weeks (AM-09, AM-10)."""

    title: Title
    who: Title
    """The office that is there, never a person."""
    where: Title
    """The room, or the number to ring."""
    hours: Prose = ""
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    weeks: tuple[Annotated[int, Field(ge=1, le=5)], ...] = ()
    """Of each month the first, third …; none means every week."""
    counted: Literal["of_month", "calendar_week", "iso_odd"] = "of_month"
    """How weeks are counted: the weekday's first, third … in the month; the calendar week (from Monday) that holds
    day 1, 8, 15, 22, 29, so that a day may fall into the month before or after; or odd weeks of the year (ISO), where
    `weeks` says nothing."""
    note: Prose = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.counted == "iso_odd" and self.weeks:
            raise ValueError("day_weeks_iso")
        if self.counted == "calendar_week" and not self.weeks:
            raise ValueError("day_weeks_missing")
        return self


class Quota(Strict):
    """How much contact is asked of whom, in which span (AM-07, AM-08, AM-14)."""

    title: Title
    of: Title
    """Whose duty it is: the office."""
    amount: Annotated[int, Field(ge=1, le=1000)]
    unit: Literal["distinct_households", "household_visits", "visits", "days", "nights"]
    window: Literal["week", "month", "year", "programme"]
    """`programme` is the time the programme runs; a year is a calendar year."""
    pro_rata: bool = False
    """Whether who serves for part of a span owes a part of it; off unless the programme says so."""
    per: Literal["officer", "link"] = "officer"
    """`link`: for each place an official is linked to, the stricter reading; `officer`: all of theirs together."""


class Activity(Strict):
    """A kind of day in the field, and the quotas one day of it serves, all at once (AM-13, AM-54)."""

    title: Title
    kind: Literal["research", "residence", "working"]
    counts_for: tuple[Name, ...] = ()

    @property
    def overnight(self) -> bool:
        """Whether it needs a night."""
        return self.kind == NIGHTS


class Contact(Strict):
    """The page."""

    days: dict[Name, Day] = {}
    quotas: dict[Name, Quota] = {}
    activities: dict[Name, Activity] = {}

    @model_validator(mode="after")
    def _known(self) -> Self:
        for one in self.activities.values():
            quotas = [self.quotas.get(name) for name in one.counts_for]
            if None in quotas:
                raise ValueError("activity_without_quota")
            if any(quota is not None and quota.unit == "nights" for quota in quotas) and not one.overnight:
                raise ValueError("activity_without_night")
        return self
