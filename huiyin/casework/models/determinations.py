"""Whether an appeal is reasonable: decided before its outcome by another body, and looked at again once (SG-34)."""

from django.db import models

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Determination(Kept):
    """One decision with its reason (R-212). Number 1 is the first, number 2 its review, by somebody of another body.

    `body_ids` are the bodies in which whoever decided it held a post on that day: none of them handles the matter.
    `asked_at` and `asked_words` stand on the first: that the resident asked for the review, and why.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="determinations")
    number = models.PositiveSmallIntegerField()
    reasonable = models.BooleanField()
    reason = models.TextField()
    by_id = models.UUIDField(null=True)
    body_ids = models.JSONField(default=list)
    at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    asked_words = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="one_determination_each")]
        ordering = ["number"]
