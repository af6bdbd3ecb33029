"""A dispute between two sides: each with words of its own, somebody between them, and what they agreed on (R-221)."""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.sealed import sealed_column


class Mediation(Kept):
    """What stands between two sides of a matter of a mediated kind.

    state: open, agreed, failed. A broken agreement makes it open again and `broken` counts how often. The agreement is
    under the matter's own key: both sides and who mediates read it, nobody else.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="mediation")
    sort = models.CharField(max_length=60)
    mediator_id = models.UUIDField(null=True)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")
    agreement = models.BinaryField(null=True)
    ended_at = models.DateTimeField(null=True)
    broken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["mediator_id"], name="mediation_mediator")]


class Side(Kept):
    """One side: its name, number and own words, each under a key of its own that nothing of the other side opens.

    `person_id` and `household_id` are who has the number in the register, so that no relative stands between them.
    `proof_key` finds the proof on the side's own slip and is an HMAC of it, as is `last_four` of its number's end.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    mediation = models.ForeignKey(Mediation, on_delete=models.PROTECT, related_name="sides")
    letter = models.CharField(max_length=1)
    person_id = models.UUIDField(null=True)
    household_id = models.UUIDField(null=True)
    name = models.BinaryField(null=True)
    phone = models.BinaryField(null=True)
    phone_blind = models.BinaryField(max_length=16, null=True, db_index=True)
    words = models.BinaryField(null=True)
    heard_at = models.DateTimeField(null=True)
    heard_by_id = models.UUIDField(null=True)
    proof_key = models.BinaryField(max_length=16, null=True, db_index=True)
    last_four = models.BinaryField(max_length=16, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mediation", "letter"], name="one_side_each")]
        ordering = ["letter"]


class MediationMeeting(Kept):
    """A meeting: when, where, which sides came; what was said there is under the matter's key."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    mediation = models.ForeignKey(Mediation, on_delete=models.PROTECT, related_name="meetings")
    on = models.DateField()
    where = models.CharField(max_length=200)
    came = models.CharField(max_length=2, blank=True, default="")
    note = models.BinaryField(null=True)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "at", "id"]


class FollowUp(Kept):
    """A day after the agreement on which both sides are asked; over once both have said something."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    mediation = models.ForeignKey(Mediation, on_delete=models.PROTECT, related_name="follow_ups")
    due_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["due_on"], name="follow_up_due", condition=Q(ended_at__isnull=True))]


class SideWord(Kept):
    """What a side said when it was asked whether the agreement holds: kept, partly, broken; or unreached."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="said")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="said")
    word = models.CharField(max_length=10)
    words = models.BinaryField(null=True)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follow_up", "side"], name="one_word_a_side")]


class SideSaid(Kept):
    """What a side wrote on its own page: added to its version, or objected to the agreement; under the side's key."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="written")
    kind = models.CharField(max_length=10)
    words = models.BinaryField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


for column in ("name", "phone", "words"):
    sealed_column(Side, column, table="casework.side", subject=lambda side: f"side:{side.id}")
sealed_column(SideWord, "words", table="casework.sideword", subject=lambda said: f"side:{said.side_id}")
sealed_column(SideSaid, "words", table="casework.sidesaid", subject=lambda said: f"side:{said.side_id}")
sealed_column(Mediation, "agreement", table="casework.mediation", subject=lambda one: f"matter:{one.matter_id}")
sealed_column(
    MediationMeeting, "note", table="casework.mediationmeeting", subject=lambda one: f"matter:{one.mediation.matter_id}"
)
