"""Who was held to account, as counts of decisions that were made elsewhere (R-405, SG-08)."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet
from huiyin.core.viewer import Viewer


class DecidedQuerySet(KeptQuerySet["Decided"]):
    """Counts of what others decided; names of persons are in none."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those of one's places, for who reads figures or supervises."""
        if viewer.everything:
            return self
        if not (viewer.may("stats.see") or viewer.may("matter.supervise")):
            return self.none()
        return self.filter(viewer.scope("place_code") | Q(body_id__in=viewer.body_ids))


DecidedManager = models.Manager.from_queryset(DecidedQuerySet)


class Decided(Kept):
    """A paper of a competent body that circulated, talked to, held to account or suspended so many; without names.

    `kind` is one of `rules.inspections.DECISIONS`; `decided_by` and `document` say where it was decided; `body_id` is
    the unit concerned. What was written down wrongly is struck, with a reason, and counts no more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=20)
    decided_by = models.CharField(max_length=120)
    document = models.CharField(max_length=120)
    decided_on = models.DateField()
    place_code = models.CharField(max_length=12)
    body_id = models.UUIDField()
    many = models.PositiveIntegerField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
    struck_by_id = models.UUIDField(null=True)
    struck_why = models.TextField(blank=True, default="")

    objects: ClassVar[DecidedManager["Decided"]] = DecidedManager()

    class Meta:
        ordering = ["-decided_on", "id"]
