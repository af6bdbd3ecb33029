"""What the county says in public about a matter."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet
from huiyin.core.viewer import Viewer

STATES = ("draft", "published", "withdrawn")


class NoticeQuerySet(KeptQuerySet["Notice"]):
    """Published notices are everybody's; drafts belong to those who publish for their place."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Whatever the viewer may read on a wall or work on at the desk."""
        mine = viewer.scope("place_code") if viewer.may("matter.publish") else Q(pk__in=[])
        return self.filter(Q(state="published") | mine)


NoticeManager = models.Manager.from_queryset(NoticeQuerySet)


class Notice(Kept):
    """One matter as it stands on the wall: asked, done, owed, judged; never who asked, never a door (R-339, AM-56).

    `place_code` is as coarse as the programme wants it. Where the matter is held or sealed later, the wall does not
    show its notice from that moment on. `owed_on` is the date of a promise that outlives the answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter_id = models.UUIDField(db_index=True)
    programme = models.CharField(max_length=60)
    rulebook_id = models.UUIDField()
    place_code = models.CharField(max_length=12)
    topic = models.CharField(max_length=60)
    body_id = models.UUIDField(null=True)
    opened_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    asked = models.TextField(blank=True, default="")
    done = models.TextField(blank=True, default="")
    owed = models.TextField(blank=True, default="")
    owed_on = models.DateField(null=True)
    state = models.CharField(max_length=20, default="draft")
    drafted_at = models.DateTimeField()
    drafted_by_id = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by_id = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_id = models.UUIDField(null=True)
    withdrawn_why = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[NoticeManager["Notice"]] = NoticeManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="notice_state_known"),
            models.UniqueConstraint(
                fields=["matter_id"], condition=~Q(state="withdrawn"), name="one_notice_of_a_matter"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "place_code", "published_at"], name="notice_wall"),
            models.Index(fields=["state", "drafted_at"], name="notice_drafts"),
        ]


class IssueNoticeQuerySet(KeptQuerySet["IssueNotice"]):
    """What stands in public is everybody's; what was taken down, of those who publish."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Published ones; the others for who publishes in the place."""
        mine = viewer.scope("place_code") if viewer.may("matter.publish") else Q(pk__in=[])
        return self.filter(Q(withdrawn_at__isnull=True) | mine)


IssueNoticeManager = models.Manager.from_queryset(IssueNoticeQuerySet)


class IssueNotice(Kept):
    """What the county says in public of a common issue: found, planned, become; never of a person (R-217).

    Who is responsible, the promised day and the numbers come from the issue itself, as they stand.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    issue_id = models.UUIDField(unique=True)
    place_code = models.CharField(max_length=15)
    found = models.TextField()
    plan = models.TextField(blank=True, default="")
    became = models.TextField(blank=True, default="")
    published_at = models.DateTimeField()
    published_by_id = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[IssueNoticeManager["IssueNotice"]] = IssueNoticeManager()

    class Meta:
        ordering = ["-published_at", "id"]
