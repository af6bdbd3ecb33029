"""Matters that came from a number of somebody in service: handled like any other, scored nowhere."""

from django.db import models

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class OwnNumber(Kept):
    """An ordinary matter whose reporter gave their name and a number that was an official's on its day.

    Whose it is stands nowhere. It is gone when the matter is locked.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="own_number")
    at = models.DateTimeField()
