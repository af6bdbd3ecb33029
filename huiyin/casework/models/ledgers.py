"""What people write into the books: how far an unfinished matter is, and that a month was gone through."""

from django.db import models

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class LedgerNote(Kept):
    """How far a matter is, written for one month of the ledger (办理情况)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="ledger_notes")
    month = models.CharField(max_length=7)
    text = models.TextField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["matter", "month"], name="ledger_note_month")]


class LedgerCut(Kept):
    """That the month of a place was gone through and cut off: the totals somebody found and put their name to."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    place_code = models.CharField(max_length=15)
    month = models.CharField(max_length=7)
    totals = models.JSONField(default=dict)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place_code", "month"], name="one_ledger_cut")]
