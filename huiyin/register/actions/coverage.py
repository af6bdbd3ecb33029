"""Counting coverage anew, for pages that are too large to count while somebody waits."""

from datetime import datetime

from huiyin.core import rulebook
from huiyin.core.actions import action
from huiyin.core.viewer import Viewer
from huiyin.register.models import CoverCount, CoverLoad, CoverMark
from huiyin.register.queries import cover_counts, coverage
from huiyin.register.queries.days import today


@action
def recount(*, by: Viewer, at: datetime) -> bool:
    """Count the county by village and by official, if something was told since; else say that it still holds.

    Whether anything was counted. Derived rows only: nothing happened, so nothing is told.
    """
    due = cover_counts.due(by, at)
    if due:
        active, day = rulebook.current(at), today(by, at)
        counts, loads = coverage.whole(by, at, under=active.rulebook.county.code)
        CoverCount.objects.all().delete()
        CoverCount.objects.bulk_create(counts)
        CoverLoad.objects.all().delete()
        CoverLoad.objects.bulk_create(loads, batch_size=2_000)
        CoverMark(id=1, counted_at=at, day=day, rulebook_id=active.version_id).save()
    else:
        CoverMark.objects.filter(pk=1).update(counted_at=at)
    return due
