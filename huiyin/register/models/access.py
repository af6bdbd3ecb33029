"""Accounts that are opened anew by two people, and what an account's owner is told of who let whom in."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.models import Person
from huiyin.core.sealed import sealed_column

STATES = ("asked", "declined", "confirmed")


class AccountReset(Kept):
    """Somebody lost telephone and recovery codes: asked for by one, confirmed by another of another unit.

    `half` is the first half of the key to come, which only whoever asked has seen; it goes once that is decided.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="resets")
    account_id = models.BigIntegerField(db_index=True)
    reason = models.CharField(max_length=200)
    half = models.BinaryField(null=True)
    state = models.CharField(max_length=10, default="asked")
    asked_at = models.DateTimeField(db_index=True)
    asked_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="reset_state_known"),
            models.UniqueConstraint(fields=["person"], condition=Q(state="asked"), name="one_reset_asked"),
        ]


class AccountTold(models.Model):
    """What the owner of an account is told at the desk of what others did with it, until they have read it.

    `kind` is a key of the label group `account_told`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="account_told_unread", condition=Q(read_at__isnull=True))]


TABLE = "register.accountreset"
sealed_column(AccountReset, "half", table=TABLE, subject=lambda row: f"person:{row.person_id}")
