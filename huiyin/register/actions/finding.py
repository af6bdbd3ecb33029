"""Looking people up: what is found is shown only after the look is written down and counted (SG-49)."""

from datetime import datetime

from huiyin.core import rulebook
from huiyin.core.actions import action
from huiyin.core.looks import look
from huiyin.core.models import Person
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries import finding
from huiyin.register.queries.finding import Finding


@action
def look_up(*, by: Viewer, at: datetime, typed: str) -> Finding:
    """Find people. One row is kept of each look beyond one's own households, found or not, up to the day's budget.

    What was typed and who was found is not kept, only how it was asked. Raises Refused: lookups_spent, and see `find`.
    """
    county = rulebook.current(at).rulebook.county
    if by.person_id is not None:
        # Looks of one person one after another, so that no two are counted before either is written.
        Person.objects.select_for_update(no_key=True).filter(pk=by.person_id).first()
    if not by.everything and finding.left(by, at) == 0:
        raise Refused("lookups_spent", most=county.lookups_a_day)
    found = finding.find(by, typed, at)
    if found.outside:
        look(by, kind=finding.KIND, subject=f"search:{found.how}", at=at)
    return found
