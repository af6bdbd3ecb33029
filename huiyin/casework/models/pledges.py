"""What a unit said in public at a meeting on unfulfilled work (R-404)."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from huiyin.casework.models.promises import Promise
from huiyin.casework.models.sessions import Session
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet
from huiyin.core.viewer import Viewer


class PledgeQuerySet(KeptQuerySet["Pledge"]):
    """Said in public: whoever reads matters of the place, or is of the unit, reads it."""

    def standing(self) -> Self:
        """Those about one matter at least that is neither held nor sealed by now: the others point at it (SG-01)."""
        promised = Promise.objects.filter(
            body_id=OuterRef("body_id"),
            at=OuterRef("at"),
            matter__sessions__session=OuterRef("session"),
            matter__held=False,
            matter__sealed=False,
        )
        return self.filter(Exists(promised))

    def visible_to(self, viewer: Viewer) -> Self:
        """Those of one's places and bodies that stand, for who reads matters."""
        if viewer.everything:
            return self.standing()
        if not viewer.may("matter.see"):
            return self.none()
        return self.standing().filter(viewer.scope("place_code") | Q(body_id__in=viewer.body_ids))


PledgeManager = models.Manager.from_queryset(PledgeQuerySet)


class Pledge(Kept):
    """A unit's public word: what it will do about the matters of the meeting, and by which day.

    For each of its matters the same words are a promise in the promise register, and its resident is asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="pledges")
    place_code = models.CharField(max_length=12)
    body_id = models.UUIDField(db_index=True)
    who = models.CharField(max_length=80)
    said = models.TextField()
    until = models.DateField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    objects: ClassVar[PledgeManager["Pledge"]] = PledgeManager()

    class Meta:
        ordering = ["-at", "id"]
        constraints = [models.UniqueConstraint(fields=["session", "body_id"], name="one_pledge_of_a_unit")]
