"""What residents read of an official in the directory, on cards and posters: when they are reached, their work."""

from datetime import date, datetime
from uuid import UUID

from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import dated
from huiyin.register.events import DutyHoursSet
from huiyin.register.models import DutyHours, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today

HOURS_MOST, WORK_MOST = 60, 120
MOST = {"hours": HOURS_MOST, "work": WORK_MOST}


@action
def set_hours(
    *, by: Viewer, at: datetime, official_id: UUID, words: str, since: date | None = None, what: str = "hours"
) -> None:
    """Write when an official can be reached, or with `what="work"` what they are in charge of (R-054), from a day on;
    empty words take it away. What was before stays, closed.

    On the day something was written already, that was a mistake: its record is closed and another takes its place.
    Raises Missing for an official without a post in scope; Refused: nothing_changed, period_wrong.
    """
    by.need("register.edit")
    now = today(by, at)
    official = Official.objects.select_for_update(no_key=True).filter(pk=official_id).first()
    posts = Post.objects.filter(standing(now), by.scope("place_code"), official_id=official_id)
    if official is None or not posts.exists():
        raise Missing
    if what not in MOST:
        raise Refused("value_unknown", field="what")
    clean, day = text.line(words, most=MOST[what], field=what), since or now
    former = DutyHours.objects.filter(official=official, what=what, until=None, replaced_at=None).first()
    if clean == (former.words if former is not None else ""):
        raise Refused("nothing_changed", field=what)
    if former is not None:
        if day < former.since:
            raise Refused("period_wrong", field="since")
        dated.end(former, day, at)
    if clean:
        DutyHours(official=official, what=what, words=clean, since=day, recorded_at=at).save(force_insert=True)
    record(DutyHoursSet(subject=str(official.person_id), since=day.isoformat()), by=by, at=at)
