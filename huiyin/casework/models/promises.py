"""What was promised to a resident: what, by whom, by when, and whether it was kept (the promise register)."""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.feedback import Reply
from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Promise(Kept):
    """A promise, written once, in an answer or by a unit in public before there is one; at its date the resident is
    asked whether it was kept.

    state: open (the date is ahead), due (the resident is to be asked), kept, broken, unsure (the resident does not
    know), unreached (asked as often as the programme wants, and nobody was there). `who` is who promised where it was
    not the handler; `person_id` and `body_id` are who had the matter in hand.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="promises")
    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, null=True)
    what = models.TextField()
    who = models.CharField(max_length=120, blank=True, default="")
    person_id = models.UUIDField(null=True)
    body_id = models.UUIDField(null=True)
    due_on = models.DateField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")
    asked_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=20, blank=True, default="")
    words = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["due_on", "id"], name="promise_open", condition=Q(state="open")),
            models.Index(fields=["state", "due_on", "id"], name="promise_state"),
        ]
