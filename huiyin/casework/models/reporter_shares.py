"""What of a locked matter is its reporter's own: closed for a key that goes with their erasure, wherever it lies."""

from django.db import models

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class ReporterShare(Kept):
    """The public key that a locked matter's reporter's name, numbers and files are closed for, inside their boxes.

    Its private half lies in a box of the matter, there under the keys of the persons the reporter is in the register.
    Every locked matter has one, so that it does not tell whether its reporter is known.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="reporter_share")
    public = models.BinaryField(max_length=32)
