"""What is looked after early: signals of problems at places, briefs to who decides, petition figures of areas."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from huiyin.casework.models.issues import Issue
from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet
from huiyin.core.viewer import Viewer


class SignalQuerySet(KeptQuerySet["Signal"]):
    """Signals speak of no person: whoever serves in a place reads what begins there."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those in the viewer's scope, and those that are theirs to look after."""
        if viewer.everything:
            return self
        return self.filter(viewer.scope("place_code") | Q(owner_id__in=viewer.persons) | Q(by_id__in=viewer.persons))


SignalManager = models.Manager.from_queryset(SignalQuerySet)


class Signal(Kept):
    """A problem that begins at a place: what, who looks after it, what is to be done by when, what came of it (R-222).

    It has no column for a person it would be about, and its texts are refused where they speak of one (SG-12).
    `outcome` is empty while it goes on, then eased, matter, issue or nothing. `owner_id` and `by_id` are officials.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    place_code = models.CharField(max_length=15)
    topic = models.CharField(max_length=60)
    text = models.TextField()
    plan = models.TextField()
    owner_id = models.UUIDField()
    due_on = models.DateField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True, default="")
    result = models.TextField(blank=True, default="")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, related_name="signals")
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, related_name="signals")
    ended_by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[SignalManager["Signal"]] = SignalManager()

    class Meta:
        indexes = [
            models.Index(fields=["place_code", "due_on"], name="signal_open", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["place_code", "ended_at"], name="signal_place"),
            models.Index(fields=["owner_id"], name="signal_owner"),
        ]


class BriefQuerySet(KeptQuerySet["Brief"]):
    """A brief is between who wrote it and who decides; nobody else reads it."""

    def visible_to(self, viewer: Viewer) -> Self:
        """What the viewer wrote or was written to."""
        if viewer.everything:
            return self
        return self.filter(Q(by_id__in=viewer.persons) | Q(to_id__in=viewer.persons))


BriefManager = models.Manager.from_queryset(BriefQuerySet)


class Brief(Kept):
    """What an official saw at first hand, for somebody who decides: written, read, answered (R-224). Of no person.

    `undertaking` says of which task or project of a programme, as `programme.key`; empty for none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    place_code = models.CharField(max_length=15)
    title = models.CharField(max_length=200)
    text = models.TextField()
    undertaking = models.CharField(max_length=121, blank=True, default="")
    by_id = models.UUIDField()
    to_id = models.UUIDField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, default="")
    answered_by_id = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    objects: ClassVar[BriefManager["Brief"]] = BriefManager()

    class Meta:
        indexes = [
            models.Index(fields=["to_id", "at"], name="brief_to"),
            models.Index(fields=["by_id", "at"], name="brief_by"),
            models.Index(fields=["undertaking"], name="brief_undertaking", condition=~Q(undertaking="")),
        ]


class PetitionCount(Kept):
    """How many petitions of a kind a town had in a month, as the office that keeps them says (R-223).

    `place_code` is a town's or, for what belongs to no town, the county's own. A figure that is put right is the same
    row; the log keeps what stood before. Nothing here can be led back to a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    place_code = models.CharField(max_length=12)
    month = models.DateField()
    kind = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place_code", "month", "kind"], name="one_count_a_month")]
        indexes = [models.Index(fields=["month", "place_code"], name="petition_month")]
