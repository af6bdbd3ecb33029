"""Which matter goes along with which: the same thing said by several people, each with a number of their own."""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Joining(Kept):
    """A matter that is looked into together with a leading one, from `at` until `split_at` (R-235, R-236).

    It keeps its state, clocks, code, proof, answer, call-back and the resident's word. `spokesperson` marks whom the
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    lead = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="followers")
    member = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="joinings")
    reason = models.TextField(blank=True, default="")
    joint = models.BooleanField(default=False)
    spokesperson = models.BooleanField(default=False)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    split_at = models.DateTimeField(null=True)
    split_by_id = models.UUIDField(null=True)
    split_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(split_at__isnull=True), name="one_lead_at_a_time"),
            models.CheckConstraint(condition=~Q(lead=models.F("member")), name="joined_to_another"),
        ]
