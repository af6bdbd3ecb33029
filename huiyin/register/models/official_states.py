"""What an official was up to a day: kind of personnel, tier, how they stood in service (R-050, R-051, R-053)."""

from datetime import date

from django.db import models

from huiyin.core.ids import uuid7
from huiyin.core.models import Official
from huiyin.register.models.periods import Dated, period_in_order

EVER = date(1900, 1, 1)
"""Since when an official had been what they were, where nothing was written down before."""


class OfficialState(Dated):
    """What an official was for a period; what they are today stands in the official."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="states")
    kind = models.CharField(max_length=30, blank=True, default="official")
    tier = models.CharField(max_length=30, blank=True, default="")
    status = models.CharField(max_length=20)

    class Meta:
        constraints = [
            period_in_order("official_state_period_in_order"),
            models.UniqueConstraint(
                fields=["official", "until"],
                condition=models.Q(replaced_at__isnull=True),
                name="one_state_of_an_official_up_to_a_day",
            ),
        ]
