"""Numbered supervision, and what clocks told of a matter (R-225, R-188)."""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.matters import Clock, Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Numbered(Kept):
    """A matter on the numbered list (挂号督办): a number of its own series of the year, until it is struck off."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="numbers")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    supervisor_id = models.UUIDField()
    reason = models.TextField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
    struck_by_id = models.UUIDField(null=True)
    struck_note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="one_number_each"),
            models.UniqueConstraint(fields=["matter"], condition=Q(struck_at__isnull=True), name="on_the_list_once"),
        ]


class Alarm(Kept):
    """What a clock told, once each: warned, overdue, escalated or climbed; why, under which rulebook, and whom.

    `role` is the role it was told to, or the parts; `data` holds the limit, its unit, the per cent used, when due.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="alarms")
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    rulebook = models.ForeignKey("core.RulebookVersion", on_delete=models.PROTECT)
    role = models.CharField(max_length=60, blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["clock", "kind"], name="one_alarm_each")]
