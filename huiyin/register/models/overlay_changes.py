"""Households a grid consists of by name, and what was done with grids: by whom, from which day, why (R-025)."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.register.models.people import Household
from huiyin.register.models.periods import Dated, period_in_order
from huiyin.register.models.places import Overlay

OVERLAY_CHANGES = ("laid", "places", "head", "corrected", "ended", "listed", "unlisted")
"""`listed`: it came from a list, or a list changed it; `unlisted`: that list was taken back."""


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


class OverlayHousehold(Dated):
    """A household a grid consists of, for a period: it stays in it within its village, and leaves it with that."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    overlay = models.ForeignKey(Overlay, on_delete=models.PROTECT, related_name="homes")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="grids")

    class Meta:
        constraints = [
            period_in_order("overlay_household_period_in_order"),
            models.UniqueConstraint(
                fields=["overlay", "household"],
                condition=Q(until__isnull=True, replaced_at__isnull=True),
                name="a_household_once_in_an_overlay",
            ),
        ]
