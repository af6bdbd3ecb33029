"""What coverage counted last: by village and by official. Derived from links, posts and households; nobody's truth."""

from django.db import models


class CoverMark(models.Model):
    """When coverage was counted, for which day and under which rulebook. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    counted_at = models.DateTimeField()
    day = models.DateField()
    rulebook_id = models.UUIDField()


class CoverCount(models.Model):
    """A village's households: with a claim, covered, whose official left, with more than one lead, left out; then all
    that are registered there, whose card is right, whose card names who led before."""

    place_code = models.CharField(max_length=12, primary_key=True)
    households = models.PositiveIntegerField()
    covered = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()
    double = models.PositiveIntegerField()
    excluded = models.PositiveIntegerField()
    homes = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(default=0)


class CoverLoad(models.Model):
    """An official who serves, at their main post, with how many households and their band; or one who left and still
    has households, once for each town those are in."""

    official_id = models.UUIDField()
    place_code = models.CharField(max_length=15)
    body_id = models.UUIDField(null=True)
    tier = models.CharField(max_length=30, blank=True)
    households = models.PositiveIntegerField()
    least = models.PositiveIntegerField()
    most = models.PositiveIntegerField()
    serving = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["serving", "-households", "official_id"], name="cover_load_busiest")]


class CoverLed(models.Model):
    """Who leads in which village, in service or not, with how many households there."""

    place_code = models.CharField(max_length=12)
    official_id = models.UUIDField()
    households = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place_code", "official_id"], name="cover_led_once")]
