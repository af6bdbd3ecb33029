"""Looking people up: what is found is shown only after the look is written down and counted (SG-49)."""

from datetime import datetime, timedelta

from huiyin.core import rulebook, text
from huiyin.core.actions import action
from huiyin.core.looks import look
from huiyin.core.models import Look
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries import finding
from huiyin.register.queries.finding import Finding

KIND = "people"


@action
def look_up(*, by: Viewer, at: datetime, typed: str, place_code: str = "", reason: str = "") -> Finding:
    """Find people. One row is kept of each look beyond one's own households, found or not, up to the day's budget.

    What was typed and who was found is not kept, only how it was asked. Raises Refused: lookups_spent, and see `find`.
    """
    why = text.line(reason, most=200, field="reason")
    county = rulebook.current(at).rulebook.county
    begin = at.astimezone(county.tz).replace(hour=0, minute=0, second=0, microsecond=0)
    if not by.everything and spent(by, begin) >= county.lookups_a_day:
        raise Refused("lookups_spent", most=county.lookups_a_day)
    found = finding.find(by, typed, at, place_code=place_code)
    if found.outside:
        look(by, kind=KIND, subject=f"search:{found.how}", at=at, reason=why)
    return found


def spent(by: Viewer, begin: datetime) -> int:
    """How many looks of the day are spent already."""
    day = (begin, begin + timedelta(days=1))
    return Look.objects.filter(person_id=by.person_id, kind=KIND, at__gte=day[0], at__lt=day[1]).count()
