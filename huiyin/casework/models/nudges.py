"""What staff are told at their desk and, if they wish, in the morning by message (R-176, R-188)."""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.sealed import sealed_column


class Nudge(models.Model):
    """Something one person is told at their desk, once: a step of a matter of theirs, or what its deadline says.

    Derived from events by a consumer; `kind` is a key of the label group `nudge`, `key` says which event it comes
    from. Nobody is told of a matter that is held or sealed, and what is held later is shown no more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person_id = models.UUIDField()
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="nudges")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "key"], name="one_nudge_each")]
        indexes = [
            models.Index(fields=["person_id", "-at"], name="nudge_of"),
            models.Index(fields=["person_id"], name="nudge_unread", condition=Q(read_at__isnull=True)),
        ]


class Digest(Kept):
    """Who wants to be told each working day at eight what waits for them, and where; `channel` is empty for nowhere.

    `last_day` is the county's day it last went out, or had nothing to say.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    account_id = models.BigIntegerField(unique=True)
    person_id = models.UUIDField()
    channel = models.CharField(max_length=10, blank=True, default="")
    address = models.BinaryField(null=True)
    chosen_at = models.DateTimeField()
    last_day = models.DateField(null=True)


TABLE = "casework.digest"
sealed_column(Digest, "address", table=TABLE, subject=lambda row: f"person:{row.person_id}")
