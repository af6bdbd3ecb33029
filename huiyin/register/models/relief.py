"""Money and things given to households in hardship, an amount for each (R-038, AM-44)."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.register.models.people import Household


class ReliefList(Kept):
    """What was given on a day, out of which purse: 慰问金, 县民政局."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    day = models.DateField()
    what = models.CharField(max_length=60)
    source = models.CharField(max_length=60)
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)


class Relief(Kept):
    """One household's part of a list, in hundredths of a yuan; null where it was no money. A total is never kept."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    list = models.ForeignKey(ReliefList, on_delete=models.PROTECT, related_name="lines")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="relief")
    cents = models.PositiveIntegerField(null=True)
    struck_at = models.DateTimeField(null=True)
    """It was a mistake: the household got nothing of this list."""
    struck_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["list", "household"], condition=Q(struck_at__isnull=True), name="one_relief_of_a_list"
            )
        ]
