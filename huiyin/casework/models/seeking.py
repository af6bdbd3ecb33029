"""Going to people whose matters stand unsolved, where they want it (R-220)."""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Seeking(Kept):
    """A visit that was offered to who raised a matter: what they said, who goes on which day, and what came of it.

    `answer` is accepted or declined; a declined one names nobody and has no reason, and nothing depends on it. `why` is
    how the matter stood: kept, reopened, late. `outcome` is empty, then met, away or put_off.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="seekings")
    why = models.CharField(max_length=10)
    answer = models.CharField(max_length=10)
    person_id = models.UUIDField(null=True)
    on = models.DateField(null=True)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True, default="")
    result = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(answer="accepted", ended_at__isnull=True), name="one_visit_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["person_id", "on"], name="seeking_person")]
