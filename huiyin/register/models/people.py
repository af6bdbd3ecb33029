"""Households and who lives in them. Names and places in clear; doors and phones under the key of their owner."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.models import Person
from huiyin.register.models.periods import Dated, period_in_order


class Household(Kept):
    """A household; `code` is the key of the list it came from. `door` is sealed for `household:<id>`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=40, unique=True)
    place_code = models.CharField(max_length=15, db_index=True)
    door = models.BinaryField(null=True)
    status = models.CharField(max_length=20, default="present")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [period_in_order("household_period_in_order")]


class Resident(Dated):
    """A person in a household for a period; `relation` to its head (`head`, `spouse`, `child` …)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="residences")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="residents")
    relation = models.CharField(max_length=20)

    class Meta:
        constraints = [
            period_in_order("resident_period_in_order"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until__isnull=True, replaced_at__isnull=True),
                name="one_household_at_a_time",
            ),
        ]


class Phone(Dated):
    """A person's number, sealed for `person:<id>`; `blind` finds it again without opening any."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="phones")
    number = models.BinaryField()
    blind = models.BinaryField(max_length=16, db_index=True)

    class Meta:
        constraints = [period_in_order("phone_period_in_order")]
