"""Where not everybody is called back: the seed of each day, and which answers it drew (R-178, AM-31)."""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.feedback import Reply
from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class DaySeed(Kept):
    """By what seed the answers of a day are drawn: made and its hash told before the day begins, itself told later.

    `of` answers were there, `drawn` of them were drawn; both counted when the seed is told (`told_at`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    programme = models.CharField(max_length=60)
    day = models.DateField()
    seed = models.CharField(max_length=32)
    committed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    of = models.PositiveIntegerField(default=0)
    drawn = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "day"], name="one_seed_a_day")]


class CallTurn(Kept):
    """Whether an answer was drawn for a call. What was not is the resident's own to speak about until `ring_from`.

    `waits` stands until that moment, or until the matter is answered anew: while it does nobody rings.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    seed = models.ForeignKey(DaySeed, on_delete=models.PROTECT, related_name="turns")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="turns")
    reply = models.OneToOneField(Reply, on_delete=models.PROTECT, related_name="turn")
    thousandths = models.PositiveSmallIntegerField()
    drawn = models.BooleanField()
    waits = models.BooleanField()
    at = models.DateTimeField()
    ring_from = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["ring_from"], name="turn_to_come", condition=Q(waits=True)),
            models.Index(fields=["matter"], name="turn_waits", condition=Q(waits=True)),
        ]
