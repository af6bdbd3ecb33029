"""Matters kept without action: proposed by one person, consented to by another, looked at again on a day (SG-35)."""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Retention(Kept):
    """One proposal to keep a matter, or to keep it longer, with what became of it.

    `body_id` is the body whose person proposed it. `objection` are the resident's words against it. `ended_why`:
    reviewed, objected, lapsed (nobody looked in time), longer (a later proposal took its place), withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="retentions")
    reason = models.TextField()
    reply = models.TextField()
    public_text = models.TextField(blank=True, default="")
    way = models.CharField(max_length=60, blank=True, default="")
    review_on = models.DateField()
    lapses_at = models.DateTimeField()
    proposed_by_id = models.UUIDField()
    body_id = models.UUIDField(null=True)
    proposed_at = models.DateTimeField()
    decided_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    consented = models.BooleanField(null=True)
    refusal = models.TextField(blank=True, default="")
    objection = models.TextField(blank=True, default="")
    objected_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering = ["proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"],
                condition=Q(decided_at__isnull=True, ended_at__isnull=True),
                name="one_keeping_proposed",
            )
        ]
        indexes = [
            models.Index(
                fields=["review_on"], name="retention_due", condition=Q(ended_at__isnull=True, consented=True)
            ),
            models.Index(fields=["proposed_at"], name="retention_proposed"),
        ]
