"""Dated facts: a period in the world, and a period in which the register held it to be so.

The beginning is called `since`, because Django allows no column whose name ends in an underscore (fields.E001).
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, F, Q

from huiyin.core.kept import Kept


class Dated(Kept):
    """A fact that holds from `since` up to, not including, `until` (local dates; null until: it still holds).

    `recorded_at` and `replaced_at` bound the time in which the register held it so: a correction sets `replaced_at`
    and inserts another row. Queries read rows with `replaced_at` null.
    """

    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def period_in_order(name: str) -> CheckConstraint:
    """The constraint that a period does not end before it began; an empty one (never took effect) may be kept."""
    return CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name=name)


def lasting(day: Any, prefix: str = "") -> Q:
    """Rows whose period has not ended by a day, whenever it begins."""
    return Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": day})


def open_on(day: Any, prefix: str = "") -> Q:
    """Rows of a table of plain periods that hold on a day. `day` and `prefix` as in `standing`."""
    return Q(**{f"{prefix}since__lte": day}) & lasting(day, prefix)


def standing(day: Any, prefix: str = "") -> Q:
    """Rows that hold on a day, as the register sees it now. `day` is a date or an expression, `prefix` ends in `__`."""
    return Q(**{f"{prefix}replaced_at__isnull": True}) & open_on(day, prefix)


def holds(day: date, since: date | None, until: date | None) -> bool:
    """Whether a period contains a day: `since <= day < until`."""
    return (since is None or since <= day) and (until is None or day < until)
