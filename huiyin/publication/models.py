"""What the county says in public about a matter."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

STATES = ("draft", "published", "withdrawn")
COMMENT_STATES = ("waiting", "shown", "refused", "handed")


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


class CommentQuerySet(KeptQuerySet["Comment"]):
    """What stands under an entry is everybody's; what waits or was refused, of those who publish outside the unit it is
    said to. What went another way is nobody's here (SG-01)."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Whatever the viewer may read under an entry or has to look at."""
        rows = self.filter(notice__state="published").exclude(state="handed")
        if viewer.everything:
            return rows
        mine = Q(pk__in=[])
        if viewer.may("matter.publish"):
            own = Q(notice__body_id__in=viewer.body_ids) | Q(notice__body_id__in=staff.own_bodies(viewer))
            mine = viewer.scope("notice__place_code") & ~own
        return rows.filter(Q(state="shown") | mine)


CommentManager = models.Manager.from_queryset(CommentQuerySet)


class Comment(Kept):
    """What a resident or an office says under an entry of a wall: looked at, shown or refused, answered (R-348).

    Of a resident nothing is kept but the words and `proof_key`, by which a receipt finds them again; `body_id` and
    `by_id` are those of a comment of staff. `reason` is a key of the programme's page. A comment that turns out to be
    about somebody in office becomes a matter that the same receipt opens: `matter_id` and `reporter_key` are what it
    will stand under, and are emptied with everything else once that is settled, either way.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="comments")
    rulebook_id = models.UUIDField()
    text = models.TextField(blank=True)
    body_id = models.UUIDField(null=True)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    look_by = models.DateTimeField()
    state = models.CharField(max_length=20, default="waiting")
    reason = models.CharField(max_length=60, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    answer_by = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.UUIDField(null=True)
    proof_key = models.BinaryField(max_length=32, null=True, unique=True)
    matter_id = models.UUIDField(null=True)
    reporter_key = models.BinaryField(max_length=32, null=True)

    objects: ClassVar[CommentManager["Comment"]] = CommentManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=COMMENT_STATES), name="comment_state_known")]
        indexes = [
            models.Index(fields=["notice", "state", "decided_at"], name="comment_shown"),
            models.Index(fields=["state", "at"], name="comment_list"),
        ]
