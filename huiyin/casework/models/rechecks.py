"""Words that are asked for a second time by somebody else, to see whether what was written down is what was said.

So are some of those whose matter was taken back, whether they did it of their own will (trust.md S21), and of those
closed since nobody answered, how it went.
"""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.feedback import Judgement
from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class CallDraw(Kept):
    """One day's draw of recorded words and matters taken back: from how many, by which seed; the seed is made after
    the day is over."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    programme = models.CharField(max_length=60)
    day = models.DateField()
    seed = models.CharField(max_length=32)
    thousandths = models.PositiveSmallIntegerField()
    of = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "day"], name="one_draw_a_day")]


class Recheck(Kept):
    """A recorded word to be asked for once more, by another caller who does not see what was recorded; without a
    `first` a matter taken back, and the question is whether the resident did it themselves, or one closed unasked.

    state: waiting, same, differs, unreached. `caller_id` made the first call (None where the word came by a proof or a
    message), `by_id` the second; `second` is what was said then, `differs` names the parts that are not the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    draw = models.ForeignKey(CallDraw, on_delete=models.PROTECT, related_name="rechecks")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="rechecks")
    first = models.OneToOneField(Judgement, on_delete=models.PROTECT, null=True, related_name="recheck")
    second = models.OneToOneField(Judgement, on_delete=models.PROTECT, null=True, related_name="checked")
    caller_id = models.UUIDField(null=True)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="waiting")
    differs = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], name="recheck_waiting", condition=Q(state="waiting")),
            models.Index(fields=["state", "told_at"], name="recheck_state"),
        ]
