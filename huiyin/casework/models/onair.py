"""Episodes of a radio hotline: when, which unit sits in the studio, and the calls that became matters (R-161)."""

from typing import ClassVar, Self

from django.db import models

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet
from huiyin.core.viewer import Viewer


class EpisodeQuerySet(KeptQuerySet["Episode"]):
    """An episode is announced; whoever serves may read when it is and who is on air."""

    def visible_to(self, viewer: Viewer) -> Self:
        """All of them, for members of staff."""
        return self if viewer.everything or viewer.person_id is not None else self.none()


EpisodeManager = models.Manager.from_queryset(EpisodeQuerySet)


class Episode(Kept):
    """One episode: its day, the unit on air, what it is about."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    on = models.DateField(unique=True)
    topic = models.CharField(max_length=200)
    body_id = models.UUIDField(db_index=True)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    objects: ClassVar[EpisodeManager["Episode"]] = EpisodeManager()

    class Meta:
        ordering = ["-on"]


class OnAirCall(Kept):
    """A matter that came in by an episode, and the later one in which it was told what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="calls")
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="on_air")
    told_in = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="told", null=True)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
