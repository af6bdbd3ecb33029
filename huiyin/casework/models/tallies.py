"""What matters count as: a narrow row for each, so that no figure reads what was said, moved and answered in a year."""

from typing import Any, ClassVar, Self, cast

from django.db import models
from django.db.models import Exists, OuterRef

from huiyin.casework.models.matters import ASIDE, Matter, MatterQuerySet
from huiyin.core.viewer import Viewer


class CaseTallyQuerySet(models.QuerySet["CaseTally"]):
    """The only door to figures: the same matters a list would show, and none that is held or sealed by now (SG-01)."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `MatterQuerySet.visible_to`: scope, own bodies, own hands; without those the viewer may not learn of."""
        aside = Matter.objects.filter(ASIDE, pk=OuterRef("pk"))
        rows = self.exclude(Exists(aside))
        if viewer.everything:
            return rows
        if not (viewer.may("matter.see") or viewer.may("stats.see")):
            return self.none()
        mine = viewer.scope("place_code") | models.Q(body_id__in=viewer.body_ids)
        if viewer.person_id is not None:
            me = viewer.person_id
            mine |= models.Q(handler_id=me) | models.Q(supervisor_id=me) | models.Q(caller_id=me)
        return cast(Self, MatterQuerySet.unbound(cast(Any, rows.filter(mine)), viewer))

    _once_near = staticmethod(MatterQuerySet._once_near)


CaseTallyManager = models.Manager.from_queryset(CaseTallyQuerySet)


class CaseTally(models.Model):
    """One matter in figures: its days, its dimensions, and each measure of `rules.figures` as 0 or 1.

    Derived from the matter and what hangs on it by `actions.tallies`, in one way only, so that counting twice changes
    nothing. Days are the county's. `result`, `call`, `limit` and `reporter` are keys of labels; `limit` is the length
    of the deadline its answer had ("5 working_days"). Held, sealed and imported matters have no row.
    """

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, primary_key=True, related_name="tally")
    opened_on = models.DateField()
    answered_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    place_code = models.CharField(max_length=15)
    programme = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=60)
    topic = models.CharField(max_length=60)
    nature = models.CharField(max_length=60)
    way = models.CharField(max_length=60)
    intent = models.CharField(max_length=60, default="")
    heading = models.CharField(max_length=60, default="")
    handling = models.CharField(max_length=60, default="")
    level = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    reporter = models.CharField(max_length=20)
    limit = models.CharField(max_length=30)
    result = models.CharField(max_length=20)
    call = models.CharField(max_length=20)
    body_id = models.UUIDField(null=True)
    handler_id = models.UUIDField(null=True)
    supervisor_id = models.UUIDField(null=True)
    caller_id = models.UUIDField(null=True)
    staff = models.BooleanField(default=False)
    """Came from a number of somebody in service: in no figure, counted beside them."""
    collected = models.PositiveSmallIntegerField()
    answered = models.PositiveSmallIntegerField()
    delivered = models.PositiveSmallIntegerField()
    in_time = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField(default=0)
    called = models.PositiveSmallIntegerField()
    heard = models.PositiveSmallIntegerField()
    closed = models.PositiveSmallIntegerField()
    solved = models.PositiveSmallIntegerField()
    graded = models.PositiveSmallIntegerField()
    satisfied = models.PositiveSmallIntegerField()
    points = models.PositiveSmallIntegerField()
    reasonable = models.PositiveSmallIntegerField()
    reasonable_graded = models.PositiveSmallIntegerField()
    reasonable_satisfied = models.PositiveSmallIntegerField()
    reopened = models.PositiveSmallIntegerField()
    common = models.PositiveSmallIntegerField()
    coordinating = models.PositiveSmallIntegerField(default=0)
    said_contacted = models.PositiveSmallIntegerField(default=0)
    was_contacted = models.PositiveSmallIntegerField(default=0)
    said_true = models.PositiveSmallIntegerField(default=0)
    was_true = models.PositiveSmallIntegerField(default=0)
    said_solved = models.PositiveSmallIntegerField(default=0)
    was_solved = models.PositiveSmallIntegerField(default=0)
    said_grade = models.PositiveSmallIntegerField(default=0)
    was_satisfied = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[CaseTallyManager["CaseTally"]] = CaseTallyManager()

    class Meta:
        indexes = [
            models.Index(fields=["opened_on", "place_code"], name="case_tally_opened"),
            models.Index(fields=["answered_on", "place_code"], name="case_tally_answered"),
            models.Index(fields=["closed_on", "place_code"], name="case_tally_closed"),
        ]
