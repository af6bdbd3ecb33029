"""Households whose named official changed, and what became of telling them by SMS."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.models import Official
from huiyin.register.models.people import Household

TO_VISIT = ("no_number", "not_asked", "declined", "over_limit", "no_gateway", "failed")
"""Those who were not told by SMS, and why: the new official goes there."""
SENT = ("queued", "delivered")
"""Those to whom an SMS went out."""
ANNOUNCED = ("waiting", *SENT, *TO_VISIT, "nothing")


class Announcement(models.Model):
    """A household that is to hear who leads for it now; written down with the change.

    Of a round there are hundreds of thousands, so it is no kept row: the messages are, and each batch is an event.
    `cause_id` is the hand-over, round, list of links (or that it was taken back) or link that ended, `before` who led
    until then (null: nobody), in which `programmes`, `on` the day of the change: the household hears of it on a later
    one, in one message for all that changed. state: waiting, queued (written down to be sent), delivered (the gateway
    reports that it arrived), no_number, not_asked, declined, over_limit (the number has had what it may be sent),
    no_gateway, failed (the gateway could not deliver it), nothing (by then nobody new led). `at` is when that was
    decided.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="announcements")
    place_code = models.CharField(max_length=15)
    programmes = models.JSONField(default=list)
    cause_id = models.UUIDField()
    before = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    on = models.DateField()
    state = models.CharField(max_length=10, default="waiting")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ANNOUNCED), name="announcement_state_known"),
            models.UniqueConstraint(fields=["household", "cause_id"], name="one_announcement_each"),
        ]
        indexes = [
            models.Index(fields=["on", "household"], name="announcement_due", condition=Q(state="waiting")),
            # all that is counted, and all that a page goes through, stands in it
            models.Index(fields=["cause_id", "place_code", "household", "state"], name="announcement_of_cause"),
        ]
