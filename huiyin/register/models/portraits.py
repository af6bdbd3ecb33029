"""Photos of officials in public posts (R-054, R-337): one at a time, gone when the post is, or when they say so."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.models import Official, StoredFile

WHY = ("replaced", "taken_down", "withdrawn", "post_ended")
"""Why a photo is shown no more; `withdrawn` is the official's own word, and nobody else puts one up after it."""


class Portrait(Kept):
    """A photo that is shown, or that was: then its picture and its key are gone and the days alone stay.

    A row without a picture from the beginning is an official's word that they want none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="portraits")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True)
    day = models.DateField()
    """The day it was put up; how old a photo is, is reckoned from it."""
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=10, blank=True, default="")
    shredded_at = models.DateTimeField(null=True)
    """When its key was destroyed: from then on no backup shows it either."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ended__in=("", *WHY)), name="portrait_end_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, file__isnull=False, ended="")
                | (Q(ended_at__isnull=False, file__isnull=True) & ~Q(ended="")),
                name="portrait_shown_or_ended",
            ),
            models.UniqueConstraint(
                fields=["official"], condition=Q(ended_at__isnull=True), name="one_portrait_shown_each"
            ),
        ]
        indexes = [
            models.Index(
                fields=["ended_at"],
                name="portrait_to_shred",
                condition=Q(ended_at__isnull=False, shredded_at__isnull=True),
            )
        ]

    @property
    def subject(self) -> str:
        """The key of its own that the picture is under."""
        return f"portrait:{self.pk}"
