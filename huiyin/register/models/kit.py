"""What an official was handed of the programme's kit where no print run tells it: a diary, a badge (R-119)."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.models import Official


class KitGiven(Kept):
    """An official has an item of the page links.toml; `struck_at` marks one written down by mistake."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="kit")
    programme = models.CharField(max_length=60)
    item = models.CharField(max_length=60)
    day = models.DateField()
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    struck_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["official", "programme", "item"],
                condition=Q(struck_at__isnull=True),
                name="an_item_of_the_kit_once",
            )
        ]
