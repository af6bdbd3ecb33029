"""Practical things a village or a unit commits to and does: a road, a well, a disability card (R-207, R-208, R-238)."""

from typing import ClassVar, Self

from django.db import models

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet
from huiyin.core.viewer import Viewer


class ThingQuerySet(KeptQuerySet["Thing"]):
    """Practical things are said in public; whoever serves in a place reads what is done there."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those in the viewer's scope, or of their bodies."""
        if viewer.everything:
            return self
        return self.filter(viewer.scope("place_code") | models.Q(body_id__in=viewer.body_ids))


ThingManager = models.Manager.from_queryset(ThingQuerySet)


class Thing(Kept):
    """One practical thing: where, what, who answers for it, by when, and what came of it.

    `person_id` is the linked official who does it, `body_id` the unit that launched it; either may be empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    place_code = models.CharField(max_length=15, db_index=True)
    title = models.CharField(max_length=200)
    person_id = models.UUIDField(null=True)
    body_id = models.UUIDField(null=True)
    committed_on = models.DateField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    result = models.TextField(blank=True, default="")
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    objects: ClassVar[ThingManager["Thing"]] = ThingManager()

    class Meta:
        ordering = ["committed_on", "id"]
