"""Inspection groups and what they find, and what the government changes because of a finding or a figure
(R-395, R-403, R-421)."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

OVERSEE = ("matter.supervise", "matter.instruct")
"""Who reads all inspections of their places: those who supervise, and the leaders who sent them."""


def oversees(viewer: Viewer) -> bool:
    """Whether the viewer reads inspections they are no member of."""
    return any(viewer.may(verb) for verb in OVERSEE)


class InspectionQuerySet(KeptQuerySet["Inspection"]):
    """A plan is known to its group and to those who oversee; who is to be inspected does not learn of it."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those one is a member of, and of one's places for who oversees."""
        if viewer.everything:
            return self
        seats = InspectionMember.objects.filter(person_id__in=viewer.persons).values("inspection_id")
        mine = Q(id__in=seats)
        if oversees(viewer):
            mine |= Q(id__in=InspectionArea.objects.filter(viewer.scope("place_code")).values("inspection_id"))
        return self.filter(mine)


InspectionManager = models.Manager.from_queryset(InspectionQuerySet)


class Inspection(Kept):
    """A special inspection group (督查组): what it looks at, where, from which day to which, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    title = models.CharField(max_length=200)
    task = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    summary = models.TextField(blank=True, default="")

    objects: ClassVar[InspectionManager["Inspection"]] = InspectionManager()

    class Meta:
        ordering = ["-from_on", "id"]


class InspectionArea(Kept):
    """A place a group goes to."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="areas")
    place_code = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "place_code"], name="one_area_each")]


class InspectionMember(Kept):
    """Who is in a group, of whichever body; one leads it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="members")
    person_id = models.UUIDField(db_index=True)
    leads = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "person_id"], name="one_seat_in_a_group")]


class FindingQuerySet(KeptQuerySet["Finding"]):
    """Until it is circulated a finding is unknown to the body it is about, whatever its people may do elsewhere."""

    def visible_to(self, viewer: Viewer) -> Self:
        """What one's groups found and what one oversees, without what is about one's own body and not circulated yet;
        and of one's own body what was circulated."""
        if viewer.everything:
            return self
        found = Q(inspection__in=Inspection.objects.visible_to(viewer).values("pk"))
        if oversees(viewer):
            found |= viewer.scope("place_code")
        own = Q(body_id__in=viewer.body_ids) | Q(body_id__in=staff.own_bodies(viewer))  # also for who acts for others
        return self.filter((found & ~own) | (own & Q(circulated_at__isnull=False)))


FindingManager = models.Manager.from_queryset(FindingQuerySet)


class Finding(Kept):
    """What an inspection found about a unit, never about a named person; circulated to it with a paper of its own, and
    what the unit says of it. `severity` is light, serious or grave."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="findings", null=True)
    place_code = models.CharField(max_length=12)
    body_id = models.UUIDField(db_index=True)
    text = models.TextField()
    severity = models.CharField(max_length=10)
    found_on = models.DateField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    circulated_at = models.DateTimeField(null=True)
    circulated_by_id = models.UUIDField(null=True)
    paper = models.CharField(max_length=120, blank=True, default="")
    word = models.TextField(blank=True, default="")
    word_at = models.DateTimeField(null=True)
    word_by_id = models.UUIDField(null=True)

    objects: ClassVar[FindingManager["Finding"]] = FindingManager()

    class Meta:
        ordering = ["-found_on", "id"]


class ImprovementQuerySet(KeptQuerySet["Improvement"]):
    """What is to change is known to who reads figures of the place, and to the unit that is to change it."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Those of one's places or bodies; what follows from a finding, to who may read that."""
        if viewer.everything:
            return self
        mine = Q(body_id__in=viewer.body_ids) | Q(person_id__in=viewer.persons)
        if viewer.may("stats.see") or oversees(viewer):
            mine |= viewer.scope("place_code")
        seen = Finding.objects.visible_to(viewer).values("pk")
        return self.filter(mine).filter(Q(finding__isnull=True) | Q(finding__in=seen))


ImprovementManager = models.Manager.from_queryset(ImprovementQuerySet)


class Improvement(Kept):
    """What is to change in the government's own work because of a finding or of what the figures say: by which unit,
    until when, what was changed, and by which figure one will see it.

    `figure` is the name of a share or empty; it is asked of `place_code` and `topic`, before and after.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="improvements", null=True)
    because = models.TextField()
    task = models.TextField()
    place_code = models.CharField(max_length=12)
    topic = models.CharField(max_length=60, blank=True, default="")
    body_id = models.UUIDField(db_index=True)
    person_id = models.UUIDField(null=True)
    set_on = models.DateField()
    due_on = models.DateField()
    figure = models.CharField(max_length=40, blank=True, default="")
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    done_on = models.DateField(null=True)
    changed = models.TextField(blank=True, default="")
    done_by_id = models.UUIDField(null=True)

    objects: ClassVar[ImprovementManager["Improvement"]] = ImprovementManager()

    class Meta:
        ordering = ["due_on", "id"]
