"""Petition figures of areas, entered month by month by the office that keeps them."""

from collections.abc import Mapping
from datetime import date, datetime

from huiyin.casework.events.early import PetitionsCounted
from huiyin.casework.models import PetitionCount
from huiyin.casework.queries.petitions import keeps, page_of, towns
from huiyin.casework.rules import petitions as rules
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries.days import today


@action
def count(*, by: Viewer, at: datetime, place_code: str, month: date, said: Mapping[str, int]) -> list[PetitionCount]:
    """Enter all figures of a town, or of what belongs to none, for a month that has begun; again puts them right.

    Raises Refused: not_allowed, place_unknown, month_ahead, value_unknown, number_wrong, petition_part_above.
    """
    page = page_of(by, at)
    if page is None or not keeps(by, at):
        raise Refused("not_allowed", verb="stats.see")
    if place_code not in dict(towns(by, at)):
        raise Refused("place_unknown", field="place_code")
    month = month.replace(day=1)
    if month > today(by, at):
        raise Refused("month_ahead", field="month")
    for wrong in rules.faults(said, page.kinds):
        raise wrong
    rows = {row.kind: row for row in PetitionCount.objects.filter(place_code=place_code, month=month)}
    again = bool(rows)
    for kind, number in said.items():
        row = rows.get(kind) or PetitionCount(place_code=place_code, month=month, kind=kind)
        row.number, row.by_id, row.at = number, by.person_id, at
        row.save()
        rows[kind] = row
    told = PetitionsCounted(
        subject=f"{place_code}:{month:%Y-%m}", place=place_code, month=f"{month:%Y-%m}", again=again
    )
    record(told, by=by, at=at)
    return list(rows.values())
