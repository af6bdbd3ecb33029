"""What is said of something from a day on: which day that may be, and how what was said before comes to its end."""

from datetime import date, datetime

from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.models.periods import Dated
from huiyin.register.queries.days import today


def not_ahead(by: Viewer, at: datetime, on: date | None) -> date:
    """The day something is said from, today if none is named. Raises Refused: day_ahead."""
    now = today(by, at)
    if on is not None and on > now:
        raise Refused("day_ahead", field="on")
    return on or now


def not_before(day: date, first: date) -> None:
    """Nothing is said of a day before the last change, or before there was anything to say it of.

    Raises Refused: stated_before.
    """
    if day < first:
        raise Refused("stated_before", field="on", day=first.isoformat())


def end(last: Dated, day: date, at: datetime) -> None:
    """What stood ends that day; what began the same day was a mistake and is closed as such. Part of an action."""
    if last.since == day:
        last.replaced_at = at
    else:
        last.until = day
    last.save()
