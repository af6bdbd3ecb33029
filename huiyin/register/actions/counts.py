"""Keeping what was counted, for pages that are too large to count while somebody waits.

What is counted is counted part by part (`ticks`); it takes the place of what was kept in one transaction once it is
whole, so that nobody reads half of one count and half of another. Derived rows only: nothing happened, nothing is told.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import models

from huiyin.core import rulebook
from huiyin.core.actions import action
from huiyin.core.viewer import Viewer
from huiyin.register.models import CoverCount, CoverLed, CoverLoad, CoverMark, PhoneCount, PhoneMark
from huiyin.register.queries.days import today

M = TypeVar("M", bound=models.Model)


@action
def still_holds(*, by: Viewer, at: datetime) -> None:
    """Say that coverage as it was counted holds at this moment."""
    CoverMark.objects.filter(pk=1).update(counted_at=at)


@action
def renew_coverage(*, by: Viewer, at: datetime, began: datetime, rows: Sequence[models.Model]) -> bool:
    """Keep these rows as the county's coverage, counted since `began`; whether they are kept: not in the place of a
    count that began later, by a process that overtook this one."""
    if CoverMark.objects.filter(counted_at__gt=began, counted_at__lte=at).exists():
        return False
    for model in (CoverCount, CoverLoad, CoverLed):
        _renew(model, [row for row in rows if isinstance(row, model)])
    version = rulebook.current(began).version_id
    CoverMark(id=1, counted_at=began, day=today(by, began), rulebook_id=version).save()
    return True


@action
def renew_phones(*, by: Viewer, at: datetime, began: datetime, rows: Sequence[models.Model]) -> bool:
    """The same of how far telephone numbers reach."""
    if PhoneMark.objects.filter(counted_at__gt=began, counted_at__lte=at).exists():
        return False
    _renew(PhoneCount, [row for row in rows if isinstance(row, PhoneCount)])
    PhoneMark(id=1, counted_at=began, day=today(by, began)).save()
    return True


def _renew(model: type[M], rows: Iterable[M]) -> None:
    """Have the table hold these rows and no others, writing only what differs: of ten thousand officials a minute
    changes a few, and a table that is written anew each minute grows slow to read."""
    names = [one.attname for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
    wanted = {tuple(getattr(row, name) for name in names): row for row in rows}
    known = {tuple(values): key for key, *values in model._default_manager.values_list("pk", *names)}
    model._default_manager.filter(pk__in=[key for values, key in known.items() if values not in wanted]).delete()
    fresh = [row for values, row in wanted.items() if values not in known]
    model._default_manager.bulk_create(fresh, batch_size=2_000)
