"""Lists under way: the run, its parts of a thousand lines, the lines a person decides on, headers that were matched.

Personal cells are sealed under the run's own key (`import:<id>`), which is destroyed when the run is given up, with an
erasure, and after thirty days in any case.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.register.rules.consents import TELL
from huiyin.register.rules.lines import KINDS
from huiyin.register.rules.verdicts import PICKS

OPEN_STATES = ("received", "columns", "reading", "staged", "applying")
STATES = (*OPEN_STATES, "applied", "undoing", "undone", "abandoned", "refused")
WORKING = ("received", "reading", "applying", "undoing")
MOST_ATTEMPTS = 5
"""So many processes may end over a run without bringing it one part further."""
DECISIONS = ("", "same", "new", "move", "end", "take", "skip", *PICKS)


class ImportRun(Kept):
    """One file on its way into the register. `columns` maps fields to column numbers from 0; `counts` are lines."""

    LATER: ClassVar[frozenset[str]] = frozenset({"taken", "beside"})

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=12)
    file_name = models.CharField(max_length=120)
    form = models.CharField(max_length=4)
    sheet = models.CharField(max_length=60, blank=True, default="")
    taken = models.CharField(max_length=60, blank=True, default="")
    beside = models.JSONField(default=list)
    """The sheet that is read, and others that hold something: each of those is handed in by itself."""
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="received")
    header = models.JSONField(default=list)
    header_row = models.PositiveIntegerField(default=1)
    columns = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    lines = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    """Rows below the header, blank ones with them; 0 where nobody counted them."""
    parts = models.PositiveIntegerField(default=0)
    since = models.DateField()
    tell = models.CharField(max_length=6, default="nobody")
    """Whom whoever applied a list of links chose to tell by SMS."""
    refused = models.CharField(max_length=40, blank=True, default="")
    added_at = models.DateTimeField(db_index=True)
    added_by_id = models.UUIDField(null=True)
    acting_id = models.BigIntegerField(null=True)
    """The account for which it is worked on; null: the command line."""
    worked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    """Processes that took it up since it last came further."""
    applied_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    """Since when nothing of it is to be opened; its key is destroyed then."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="import_kind_known"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="import_state_known"),
            models.CheckConstraint(condition=Q(tell__in=TELL), name="import_tell_known"),
        ]

    @property
    def subject(self) -> str:
        """Whose key its file and lines are under."""
        return f"import:{self.pk}"

    @property
    def parked(self) -> bool:
        """Whether it is left alone until a person says otherwise."""
        return self.attempts > MOST_ATTEMPTS


class StagedPart(Kept):
    """Up to a thousand lines, sealed, until they are applied; then, sealed, what they changed, until that is history.

    `kept` names rows that an undo left alone because they were changed since.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="staged")
    number = models.PositiveIntegerField()
    first_line = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    body = models.BinaryField(null=True)
    before = models.BinaryField(null=True)
    counts = models.JSONField(default=dict)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    kept = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_part_of_a_number")]


class HeldLine(Kept):
    """A line that a person decides on: why it is held, whom it may be about, and what was decided."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="held")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=40)
    about = models.JSONField(default=list)
    body = models.BinaryField(null=True)
    decision = models.CharField(max_length=6, blank=True, default="")
    decided_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="a_line_is_held_once"),
            models.CheckConstraint(condition=Q(decision__in=DECISIONS), name="import_decision_known"),
        ]
        indexes = [models.Index(fields=["run", "decision", "number"], name="held_by_decision")]


class HeaderChoice(Kept):
    """What the office last took a column of this header for; an empty field: it is left out."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=12)
    header = models.CharField(max_length=60)
    field = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "header"], name="one_choice_of_a_header")]
