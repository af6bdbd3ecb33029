"""Leave to take a long list away: asked for by one person, given by another, used once (trust.md D1)."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class ExportLeave(Kept):
    """Somebody wants more rows than one may take alone. `query` are the filters as an address, without what was
    searched for; `number` is that of the taking it was used for.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    query = models.CharField(max_length=400, blank=True, default="")
    rows = models.PositiveIntegerField()
    reason = models.TextField()
    asked_by_id = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    allowed = models.BooleanField(null=True)
    number = models.CharField(max_length=8, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="leave_asked", condition=Q(decided_at__isnull=True))]
