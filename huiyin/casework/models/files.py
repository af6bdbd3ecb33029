"""Files in a matter: photographs and papers of the resident, what a handler gives with an answer."""

from django.db import models

from huiyin.casework.models.feedback import Reply
from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Attachment(Kept):
    """A file of a matter; whoever may read the matter may have it, nobody else.

    part: said (with the resident's words) or answer (with `reply`; for the resident, never on a wall). `by_id` is the
    member of staff who added it; nobody where the resident did.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="attachments")
    file = models.OneToOneField("core.StoredFile", on_delete=models.PROTECT)
    part = models.CharField(max_length=10)
    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, null=True)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
