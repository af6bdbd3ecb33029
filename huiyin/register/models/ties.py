"""Links that give no household its official: a department's village, an officer's villages, who helps of free will."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.models import Official
from huiyin.register.models.people import Household
from huiyin.register.models.periods import Dated, period_in_order
from huiyin.register.models.staff import Body


def _one_of(*fields: tuple[Q, Q]) -> Q:
    """Exactly one of some columns is filled; each is given as filled and as empty."""
    ways = [
        Q(*(filled if number == chosen else empty for number, (filled, empty) in enumerate(fields)))
        for chosen in range(len(fields))
    ]
    return reduce(or_, ways)


class Tie(Dated):
    """One link of a pairing that gives no household its official (R-070 to R-098): from an official, a body or a
    household to a place, a body (project, enterprise, unit) or a household, for a period.

    What is voluntary is voluntary by its pairing: it stands here and in no load, coverage or duty (R-098).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    official = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, related_name="ties")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="ties")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="ties")
    to_place = models.CharField(max_length=15, blank=True, default="")
    to_body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="tied")
    to_household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="tied")
    programme = models.CharField(max_length=60)
    pairing = models.CharField(max_length=60)
    handover_id = models.UUIDField(null=True)
    """The hand-over that made it, where one did."""

    class Meta:
        constraints = [
            period_in_order("tie_period_in_order"),
            models.CheckConstraint(
                condition=_one_of(
                    *(
                        (Q(**{f"{name}__isnull": False}), Q(**{f"{name}__isnull": True}))
                        for name in ("official", "body", "household")
                    )
                ),
                name="tie_has_one_giver",
            ),
            models.CheckConstraint(
                condition=_one_of(
                    (~Q(to_place=""), Q(to_place="")),
                    (Q(to_body__isnull=False), Q(to_body__isnull=True)),
                    (Q(to_household__isnull=False), Q(to_household__isnull=True)),
                ),
                name="tie_has_one_target",
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme", "pairing", "to_place"],
                name="tie_of_pairing",
                condition=Q(until__isnull=True, replaced_at__isnull=True),
            ),
        ]
