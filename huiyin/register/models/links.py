"""Who is there for whom, and who is whose relative."""

from django.db import models
from django.db.models import F, Q

from huiyin.core.ids import uuid7
from huiyin.core.models import Official, Person
from huiyin.register.models.people import Household
from huiyin.register.models.periods import Dated, period_in_order
from huiyin.register.models.staff import Body

LINK_KINDS = ("lead", "supporting")
LINK_ENDS = ("transfer", "leave", "retired", "mistake", "not_needed", "other")
"""Why somebody ends one link by hand."""


class Link(Dated):
    """An official and a household, or a project or enterprise (R-049), for a period; one lead in a programme."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="links")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="links")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="links")
    kind = models.CharField(max_length=12, default="lead")
    origin = models.CharField(max_length=30, blank=True, default="")
    programme = models.CharField(max_length=60, blank=True, default="")
    pairing = models.CharField(max_length=60, blank=True, default="")
    """Which pairing of the programme's page links.toml; empty where none was named."""
    round_id = models.UUIDField(null=True)
    """The round that made it, where one did."""
    handover_id = models.UUIDField(null=True, db_index=True)
    """The hand-over that made it, where one did."""

    class Meta:
        constraints = [
            period_in_order("link_period_in_order"),
            models.CheckConstraint(condition=Q(kind__in=LINK_KINDS), name="link_kind_known"),
            models.CheckConstraint(
                condition=Q(household__isnull=True, body__isnull=False) | Q(household__isnull=False, body__isnull=True),
                name="link_has_one_target",
            ),
            models.UniqueConstraint(
                fields=["household", "programme"],
                condition=Q(kind="lead", until__isnull=True, replaced_at__isnull=True),
                name="one_lead_of_a_household",
            ),
        ]
        indexes = [
            models.Index(
                fields=["official", "kind"],
                name="link_of_official",
                condition=Q(until__isnull=True, replaced_at__isnull=True),
            ),
        ]


class Kin(Dated):
    """Two persons who are relatives, named once; read in both directions (SG-45)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="kin_of")
    relative = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="kin_to")
    relation = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [
            period_in_order("kin_period_in_order"),
            models.CheckConstraint(condition=~Q(person=F("relative")), name="nobody_is_their_own_kin"),
        ]
