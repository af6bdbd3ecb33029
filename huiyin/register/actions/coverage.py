"""Counting coverage anew, for pages that are too large to count while somebody waits."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db import models

from huiyin.core import rulebook
from huiyin.core.actions import action
from huiyin.core.viewer import Viewer
from huiyin.register.models import CoverCount, CoverLed, CoverLoad, CoverMark
from huiyin.register.queries import cover_counts, cover_whole
from huiyin.register.queries.days import today

M = TypeVar("M", bound=models.Model)


@action
def recount(*, by: Viewer, at: datetime) -> bool:
    """Count the county by village and by official, if something was told since; else say that it still holds.

    Whether anything was counted. Derived rows only: nothing happened, so nothing is told.
    """
    due = cover_counts.due(by, at)
    if due:
        active, day = rulebook.current(at), today(by, at)
        found = cover_whole.whole(by, at, under=active.rulebook.county.code)
        _renew(CoverCount, found.counts)
        _renew(CoverLoad, found.loads)
        _renew(CoverLed, found.led)
        CoverMark(id=1, counted_at=at, day=day, rulebook_id=active.version_id).save()
    else:
        CoverMark.objects.filter(pk=1).update(counted_at=at)
    return due


def _renew(model: type[M], rows: Iterable[M]) -> None:
    """Have the table hold these rows and no others, writing only what differs: of ten thousand officials a minute
    changes a few, and a table that is written anew each minute grows slow to read."""
    names = [one.attname for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
    wanted = {tuple(getattr(row, name) for name in names): row for row in rows}
    known = {tuple(values): key for key, *values in model._default_manager.values_list("pk", *names)}
    model._default_manager.filter(pk__in=[key for values, key in known.items() if values not in wanted]).delete()
    fresh = [row for values, row in wanted.items() if values not in known]
    model._default_manager.bulk_create(fresh, batch_size=2_000)
