"""What a department is there for, each function and item with the four who answer for it (R-052)."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.models import Official
from huiyin.register.models.periods import Dated, period_in_order
from huiyin.register.models.staff import Body

NAME_MOST = 60


class Remit(Dated):
    """A function or item of a body for a period, with the official of each of the four levels of responsibility.

    One who answers for it on several levels stands on each. What was changed from a day on is a record of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="remits")
    name = models.CharField(max_length=NAME_MOST)
    main = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="+")
    charge = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            period_in_order("remit_period_in_order"),
            models.UniqueConstraint(
                fields=["body", "name"],
                condition=Q(until__isnull=True, replaced_at__isnull=True),
                name="one_remit_of_a_name",
            ),
        ]
