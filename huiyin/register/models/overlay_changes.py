"""What was done with what lies across the tree of places: by whom, from which day, why (R-025)."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.register.models.places import Overlay

OVERLAY_CHANGES = ("laid", "places", "head", "corrected", "ended")


class OverlayChange(Kept):
    """One change of an overlay; of a name or a first day set right, `was_name` and `was_since` say what stood."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    overlay = models.ForeignKey(Overlay, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(max_length=10)
    on = models.DateField()
    reason = models.CharField(max_length=120)
    was_name = models.CharField(max_length=60, blank=True, default="")
    was_since = models.DateField(null=True)
    by_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(what__in=OVERLAY_CHANGES), name="overlay_change_known")]
