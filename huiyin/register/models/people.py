"""Households and who lives in them. Names and places in clear; doors and phones under the key of their owner."""

from datetime import date
from operator import attrgetter
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet
from huiyin.core.models import Person
from huiyin.core.sealed import sealed_column
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.register.models.periods import Dated, period_in_order, standing

HOW = ("split", "merged")
DEPARTURES = ("died", "left")
PHONE_SOURCES = ("roster", "desk", "self")
"""Where a number, or a word about it, came from: a list, somebody at the desk, the residents themselves."""
PURPOSES = ("service", "survey")
"""What a number may be written to for unasked. Answers in one's own matter are neither."""
CONSENTS = ("agreed", "declined")


class HouseholdQuerySet(KeptQuerySet["Household"]):
    """The only door to households."""

    def visible_to(self, viewer: Viewer, day: date) -> Self:
        """Households in the viewer's scope, if a post lets them see the register, and those they are linked to."""
        if viewer.everything:
            return self
        mine = Q(pk__in=[])
        if viewer.official_id is not None:
            linked = standing(day, "links__") & Q(links__official_id=viewer.official_id)
            mine |= Q(pk__in=Household.objects.filter(linked).values("pk"))
        if viewer.may("register.see"):
            mine |= viewer.scope("place_code")
        return self.filter(mine)


HouseholdManager = models.Manager.from_queryset(HouseholdQuerySet)


class Household(Kept):
    """A household; `code` is the key of the list it came from. `door` is sealed for `household:<id>`.

    `people_stated` is how many people the list says it has, whoever of them is registered.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=40, unique=True)
    place_code = models.CharField(max_length=15, db_index=True)
    door = models.BinaryField(null=True)
    status = models.CharField(max_length=20, default="present")
    people_stated = models.PositiveSmallIntegerField(null=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects: ClassVar[HouseholdManager["Household"]] = HouseholdManager()

    class Meta:
        constraints = [period_in_order("household_period_in_order")]

    @property
    def subject(self) -> str:
        """Whose key its sealed columns are under."""
        return f"household:{self.pk}"

    def opened_door(self) -> str:
        """The door in clear; empty where none is kept. Raises Shredded after erasure."""
        if self.door is None:
            return ""
        return vault().open(self.subject, table="household", column="door", row=str(self.pk), sealed=self.door)

    def people(self, day: date) -> models.QuerySet[Person]:
        """Who lives in it on a day."""
        return Person.objects.filter(standing(day, "residences__"), residences__household=self)


class Abode(Dated):
    """Where a household was, and how, before today: place, door and state for a period. Today's stand in the household.

    `door` is sealed for `household:<id>`, as the household's own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="abodes")
    place_code = models.CharField(max_length=15)
    door = models.BinaryField(null=True)
    status = models.CharField(max_length=20)

    class Meta:
        constraints = [period_in_order("abode_period_in_order")]

    @property
    def subject(self) -> str:
        """Whose key the door is under."""
        return f"household:{self.household_id}"

    def opened_door(self) -> str:
        """The door in clear; empty where none is kept. Raises Shredded after erasure."""
        if self.door is None:
            return ""
        return vault().open(self.subject, table="abode", column="door", row=str(self.pk), sealed=self.door)


class HouseholdSuccession(Kept):
    """One household came from another: it split off, or became part of it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    old = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="became")
    new = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="came_from")
    how = models.CharField(max_length=6)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=HOW), name="household_succession_how_known"),
            models.CheckConstraint(condition=~Q(old=models.F("new")), name="no_household_follows_itself"),
        ]


class Resident(Dated):
    """A person in a household for a period; `relation` to its head (`head`, `spouse`, `child` …)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="residences")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="residents")
    relation = models.CharField(max_length=20)

    class Meta:
        constraints = [
            period_in_order("resident_period_in_order"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until__isnull=True, replaced_at__isnull=True),
                name="one_household_at_a_time",
            ),
        ]


class Departure(Kept):
    """Somebody of a household died or left the county on a day; `replaced_at` where that was written down wrongly.

    `ended` are the rows that ended with it and until when they held before: what comes back if it was wrong.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="departures")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="departures")
    why = models.CharField(max_length=5)
    on = models.DateField()
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    by_id = models.UUIDField(null=True)
    ended = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(why__in=DEPARTURES), name="departure_why_known"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(why="died", replaced_at__isnull=True),
                name="nobody_dies_twice",
            ),
        ]


class Phone(Dated):
    """A person's number, sealed for `person:<id>`; `blind` finds it again without opening any.

    `source` says where it came from (SG-16); empty for numbers from before that was kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="phones")
    number = models.BinaryField()
    blind = models.BinaryField(max_length=16, db_index=True)
    source = models.CharField(max_length=6, blank=True, default="")

    class Meta:
        constraints = [
            period_in_order("phone_period_in_order"),
            models.CheckConstraint(condition=Q(source__in=("", *PHONE_SOURCES)), name="phone_source_known"),
        ]

    @property
    def subject(self) -> str:
        """Whose key the number is under."""
        return f"person:{self.person_id}"

    def opened(self) -> str:
        """The number in clear. Raises Shredded after the person's erasure."""
        return vault().open(self.subject, table="phone", column="number", row=str(self.pk), sealed=self.number)


class PhoneConsent(Dated):
    """What was said of writing unasked to a person's number, for one purpose (SG-16). No row: nobody has asked yet.

    It is of the person and the number, not of a record of it: who declined has declined when a list brings the number
    again. `blind` is as in `Phone`. `source` says who told it, `by_id` who wrote it down; a household that says so
    itself is nobody of the county.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="phone_consents")
    blind = models.BinaryField(max_length=16)
    purpose = models.CharField(max_length=7)
    said = models.CharField(max_length=8)
    source = models.CharField(max_length=6)
    by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            period_in_order("phone_consent_period_in_order"),
            models.CheckConstraint(condition=Q(purpose__in=PURPOSES), name="phone_consent_purpose_known"),
            models.CheckConstraint(condition=Q(said__in=CONSENTS), name="phone_consent_said_known"),
            models.CheckConstraint(condition=Q(source__in=PHONE_SOURCES), name="phone_consent_source_known"),
            models.UniqueConstraint(
                fields=["person", "blind", "purpose"],
                condition=Q(until__isnull=True, replaced_at__isnull=True),
                name="one_consent_of_a_number",
            ),
        ]


class Identity(Kept):
    """What tells a person from others of the same name: ID number (sealed for `person:<id>`), year of birth, sex.

    `blind` finds a number again without opening any; a number belongs to one person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="identity")
    number = models.BinaryField(null=True)
    blind = models.BinaryField(max_length=16, null=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    sex = models.CharField(max_length=6, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blind"], name="one_person_of_an_id_number")]

    @property
    def subject(self) -> str:
        """Whose key the number is under."""
        return f"person:{self.person_id}"


sealed_column(Household, "door", table="household", subject=attrgetter("subject"))
sealed_column(Abode, "door", table="abode", subject=attrgetter("subject"))
sealed_column(Phone, "number", table="phone", subject=attrgetter("subject"))
sealed_column(Identity, "number", table="identity", subject=attrgetter("subject"))
