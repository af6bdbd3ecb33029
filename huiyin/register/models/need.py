"""For each look at somebody who has support, one at somebody who has none: who might have been left out (SG-15)."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.register.models.people import Household


class NeedLook(Kept):
    """A household drawn by chance from a village, to be looked at for a category on which support hangs."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="need_looks")
    programme = models.CharField(max_length=60)
    category = models.CharField(max_length=60)
    high = models.BooleanField(default=False)
    drawn_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    found = models.BooleanField(default=False)
    """It had been left out, and was entered."""
    by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "programme", "category"],
                condition=Q(answered_at__isnull=True),
                name="one_open_look_of_a_household",
            )
        ]
