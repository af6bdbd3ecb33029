"""How an enterprise or a project stands: at work, stopped, doing something else, closed; each from a day on (R-039)."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.register.models.periods import Dated, period_in_order
from huiyin.register.models.staff import Body

RUNNING = "running"
BODY_STATES = (RUNNING, "stopped", "switched", "closed")


class BodyState(Dated):
    """A body's state for a period. A body of which nothing is written is at work."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="states")
    state = models.CharField(max_length=10)
    note = models.CharField(max_length=120, blank=True, default="")
    """What is left to see to, in words that name nobody: 工资结到几月、设备谁看。"""

    class Meta:
        constraints = [
            period_in_order("body_state_period_in_order"),
            models.CheckConstraint(condition=Q(state__in=BODY_STATES), name="body_state_known"),
            models.UniqueConstraint(
                fields=["body"],
                condition=Q(until__isnull=True, replaced_at__isnull=True),
                name="one_state_of_a_body",
            ),
        ]
