"""What was answered, whether it arrived, and what the resident says of it."""

from typing import ClassVar, Self

from django.db import models

from huiyin.casework.models.matters import Matter
from huiyin.casework.rules.closing import TAKEN_BACK
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet

WAITS = models.Q(read_out_at__isnull=False, delivered_at__isnull=True)
"""Read out, and whoever was named as present has not said yet that it was so."""


class Reply(Kept):
    """An answer to a resident. `sent_at` is a click of ours; `delivered_at` needs one of the settled meanings.

    meaning: proof (opened with the proof), gateway (the gateway's report), read_out (a caller rang, or somebody else
    who was there says so), letter (against signature). From `read_out_at` on it waits for the word of `second_id`, who
    is named as present: then `delivered_at` is the moment it was read.
    """

    LATER: ClassVar[frozenset[str]] = frozenset({"read_out_at"})

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField()
    public_text = models.TextField(blank=True, default="")
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    meaning = models.CharField(max_length=20, blank=True, default="")
    delivered_at = models.DateTimeField(null=True)
    delivered_by_id = models.UUIDField(null=True)
    second_id = models.UUIDField(null=True)
    read_out_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["second_id"], name="reply_read_out", condition=WAITS)]


class CallBackQuerySet(KeptQuerySet["CallBack"]):
    """Attempts, and those of them that count."""

    def made(self) -> Self:
        """Those that nobody took back as written down by mistake."""
        return self.exclude(outcome=TAKEN_BACK)


CallBackManager = models.Manager.from_queryset(CallBackQuerySet)


class CallBack(Kept):
    """One attempt to reach the resident after a reply, by somebody who is neither handler nor supervisor.

    `outcome` is what it counts as, `code` what the programme of the matter calls it, empty where it names nothing.
    `promise` where it asked about a promise (then there may be no answer yet) and not about the answer; `again_at` is
    when the resident wants to be rung.
    """

    LATER: ClassVar[frozenset[str]] = frozenset({"code"})

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="call_backs")
    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, null=True)
    caller_id = models.UUIDField()
    at = models.DateTimeField()
    local_day = models.DateField()
    day_part = models.CharField(max_length=10)
    outcome = models.CharField(max_length=20)
    code = models.CharField(max_length=60, blank=True, default="")
    note = models.TextField(blank=True, default="")
    promise = models.ForeignKey("casework.Promise", on_delete=models.PROTECT, null=True, related_name="call_backs")
    again_at = models.DateTimeField(null=True)

    objects: ClassVar[CallBackManager["CallBack"]] = CallBackManager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["again_at"], name="call_named", condition=models.Q(again_at__isnull=False))]


class Judgement(Kept):
    """The resident's word: contacted, true, solved, satisfied (1 to 5). The handler never sees the grade.

    `unsure` names the parts of which the resident said that they do not know; what is empty was not asked or not said.
    `outside`: nobody of the body that handled the matter took the word down.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="judgements")
    reply = models.ForeignKey(Reply, on_delete=models.PROTECT)
    at = models.DateTimeField()
    source = models.CharField(max_length=20)
    contacted = models.BooleanField(null=True)
    true = models.BooleanField(null=True)
    solved = models.CharField(max_length=10)
    grade = models.PositiveSmallIntegerField(null=True)
    unsure = models.CharField(max_length=40, blank=True, default="")
    words = models.TextField(blank=True, default="")
    outside = models.BooleanField(default=True)

    class Meta:
        ordering = ["at", "id"]
