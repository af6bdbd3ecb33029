"""The household file: categories, sections kept by contacts, corrections, objections, and keys that open a file.

Everything somebody wrote about a household is sealed for `household:<id>`; what stands in clear are codes and days.
"""

from operator import attrgetter

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.models import Person
from huiyin.core.sealed import sealed_column
from huiyin.register.models.people import Household
from huiyin.register.models.periods import Dated, period_in_order
from huiyin.register.models.staff import Body

SECTIONS = ("basics", "work", "school", "medical", "old_age", "hardship", "wishes", "advice", "plans")
"""The written sections (六问, R-108), the first in five parts (R-030). The last of the six questions, what people think
of officials, is asked apart and never kept here."""
RELATIONS = (
    "head",
    "spouse",
    "child",
    "child_in_law",
    "grandchild",
    "parent",
    "grandparent",
    "sibling",
    "other",
)
FACTS = ("relation", "phone", "door", "people_stated", "name", "born", "sex", "id_number")
OF_A_PERSON = ("relation", "phone", "name", "born", "sex", "id_number")
ABOUT = ("members", "phones", "door", "category", "notes", "links", "other")
ANSWERS = ("corrected", "removed", "kept")
DOORS = ("desk", "proof")


class Membership(Dated):
    """A household or person in a category of a programme (R-032), with its source; `until` also ends it by expiry."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="memberships")
    programme = models.CharField(max_length=60)
    category = models.CharField(max_length=60)
    high = models.BooleanField(default=False)
    """Whether the category is highly sensitive; copied from the programme of the day."""
    source = models.CharField(max_length=200)
    review_on = models.DateField(null=True)
    matter_id = models.UUIDField(null=True, db_index=True)
    """The open matter it stands and falls with (SG-13)."""
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="clients")
    """Who serves them in it, or looks after them where they are, where the category asks (R-043, R-046)."""
    paper_until = models.DateField(null=True)
    """Until when the certificate holds that goes with it; its number, kind and grade are not kept (R-037)."""
    where = models.BinaryField(null=True)
    """Where they are, sealed for `person:<id>` (R-042)."""
    by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            period_in_order("membership_period_in_order"),
            models.UniqueConstraint(
                fields=["household", "programme", "category"],
                condition=Q(person__isnull=True, body__isnull=True, until__isnull=True, replaced_at__isnull=True),
                name="a_household_once_in_a_category",
            ),
            models.UniqueConstraint(
                fields=["person", "programme", "category"],
                condition=Q(person__isnull=False, body__isnull=True, until__isnull=True, replaced_at__isnull=True),
                name="a_person_once_in_a_category",
            ),
            models.UniqueConstraint(
                fields=["household", "programme", "category", "body"],
                condition=Q(person__isnull=True, until__isnull=True, replaced_at__isnull=True),
                name="a_household_once_under_a_body",
            ),
            models.UniqueConstraint(
                fields=["person", "programme", "category", "body"],
                condition=Q(person__isnull=False, until__isnull=True, replaced_at__isnull=True),
                name="a_person_once_under_a_body",
            ),
        ]
        indexes = [models.Index(fields=["programme", "category", "household"], name="membership_of_category")]

    @property
    def subject(self) -> str:
        """Whose erasure ends it."""
        return f"household:{self.household_id}"


class Removal(Kept):
    """How the competent office took somebody out of a category that means support: told, heard, why (SG-15)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    membership = models.OneToOneField(Membership, on_delete=models.PROTECT, related_name="removal")
    noticed_on = models.DateField()
    heard_on = models.DateField()
    reason = models.BinaryField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(heard_on__gt=models.F("noticed_on")), name="told_before_heard")
        ]

    @property
    def subject(self) -> str:
        """Whose key the reason is under."""
        return f"household:{self.membership.household_id}"


class FileNote(Kept):
    """What a section says, until another takes its place (`replaced_at`)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="notes")
    section = models.CharField(max_length=12)
    body = models.BinaryField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    paper_on = models.DateField(null=True)
    """The day on the paper it was typed in from, where that is an earlier one (R-155)."""
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(section__in=SECTIONS), name="file_section_known"),
            models.UniqueConstraint(
                fields=["household", "section"], condition=Q(replaced_at__isnull=True), name="one_note_of_a_section"
            ),
        ]

    @property
    def subject(self) -> str:
        """Whose key it is under."""
        return f"household:{self.household_id}"


class Correction(Kept):
    """A fact that was wrong: what it was, what it is, why. `person` where it is about one of the household."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="corrections")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="corrections")
    fact = models.CharField(max_length=20)
    before = models.BinaryField()
    after = models.BinaryField()
    reason = models.BinaryField()
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(fact__in=FACTS), name="corrected_fact_known")]
        indexes = [models.Index(fields=["household", "-at"], name="correction_of_household")]

    @property
    def subject(self) -> str:
        """Whose key it is under: the person's where it is about one."""
        return f"person:{self.person_id}" if self.person_id else f"household:{self.household_id}"


class FileKey(Kept):
    """A key a household was handed to its own file; only a blind index of it is kept, for thirty days."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="file_keys")
    blind = models.BinaryField(max_length=16, unique=True)
    made_at = models.DateTimeField()
    made_by_id = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Objection(Kept):
    """A household's objection to what its file says, or its wish to have it corrected: an owner, a day, an answer."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="objections")
    place_code = models.CharField(max_length=15)
    about = models.CharField(max_length=12)
    words = models.BinaryField()
    door = models.CharField(max_length=5)
    made_at = models.DateTimeField()
    made_by_id = models.UUIDField(null=True)
    paper_on = models.DateField(null=True)
    """The day on the paper it came on, where that is an earlier one: the limit counts from it (R-155)."""
    due_on = models.DateField()
    owner_id = models.UUIDField(null=True)
    """The person who has to answer; null: nobody in office could be found, which is shown red."""
    outcome = models.CharField(max_length=10, blank=True, default="")
    answer = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(about__in=ABOUT), name="objection_about_known"),
            models.CheckConstraint(condition=Q(door__in=DOORS), name="objection_door_known"),
            models.CheckConstraint(condition=Q(outcome__in=("", *ANSWERS)), name="objection_outcome_known"),
        ]
        indexes = [
            models.Index(fields=["place_code", "due_on"], name="objection_open", condition=Q(answered_at__isnull=True))
        ]

    @property
    def subject(self) -> str:
        """Whose key it is under."""
        return f"household:{self.household_id}"


def _whereabouts(row: Membership) -> str:
    return f"person:{row.person_id}"


sealed_column(Membership, "where", table="membership", subject=_whereabouts)
sealed_column(Removal, "reason", table="removal", subject=attrgetter("subject"))
sealed_column(FileNote, "body", table="file_note", subject=attrgetter("subject"))
for _column in ("before", "after", "reason"):
    sealed_column(Correction, _column, table="correction", subject=attrgetter("subject"))
for _column in ("words", "answer"):
    sealed_column(Objection, _column, table="objection", subject=attrgetter("subject"))
