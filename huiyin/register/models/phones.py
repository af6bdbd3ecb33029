"""How far the county's telephone numbers reach, counted by the worker by the place of the household. Nobody's truth."""

from django.db import models


class PhoneMark(models.Model):
    """When it was counted, and for which day. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    counted_at = models.DateTimeField()
    day = models.DateField()


class PhoneCount(models.Model):
    """Of a place: its households, those with a number, its people, those with one, and numbers (R-044)."""

    place_code = models.CharField(max_length=15, primary_key=True)
    households = models.PositiveIntegerField()
    reached = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    with_number = models.PositiveIntegerField()
    numbers = models.PositiveIntegerField()
