"""Complaints that two persons ended without looking into them, and what a third, or the resident, said to that."""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Dismissal(Kept):
    """One proposal to end a complaint by `step`, with what became of it.

    `said` is what the step asks for, reason and reply for the resident among it. `seed` is made when it is decided and
    says whether it is `drawn` to be looked at again. `ended_why`: refused, objected, overturned, lapsed (nobody
    came in time).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="dismissals")
    step = models.CharField(max_length=20)
    said = models.JSONField(default=dict)
    proposed_by_id = models.UUIDField()
    proposed_at = models.DateTimeField()
    decided_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    consented = models.BooleanField(null=True)
    refusal = models.TextField(blank=True, default="")
    seed = models.CharField(max_length=32, blank=True, default="")
    drawn = models.BooleanField(default=False)
    reviewed_by_id = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True)
    note = models.TextField(blank=True, default="")
    objection = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering = ["proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"],
                condition=Q(decided_at__isnull=True, ended_at__isnull=True),
                name="one_dismissal_proposed",
            )
        ]
        indexes = [
            models.Index(fields=["proposed_at"], name="dismissal_asked", condition=Q(decided_at__isnull=True)),
            models.Index(
                fields=["decided_at"],
                name="dismissal_drawn",
                condition=Q(drawn=True, reviewed_at__isnull=True, ended_at__isnull=True),
            ),
        ]
