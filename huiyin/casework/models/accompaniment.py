"""An offer to be accompanied at a first petition, and what the resident said to it (SG-02)."""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Accompaniment(Kept):
    """Offered once to who comes with a first petition; nobody but the desk knows of it unless they accept.

    answer: offered, accepted or declined. `household_id` is kept only with an acceptance: whose official is told.
    outcome: empty, then what the resident said afterwards: came or missed. Only where it was wanted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="accompaniment")
    answer = models.CharField(max_length=10, default="offered")
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    household_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=10, blank=True, default="")
    outcome_by_id = models.UUIDField(null=True)
    outcome_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["household_id"], name="accompany_household", condition=Q(answer="accepted"))]
