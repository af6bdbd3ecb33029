"""The coming days on which somebody can be met or rung, as the methods in force say: offices, never a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from huiyin.casework.queries.books import days
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.contact import between
from huiyin.programme.schema.contact import Day
from huiyin.register.queries.days import today

WEEKS = 6


@dataclass(frozen=True)
class Coming:
    """A day to come, and whether it is a working day by the county's table: on a day off nobody is told to come."""

    day: date
    works: bool


@dataclass(frozen=True)
class Meeting:
    """One kind of day: title, office, room and hours as the method says, and its days of the next weeks."""

    rule: Day
    days: Sequence[Coming]


def any_days(viewer: Viewer, at: datetime) -> bool:
    """Whether a method in force names such days; no query."""
    return any(one.contact and one.contact.days for one in current(at).rulebook.programmes.values())


def coming(viewer: Viewer, at: datetime) -> Sequence[Meeting]:
    """Every kind of day with its days of the next six weeks, today included (AM-09, AM-10). One query at most."""
    since, table = today(viewer, at), days()
    until = since + timedelta(weeks=WEEKS)
    return [
        Meeting(rule, [Coming(day, table.works(day)) for day in between(rule, since, until)])
        for one in current(at).rulebook.programmes.values()
        if one.contact
        for rule in one.contact.days.values()
    ]
