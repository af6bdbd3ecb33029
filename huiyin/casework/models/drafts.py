"""Answers that a second person approves before they go out; every edit is a version of its own."""

from django.db import models

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class ReplyDraft(Kept):
    """One version of an answer, put to a second person. Written once; only its state and the decision are added.

    state: waiting, approved, refused (with the reason), replaced (by a newer version), sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="drafts")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    public_text = models.TextField(blank=True, default="")
    by_id = models.UUIDField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting")
    decided_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="one_reply_draft_each")]
        indexes = [
            models.Index(fields=["at", "id"], name="draft_waiting", condition=models.Q(state="waiting")),
        ]
