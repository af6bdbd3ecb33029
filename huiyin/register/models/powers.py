"""A second person's consent to what a post gives over what is kept from whoever gives it (decision 23)."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.models import Person
from huiyin.register.models.staff import Delegation, Post

STATES = ("asked", "given", "refused", "lapsed")


class PowerGrant(Kept):
    """A duty (`DUTIES` of county.toml) that a post gives its holder, or that a delegation lends out of the post. Only
    what is `given` counts: a post without it gives all but the verbs of the duty.

    `asked_by_id` gave the post, `asked_for_id` is for whom they acted, `run_id` the list it came with. Nobody decided
    what the machine gave itself while there was nobody to consent.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="grants")
    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, null=True, related_name="grants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    duty = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default="asked")
    asked_at = models.DateTimeField(db_index=True)
    asked_by_id = models.UUIDField(null=True)
    asked_for_id = models.UUIDField(null=True)
    run_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="power_state_known"),
            models.UniqueConstraint(
                fields=["post", "duty"], condition=Q(delegation__isnull=True), name="one_grant_of_a_post"
            ),
            models.UniqueConstraint(
                fields=["delegation", "duty"], condition=Q(delegation__isnull=False), name="one_grant_of_a_delegation"
            ),
        ]
