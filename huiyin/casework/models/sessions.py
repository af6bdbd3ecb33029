"""Joint sessions: what several bodies settle together, with minutes, votes and tasks (R-174, R-195 to R-197)."""

from django.db import models

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept


class Session(Kept):
    """One session. `kind`: consult, joint, review. `minutes` are written once, when it ends."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    place_code = models.CharField(max_length=15)
    where = models.CharField(max_length=200, blank=True, default="")
    meets_at = models.DateTimeField()
    chair_id = models.UUIDField()
    body_id = models.UUIDField(null=True)
    called_by_id = models.UUIDField()
    at = models.DateTimeField()
    minutes = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["-meets_at", "id"]
        indexes = [models.Index(fields=["place_code", "meets_at"], name="session_place")]


class SessionMember(Kept):
    """Who sits in a session; `present` is said when it ends."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="members")
    person_id = models.UUIDField(db_index=True)
    present = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person_id"], name="one_seat_each")]


class SessionMatter(Kept):
    """A matter on a session's list, and what was decided about it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="matters")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="sessions")
    decision = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "matter"], name="one_place_on_the_list_each")]
        ordering = ["id"]


class SessionVote(Kept):
    """One member's word on one matter: yes, no or abstain, with what they say against it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    item = models.ForeignKey(SessionMatter, on_delete=models.PROTECT, related_name="votes")
    person_id = models.UUIDField()
    word = models.CharField(max_length=10)
    dissent = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "person_id"], name="one_vote_each")]


class SessionTask(Kept):
    """What somebody is to do by a day because a session said so."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    item = models.ForeignKey(SessionMatter, on_delete=models.PROTECT, related_name="tasks")
    person_id = models.UUIDField(db_index=True)
    body_id = models.UUIDField(null=True)
    text = models.TextField()
    due_on = models.DateField()
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["due_on", "id"]
