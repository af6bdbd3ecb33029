"""Contact cards and other printed things: runs with editions, a card for each household, who asks by telephone."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.models import Official, Person
from huiyin.register.models.people import Household

PAPER_KINDS = ("card", "letter", "book", "chart", "poster", "handbook", "sheet", "blank")
"""民情联系卡, 服务承诺书, 联户通讯录, 网格明白图, 村务公示图, 问答手册, 民情登记卡,
空白登记表 (R-117, R-119, R-026, R-141, R-031, R-155)."""
RUN_STATES = ("asked", "made")


class PrintRun(Kept):
    """Papers of one kind for one village in one edition. `count` is how many pieces it came to (R-118).

    Nothing printed is kept: what a run holds is made anew from the rows whenever it is opened.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=10)
    place_code = models.CharField(max_length=15)
    edition = models.PositiveIntegerField()
    state = models.CharField(max_length=8, default="asked")
    count = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PAPER_KINDS), name="print_run_kind_known"),
            models.CheckConstraint(condition=Q(state__in=RUN_STATES), name="print_run_state_known"),
            models.UniqueConstraint(fields=["kind", "place_code", "edition"], name="one_print_run_of_an_edition"),
        ]


class Card(Kept):
    """A household's contact card: who had which edition from whom (R-117). Valid until the next one replaces it,
    and some weeks more (`cards.DELIVERY`).

    The code on it is reckoned from the card's id with a secret outside the database; `blind` finds it again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="cards")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="cards")
    official = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, related_name="cards")
    blind = models.BinaryField(max_length=16, unique=True)
    issued_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(replaced_at__isnull=True), name="one_card_of_a_household"
            )
        ]


class HandbookCopy(Kept):
    """A household was handed the handbook of a run (R-141); `taken_back_at` marks one written down by mistake."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="copies")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="handbooks")
    group_code = models.CharField(max_length=15)
    """Where the household was that day."""
    given_on = models.DateField()
    by_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "household"], condition=Q(taken_back_at__isnull=True), name="one_handbook_of_a_household"
            )
        ]


class Enquiry(Kept):
    """Somebody asked by telephone number who their official is; a clerk rings the registered number back (R-096)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enquiries")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="enquiries")
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    told_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(told_at__isnull=True), name="one_open_enquiry_of_a_household"
            )
        ]
