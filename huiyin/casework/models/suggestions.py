"""What became of a suggestion: whether it is taken up, why, and what came of it (R-234)."""

from django.db import models

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Adoption(Kept):
    """A decision on a suggestion, with its reason; the result is written once something came of it.

    `decision` is taken, partly, later or declined. The resident's answer is the matter's own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="adoption")
    decision = models.CharField(max_length=20)
    reason = models.TextField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    result = models.TextField(blank=True, default="")
    result_by_id = models.UUIDField(null=True)
    result_at = models.DateTimeField(null=True)
