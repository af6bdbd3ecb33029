"""Counting how far telephone numbers reach, for pages too large to count while somebody waits."""

from datetime import datetime

from huiyin.core.actions import action
from huiyin.core.viewer import Viewer
from huiyin.register.models import PhoneCount, PhoneMark
from huiyin.register.queries import phones
from huiyin.register.queries.days import today


@action
def recount(*, by: Viewer, at: datetime) -> bool:
    """Count anew where it is due; whether anything was counted. Derived rows only: nothing happened."""
    if not phones.due(by, at):
        return False
    counts = phones.count(by, at)
    PhoneCount.objects.all().delete()
    PhoneCount.objects.bulk_create(counts, batch_size=2_000)
    PhoneMark(id=1, counted_at=at, day=today(by, at)).save()
    return True
