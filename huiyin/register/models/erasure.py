"""Who was erased: asked for by one, decided by another, carried out by the worker; and the marks of old lists.

By a mark a list of old is known to name somebody erased, and does not bring them back.
"""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.models import Person

STATES = ("asked", "declined", "decided", "done")
REASONS = ("wish", "no_need", "moved", "died", "unlawful")
MARKS = ("number", "home", "phone")


class Erasure(Kept):
    """An erasure: its reason by code, its two people, and, once done and certified, how much went. No word of whom."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="erasures")
    place_code = models.CharField(max_length=15, blank=True, default="")
    reason = models.CharField(max_length=10)
    state = models.CharField(max_length=8, default="asked")
    asked_at = models.DateTimeField()
    asked_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    keys = models.JSONField(default=list)
    """Subjects whose keys go with it."""
    files = models.JSONField(default=list)
    """Ids of stored files whose bytes go with it."""
    counts = models.JSONField(default=dict)
    certified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="erasure_state_known"),
            models.CheckConstraint(condition=Q(reason__in=REASONS), name="erasure_reason_known"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=("asked", "decided", "done")), name="one_erasure_of_a_person"
            ),
        ]


class Erased(Kept):
    """A keyed hash of what a list would know an erased person by; says nothing without the key of blind indexes."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=6)
    mark = models.BinaryField(max_length=16, db_index=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=MARKS), name="erased_mark_known")]
