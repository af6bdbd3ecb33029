"""Whoever serves the county may ask it for something too; what comes from their numbers makes no figure look better.

Only of ordinary matters whose reporter gave their name: who asked for confidence is compared with nobody.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from huiyin.casework.actions.aside import opened
from huiyin.casework.events.asking import StaffNumberFound
from huiyin.casework.models import Matter, OwnNumber, Party
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.vault import Shredded
from huiyin.core.viewer import Viewer
from huiyin.register.queries import serving


@action
def compare(*, by: Viewer, at: datetime, ids: Collection[UUID]) -> int:
    """Mark those of some matters that came from a number of somebody in service on their day. Returns how many.

    Three questions for each day the matters are of, and a statement for each that is marked.
    """
    matters = Matter.objects.filter(id__in=ids, held=False, sealed=False, history=False, own_number__isnull=True)
    parties = Party.objects.filter(
        matter__in=matters, role="reporter", disclosure="named", phone__isnull=False
    ).select_related("matter")
    days = defaultdict[date, dict[UUID, str]](dict)
    for party in parties.order_by("matter_id"):
        try:
            days[party.matter.local_day][party.matter_id] = opened(party, "phone")
        except Shredded:
            continue  # erased meanwhile
    found = 0
    for day, numbers in days.items():
        theirs = serving.numbers_among(by, set(numbers.values()), day)
        for matter_id in (one for one, number in numbers.items() if number in theirs):
            OwnNumber(matter_id=matter_id, at=at).save(force_insert=True)
            record(StaffNumberFound(subject=str(matter_id)), by=by, at=at)
            found += 1
    return found
