"""The county's local day of a moment, and looking back: a viewer who sees the register as it was on a day before."""

from datetime import date, datetime, time, timedelta

from django.db.models import Min, Q

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.models import Body


def today(viewer: Viewer, at: datetime) -> date:
    """The day it is in the county (its zone stands in county.toml); no query for the moment of the viewer.

    For a viewer who looks back it is the day looked back to.
    """
    if viewer.day is not None and viewer.at == at:
        return viewer.day
    return at.astimezone(rulebook.current(at).rulebook.county.tz).date()


def back(viewer: Viewer, at: datetime, day: date | None) -> Viewer:
    """The viewer as one who sees the register as it was on a day: `today` gives that day, places are called as then.

    Scope and verbs stay those of today: nobody sees the past of what they may not see now. One question for a day
    before today. Raises Refused: day_ahead, day_before_county.
    """
    now = today(viewer, at)
    if day is None or day == now:
        return viewer
    if day > now:
        raise Refused("day_ahead", field="day")
    first = Body.objects.aggregate(first=Min("since"))["first"]
    if first is None or day < first:
        raise Refused("day_before_county", field="day", day=(first or now).isoformat())
    return viewer.but(at=at, day=day, back=day)


def over(viewer: Viewer, at: datetime) -> datetime | None:
    """When the day looked back to ended: what was done later is not there yet. None for who does not look back."""
    if viewer.back is None:
        return None
    zone = rulebook.current(at).rulebook.county.tz
    return datetime.combine(viewer.back + timedelta(days=1), time.min, zone)


def held(before: datetime | None, *, began: str, ended: str) -> Q:
    """Rows that hold now, or held `before` a moment: begun by then and not yet ended."""
    if before is None:
        return Q(**{ended: None})
    return Q(**{f"{began}__lt": before}) & (Q(**{ended: None}) | Q(**{f"{ended}__gte": before}))
