"""Who is called on in a matter they do not own, and the leader it was laid before."""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Share(Kept):
    """A body, or one person, that may read a matter because it was called on.

    part: reading (told of it, owes nothing), call (invited to a three-party call), expert (asked for advice), help
    (a co-handler with a part of its own), leader (it was laid before this person), session (a member of a session it
    is dealt with in; `session_id`). Held and sealed matters are shared with nobody (SG-01).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="shares")
    part = models.CharField(max_length=10)
    body_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    asked = models.TextField(blank=True, default="")
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    due_on = models.DateField(null=True)
    read_at = models.DateTimeField(null=True)
    read_by_id = models.UUIDField(null=True)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["body_id", "at"], name="share_body", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["person_id", "at"], name="share_person", condition=Q(ended_at__isnull=True)),
        ]
