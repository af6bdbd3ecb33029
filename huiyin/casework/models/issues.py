"""What many have asked for and is settled once for all of them: a common issue with its owner, promise and figures."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet
from huiyin.core.viewer import Viewer


class IssueQuerySet(KeptQuerySet["Issue"]):
    """An issue names no person: whoever reads matters reads it. Which matters it has, each sees by `Matter`'s doors."""

    def visible_to(self, viewer: Viewer) -> Self:
        """All of them, or none."""
        return self if viewer.everything or viewer.may("matter.see") else self.none()


IssueManager = models.Manager.from_queryset(IssueQuerySet)


class Issue(Kept):
    """A common issue (R-215 to R-218). `urgency` is now, soon or later; `place_code` where it is to be settled."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    title = models.CharField(max_length=200)
    text = models.TextField()
    place_code = models.CharField(max_length=15)
    topic = models.CharField(max_length=60, blank=True, default="")
    urgency = models.CharField(max_length=20, default="soon")
    owner_body_id = models.UUIDField(null=True)
    plan = models.TextField(blank=True, default="")
    funding_yuan = models.PositiveBigIntegerField(null=True)
    funding_from = models.CharField(max_length=200, blank=True, default="")
    by_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_note = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[IssueManager["Issue"]] = IssueManager()

    class Meta:
        ordering = ["opened_at", "id"]


class IssueUnit(Kept):
    """A unit that works on an issue beside its owner."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="units")
    body_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "body_id"], name="one_issue_unit_each")]


class IssueMember(Kept):
    """A matter that an issue settles with others, until it is taken out again. It is answered by itself."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="members")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="issues")
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    out_at = models.DateTimeField(null=True)
    out_by_id = models.UUIDField(null=True)
    out_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["matter"], condition=Q(out_at__isnull=True), name="one_issue_at_a_time")
        ]


class IssuePromise(Kept):
    """What the head of a unit said in public, and by which day. A later day is another row, with its reason."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="promises")
    text = models.TextField()
    until = models.DateField()
    who = models.CharField(max_length=80)
    reason = models.TextField(blank=True, default="")
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class IssueFigure(Kept):
    """One number that says how far it is, as reported on a day: 312 of 800 kilometres (R-218); in hundredths."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="figures")
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=20)
    target_hundredths = models.PositiveBigIntegerField()
    value_hundredths = models.PositiveBigIntegerField()
    on = models.DateField()
    note = models.TextField(blank=True, default="")
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "at", "id"]
