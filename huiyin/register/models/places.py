"""Places: a dated tree of codes, and what lies across it (R-024)."""

from django.db import models
from django.db.models import F, Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.register.models.periods import Dated, period_in_order


class Place(Kept):
    """A place under one name for a period. Codes have 12 digits, groups of a village 15.

    `level` is the county's own name of the level; the tree is in the codes and, where a level is skipped, in
    `parent_code`. `since` null: since before the register. A renamed place is a second row of the same code.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=15)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=30)
    parent_code = models.CharField(max_length=15, blank=True, default="")
    pinyin = models.CharField(max_length=200, blank=True, default="")
    initials = models.CharField(max_length=60, blank=True, default="")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(until__isnull=True), name="one_place_of_a_code"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="place_period_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["code"], name="place_code"),
            models.Index(fields=["parent_code"], name="place_parent"),
        ]


class PlaceSuccession(Kept):
    """From `on` the old code's place is part of the new code's. Kept closed: a, b and b, c give a, c as well."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    old_code = models.CharField(max_length=15, db_index=True)
    new_code = models.CharField(max_length=15, db_index=True)
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old_code", "new_code"], name="one_succession_each")]


CHANGES = ("merged", "split", "placed", "recoded", "renamed")
"""Joined into one, divided, the rest of a divided place told apart, given another code, given another name."""


class PlaceChange(Kept):
    """Places ended, began or were renamed on a day, with why and by which document; households went with them.

    `rest` is the code of a divided place whose households are not all told apart. `before` is what the rows it changed
    were: label, key, columns; codes, names of places and days only. With it the change can be taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=8)
    old_codes = models.JSONField()
    new_codes = models.JSONField()
    on = models.DateField()
    why = models.CharField(max_length=200)
    source = models.CharField(max_length=200, blank=True, default="")
    rest = models.CharField(max_length=15, blank=True, default="")
    households = models.PositiveIntegerField()
    before = models.JSONField(default=list)
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=CHANGES), name="place_change_kind_known")]


class Overlay(Kept):
    """Something that lies across the tree: a grid, an area office (管区), a work area. `kind` is the county's word."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    code = models.CharField(max_length=30, unique=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [period_in_order("overlay_period_in_order")]


class OverlayPlace(Kept):
    """A village or group an overlay consists of, for a period."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    overlay = models.ForeignKey(Overlay, on_delete=models.PROTECT, related_name="members")
    place_code = models.CharField(max_length=15, db_index=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            period_in_order("overlay_place_period_in_order"),
            models.UniqueConstraint(
                fields=["overlay", "place_code"], condition=Q(until__isnull=True), name="a_place_once_in_an_overlay"
            ),
        ]


class PlaceShape(Kept):
    """The outline of a place for a period, for maps: a MultiPolygon's coordinates in ten-thousandths of a degree.

    `source` is the name of the file it came from. Where a place's outline changes, the old one ends that day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    place_code = models.CharField(max_length=15, db_index=True)
    coordinates = models.JSONField()
    source = models.CharField(max_length=100)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place_code"], condition=Q(until__isnull=True), name="one_shape_of_a_place"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="shape_period_in_order",
            ),
        ]


class PlaceFact(Dated):
    """What is known of a place (R-056 to R-058, R-062): one fact of a programme's page places.toml, with its source.

    `value` is as the page's kind writes it: a number without separators, `yes` or `no`, a choice, words.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    place_code = models.CharField(max_length=15)
    programme = models.CharField(max_length=60)
    fact = models.CharField(max_length=60)
    value = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            period_in_order("place_fact_period_in_order"),
            models.UniqueConstraint(
                fields=["place_code", "programme", "fact"],
                condition=Q(until__isnull=True, replaced_at__isnull=True),
                name="one_standing_fact_of_a_place",
            ),
        ]
        indexes = [models.Index(fields=["programme", "fact", "place_code"], name="place_fact")]
